/* SPDX-License-Identifier: MIT */
#include "report/metrics_parts.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

/* EC2 has seven types. Each is a time series in Prometheus, so another endpoint may not make thousands. */
#define TYPES_MAX 16
#define OTHER_TYPES "other"

/* One type's volumes, whatever their zone and state. */
struct type_sizes {
        char type[MODEL_WORD_SIZE]; /* valid UTF-8 */
        bool has[_HOLDER_MAX];
        uint64_t gib[_HOLDER_MAX];
};

static struct type_sizes *find_type(struct type_sizes *types, size_t n, const char *type) {
        for (size_t i = 0; i < n; i++)
                if (strcmp(types[i].type, type) == 0)
                        return &types[i];
        return NULL;
}

/* The type's place in an array with room for one more than TYPES_MAX, made if need be; the last one is that of all
 * types beyond. */
static struct type_sizes *take_type(struct type_sizes *types, size_t *n, const char *type) {
        char name[MODEL_WORD_SIZE];
        error_copy_text(name, sizeof(name), type[0] != '\0' ? type : "unknown");
        utf8_sanitize(name);
        struct type_sizes *found = find_type(types, *n, name);
        if (found == NULL && *n >= TYPES_MAX) {
                error_copy_text(name, sizeof(name), OTHER_TYPES);
                found = find_type(types, *n, name);
        }
        if (found == NULL) {
                found = &types[(*n)++];
                *found = (struct type_sizes){ 0 };
                memcpy(found->type, name, sizeof(found->type));
        }
        return found;
}

static void add_region(struct exposition *e, const struct run *run, const struct region_past *pasts, size_t i) {
        const struct region_result *region = &run->regions[i];
        struct type_sizes types[TYPES_MAX + 1];
        size_t n = 0;
        for (size_t k = 0; k < region->n_types; k++) {
                struct type_sizes *t = take_type(types, &n, region->types[k].type);
                t->has[region->types[k].holder] = true;
                t->gib[region->types[k].holder] += region->types[k].gib;
        }
        for (size_t k = 0; k < n; k++)
                for (unsigned h = 0; h < _HOLDER_MAX; h++) {
                        const struct label labels[] = { REGION_LABELS(run, pasts, i),
                                                        { "volume_type", types[k].type },
                                                        { "holder", holder_name((enum holder) h) } };
                        if (types[k].has[h])
                                exposition_add(e, labels, ARRAY_SIZE(labels), EXPOSITION_GIB, types[k].gib[h]);
                }
}

void metrics_add_types(struct exposition *e, const struct run *run, const struct region_past *pasts) {
        exposition_begin(e, "ebs_volume_type_bytes",
                         "Sizes of the volumes by type, and by who holds them: an instance, one that was not listed, "
                         "an AWS service (managed), nobody (none).");
        for (size_t i = 0; i < run->n_regions; i++)
                if (!run->regions[i].failed)
                        add_region(e, run, pasts, i);
}
