/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/money.h"
#include "report/output.h"
#include "report/report.h"
#include "report/table.h"
#include "report/text_parts.h"

static const char *sign(int64_t value) {
        return value < 0 ? "-" : value > 0 ? "+" : "";
}

static uint64_t magnitude(int64_t value) {
        return value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
}

/* +1,234, -5 or 0. */
static void add_signed(struct table *t, int64_t value) {
        char digits[COUNT_TEXT_SIZE], text[COUNT_TEXT_SIZE + 1];
        (void) snprintf(text, sizeof(text), "%s%s", sign(value), format_count(magnitude(value), digits));
        table_add(t, text);
}

/* +12.34 USD, or "-" if not known. */
static void add_cost_change(struct table *t, const struct changes_cost *c) {
        char text[AMOUNT_TEXT_SIZE];
        table_add(t, c->known ? format_amount(sign(c->micros), magnitude(c->micros), c->currency, text) : "-");
}

static void add_bill(struct table *t, const struct changes_listing *l) {
        char text[AMOUNT_TEXT_SIZE];
        const char *at_least = l->unpriced_volumes > 0 ? ">=" : "";
        table_add(t, l->has_cost ? format_amount(at_least, l->billed_micros, l->currency, text) : "-");
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

/* Notes are parted by "; ". */
struct notes {
        char text[256];
        size_t len;
};

_printf_(2, 3) static void add_note(struct notes *n, const char *format, ...) {
        va_list ap;
        va_start(ap, format);
        if (n->len > 0 && n->len + 2 < sizeof(n->text))
                n->len += (size_t) snprintf(n->text + n->len, sizeof(n->text) - n->len, "; ");
        int more = vsnprintf(n->text + n->len, sizeof(n->text) - n->len, format, ap);
        n->len = more < 0 || (size_t) more >= sizeof(n->text) - n->len ? sizeof(n->text) - 1 : n->len + (size_t) more;
        va_end(ap);
}

static void add_unpriced(struct notes *n, const struct changes_cost *c) {
        if (c->unpriced_events > 0)
                add_note(n, "%" PRIu64 " event%s without a price", c->unpriced_events,
                         c->unpriced_events == 1 ? "" : "s");
}

static void note_age(struct notes *n, const struct changes *c, const struct changes_region *r) {
        char at[CLOCK_ISO8601_MAX];
        if (r->after.run_id == 0)
                add_note(n, "never listed as a whole");
        else if (changes_region_is_behind(c, r))
                add_note(n, "as of run %" PRId64 ", %s", r->after.run_id,
                         clock_format_iso8601((usec_t) r->after.at * USEC_PER_SEC, at));
        else if (r->from_first)
                add_note(n, "since its first listing, run %" PRId64 ", %s", r->before.run_id,
                         clock_format_iso8601((usec_t) r->before.at * USEC_PER_SEC, at));
        else if (r->from_oldest)
                add_note(n, "since run %" PRId64 ", %s: its older listings are not kept", r->before.run_id,
                         clock_format_iso8601((usec_t) r->before.at * USEC_PER_SEC, at));
}

static void note_cost(struct notes *n, const struct changes_region *r) {
        char text[AMOUNT_TEXT_SIZE];
        if (r->lacks_events)
                add_note(n, "events are not all kept");
        int64_t repriced = r->is_itemised ? r->repriced_micros : 0;
        if (r->mixes_currencies)
                add_note(n, "prices in several currencies");
        if (repriced != 0)
                add_note(n, "other prices made %s",
                         format_amount(sign(repriced), magnitude(repriced), r->cost_change.currency, text));
        add_unpriced(n, &r->cost_change);
}

/* ---- the sum over the regions --------------------------------------------------------------------------------- */

/* Only such regions have a difference. */
static bool is_listed(const struct changes_region *r) {
        return r->before.run_id != 0 && r->after.run_id != 0;
}

static bool has_comparable_cost(const struct changes_region *r) {
        return is_listed(r) && r->cost_change.known;
}

/* The first currency behind another one, by name; NULL: there is none. Regions without volumes have none. */
static const char *next_currency(const struct changes *c, const char *behind) {
        const char *next = NULL;
        for (size_t i = 0; i < c->n_regions; i++) {
                const char *currency = c->regions[i].cost_change.currency;
                if (has_comparable_cost(&c->regions[i]) && strcmp(currency, behind) > 0 &&
                    (next == NULL || strcmp(currency, next) < 0))
                        next = currency;
        }
        return next;
}

/* The cells of the sums in one currency; currencies are never added up. */
static void add_cost_sums(struct table *t, const struct changes *c, const char *currency) {
        struct changes_region sum = { 0 };
        error_copy_text(sum.cost_change.currency, sizeof(sum.cost_change.currency), currency);
        for (size_t i = 0; i < c->n_regions; i++) {
                const struct changes_region *r = &c->regions[i];
                if (!has_comparable_cost(r) || strcmp(r->cost_change.currency, currency) != 0)
                        continue;
                sum.cost_change.known = true;
                sum.before.billed_micros += r->before.billed_micros;
                sum.before.unpriced_volumes += r->before.unpriced_volumes;
                sum.after.billed_micros += r->after.billed_micros;
                sum.after.unpriced_volumes += r->after.unpriced_volumes;
        }
        sum.before.has_cost = sum.after.has_cost = sum.cost_change.known;
        sum.cost_change.micros = (int64_t) (sum.after.billed_micros - sum.before.billed_micros);
        memcpy(sum.before.currency, sum.cost_change.currency, sizeof(sum.before.currency));
        memcpy(sum.after.currency, sum.cost_change.currency, sizeof(sum.after.currency));
        add_bill(t, &sum.before);
        add_bill(t, &sum.after);
        add_cost_change(t, &sum.cost_change);
}

static void add_total_name(struct table *t, const struct changes *c, const char *name) {
        table_add(t, name);
        if (shows_accounts(c))
                table_add(t, "");
}

static void add_total(struct table *t, const struct changes *c) {
        uint64_t before = 0, after = 0, events = 0;
        size_t unlisted = 0, incomparable = 0;
        for (size_t i = 0; i < c->n_regions; i++) {
                const struct changes_region *r = &c->regions[i];
                unlisted += !is_listed(r);
                incomparable += is_listed(r) && !r->cost_change.known;
                before += is_listed(r) ? r->before.billed_gib : 0;
                after += is_listed(r) ? r->after.billed_gib : 0;
                events += is_listed(r) ? r->events : 0;
        }
        struct notes notes = { 0 };
        if (unlisted > 0)
                add_note(&notes, "without %zu region%s that no listing is known of", unlisted,
                         unlisted == 1 ? "" : "s");
        if (incomparable > 0)
                add_note(&notes, "costs without %zu region%s whose costs have no difference", incomparable,
                         incomparable == 1 ? "" : "s");
        const char *currency = next_currency(c, "");
        add_total_name(t, c, "Total");
        table_add_count(t, before);
        table_add_count(t, after);
        add_signed(t, (int64_t) (after - before));
        add_cost_sums(t, c, currency != NULL ? currency : "");
        table_add_count(t, events);
        table_add(t, notes.text);
        while (currency != NULL && (currency = next_currency(c, currency)) != NULL) {
                add_total_name(t, c, "");
                for (int i = 0; i < 3; i++)
                        table_add(t, "");
                add_cost_sums(t, c, currency);
                table_add(t, "");
                table_add(t, "");
        }
}

static void add_regions(struct text *out, const struct changes *c) {
        static const char *const header[] = { "<Region", "Before GiB", "After GiB", "Change GiB", "Before a month",
                                              "After a month", "Change a month", "Events", "<", NULL };
        struct table t = { 0 };
        add_header(&t, c, header);
        for (size_t i = 0; i < c->n_regions; i++) {
                const struct changes_region *r = &c->regions[i];
                struct notes notes = { 0 };
                note_age(&notes, c, r);
                note_cost(&notes, r);
                add_place(&t, c, r->account, r->region);
                table_add_count_if(&t, r->before.run_id != 0, r->before.billed_gib);
                table_add_count_if(&t, r->after.run_id != 0, r->after.billed_gib);
                add_signed(&t, r->gib_change);
                add_bill(&t, &r->before);
                add_bill(&t, &r->after);
                add_cost_change(&t, &r->cost_change);
                table_add_count(&t, r->events);
                table_add(&t, notes.text);
        }
        if (c->n_regions > 1)
                add_total(&t, c);
        finish_table(out, &t);
}

static void add_causes(struct text *out, const struct changes *c) {
        static const char *const header[] = { "<Region", "<Cause", "Events", "Change GiB", "Change a month", "<",
                                              NULL };
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
                add_cost_change(&t, &cause->cost_change);
                struct notes notes = { 0 };
                add_unpriced(&notes, &cause->cost_change);
                table_add(&t, notes.text);
        }
        text_printf(out, "\n");
        finish_table(out, &t);
}

static void add_volumes(struct text *out, const struct changes *c) {
        static const char *const header[] = { "<Region", "<Volume", "<Type", "Before GiB", "After GiB", "Change GiB",
                                              "Change a month", "<Causes", "<Name", NULL };
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
                add_cost_change(&t, &v->cost_change);
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
