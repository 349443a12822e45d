/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/cost.h"
#include "report/output.h"
#include "report/preflight.h"
#include "report/problems.h"
#include "report/table.h"
#include "report/text_parts.h"

static const char *state_word(enum check_state state) {
        return state == CHECK_OK ? "ok" : state == CHECK_FAILED ? "FAILED" : "-";
}

/* "  ok      what               value" */
static void add_words(struct text *t, const char *state, const char *what, const char *value) {
        _cleanup_(freep) char *printable = text_printable(value);
        if (printable == NULL)
                t->r = t->r < 0 ? t->r : -ENOMEM;
        else if (value[0] == '\0')
                text_printf(t, "  %-7s %s\n", state, what);
        else
                text_printf(t, "  %-7s %-18s %s\n", state, what, printable);
}

static void add_line(struct text *t, enum check_state state, const char *what, const char *value) {
        add_words(t, state_word(state), what, value);
}

static void format_failure(const struct error *e, char *buf, size_t n) {
        (void) snprintf(buf, n, "%s%s%s", error_kind_name(e->kind), e->code[0] != '\0' ? " " : "", e->code);
}

static void add_file(struct text *t, const struct file_check *f) {
        char dates[64] = "", oldest[COST_DATE_SIZE], newest[COST_DATE_SIZE];
        if (f->newest > 0)
                (void) snprintf(dates, sizeof(dates), ", prices of %s%s%s", cost_format_date(f->oldest, oldest),
                                f->newest != f->oldest ? " to " : "",
                                f->newest != f->oldest ? cost_format_date(f->newest, newest) : "");
        _cleanup_(freep) char *value = NULL;
        if (asprintf(&value, "%s%s%s%s", f->path != NULL ? f->path : "",
                     f->path != NULL && f->note[0] != '\0' ? ": " : "", f->note, dates) < 0)
                value = NULL;
        add_line(t, f->state, f->what, value != NULL ? value : "");
}

static void add_files(struct text *t, const struct preflight *p) {
        text_printf(t, "Files\n");
        for (size_t i = 0; i < p->n_files; i++)
                add_file(t, &p->files[i]);
        if (p->settings_error.kind != ERROR_NONE)
                add_line(t, CHECK_FAILED, "AWS settings", "see below");
        if (p->proxies[0] != '\0')
                text_printf(t, "  %-7s %-18s %s\n", "-", "proxy", p->proxies);
}

/* 3.4 GiB; buf has 32 bytes. */
static const char *format_bytes(uint64_t bytes, char buf[static 32]) {
        static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
        double value = (double) bytes;
        size_t unit = 0;
        for (; value >= 1024 && unit < ARRAY_SIZE(units) - 1; unit++)
                value /= 1024;
        (void) snprintf(buf, 32, "%.*f %s", unit > 0 && value < 10 ? 1 : 0, value, units[unit]);
        return buf;
}

static void add_schema(struct text *t, const struct database_check *d) {
        if (!d->exists)
                text_printf(t, "not there yet: the first run makes it");
        else if (d->schema_version == 0)
                text_printf(t, d->state == CHECK_OK ? "empty: the first run fills it" : "there");
        else if (d->schema_version < d->schema_newest)
                text_printf(t, "schema %" PRId64 ", which the next run or daemon brings to %" PRId64, d->schema_version,
                            d->schema_newest);
        else
                text_printf(t, "schema %" PRId64, d->schema_version);
}

static void add_database(struct text *t, const struct preflight *p) {
        const struct database_check *d = &p->database;
        char size[32], room[32], at[CLOCK_ISO8601_MAX];
        if (d->path == NULL)
                return;
        text_printf(t, "\nDatabase\n");
        add_line(t, d->state, "history", d->path);
        text_printf(t, "  %-7s %-18s ", "", "");
        add_schema(t, d);
        if (d->exists)
                text_printf(t, ", %s", format_bytes(d->size, size));
        if (d->owner[0] != '\0')
                text_printf(t, "; %s of %s:%s, mode %04o", d->exists ? "file" : "directory", d->owner, d->group,
                            (unsigned) d->mode);
        if (d->free_known)
                text_printf(t, "; %s free", format_bytes(d->free_bytes, room));
        text_printf(t, "\n");
        if (d->run_id > 0)
                text_printf(t, "  %-7s %-18s %" PRId64 ", %s, %s\n", "", "last run", d->run_id,
                            clock_format_iso8601(d->run_at, at), d->run_status);
        if (d->daemon_runs && d->daemon_pid > 0)
                text_printf(t, "  %-7s %-18s running, process %d\n", "", "daemon", (int) d->daemon_pid);
        else if (d->daemon_runs)
                text_printf(t, "  %-7s %-18s running, in another container or on another host\n", "", "daemon");
}

static void add_keys(struct text *t, const struct preflight *p) {
        const struct keys_check *k = &p->keys;
        char value[256] = "", profile[96] = "", at[CLOCK_ISO8601_MAX];
        if (strstr(k->source, "file") != NULL)
                (void) snprintf(profile, sizeof(profile), ", profile \"%s\"", k->profile);
        if (k->state == CHECK_OK)
                (void) snprintf(value, sizeof(value), "%s%s, %s%s", k->source, profile,
                                k->expiration > 0 ? "until " : "without end",
                                k->expiration > 0 ? clock_format_iso8601(k->expiration, at) : "");
        else
                (void) snprintf(value, sizeof(value), "see below");
        add_line(t, k->state, "credentials", value);
}

static void add_identity(struct text *t, const struct preflight *p) {
        char value[sizeof(p->identity.arn) + 64] = "";
        if (p->identity_call.state == CHECK_OK)
                (void) snprintf(value, sizeof(value), "account %s, %s", p->identity.account, p->identity.arn);
        else if (p->identity_call.state == CHECK_FAILED)
                format_failure(&p->identity_call.error, value, sizeof(value));
        else
                (void) snprintf(value, sizeof(value), "not asked: the endpoint is an operator's own, and none of STS is given");
        add_line(t, p->identity_call.state, "GetCallerIdentity", value);
}

static void add_listing(struct text *t, const struct preflight *p) {
        char value[160] = "";
        size_t disabled = region_list_count_disabled(&p->listed);
        if (p->regions_call.state == CHECK_OK)
                (void) snprintf(value, sizeof(value), "%zu regions enabled for the account, %zu not",
                                p->listed.n - disabled, disabled);
        else
                format_failure(&p->regions_call.error, value, sizeof(value));
        size_t n = strlen(value);
        if (p->regions_call.state == CHECK_FAILED && p->regions_named)
                (void) snprintf(value + n, sizeof(value) - n, ", but not needed: the regions are named");
        else if (p->regions_assumed)
                (void) snprintf(value + n, sizeof(value) - n, ": a run takes the regions that an earlier one listed");
        add_line(t, p->regions_call.state, "DescribeRegions", value);
}

static void add_clock(struct text *t, const struct preflight *p) {
        char value[80];
        long long offset = (long long) p->clock_offset_s;
        if (!p->clock_known)
                return;
        if (llabs(offset) <= 1)
                (void) snprintf(value, sizeof(value), "within a second of AWS's");
        else
                (void) snprintf(value, sizeof(value), "%lld s %s AWS's", llabs(offset),
                                offset > 0 ? "behind" : "ahead of");
        add_words(t, llabs(offset) <= 1 ? "ok" : "-", "clock", value);
}

/* Milliseconds, or "-". */
static void add_ms(struct table *table, usec_t usec) {
        char text[32];
        (void) snprintf(text, sizeof(text), usec < 10 * USEC_PER_MSEC ? "%.1f" : "%.0f", (double) usec / USEC_PER_MSEC);
        table_add(table, usec > 0 ? text : "-");
}

static void add_call(struct table *table, const struct call_check *c) {
        table_add(table, c->state == CHECK_FAILED ? error_kind_name(c->error.kind) : state_word(c->state));
}

static void add_region(struct table *table, const struct region_check *r) {
        const struct call_times *times = region_check_times(r);
        table_add(table, r->name);
        add_call(table, &r->instances);
        add_call(table, &r->volumes);
        add_ms(table, times->connected);
        add_ms(table, times->secured > times->connected ? times->secured - times->connected : 0);
        add_ms(table, times->answered);
}

static void add_regions(struct text *t, const struct preflight *p) {
        static const char *const names[] = { "Region", "DescribeInstances", "DescribeVolumes", "Connect", "TLS", "Answer" };
        struct table table = { .n_columns = ARRAY_SIZE(names), .text = { true, true, true } };
        if (p->n_regions == 0)
                return;
        text_printf(t, "\n");
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                table_add(&table, names[i]);
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                table_add(&table, i < 3 ? "" : "ms");
        for (size_t i = 0; i < p->n_regions; i++)
                add_region(&table, &p->regions[i]);
        if (t->r == 0)
                t->r = table_print(&table, &t->buffer);
        table_release(&table);
}

static bool has_remedy(const struct problem *p, const struct problem *like) {
        return p->remedy[0] != '\0' && strcmp(p->remedy, like->remedy) == 0;
}

/* The remedy only unless it is told for several. */
static void add_problem(struct text *t, const struct problem *p, bool with_remedy) {
        _cleanup_(freep) char *subject = text_printable(p->subject), *message = text_printable(p->message);
        if (subject == NULL || message == NULL)
                t->r = t->r < 0 ? t->r : -ENOMEM;
        else
                text_printf(t, "%s: %s: %s%s%s\n", p->is_warning ? "Warning" : "Problem", subject, message,
                            with_remedy ? "; remedy: " : "", with_remedy ? p->remedy : "");
}

static void add_problems(struct text *t, const struct preflight *p) {
        struct problems problems = { 0 };
        if (problems_find(p, &problems) < 0)
                t->r = -ENOMEM;
        for (size_t i = 0, n; i < problems.n; i += n) {
                /* Regions that need the same follow each other. */
                const struct problem *first = &problems.items[i];
                for (n = 1; i + n < problems.n && has_remedy(first, &problems.items[i + n]);)
                        n++;
                for (size_t k = 0; k < n; k++)
                        add_problem(t, &first[k], n == 1 && first->remedy[0] != '\0');
                if (n > 1)
                        text_printf(t, "Remedy for these %zu: %s\n", n, first->remedy);
        }
        problems_release(&problems);
}

static void add_verdict(struct text *t, const struct preflight *p) {
        size_t working = preflight_count_working(p);
        switch (preflight_verdict(p)) {
        case PREFLIGHT_GOOD:
                text_printf(t, "A run would work in all %zu regions.\n", p->n_regions);
                break;
        case PREFLIGHT_SETUP:
                text_printf(t, "A run would not work: configuration or credentials are not good.\n");
                break;
        case PREFLIGHT_SOME:
                text_printf(t, "A run would work in %zu of %zu regions%s.\n", working, p->n_regions,
                            p->regions_assumed ? ", as far as they are known from an earlier one" : "");
                break;
        case PREFLIGHT_NOTHING:
                text_printf(t, working > 0 ? "A run would not know which regions to ask.\n"
                                           : "A run would not work in any region.\n");
                break;
        default:
                text_printf(t, "A run could not be stored.\n");
        }
}

int report_text_preflight(const struct preflight *p, FILE *out) {
        struct text t = { .buffer = BUFFER_INIT(REPORT_MAX) };
        char at[CLOCK_ISO8601_MAX];
        text_printf(&t, "What a run needs, %s, as user %s\n\n", clock_format_iso8601(p->checked_at, at), p->user);
        add_files(&t, p);
        add_database(&t, p);
        if (p->keys.state != CHECK_NOT_MADE) {
                text_printf(&t, "\nAccount\n");
                add_keys(&t, p);
        }
        if (p->keys.state == CHECK_OK) {
                add_identity(&t, p);
                add_listing(&t, p);
                add_clock(&t, p);
        }
        add_regions(&t, p);
        text_printf(&t, "\n");
        add_problems(&t, p);
        add_verdict(&t, p);
        return report_write(&t.buffer, t.r, out);
}
