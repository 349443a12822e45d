/* SPDX-License-Identifier: MIT */
#include "model/totals.h"

#include <errno.h>

int totals_add(struct totals *a, const struct totals *b) {
        struct totals sum = *a;
        const struct {
                uint64_t *to;
                uint64_t from;
        } fields[] = {
                { &sum.instances, b->instances },
                { &sum.instance_sum_gib, b->instance_sum_gib },
                { &sum.attached_volumes, b->attached_volumes },
                { &sum.attached_gib, b->attached_gib },
                { &sum.multi_attach_extra_gib, b->multi_attach_extra_gib },
                { &sum.unknown_instance_volumes, b->unknown_instance_volumes },
                { &sum.unknown_instance_gib, b->unknown_instance_gib },
                { &sum.unattached_volumes, b->unattached_volumes },
                { &sum.unattached_gib, b->unattached_gib },
                { &sum.managed_volumes, b->managed_volumes },
                { &sum.managed_gib, b->managed_gib },
        };
        for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
                if (__builtin_add_overflow(*fields[i].to, fields[i].from, fields[i].to))
                        return -EOVERFLOW;
        int r = cost_add(&sum.cost, &b->cost);
        if (r < 0)
                return r;
        sum.lists_all_volumes = a->lists_all_volumes && b->lists_all_volumes;
        *a = sum;
        return 0;
}

bool totals_agree(const struct totals *a, const struct totals *b) {
        return a->instances == b->instances && a->instance_sum_gib == b->instance_sum_gib &&
               a->attached_volumes - a->unknown_instance_volumes ==
                       b->attached_volumes - b->unknown_instance_volumes &&
               a->attached_gib - a->unknown_instance_gib == b->attached_gib - b->unknown_instance_gib;
}
