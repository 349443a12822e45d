/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "report/output.h"
#include "report/report.h"
#include "report/table.h"
#include "report/text_parts.h"

/* +1,234, -5 or 0. */
static void add_signed(struct table *t, int64_t value) {
        char digits[COUNT_TEXT_SIZE], text[COUNT_TEXT_SIZE + 1];
        uint64_t magnitude = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
        (void) snprintf(text, sizeof(text), "%s%s", value < 0 ? "-" : value > 0 ? "+" : "",
                        format_count(magnitude, digits));
        table_add(t, text);
}

static bool shows_accounts(const struct changes *c) {
        for (size_t i = 1; i < c->n_regions; i++)
                if (strcmp(c->regions[i].account, c->regions[0].account) != 0)
                        return true;
        return false;
}

static void add_place(struct table *t, const struct changes *c, const char *account, const char *region) {
        if (shows_accounts(c))
                table_add(t, account);
        table_add(t, region);
}

/* Starts a table: the columns' names, those that hold text marked with a leading '<'. */
static void add_header(struct table *t, const struct changes *c, const char *const *names) {
        if (shows_accounts(c)) {
                t->text[t->n_columns++] = true;
                table_add(t, "Account");
        }
        for (; *names != NULL; names++) {
                bool text = (*names)[0] == '<';
                t->text[t->n_columns++] = text;
                table_add(t, *names + text);
        }
}

static void finish_table(struct text *out, struct table *t) {
        if (out->r == 0)
                out->r = table_print(t, &out->buffer);
        table_release(t);
}

static void add_regions(struct text *out, const struct changes *c) {
        static const char *const header[] = { "<Region", "Before GiB", "After GiB", "Change GiB", "Events", "<", NULL };
        struct table t = { 0 };
        add_header(&t, c, header);
        for (size_t i = 0; i < c->n_regions; i++) {
                const struct changes_region *r = &c->regions[i];
                char note[96] = "", at[CLOCK_ISO8601_MAX];
                if (r->after.run_id == 0)
                        (void) snprintf(note, sizeof(note), "never listed as a whole");
                else if (changes_region_is_behind(c, r))
                        (void) snprintf(note, sizeof(note), "as of run %" PRId64 ", %s", r->after.run_id,
                                        clock_format_iso8601((usec_t) r->after.at * USEC_PER_SEC, at));
                else if (r->from_first)
                        (void) snprintf(note, sizeof(note), "since its first listing, run %" PRId64 ", %s",
                                        r->before.run_id,
                                        clock_format_iso8601((usec_t) r->before.at * USEC_PER_SEC, at));
                add_place(&t, c, r->account, r->region);
                table_add_count_if(&t, r->before.run_id != 0, r->before.billed_gib);
                table_add_count_if(&t, r->after.run_id != 0, r->after.billed_gib);
                add_signed(&t, r->gib_change);
                table_add_count(&t, r->events);
                table_add(&t, note);
        }
        finish_table(out, &t);
}

static void add_causes(struct text *out, const struct changes *c) {
        static const char *const header[] = { "<Region", "<Cause", "Events", "Change GiB", NULL };
        struct table t = { 0 };
        if (c->n_causes == 0)
                return;
        add_header(&t, c, header);
        for (size_t i = 0; i < c->n_causes; i++) {
                const struct changes_cause *cause = &c->causes[i];
                add_place(&t, c, cause->account, cause->region);
                table_add(&t, cause->cause);
                table_add_count(&t, cause->events);
                add_signed(&t, cause->gib_change);
        }
        text_printf(out, "\n");
        finish_table(out, &t);
}

static void add_volumes(struct text *out, const struct changes *c) {
        static const char *const header[] = { "<Region", "<Volume", "<Type", "Before GiB", "After GiB", "Change GiB",
                                              "<Causes", "<Name", NULL };
        struct table t = { 0 };
        if (c->n_volumes == 0)
                return;
        add_header(&t, c, header);
        for (size_t i = 0; i < c->n_volumes; i++) {
                const struct changes_volume *v = &c->volumes[i];
                add_place(&t, c, v->account, v->region);
                table_add(&t, v->id);
                table_add(&t, v->type);
                table_add_count(&t, v->gib_before);
                table_add_count(&t, v->gib_after);
                add_signed(&t, v->gib_change);
                table_add(&t, v->causes);
                table_add(&t, v->name);
        }
        text_printf(out, "\n");
        finish_table(out, &t);
}

int report_text_changes(const struct changes *c, FILE *out) {
        struct text t = { .buffer = BUFFER_INIT(REPORT_MAX) };
        char from_at[CLOCK_ISO8601_MAX], to_at[CLOCK_ISO8601_MAX];
        (void) clock_format_iso8601(c->to_at, to_at);
        if (c->from > 0)
                text_printf(&t, "Changes from run %" PRId64 " (%s) to run %" PRId64 " (%s)\n\n", c->from,
                            clock_format_iso8601(c->from_at, from_at), c->to, to_at);
        else
                text_printf(&t, "Changes from each region's first listing to run %" PRId64 " (%s)\n\n", c->to, to_at);
        add_regions(&t, c);
        add_causes(&t, c);
        add_volumes(&t, c);
        return report_write(&t.buffer, t.r, out);
}
