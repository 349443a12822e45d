/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "report/table.h"
#include "report/text_parts.h"

static const struct region_result *find_region(const struct run *run, const struct region_result *like) {
        for (size_t i = 0; i < run->n_regions; i++)
                if (strcmp(run->regions[i].region, like->region) == 0 &&
                    strcmp(run->regions[i].account, like->account) == 0)
                        return &run->regions[i];
        return NULL;
}

static bool is_usable(const struct region_result *region) {
        return region != NULL && !region->failed;
}

static void add_view(struct text *t, const struct run *run, const struct region_result *region) {
        text_printf(t, "%s ", run_mode_name(run->mode));
        if (region == NULL)
                text_printf(t, "did not ask");
        else if (region->failed)
                text_printf(t, "failed");
        else {
                const struct totals *s = &region->totals;
                /* Without what only a sweep can see. */
                text_printf(t, "%" PRIu64 " instances, sum %" PRIu64 " GiB, unique %" PRIu64 " GiB in %" PRIu64
                            " volumes", s->instances, s->instance_sum_gib, s->attached_gib - s->unknown_instance_gib,
                            s->attached_volumes - s->unknown_instance_volumes);
        }
}

/* A line for the region unless all three runs saw the same. */
static void add_disagreement(struct text *t, const struct run *const runs[3], const struct region_result *like,
                             bool accounts) {
        const struct region_result *seen[3];
        for (size_t i = 0; i < 3; i++)
                seen[i] = find_region(runs[i], like);
        if (is_usable(seen[0]) && is_usable(seen[1]) && is_usable(seen[2]) &&
            totals_agree(&seen[0]->totals, &seen[1]->totals) && totals_agree(&seen[0]->totals, &seen[2]->totals))
                return;
        text_printf(t, "  ");
        text_add_name(t, accounts ? like->account : "", like->region, ": ");
        for (size_t i = 0; i < 3; i++) {
                text_printf(t, "%s", i > 0 ? "; " : "");
                add_view(t, runs[i], seen[i]);
        }
        text_printf(t, "\n");
}

void text_add_comparison(struct text *t, const struct comparison *c) {
        const struct run *const runs[3] = { &c->sequential, &c->parallel, &c->sweep };
        if (c->speedup > 0)
                text_printf(t, "Speed-up: %.1fx\n", c->speedup);
        else
                text_printf(t, "Speed-up: unknown (not every region worked in both runs)\n");
        if (c->agree) {
                text_printf(t, "Agreement: yes, all three saw the same in %zu region%s\n", c->sweep.n_regions,
                            c->sweep.n_regions == 1 ? "" : "s");
                return;
        }
        if (runs[0]->n_regions == 0) {
                text_printf(t, "Agreement: no, no region could be asked\n");
                return;
        }
        text_printf(t, "Agreement: no, the three did not all see the same in these regions:\n");
        for (size_t i = 0; i < 3; i++)
                for (size_t k = 0; k < runs[i]->n_regions; k++) {
                        const struct region_result *region = &runs[i]->regions[k];
                        /* Each region once: with the first run that has it. */
                        if ((i > 0 && find_region(runs[0], region) != NULL) ||
                            (i > 1 && find_region(runs[1], region) != NULL))
                                continue;
                        add_disagreement(t, runs, region, text_shows_accounts(runs[i]));
                }
}
