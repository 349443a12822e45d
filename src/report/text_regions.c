/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "report/money.h"
#include "report/table.h"
#include "report/text_parts.h"

static void add_texts(struct table *table, bool accounts, const char *const texts[], size_t n) {
        for (size_t i = 0; i < n; i++)
                if (i != 1 || accounts)
                        table_add(table, texts[i]);
}

static void add_header(struct table *table, bool accounts) {
        static const char *const names[] = { "Region", "Account", "Status", "Instances", "Volumes", "Attached",
                                             "Instance sum", "Unattached", "Managed", "Cost", "Calls", "Time" };
        static const char *const units[] = { "",    "",    "",    "",        "attached", "GiB",
                                             "GiB", "GiB", "GiB", "a month", "",         "s" };
        table->n_columns = ARRAY_SIZE(names) - (accounts ? 0 : 1);
        for (size_t i = 0; i < (accounts ? 3 : 2); i++)
                table->text[i] = true;
        add_texts(table, accounts, names, ARRAY_SIZE(names));
        add_texts(table, accounts, units, ARRAY_SIZE(units));
}

static void add_seconds(struct table *table, usec_t duration) {
        char text[32];
        (void) snprintf(text, sizeof(text), "%.2f", (double) duration / (double) USEC_PER_SEC);
        table_add(table, text);
}

/* ">=" where volumes have no price. Several currencies do not fit a cell. */
static void add_cost(struct table *table, bool ok, const struct cost *cost) {
        const struct cost_sum *sum = ok ? cost_only_sum(cost) : NULL;
        char text[AMOUNT_TEXT_SIZE];
        if (sum == NULL) {
                table_add(table, ok && cost->n_sums > 1 ? "see below" : "-");
                return;
        }
        const char *at_least = cost->unpriced_volumes > 0 ? ">=" : "";
        table_add(table, format_amount(at_least, cost_sum_total(sum), sum->currency, text));
}

/* "-" for what failed, and for what the mode cannot see. */
static void add_totals(struct table *table, bool ok, const struct totals *totals) {
        bool all = ok && totals->lists_all_volumes;
        table_add_count_if(table, ok, totals->instances);
        table_add_count_if(table, ok, totals->attached_volumes);
        table_add_count_if(table, ok, totals->attached_gib);
        table_add_count_if(table, ok, totals->instance_sum_gib);
        table_add_count_if(table, all, totals->unattached_gib);
        table_add_count_if(table, all, totals->managed_gib);
        add_cost(table, ok, &totals->cost);
}

static void add_status(struct table *table, const struct region_result *region) {
        const struct error *e = &region->error;
        char text[sizeof(e->code) + 32] = "ok";
        if (region->failed)
                (void) snprintf(text, sizeof(text), "%s%s%s", error_kind_name(e->kind), e->code[0] != '\0' ? " " : "",
                                e->code);
        table_add(table, text);
}

static void add_region(struct table *table, const struct region_result *region, bool accounts) {
        table_add(table, region->region);
        if (accounts)
                table_add(table, region->account[0] != '\0' ? region->account : "-");
        add_status(table, region);
        add_totals(table, !region->failed, &region->totals);
        table_add_count(table, region->calls);
        add_seconds(table, region->wall_usec);
}

static void add_sums(struct table *table, const struct run *run, bool accounts) {
        char status[64];
        (void) snprintf(status, sizeof(status), "%zu of %zu", run->n_regions - run->n_failed, run->n_regions);
        table_add(table, run->status == RUN_PARTIAL ? "at least" : "Total");
        if (accounts)
                table_add(table, "");
        table_add(table, status);
        add_totals(table, true, &run->totals);
        table_add_count(table, run->calls);
        add_seconds(table, run->wall_usec);
}

static void table_cleanup(struct table *table) {
        table_release(table);
}

void text_add_regions(struct text *t, const struct run *run) {
        if (t->r < 0 || run->n_regions == 0)
                return;
        _cleanup_(table_cleanup) struct table table = { 0 };
        bool accounts = text_shows_accounts(run);
        add_header(&table, accounts);
        for (size_t i = 0; i < run->n_regions; i++)
                add_region(&table, &run->regions[i], accounts);
        if (run->status != RUN_FAILED)
                add_sums(&table, run, accounts);
        t->r = table_print(&table, &t->buffer);
        text_printf(t, "\n");
}

static void add_term(struct text *t, const struct run *run, const char *sign, const char *what, uint64_t gib,
                     const char *volumes) {
        char count[COUNT_TEXT_SIZE], size[COUNT_TEXT_SIZE + 16];
        (void) snprintf(size, sizeof(size), "%s%s", text_at_least(run), format_count(gib, count));
        text_printf(t, "%-2s%-38s%24s GiB%s\n", sign, what, size, volumes);
}

static void add_counted_term(struct text *t, const struct run *run, const char *sign, const char *what, uint64_t gib,
                             uint64_t volumes) {
        char count[COUNT_TEXT_SIZE], text[64];
        (void) snprintf(text, sizeof(text), "  in %s%s volume%s", text_at_least(run), format_count(volumes, count),
                        volumes == 1 ? "" : "s");
        add_term(t, run, sign, what, gib, text);
}

void text_add_difference(struct text *t, const struct run *run) {
        if (run->status == RUN_FAILED)
                return;
        const struct totals *s = &run->totals;
        add_term(t, run, "", "instance sum", s->instance_sum_gib, "");
        add_term(t, run, "-", "Multi-Attach duplicates", s->multi_attach_extra_gib, "");
        if (s->lists_all_volumes)
                add_counted_term(t, run, "+", "attached to instances not listed", s->unknown_instance_gib,
                                 s->unknown_instance_volumes);
        add_counted_term(t, run, "=", "unique attached", s->attached_gib, s->attached_volumes);
        if (s->lists_all_volumes) {
                add_counted_term(t, run, "+", "unattached", s->unattached_gib, s->unattached_volumes);
                add_counted_term(t, run, "+", "managed by AWS services", s->managed_gib, s->managed_volumes);
                uint64_t gib, volumes;
                if (!__builtin_add_overflow(s->attached_gib, s->unattached_gib, &gib) &&
                    !__builtin_add_overflow(gib, s->managed_gib, &gib) &&
                    !__builtin_add_overflow(s->attached_volumes, s->unattached_volumes, &volumes) &&
                    !__builtin_add_overflow(volumes, s->managed_volumes, &volumes))
                        add_counted_term(t, run, "=", "billed", gib, volumes);
        } else
                text_printf(t, "  unattached, managed: only a sweep sees them (--mode sweep)\n");
        text_printf(t, "\n");
}
