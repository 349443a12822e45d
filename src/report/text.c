/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/output.h"
#include "report/report.h"
#include "report/table.h"
#include "report/text_parts.h"

void text_printf(struct text *t, const char *format, ...) {
        if (t->r < 0)
                return;
        va_list ap;
        va_start(ap, format);
        _cleanup_(freep) char *text = NULL;
        if (vasprintf(&text, format, ap) < 0)
                text = NULL;
        va_end(ap);
        t->r = text != NULL ? buffer_append_string(&t->buffer, text) : -ENOMEM;
}

void text_add_name(struct text *t, const char *account, const char *region, const char *suffix) {
        _cleanup_(freep) char *a = text_printable(account), *r = text_printable(region);
        if (a == NULL || r == NULL)
                t->r = t->r < 0 ? t->r : -ENOMEM;
        else
                text_printf(t, "%s%s%s%s", a, a[0] != '\0' ? " " : "", r, suffix);
}

bool text_shows_accounts(const struct run *run) {
        for (size_t i = 1; i < run->n_regions; i++)
                if (strcmp(run->regions[i].account, run->regions[0].account) != 0)
                        return true;
        return false;
}

const char *text_at_least(const struct run *run) {
        return run->status == RUN_PARTIAL ? "at least " : "";
}

static void add_title(struct text *t, const struct run *run, const char *what) {
        char started_at[CLOCK_ISO8601_MAX];
        text_printf(t, "EBS volumes of EC2 instances, %s, %s", what, clock_format_iso8601(run->started_at, started_at));
        if (run->n_regions > 0 && run->regions[0].account[0] != '\0' && !text_shows_accounts(run))
                text_printf(t, ", account %s", run->regions[0].account);
        text_printf(t, "\n\n");
}

static const char *mode_title(enum run_mode mode) {
        switch (mode) {
        case MODE_SEQUENTIAL:
                return "Sequential";
        case MODE_PARALLEL:
                return "Parallel";
        default:
                return "Sweep";
        }
}

/* A line like "Total volume size: 589 GiB"; the numbers in these lines are for programs too, so without separators. */
static void add_size(struct text *t, const struct run *run, const char *what, uint64_t gib) {
        if (run->status == RUN_FAILED)
                text_printf(t, "%s: unknown\n", what);
        else if (run->status == RUN_PARTIAL)
                text_printf(t, "%s: at least %" PRIu64 " GiB (%zu of %zu regions)\n", what, gib,
                            run->n_regions - run->n_failed, run->n_regions);
        else
                text_printf(t, "%s: %" PRIu64 " GiB\n", what, gib);
}

static const char *plural(uint64_t n) {
        return n == 1 ? "" : "s";
}

void text_add_summary(struct text *t, const struct run *run) {
        add_size(t, run, "Total volume size", run->totals.instance_sum_gib);
        add_size(t, run, "Unique attached volume size", run->totals.attached_gib);
        /* A few milliseconds would be 0.00 s. */
        text_printf(t, "%s execution time: %.*f s (%" PRIu32 " worker%s, %" PRIu64 " call%s, %" PRIu64 " retr%s, ",
                    mode_title(run->mode), run->wall_usec < USEC_PER_SEC / 10 ? 3 : 2,
                    (double) run->wall_usec / (double) USEC_PER_SEC, run->workers, plural(run->workers), run->calls,
                    plural(run->calls), run->retries, run->retries == 1 ? "y" : "ies");
        if (run->peak_pss_kib > 0)
                text_printf(t, "peak memory %" PRIu64 " MiB)\n", (run->peak_pss_kib + 512) / 1024);
        else
                text_printf(t, "peak memory unknown)\n");
}

static int write_text(struct text *t, FILE *out) {
        return report_write(&t->buffer, t->r, out);
}

int report_text_run(const struct run *run, FILE *out) {
        struct text t = { .buffer = BUFFER_INIT(REPORT_MAX) };
        add_title(&t, run, run_mode_name(run->mode));
        text_add_regions(&t, run);
        text_add_difference(&t, run);
        text_add_summary(&t, run);
        text_add_cost(&t, run);
        text_add_failures(&t, run);
        return write_text(&t, out);
}

int report_text_comparison(const struct comparison *c, FILE *out) {
        const struct run *const runs[] = { &c->sequential, &c->parallel, &c->sweep };
        struct text t = { .buffer = BUFFER_INIT(REPORT_MAX) };
        add_title(&t, &c->sequential, "sequential, parallel and sweep compared");
        /* Of the three the sweep sees the most. */
        text_add_regions(&t, &c->sweep);
        text_add_difference(&t, &c->sweep);
        for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
                text_add_summary(&t, runs[i]);
                text_add_cost(&t, runs[i]);
                /* Where no region was known, all three failed for one reason. */
                if (runs[i]->n_regions > 0 || i == ARRAY_SIZE(runs) - 1)
                        text_add_failures(&t, runs[i]);
                text_printf(&t, "\n");
        }
        text_add_comparison(&t, c);
        return write_text(&t, out);
}
