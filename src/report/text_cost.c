/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "report/money.h"
#include "report/text_parts.h"

static const char *plural(uint64_t n) {
        return n == 1 ? "" : "s";
}

/* What a sum lacks, and what follows in its parentheses. */
static void add_gaps(struct text *t, const struct run *run, const char *separator) {
        uint64_t unpriced = run->totals.cost.unpriced_volumes;
        if (unpriced > 0) {
                text_printf(t, "%s%" PRIu64 " volume%s without a price", separator, unpriced, plural(unpriced));
                separator = ", ";
        }
        if (run->status == RUN_PARTIAL)
                text_printf(t, "%s%zu of %zu regions", separator, run->n_regions - run->n_failed, run->n_regions);
}

static void add_dates(struct text *t, const struct cost_sum *s) {
        char oldest[COST_DATE_SIZE], newest[COST_DATE_SIZE];
        text_printf(t, "prices of %s", cost_format_date(s->prices_oldest, oldest));
        if (s->prices_newest != s->prices_oldest)
                text_printf(t, " to %s", cost_format_date(s->prices_newest, newest));
}

static void add_as_gp3(struct text *t, const struct cost_sum *s) {
        const struct cost_as_gp3 *g = &s->as_gp3;
        char less[MONEY_TEXT_SIZE], more[MONEY_TEXT_SIZE];
        if (g->cheaper_volumes == 0 && g->dearer_volumes == 0)
                return;
        text_printf(t, "  gp2 as gp3, like for like:");
        if (g->cheaper_volumes > 0)
                text_printf(t, " %" PRIu64 " volume%s would cost %s %s a month less", g->cheaper_volumes,
                            plural(g->cheaper_volumes), format_money(g->cheaper_micros, less), s->currency);
        if (g->dearer_volumes > 0)
                text_printf(t, "%s %" PRIu64 " volume%s would cost %s %s a month more",
                            g->cheaper_volumes > 0 ? "," : "", g->dearer_volumes, plural(g->dearer_volumes),
                            format_money(g->dearer_micros, more), s->currency);
        text_printf(t, "; gp2's burst is not kept\n");
}

static void add_sum(struct text *t, const struct run *run, const char *what, const struct cost_sum *s) {
        const struct cost *c = &run->totals.cost;
        char total[MONEY_TEXT_SIZE], unattached[MONEY_TEXT_SIZE], managed[MONEY_TEXT_SIZE];
        bool at_least = run->status == RUN_PARTIAL || c->unpriced_volumes > 0;
        text_printf(t, "%s: %s%s %s a month (", what, at_least ? "at least " : "",
                    format_money(cost_sum_total(s), total), s->currency);
        add_dates(t, s);
        add_gaps(t, run, ", ");
        text_printf(t, ")\n");
        if (run->totals.lists_all_volumes)
                text_printf(t, "  of it unattached %s %s, managed by AWS services %s %s\n",
                            format_money(s->unattached_micros, unattached), s->currency,
                            format_money(s->managed_micros, managed), s->currency);
        add_as_gp3(t, s);
}

void text_add_cost(struct text *t, const struct run *run) {
        const struct cost *c = &run->totals.cost;
        bool all = run->status == RUN_FAILED || run->totals.lists_all_volumes;
        const char *what = all ? "Estimated cost" : "Estimated cost of attached volumes";
        for (size_t i = 0; run->status != RUN_FAILED && c->known && i < c->n_sums; i++)
                add_sum(t, run, what, &c->sums[i]);
        if (run->status == RUN_FAILED || !c->known) {
                text_printf(t, "%s: unknown\n", what);
        } else if (c->n_sums == 0) {
                text_printf(t, "%s: %s (", what, c->unpriced_volumes > 0 ? "unknown" : "0");
                if (c->unpriced_volumes == 0)
                        text_printf(t, "no volumes");
                add_gaps(t, run, c->unpriced_volumes == 0 ? ", " : "");
                text_printf(t, ")\n");
        }
}
