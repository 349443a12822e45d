/* SPDX-License-Identifier: MIT */
#include "daemon/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/journal.h"
#include "daemon/status.h"
#include "model/remedy.h"
#include "report/table.h"

/* Topics of failures, beside the regions'. */
#define TOPIC_RUN "the run"
#define TOPIC_NOTICE "the notice"
#define TOPIC_DATABASE "the database"
#define TOPIC_METRICS "the metrics"

#define WORDS_SIZE (sizeof(((struct error *) NULL)->message) + 192)

static double seconds(usec_t usec) {
        return (double) usec / (double) USEC_PER_SEC;
}

/* What it was at, to be put behind a time. */
static const char *last_doing(const struct daemon_state *last, char buf[static 96]) {
        const char *mode = run_mode_name(last->run_mode);
        if (last->phase != DAEMON_RUNNING)
                return last->phase == DAEMON_IDLE ? "between two runs" : "while it was starting";
        if (last->regions_total > 0)
                (void) snprintf(buf, 96, "in a %s run with %zu of %zu regions, of which nothing is stored", mode,
                                last->regions_done, last->regions_total);
        else
                (void) snprintf(buf, 96, "in a %s run, of which nothing is stored", mode);
        return buf;
}

void tell_cut_off(const struct daemon_state *last) {
        char at[CLOCK_ISO8601_MAX], doing[96];
        if (last->phase != DAEMON_STOPPED)
                journal_tell(EVENT_CUT_OFF, NULL,
                             "the ebsreportd before, process %d, was killed or crashed, or the machine failed: last "
                             "heard of at %s, %s", (int) last->pid, clock_format_iso8601(last->heartbeat_at, at),
                             last_doing(last, doing));
}

static const char *untold_text(unsigned untold, char buf[static 64]) {
        buf[0] = '\0';
        if (untold > 0)
                (void) snprintf(buf, 64, " (and %u times before, which were not told)", untold);
        return buf;
}

/* Remedies that have been told of one run: many regions may need the same, which one line says. */
struct told {
        const char *remedies[16];
        size_t n;
};

/* NULL where it was told before. */
static const char *tell_once(struct told *told, const char *remedy) {
        for (size_t i = 0; remedy != NULL && i < told->n; i++)
                if (strcmp(told->remedies[i], remedy) == 0)
                        return NULL;
        if (remedy != NULL && told->n < ARRAY_SIZE(told->remedies))
                told->remedies[told->n++] = remedy;
        return remedy;
}

/* Tells a failure of a topic unless it has just been told. told: of the run; NULL where there is nothing else to tell. */
static void tell_failure(struct repeats *r, const char *topic, enum event event, const struct event_fields *fields,
                         const char *prefix, struct told *told, usec_t now) {
        unsigned untold;
        char words[WORDS_SIZE], before[64];
        if (!repeats_fail(r, topic, fields->error, now, &untold))
                return;
        const char *remedy = told != NULL ? tell_once(told, fields->remedy) : fields->remedy;
        status_format_error(fields->error, words, sizeof(words));
        journal_tell(event, fields, "%s%s%s%s%s", prefix, words, untold_text(untold, before),
                     remedy != NULL ? "; remedy: " : "", remedy != NULL ? remedy : "");
}

static void tell_region(struct repeats *r, const struct region_result *region, const struct run *run, int64_t run_id,
                        struct told *told, usec_t now) {
        char topic[sizeof(region->account) + sizeof(region->region) + 1], prefix[sizeof(region->region) + sizeof(": ")];
        unsigned times;
        const struct event_fields fields = {
                .account = region->account,
                .region = region->region,
                .runs = { { run_id, run_mode_name(run->mode) } },
                .error = region->failed ? &region->error : NULL,
                .remedy = region->failed ? failure_remedy(&region->error, false) : NULL,
        };
        /* Without the account, which a region that fails may not have told. */
        (void) snprintf(topic, sizeof(topic), "region %s", region->region);
        (void) snprintf(prefix, sizeof(prefix), "%s: ", region->region);
        if (region->failed)
                tell_failure(r, topic, EVENT_REGION_FAILED, &fields, prefix, told, now);
        else if (repeats_succeed(r, topic, &times))
                journal_tell(EVENT_REGION_WORKS, &fields, "%s: works again, after %u failed run%s", region->region,
                             times, times == 1 ? "" : "s");
}

/* What the run had to make do with. It has no error, but a kind is what repeated notices are known by. */
static void tell_notice(struct repeats *r, const struct run *run, const struct event_fields *fields, usec_t now) {
        const struct error same = { .kind = run->regions_assumed ? ERROR_DENIED : ERROR_REFUSED };
        unsigned n;
        char before[64];
        if (run->notice[0] == '\0')
                (void) repeats_succeed(r, TOPIC_NOTICE, &n);
        else if (repeats_fail(r, TOPIC_NOTICE, &same, now, &n))
                journal_tell(EVENT_NOTICE, fields, "%s%s", run->notice, untold_text(n, before));
}

static void tell_totals(const struct run *run, const struct event_fields *fields) {
        char gib[COUNT_TEXT_SIZE], calls[COUNT_TEXT_SIZE];
        journal_tell(EVENT_RUN, fields, "%s: %zu/%zu regions, %s%s GiB attached, %s calls, %.2f s", fields->runs[0].mode,
                     run->n_regions - run->n_failed, run->n_regions, run->n_failed > 0 ? "at least " : "",
                     format_count(run->totals.attached_gib, gib), format_count(run->calls, calls),
                     seconds(run->wall_usec));
}

/* A run without any numbers: its own error, or what its regions, all of them, met. */
static void tell_failed_run(struct repeats *r, const struct run *run, struct event_fields *fields, struct told *told,
                            usec_t now) {
        bool is_of_run = run->error.kind != ERROR_NONE || run->n_regions == 0;
        fields->error = is_of_run ? &run->error : &run->regions[0].error;
        fields->remedy = failure_remedy(fields->error, is_of_run);
        tell_failure(r, TOPIC_RUN, EVENT_RUN_FAILED, fields, "no region could be read: ", told, now);
}

void tell_run(struct repeats *r, const struct run *run, int64_t run_id, usec_t now) {
        struct event_fields fields = {
                .account = run->n_regions > 0 ? run->regions[0].account : NULL,
                .runs = { { run_id, run_mode_name(run->mode) } },
        };
        struct told told = { .n = 0 };
        unsigned times;
        for (size_t i = 0; i < run->n_regions; i++)
                tell_region(r, &run->regions[i], run, run_id, &told, now);
        tell_notice(r, run, &fields, now);
        if (run->status == RUN_FAILED) {
                tell_failed_run(r, run, &fields, &told, now);
                return;
        }
        (void) repeats_succeed(r, TOPIC_RUN, &times);
        tell_totals(run, &fields);
}

/* Why the three did not see the same: the first failure of one of them, or NULL. *ret_region is "" for the run's own. */
static const struct error *find_failure(const struct run *run, const char **ret_region) {
        *ret_region = "";
        if (run->error.kind != ERROR_NONE)
                return &run->error;
        for (size_t i = 0; i < run->n_regions; i++)
                if (run->regions[i].failed) {
                        *ret_region = run->regions[i].region;
                        return &run->regions[i].error;
                }
        return NULL;
}

/* What came of it: they agree, which one failed, or where to see how they differ. */
static void judge(const struct comparison *c, struct event_fields *fields, char *buf, size_t n) {
        const struct run *const runs[COMPARISON_RUNS] = { &c->sequential, &c->parallel, &c->sweep };
        char words[WORDS_SIZE], clause[REMEDY_CLAUSE_SIZE];
        (void) snprintf(buf, n, "they agree");
        if (c->agree)
                return;
        if (fields->runs[0].id != 0)
                (void) snprintf(buf, n, "they do not agree: v1_region_total has the runs %" PRId64 ", %" PRId64 " and %" PRId64
                                " to compare", fields->runs[0].id, fields->runs[1].id, fields->runs[2].id);
        else
                (void) snprintf(buf, n, "they do not agree: ebsreportd --once --compare tells in which regions");
        for (size_t i = 0; i < COMPARISON_RUNS; i++) {
                const char *region;
                fields->error = find_failure(runs[i], &region);
                if (fields->error == NULL)
                        continue;
                fields->remedy = failure_remedy(fields->error, region[0] == '\0');
                fields->region = region;
                status_format_error(fields->error, words, sizeof(words));
                (void) snprintf(buf, n, "%s failed%s%s: %s%s", fields->runs[i].mode, region[0] != '\0' ? " in " : "",
                                region, words, remedy_clause(fields->error, region[0] == '\0', clause));
                return;
        }
}

void tell_comparison(const struct comparison *c, const int64_t run_ids[COMPARISON_RUNS]) {
        struct event_fields fields = {
                .account = c->sweep.n_regions > 0 ? c->sweep.regions[0].account : NULL,
                .region = c->sweep.n_regions == 1 ? c->sweep.regions[0].region : NULL,
                .runs = {
                        { run_ids[0], run_mode_name(MODE_SEQUENTIAL) },
                        { run_ids[1], run_mode_name(MODE_PARALLEL) },
                        { run_ids[2], run_mode_name(MODE_SWEEP) },
                },
        };
        char judgement[WORDS_SIZE + 256];
        judge(c, &fields, judgement, sizeof(judgement));
        journal_tell(c->agree ? EVENT_COMPARISON : EVENT_MODES_DISAGREE, &fields,
                     "comparison in %zu region%s: sequential %.2f s, parallel %.2f s, sweep %.2f s: %s",
                     c->sweep.n_regions, c->sweep.n_regions == 1 ? "" : "s", seconds(c->sequential.wall_usec),
                     seconds(c->parallel.wall_usec), seconds(c->sweep.wall_usec), judgement);
}

void tell_not_compared(const struct error *error) {
        const struct event_fields fields = { .error = error, .remedy = failure_remedy(error, true) };
        char words[WORDS_SIZE], clause[REMEDY_CLAUSE_SIZE];
        status_format_error(error, words, sizeof(words));
        journal_tell(EVENT_MODES_DISAGREE, &fields, "the modes could not be compared: %s%s", words,
                     remedy_clause(error, true, clause));
}

void tell_all(enum event event, const char *prefix, const struct error_list *errors) {
        size_t kept = error_list_kept(errors);
        char text[FAILURE_TEXT_SIZE];
        for (size_t i = 0; i < kept; i++) {
                const struct error *e = &errors->items[i];
                journal_tell(event, &(struct event_fields){ .error = e, .remedy = failure_remedy(e, true) }, "%s%s", prefix,
                             failure_format(e, true, text));
        }
        if (errors->n > kept)
                journal_tell(event, NULL, "%s" ERROR_LIST_MORE, prefix, errors->n - kept);
}

static void tell_stored(struct repeats *r, const struct error *error, usec_t now) {
        unsigned times;
        if (error->kind != ERROR_NONE)
                tell_failure(r, TOPIC_DATABASE, EVENT_STORE_FAILED, &(struct event_fields){ .error = error },
                             "the run is not stored: ", NULL, now);
        else if (repeats_succeed(r, TOPIC_DATABASE, &times))
                journal_tell(EVENT_STORE_WORKS, NULL, "the history is stored again, without the %u run%s before", times,
                             times == 1 ? "" : "s");
}

static void tell_metrics(struct repeats *r, const struct error *error, usec_t now) {
        unsigned times;
        if (error->kind != ERROR_NONE)
                tell_failure(r, TOPIC_METRICS, EVENT_METRICS_FAILED, &(struct event_fields){ .error = error }, "", NULL,
                             now);
        else
                (void) repeats_succeed(r, TOPIC_METRICS, &times);
}

void tell_delivered(struct repeats *r, const struct error *database, const struct error *metrics, usec_t now) {
        tell_stored(r, database, now);
        tell_metrics(r, metrics, now);
}
