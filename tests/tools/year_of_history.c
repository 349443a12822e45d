/* SPDX-License-Identifier: MIT */
/* Makes a history database as ebsreportd would have after a year: year-of-history --help. For tests, benchmarks and the
 * demo of ebstop. What it writes fits together: the inventory is what the newest listings saw, the ledger's events add up
 * to the changes of the totals, and the rollups are those of the runs, of which the older ones are no longer kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "estate_life.h"
#include "year_calls.h"
#include "year_database.h"
#include "year_fail.h"
#include "year_incidents.h"
#include "year_inventory.h"
#include "year_options.h"
#include "year_rollup.h"
#include "year_trend.h"

#define DAY INT64_C(86400)

/* The program's defaults. */
#define KEEP_TIMINGS 50
#define COMPARE_INTERVAL DAY
#define COMPARE_INSTANCES 200

struct year {
        struct year_options options;
        int64_t begin;      /* a day's beginning: the first run is there or later */
        int64_t kept_since; /* a day's beginning: runs are kept from there on */
        int64_t run_id;     /* of the newest run so far */
        int64_t compared_at;
        struct estate **estates; /* owned; by place_id from 1 */
        size_t places;
        struct random random;
        struct year_database database;
        struct year_rollup rollup;
        struct life_events events;
};

_Noreturn void year_fail(const char *what) {
        (void) fprintf(stderr, "year-of-history: %s\n", what);
        exit(EXIT_FAILURE);
}

static struct estate *make_estate(const struct year_options *o, const struct price_list *prices, size_t index) {
        struct estate *e = calloc(1, sizeof(*e));
        if (e == NULL)
                year_fail("out of memory");
        e->place_id = (int64_t) index + 1;
        e->region_index = index % o->regions;
        e->region = &catalogue_regions[e->region_index];
        e->account = &catalogue_accounts[index / o->regions];
        e->zones = e->region->permille >= 100 ? 3 : e->region->permille >= 10 ? 2 : 1;
        e->random.state = o->seed * 1000003 + index;
        uint64_t percents = 0, permilles = 0;
        for (unsigned i = 0; i < o->accounts; i++)
                percents += catalogue_accounts[i].percent;
        for (unsigned i = 0; i < o->regions; i++)
                permilles += catalogue_regions[i].permille;
        uint64_t share = e->account->percent * e->region->permille, whole = percents * permilles;
        e->volumes_wanted = (o->volumes * share + whole / 2) / whole;
        e->instances_wanted = (o->instances * share + whole / 2) / whole;
        for (unsigned kind = 0; kind < _KIND_MAX; kind++)
                e->rates[kind] = price_list_find(prices, e->region->name, e->region->name, kind_name((enum kind) kind));
        return e;
}

static void begin_year(struct year *y, const struct price_list *prices) {
        const struct year_options *o = &y->options;
        y->begin = (o->end - o->days * DAY) / DAY * DAY;
        y->kept_since = o->raw_days < o->days ? (o->end - o->raw_days * DAY) / DAY * DAY : y->begin;
        y->random.state = o->seed;
        y->places = (size_t) o->accounts * o->regions;
        y->estates = calloc(y->places, sizeof(struct estate *));
        if (y->estates == NULL)
                year_fail("out of memory");
        for (size_t i = 0; i < y->places; i++)
                y->estates[i] = make_estate(o, prices, i);
        year_database_open(&y->database, o->path);
        year_rollup_open(&y->rollup, &y->database, y->places);
}

/* A sweep lists all of it; the world goes on only when somebody looks. */
static void list(struct year *y, struct estate *e, int64_t at) {
        if (e->listed_run == 0) {
                estate_begin(e, y->options.end, at);
                e->baseline_run = y->run_id;
                e->baseline_at = at;
        } else {
                estate_live(e, y->options.end, y->run_id, at, &y->events);
                year_database_add_events(&y->database, e, &y->events, y->run_id, at, e->listed_at);
        }
        e->listed_run = y->run_id;
        e->listed_at = at;
}

static void look_at(struct year *y, struct estate *e, const struct run *run, struct region_result *ret) {
        int64_t at = (int64_t) (run->started_at / USEC_PER_SEC);
        (void) snprintf(ret->account, sizeof(ret->account), "%s", e->account->id);
        (void) snprintf(ret->region, sizeof(ret->region), "%s", e->region->name);
        e->newest_run = y->run_id;
        ret->failed = incident_region(&y->options, e, at, &ret->error);
        if (!ret->failed) {
                if (run->mode == MODE_SWEEP)
                        list(y, e, at);
                ret->totals = estate_totals(e, run->mode);
                e->good_run = y->run_id;
        }
        /* Those of a comparison that see less have no part in the rollups. */
        if (run->mode == MODE_SWEEP)
                year_rollup_add(&y->rollup, (size_t) e->place_id - 1, ret, at);
}

/* One run over some estates; *ret must be released. */
static void make_run(struct year *y, enum run_mode mode, int64_t at, struct estate *const *estates, size_t n,
                     struct run *ret) {
        struct run run = { .mode = mode, .started_at = (usec_t) at * USEC_PER_SEC, .n_regions = n };
        run.regions = calloc(n + 1, sizeof(*run.regions));
        unsigned *latencies = calloc(n + 1, sizeof(*latencies));
        if (run.regions == NULL || latencies == NULL)
                year_fail("out of memory");
        y->run_id++;
        for (size_t i = 0; i < n; i++) {
                look_at(y, estates[i], &run, &run.regions[i]);
                latencies[i] = estates[i]->region->latency_ms;
        }
        if (y->options.demo)
                (void) snprintf(run.notice, sizeof(run.notice), "DEMO: made up, not measured");
        if (run_summarize(&run) < 0)
                year_fail("sizes beyond what a run can sum");
        int64_t left = (y->options.end - at) / y->options.interval;
        year_calls_run(&run, latencies, &y->random, left < KEEP_TIMINGS);
        free(latencies);
        if (at >= y->kept_since)
                year_database_add_run(&y->database, y->run_id, &run, estates);
        *ret = run;
}

static void run_everything(struct year *y, int64_t at) {
        struct run run;
        make_run(y, MODE_SWEEP, at, y->estates, y->places, &run);
        run_release(&run);
}

static void run_nothing(struct year *y, int64_t at, const struct error *why) {
        struct run run = { .mode = MODE_SWEEP, .status = RUN_FAILED, .started_at = (usec_t) at * USEC_PER_SEC,
                           .wall_usec = 1200000, .cpu_usec = 9000, .error = *why };
        y->run_id++;
        if (at >= y->kept_since)
                year_database_add_run(&y->database, y->run_id, &run, NULL);
}

/* The largest estates that have few enough instances together; all regions are of one account. */
static size_t choose_compared(const struct year *y, struct estate **ret) {
        size_t n = 0, instances = 0;
        for (size_t i = 0; i < y->options.regions; i++) {
                struct estate *e = y->estates[i];
                if (e->listed_run == 0 || instances + e->instances.n > COMPARE_INSTANCES)
                        continue;
                instances += e->instances.n;
                ret[n++] = e;
        }
        return n;
}

static int64_t seconds_after(const struct run *run) {
        return (int64_t) ((run->started_at + run->wall_usec) / USEC_PER_SEC) + 1;
}

static void compare(struct year *y, int64_t at) {
        struct estate *estates[CATALOGUE_REGIONS];
        size_t n = choose_compared(y, estates);
        struct comparison c = { 0 };
        int64_t ids[3];
        if (n == 0)
                return;
        make_run(y, MODE_SEQUENTIAL, at, estates, n, &c.sequential);
        ids[0] = y->run_id;
        make_run(y, MODE_PARALLEL, seconds_after(&c.sequential), estates, n, &c.parallel);
        ids[1] = y->run_id;
        make_run(y, MODE_SWEEP, seconds_after(&c.parallel), estates, n, &c.sweep);
        ids[2] = y->run_id;
        comparison_conclude(&c);
        year_database_add_comparison(&y->database, &c, at >= y->kept_since ? ids : NULL);
        comparison_release(&c);
}

static void live_through(struct year *y) {
        const struct year_options *o = &y->options;
        int64_t at = o->end - (o->end - y->begin) / o->interval * o->interval;
        for (; at <= o->end; at += o->interval) {
                struct error why = { 0 };
                if (incident_off(o, at) && at != o->end)
                        continue;
                if (incident_no_credentials(o, at, &why)) {
                        run_nothing(y, at, &why);
                        continue;
                }
                run_everything(y, at);
                /* The three take two minutes or so, and start behind the run. */
                if (at - y->compared_at < COMPARE_INTERVAL || o->interval < 300 || at + o->interval > o->end)
                        continue;
                y->compared_at = at;
                compare(y, at + o->interval / 5);
        }
}

static void write_state(struct year *y) {
        const struct year_options *o = &y->options;
        struct store *s = y->database.store;
        struct query q = query_prepare(
                s, "INSERT INTO daemon_state SELECT 1, 'idle', 1234, '0.1.0', :begin, :at, :interval, :next, NULL, NULL, "
                   "NULL, NULL, 'idle', NULL");
        query_bind_uint(&q, ":begin", (uint64_t) (y->begin > o->end - 40 * DAY ? y->begin : o->end - 32 * DAY));
        query_bind_uint(&q, ":at", (uint64_t) o->end + 10);
        query_bind_uint(&q, ":interval", (uint64_t) o->interval);
        query_bind_uint(&q, ":next", (uint64_t) (o->end + o->interval));
        query_run(&q);
        year_database_finish(&q);
        if (y->kept_since == y->begin)
                return;
        q = query_prepare(s, "INSERT INTO pruned VALUES ('runs', :at)");
        query_bind_uint(&q, ":at", (uint64_t) y->kept_since);
        query_run(&q);
        year_database_finish(&q);
}

int main(int argc, char **argv) {
        struct year y = { 0 };
        struct error_list errors = { .n = 0 };
        _cleanup_(price_list_freep) struct price_list *prices = NULL;
        year_options_parse(argc, argv, &y.options);
        if (price_list_builtin(&prices, &errors) < 0)
                year_fail(errors.items[0].message);
        begin_year(&y, prices);
        live_through(&y);
        year_rollup_close(&y.rollup);
        year_inventory_write(&y.database, (const struct estate *const *) y.estates, y.places);
        write_state(&y);
        year_database_exec(&y.database, "INSERT INTO rollup_total_hour SELECT * FROM total_hour; "
                                        "INSERT INTO rollup_total_day SELECT * FROM total_day");
        year_database_close(&y.database);
        for (size_t i = 0; i < y.places; i++) {
                estate_release(y.estates[i]);
                free(y.estates[i]);
        }
        free(y.estates);
        free(y.events.items);
        return EXIT_SUCCESS;
}
