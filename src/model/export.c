/* SPDX-License-Identifier: MIT */
#include "model/export.h"

#include <string.h>

static const char *const kind_names[_EXPORT_KIND_MAX] = {
        [EXPORT_NONE] = "",
        [EXPORT_RUNS] = "runs",
        [EXPORT_REGIONS] = "regions",
        [EXPORT_TYPES] = "types",
        [EXPORT_INSTANCES] = "instances",
        [EXPORT_VOLUMES] = "volumes",
        [EXPORT_EVENTS] = "events",
};

const char *export_kind_name(enum export_kind kind) {
        return kind_names[kind];
}

enum export_kind export_kind_from_name(const char *name) {
        enum export_kind kind = _EXPORT_KIND_MAX - 1;
        while (kind > EXPORT_NONE && strcmp(name, kind_names[kind]) != 0)
                kind--;
        return kind;
}
