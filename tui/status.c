/* SPDX-License-Identifier: MIT */
#include "tui/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum region_column {
        REGION_ACCOUNT,
        REGION_NAME,
        REGION_AT,
        REGION_FAILED,
        REGION_STALE,
        REGION_GIB,
        REGION_VOLUMES,
        REGION_INSTANCES,
        REGION_UNATTACHED_GIB,
        REGION_UNATTACHED_VOLUMES,
        REGION_PARTIAL,
        REGION_CURRENCY,
        REGION_COST,
        REGION_COST_AT_LEAST,
};

/* A region that the account has not enabled has nothing in it. */
static const char regions_sql[] =
        "SELECT n.account, n.region, g.started_at, n.status = 'failed', n.completeness = 'stale',"
        " coalesce(g.billed_gib, g.attached_gib),"
        " g.attached_volumes + coalesce(g.unattached_volumes + g.managed_volumes, 0), g.instances, g.unattached_gib,"
        " g.unattached_volumes, g.billed_gib IS NULL, g.currency,"
        " coalesce(g.billed_cost_micros, g.attached_cost_micros), coalesce(g.unpriced_volumes, 1) > 0"
        " FROM v1_latest AS n LEFT JOIN v1_last_good AS g ON g.region = n.region AND g.account IS n.account"
        " WHERE n.completeness <> 'not_opted_in' ORDER BY n.region";

/* In the order of enum status_run_column. */
static const char runs_sql[] =
        "SELECT r.run_id, r.mode, r.workers, r.status, r.regions_ok, r.regions_total, r.wall_us, r.started_at,"
        " coalesce(r.error_message, (SELECT e.region || ': ' || e.error_message FROM v1_latest AS e"
        " WHERE e.run_id = r.run_id AND e.error_message IS NOT NULL ORDER BY e.region)), c.speedup, c.sequential_run_id, c.parallel_run_id"
        " FROM v1_run AS r LEFT JOIN v1_comparison AS c"
        " ON c.comparison_id = (SELECT max(comparison_id) FROM v1_comparison)"
        " WHERE r.run_id = (SELECT max(run_id) FROM v1_run)";

/* In the order of enum status_daemon_column. */
static const char daemons_sql[] =
        "SELECT state, started_at, heartbeat_at, interval_s, next_run_at, regions_done, regions_total, problem"
        " FROM v1_daemon";

/* ---- sums ----------------------------------------------------------------------------------------------------- */

static bool is_null(const struct row *row, size_t column) {
        return row->values[column].type == VALUE_NULL;
}

static int64_t number(const struct row *row, size_t column) {
        return value_integer(&row->values[column]);
}

static bool is_same_region(const struct row *a, const struct row *b) {
        return value_compare(&a->values[REGION_NAME], &b->values[REGION_NAME]) == 0 &&
               value_compare(&a->values[REGION_ACCOUNT], &b->values[REGION_ACCOUNT]) == 0 &&
               !is_null(a, REGION_ACCOUNT);
}

static bool counts(const struct status *s, const struct row *row) {
        return s->region == NULL || strcmp(value_text(&row->values[REGION_NAME]), s->region) == 0;
}

/* Two files may know the same account's region: only the newer numbers count, else volumes would count twice. */
static bool is_outdone(const struct rows *regions, size_t i) {
        const struct row *row = &regions->items[i];
        for (size_t k = 0; k < regions->n; k++) {
                const struct row *other = &regions->items[k];
                if (other->database == row->database || !is_same_region(row, other))
                        continue;
                int order = value_compare(&other->values[REGION_AT], &row->values[REGION_AT]);
                if (order > 0 || (order == 0 && other->database < row->database))
                        return true;
        }
        return false;
}

static void add_cost(struct status_sums *s, const struct row *row) {
        const char *currency = value_text(&row->values[REGION_CURRENCY]);
        if (is_null(row, REGION_COST) || currency[0] == '\0')
                return;
        size_t i = 0;
        while (i < s->n_costs && strcmp(s->costs[i].currency, currency) != 0)
                i++;
        if (i == STATUS_CURRENCIES_MAX) {
                s->cost_at_least = true;
                return;
        }
        if (i == s->n_costs) {
                s->n_costs++;
                (void) snprintf(s->costs[i].currency, sizeof(s->costs[i].currency), "%s", currency);
        }
        s->costs[i].micros += number(row, REGION_COST);
}

static void add_region(struct status_sums *s, const struct row *row) {
        s->regions++;
        if (is_null(row, REGION_AT)) {
                s->regions_none++;
                s->gib_at_least = s->cost_at_least = true;
                return;
        }
        s->regions_old += number(row, REGION_FAILED) != 0;
        s->regions_stale += number(row, REGION_STALE) != 0;
        s->gib += number(row, REGION_GIB);
        s->volumes += number(row, REGION_VOLUMES);
        s->instances += number(row, REGION_INSTANCES);
        s->unattached_gib += number(row, REGION_UNATTACHED_GIB);
        s->unattached_volumes += number(row, REGION_UNATTACHED_VOLUMES);
        s->gib_at_least |= number(row, REGION_PARTIAL) != 0;
        s->cost_at_least |= number(row, REGION_PARTIAL) != 0 || number(row, REGION_COST_AT_LEAST) != 0;
        add_cost(s, row);
        if (number(row, REGION_AT) > s->newest_at)
                s->newest_at = number(row, REGION_AT);
}

static int compare_costs(const void *a, const void *b) {
        const struct status_sums *s = NULL;
        const __typeof__(s->costs[0]) *x = a, *y = b;
        return (x->micros < y->micros) - (x->micros > y->micros);
}

static void sum_up(struct status *s) {
        s->sums = (struct status_sums){ 0 };
        for (size_t i = 0; i < s->regions.n; i++)
                if (counts(s, &s->regions.items[i]) && (s->n_databases < 2 || !is_outdone(&s->regions, i)))
                        add_region(&s->sums, &s->regions.items[i]);
        for (size_t i = 1; i < s->regions.n; i++)
                s->sums.several_accounts |= value_compare(&s->regions.items[0].values[REGION_ACCOUNT],
                                                          &s->regions.items[i].values[REGION_ACCOUNT]) != 0;
        /* What another one holds, nobody knows. */
        for (size_t i = 0; i < s->n_databases; i++)
                if (s->databases[i].newest_at == 0)
                        s->sums.gib_at_least = s->sums.cost_at_least = true;
        qsort(s->sums.costs, s->sums.n_costs, sizeof(s->sums.costs[0]), compare_costs);
}

/* ---- loading -------------------------------------------------------------------------------------------------- */

static const struct row *row_of(const struct rows *rows, size_t database) {
        for (size_t i = 0; i < rows->n; i++)
                if (rows->items[i].database == (int) database)
                        return &rows->items[i];
        return NULL;
}

/* A database that knows nothing of the region that counts is as current as the rest of it. */
static int64_t newest_of(const struct status *s, size_t database) {
        int64_t newest = 0, newest_that_counts = 0;
        bool any_counts = false;
        for (size_t i = 0; i < s->regions.n; i++) {
                const struct row *row = &s->regions.items[i];
                if (row->database != (int) database)
                        continue;
                int64_t at = number(row, REGION_AT);
                newest = at > newest ? at : newest;
                any_counts |= counts(s, row);
                if (counts(s, row) && at > newest_that_counts)
                        newest_that_counts = at;
        }
        return any_counts ? newest_that_counts : newest;
}

int status_load(struct status *s, const struct database_set *databases) {
        if (s->databases == NULL) {
                s->databases = calloc(databases->n, sizeof(*s->databases));
                if (s->databases == NULL)
                        return -ENOMEM;
                s->n_databases = databases->n;
        }
        struct scope all = scope_all();
        int r = rows_refresh(&s->regions, databases, regions_sql, &all);
        if (r == 0)
                r = rows_refresh(&s->runs, databases, runs_sql, &all);
        if (r == 0)
                r = rows_refresh(&s->daemons, databases, daemons_sql, &all);
        /* Also after a failure: what the databases' states point to may have been replaced. */
        for (size_t i = 0; i < s->n_databases; i++)
                s->databases[i] = (struct status_database){
                        .newest_at = newest_of(s, i),
                        .run = row_of(&s->runs, i),
                        .daemon = row_of(&s->daemons, i),
                };
        sum_up(s);
        return r;
}

void status_judge(struct status *s, int64_t now) {
        s->worst = s->n_databases > 0 ? FRESHNESS_LIVE : FRESHNESS_NONE;
        for (size_t i = 0; i < s->n_databases; i++) {
                struct status_database *d = &s->databases[i];
                struct freshness_facts facts = { .now = now, .newest_at = d->newest_at };
                if (d->daemon != NULL) {
                        facts.has_daemon = true;
                        facts.stopped = strcmp(value_text(&d->daemon->values[STATUS_DAEMON_STATE]), "stopped") == 0;
                        facts.heartbeat_at = number(d->daemon, STATUS_DAEMON_HEARTBEAT_AT);
                        facts.interval_s = number(d->daemon, STATUS_DAEMON_INTERVAL_S);
                }
                d->freshness = freshness_judge(&facts);
                if (d->freshness > s->worst)
                        s->worst = d->freshness;
        }
        if (s->regions.n > 0 && s->sums.regions == 0)
                s->worst = FRESHNESS_NONE; /* the region that counts is none of them */
}

bool status_has_numbers(const struct status *s) {
        for (size_t i = 0; i < s->regions.n; i++)
                if (!is_null(&s->regions.items[i], REGION_AT))
                        return true;
        return false;
}

int status_check_region(const struct status *s, struct error *reterr) {
        char names[384] = ""; /* with the rest, an error's message */
        size_t used = 0;
        for (size_t i = 0; i < s->regions.n; i++) {
                const struct row *row = &s->regions.items[i];
                if (counts(s, row))
                        return 0;
                bool named = false;
                for (size_t k = 0; k < i && !named; k++)
                        named = value_compare(&s->regions.items[k].values[REGION_NAME], &row->values[REGION_NAME]) == 0;
                if (!named && used < sizeof(names))
                        used += (size_t) snprintf(names + used, sizeof(names) - used, "%s%s", used > 0 ? ", " : "",
                                                  value_text(&row->values[REGION_NAME]));
        }
        if (s->regions.n == 0)
                return 0;
        return error_set(reterr, ERROR_CONFIG, ENOENT, "--region %.40s: no such region in the history; there are: %s%s",
                         s->region, names, used < sizeof(names) ? "" : "...");
}

void status_release(struct status *s) {
        rows_release(&s->regions);
        rows_release(&s->runs);
        rows_release(&s->daemons);
        free(s->databases);
        *s = (struct status){ 0 };
}
