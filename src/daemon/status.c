/* SPDX-License-Identifier: MIT */
#include "daemon/status.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/remedy.h"
#include "report/table.h"

/* A line that grows in a buffer of fixed size, and is cut where that ends. */
struct line {
        char *text;
        size_t size;
        size_t len;
};

static struct line line_begin(char *buf, size_t n) {
        buf[0] = '\0';
        return (struct line){ .text = buf, .size = n };
}

static void line_add(struct line *l, const char *format, ...) _printf_(2, 3);
static void line_add(struct line *l, const char *format, ...) {
        va_list ap;
        va_start(ap, format);
        int n = vsnprintf(l->text + l->len, l->size - l->len, format, ap);
        va_end(ap);
        l->len += n > 0 ? (size_t) n : 0;
        if (l->len >= l->size)
                l->len = l->size - 1;
}

void digest_take(struct digest *d, const struct run *run) {
        *d = (struct digest){
                .known = true,
                .status = run->status,
                .regions = run->n_regions,
                .failed = run->n_failed,
                .attached_gib = run->totals.attached_gib,
                .error = run->error,
                .is_of_run = true,
        };
        memcpy(d->notice, run->notice, sizeof(d->notice));
        for (size_t i = 0; i < run->n_regions; i++) {
                const struct region_result *region = &run->regions[i];
                if (!region->failed && run->n_regions > 1)
                        continue;
                memcpy(d->region, region->region, sizeof(d->region));
                if (region->failed) {
                        d->error = region->error;
                        d->is_of_run = false;
                }
                return;
        }
}

/* For kinds whose messages are the service's or the library's words, what they mean here. */
static const char *phrase(enum error_kind kind) {
        switch (kind) {
        case ERROR_EXPIRED:
                return "the credentials have expired";
        case ERROR_DENIED:
                return "access denied";
        case ERROR_REFUSED:
                return "the request was refused";
        case ERROR_THROTTLED:
                return "throttled";
        case ERROR_SERVER:
                return "the service failed";
        case ERROR_NETWORK:
                return "no connection";
        case ERROR_TIMEOUT:
                return "timed out";
        case ERROR_PROTOCOL:
        case ERROR_PAGINATION:
                return "an answer that cannot be used";
        default:
                return NULL;
        }
}

void status_format_error(const struct error *error, char *buf, size_t n) {
        struct line l = line_begin(buf, n);
        const char *words = phrase(error->kind);
        if (words != NULL)
                line_add(&l, "%s", words);
        if (error->code[0] != '\0')
                line_add(&l, "%s%s%s", words != NULL ? " (" : "", error->code, words != NULL ? ")" : "");
        if (error->message[0] != '\0' && strcmp(error->message, error->code) != 0)
                line_add(&l, "%s%s", l.len > 0 ? ": " : "", error->message);
        if (l.len == 0)
                line_add(&l, "%s", error_kind_name(error->kind));
}

static void add_problem(struct line *l, const char *prefix, const struct error *error) {
        char words[sizeof(error->message) + 192];
        if (error->kind == ERROR_NONE)
                return;
        status_format_error(error, words, sizeof(words));
        line_add(l, "%s%s%s", l->len > 0 ? "; " : "", prefix, words);
}

static void add_failed_run(struct line *l, const struct digest *d) {
        char prefix[sizeof(d->region) + sizeof(": ")] = "";
        char clause[REMEDY_CLAUSE_SIZE];
        if (d->region[0] != '\0')
                (void) snprintf(prefix, sizeof(prefix), "%s: ", d->region);
        add_problem(l, prefix, &d->error);
        if (d->failed > 1)
                line_add(l, " (and %zu more region%s)", d->failed - 1, d->failed > 2 ? "s" : "");
        line_add(l, "%s", remedy_clause(&d->error, d->is_of_run, clause));
}

/* Everything but what the last run met. */
static void add_lasting_problems(struct line *l, const struct problems *p) {
        add_problem(l, "not stored: ", &p->database);
        add_problem(l, "no metrics: ", &p->metrics);
        add_problem(l, "the last reload was refused: ", &p->reload);
}

void status_format_problems(const struct problems *p, char *buf, size_t n) {
        struct line l = line_begin(buf, n);
        if (p->last_run.known && p->last_run.status != RUN_OK)
                add_failed_run(&l, &p->last_run);
        if (p->last_run.notice[0] != '\0')
                line_add(&l, "%s%s", l.len > 0 ? "; " : "", p->last_run.notice);
        add_lasting_problems(&l, p);
}

static void add_totals(struct line *l, const struct digest *d) {
        char gib[COUNT_TEXT_SIZE];
        if (d->regions == 1)
                line_add(l, "%s, ", d->region);
        else
                line_add(l, "%zu/%zu regions, ", d->regions - d->failed, d->regions);
        line_add(l, "%s%s GiB attached", d->failed > 0 ? "at least " : "", format_count(d->attached_gib, gib));
}

/* "40 s", "4 min", "2 h", rounded to what people say. */
static void add_duration(struct line *l, usec_t usec) {
        uint64_t s = (usec + USEC_PER_SEC / 2) / USEC_PER_SEC;
        if (s < 90)
                line_add(l, "%" PRIu64 " s", s);
        else if (s < (uint64_t) 90 * 60)
                line_add(l, "%" PRIu64 " min", (s + 30) / 60);
        else
                line_add(l, "%" PRIu64 " h", (s + 1800) / 3600);
}

void status_format_idle(const struct problems *p, usec_t next_in, char *buf, size_t n) {
        struct line l = line_begin(buf, n);
        if (!p->last_run.known)
                line_add(&l, "no run yet");
        else if (p->last_run.status == RUN_FAILED)
                line_add(&l, "the last run failed");
        else
                add_totals(&l, &p->last_run);
        line_add(&l, ", next run in ");
        add_duration(&l, next_in);
        char problems[1024];
        status_format_problems(p, problems, sizeof(problems));
        if (problems[0] != '\0')
                line_add(&l, "; %s", problems);
}

void status_format_running(const char *phase, const struct cycle_progress *progress, const struct problems *p,
                           char *buf, size_t n) {
        struct line l = line_begin(buf, n);
        char calls[COUNT_TEXT_SIZE];
        line_add(&l, "%s: ", phase);
        if (progress->region != NULL && progress->region[0] != '\0')
                line_add(&l, "%s, ", progress->region);
        if (progress->regions == 0)
                line_add(&l, "finding the regions, ");
        else
                line_add(&l, "%zu/%zu regions, ", progress->regions_done, progress->regions);
        line_add(&l, "%s call%s", format_count(progress->calls, calls), progress->calls == 1 ? "" : "s");
        char problems[1024];
        struct line rest = line_begin(problems, sizeof(problems));
        add_lasting_problems(&rest, p);
        if (rest.len > 0)
                line_add(&l, "; %s", problems);
}
