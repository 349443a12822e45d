/* SPDX-License-Identifier: MIT */
#include "report/metrics_parts.h"

#define OF_A_MONTH " for a month of 30 days, without discounts, taxes and ebs_unpriced_volumes."

static const struct cost_metric {
        const char *name;
        const char *help;
        bool needs_listing; /* only a listing of all volumes tells it */
        size_t offset;      /* of a uint64_t of micros in struct cost_sum */
} cost_metrics[] = {
        { "ebs_attached_cost_per_month", "List price of the attached volumes" OF_A_MONTH, false,
          offsetof(struct cost_sum, attached_micros) },
        { "ebs_unattached_cost_per_month", "List price of the unattached volumes" OF_A_MONTH, true,
          offsetof(struct cost_sum, unattached_micros) },
        { "ebs_managed_cost_per_month", "List price of the volumes held by an AWS service" OF_A_MONTH, true,
          offsetof(struct cost_sum, managed_micros) },
};

/* The sums of a region that has any: without volumes that have a price there is no currency. */
static size_t n_sums(const struct region_result *region) {
        return !region->failed && region->totals.cost.known ? region->totals.cost.n_sums : 0;
}

static void add_cost(struct exposition *e, const struct run *run, const struct region_past *pasts,
                     const struct cost_metric *metric) {
        exposition_begin(e, metric->name, metric->help);
        for (size_t i = 0; i < run->n_regions; i++) {
                const struct region_result *region = &run->regions[i];
                for (size_t k = 0; k < n_sums(region); k++) {
                        const struct cost_sum *sum = &region->totals.cost.sums[k];
                        const struct label labels[] = { REGION_LABELS(run, pasts, i), { "currency", sum->currency } };
                        if (region->totals.lists_all_volumes || !metric->needs_listing)
                                exposition_add(e, labels, ARRAY_SIZE(labels), EXPOSITION_MILLIONTHS,
                                               *(const uint64_t *) ((const char *) sum + metric->offset));
                }
        }
}

void metrics_add_costs(struct exposition *e, const struct run *run, const struct region_past *pasts) {
        for (size_t m = 0; m < ARRAY_SIZE(cost_metrics); m++)
                add_cost(e, run, pasts, &cost_metrics[m]);
        exposition_begin(e, "ebs_prices_info", "1 with the oldest and the newest date of the prices behind the costs.");
        for (size_t i = 0; i < run->n_regions; i++)
                for (size_t k = 0; k < n_sums(&run->regions[i]); k++) {
                        const struct cost_sum *sum = &run->regions[i].totals.cost.sums[k];
                        char oldest[COST_DATE_SIZE], newest[COST_DATE_SIZE];
                        const struct label labels[] = { REGION_LABELS(run, pasts, i),
                                                        { "currency", sum->currency },
                                                        { "oldest", cost_format_date(sum->prices_oldest, oldest) },
                                                        { "newest", cost_format_date(sum->prices_newest, newest) } };
                        exposition_add(e, labels, ARRAY_SIZE(labels), EXPOSITION_PLAIN, 1);
                }
}
