/* SPDX-License-Identifier: MIT */
#pragma once

/* What can happen to a volume between two listings; the words are those of the database. */
enum churn_cause {
        CHURN_CREATED,
        CHURN_DELETED,
        CHURN_GROWN,
        CHURN_SHRUNK,
        CHURN_RETYPED,
        CHURN_REPROVISIONED, /* IOPS or throughput, of the same type */
        CHURN_ATTACHED,
        CHURN_DETACHED,
        CHURN_MOVED,    /* from one holder to another */
        CHURN_ORPHANED, /* unattached, and the instance that held it is gone */
        _CHURN_CAUSE_MAX,
};

const char *churn_cause_name(enum churn_cause cause);
