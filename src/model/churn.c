/* SPDX-License-Identifier: MIT */
#include "model/churn.h"

const char *churn_cause_name(enum churn_cause cause) {
        static const char *const names[_CHURN_CAUSE_MAX] = {
                [CHURN_CREATED] = "created",     [CHURN_DELETED] = "deleted",
                [CHURN_GROWN] = "grown",         [CHURN_SHRUNK] = "shrunk",
                [CHURN_RETYPED] = "retyped",     [CHURN_REPROVISIONED] = "reprovisioned",
                [CHURN_ATTACHED] = "attached",   [CHURN_DETACHED] = "detached",
                [CHURN_MOVED] = "moved",         [CHURN_ORPHANED] = "orphaned",
        };
        return (unsigned) cause < _CHURN_CAUSE_MAX ? names[cause] : "unknown";
}
