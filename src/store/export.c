/* SPDX-License-Identifier: MIT */
#include "store/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "store/db.h"
#include "store/wanted_regions.h"

static const char doing[] = "reading rows to export";

/* Where rows come from. Each query is of a view, and finds its rows by an index. The "+" keeps SQLite from the index by
 * time, which would have it sort all runs for each. */
struct source {
        const char *last; /* the key of the last unit, NULL: there are few */
        const char *next; /* the first unit's key behind :after, not behind :last */
        const char *rows; /* the unit's rows */
};

#define LAST_RUN "SELECT max(run_id) FROM v1_run"
#define NEXT_RUN                                                                                                       \
        "SELECT run_id FROM v1_run WHERE run_id > :after AND run_id <= :last AND +started_at >= :since "              \
        "ORDER BY run_id LIMIT 1"
#define NEXT_PLACE                                                                                                     \
        "SELECT place_id FROM v1_listing WHERE place_id > :after AND place_id <= :last AND seen_at >= :since AND "    \
        WANTED_REGION " ORDER BY place_id LIMIT 1"

static const struct source sources[_EXPORT_KIND_MAX] = {
        [EXPORT_RUNS] = { LAST_RUN, NEXT_RUN, "SELECT * FROM v1_run WHERE run_id = :key" },
        [EXPORT_REGIONS] = { LAST_RUN, NEXT_RUN, "SELECT * FROM v1_region_total WHERE run_id = :key AND " WANTED_REGION
                             " ORDER BY account, region" },
        [EXPORT_TYPES] = { LAST_RUN, NEXT_RUN, "SELECT * FROM v1_type_total WHERE run_id = :key AND " WANTED_REGION
                           " ORDER BY account, region, zone, volume_type, state, holder" },
        [EXPORT_INSTANCES] = { NULL, NEXT_PLACE,
                               "SELECT * FROM v1_instance WHERE place_id = :key ORDER BY instance_id" },
        [EXPORT_VOLUMES] = { NULL, NEXT_PLACE, "SELECT * FROM v1_volume WHERE place_id = :key ORDER BY volume_id" },
        /* Events outlive their runs. */
        [EXPORT_EVENTS] = { "SELECT run_id FROM v1_event ORDER BY run_id DESC LIMIT 1",
                            "SELECT run_id FROM v1_event WHERE run_id > :after AND run_id <= :last "
                            "AND +found_at >= :since ORDER BY run_id LIMIT 1",
                            "SELECT * FROM v1_event WHERE run_id = :key AND " WANTED_REGION " ORDER BY event_id" },
};

struct store_export {
        struct store *store;
        int64_t after; /* the last key that was read */
        int64_t last;
        uint64_t since;      /* seconds since the epoch */
        struct buffer words; /* of the wanted regions */
        const char *regions; /* the value of ":regions" */
        struct query next;
        struct query rows;
        size_t n_columns;
        char **names;       /* owned, as is each */
        struct cell *cells; /* owned */
};

static int check_regions(struct store *s, const char *const *regions, struct error *reterr) {
        int r = 0;
        for (size_t i = 0; r == 0 && regions != NULL && regions[i] != NULL; i++) {
                struct query q = query_prepare(s, "SELECT count(*) FROM v1_region WHERE region = :region");
                query_bind_text(&q, ":region", regions[i]);
                bool known = query_run_int64(&q) > 0;
                r = query_finish(&q, doing, reterr);
                if (r == 0 && !known)
                        r = error_set(reterr, ERROR_CONFIG, ENOENT, "the region %s is not in %s: v1_region has those "
                                      "that are", regions[i], s->path);
        }
        return r;
}

/* Statements for as long as the export takes; what they could not be prepared for shows at once. */
static int prepare(struct store_export *e, const struct source *source, struct error *reterr) {
        e->last = INT64_MAX;
        int r = source->last != NULL ? db_read_int64(e->store, source->last, doing, &e->last, reterr) : 0;
        if (r < 0)
                return r;
        e->next = query_prepare(e->store, source->next);
        e->rows = query_prepare(e->store, source->rows);
        if (e->next.rc != SQLITE_OK)
                return query_finish(&e->next, doing, reterr);
        if (e->rows.rc != SQLITE_OK)
                return query_finish(&e->rows, doing, reterr);
        return 0;
}

static int copy_columns(struct store_export *e, struct error *reterr) {
        e->n_columns = (size_t) sqlite3_column_count(e->rows.stmt);
        e->names = calloc(e->n_columns, sizeof(*e->names));
        e->cells = calloc(e->n_columns, sizeof(*e->cells));
        if (e->names == NULL || e->cells == NULL)
                return error_oom(reterr);
        for (size_t i = 0; i < e->n_columns; i++) {
                const char *name = sqlite3_column_name(e->rows.stmt, (int) i);
                e->names[i] = name != NULL ? strdup(name) : NULL;
                if (e->names[i] == NULL)
                        return error_oom(reterr);
        }
        return 0;
}

int store_export_open(struct store *s, const struct export_filter *filter, struct store_export **ret,
                      struct error *reterr) {
        int r = check_regions(s, filter->regions, reterr);
        if (r < 0)
                return r;
        _cleanup_(store_export_closep) struct store_export *e = calloc(1, sizeof(*e));
        if (e == NULL)
                return error_oom(reterr);
        e->store = s;
        e->since = filter->since / USEC_PER_SEC;
        e->words = BUFFER_INIT(1 << 20);
        e->regions = wanted_regions(filter->regions, &e->words);
        if (e->regions == NULL)
                return error_oom(reterr);
        r = prepare(e, &sources[filter->what], reterr);
        if (r == 0)
                r = copy_columns(e, reterr);
        if (r == 0)
                *ret = TAKE_PTR(e);
        return r;
}

struct row store_export_columns(const struct store_export *e) {
        return (struct row){ .n = e->n_columns, .names = (const char *const *) e->names };
}

/* Binds the parameters that the statement has. */
static void bind_parameters(const struct store_export *e, struct query *q, int64_t key) {
        const struct {
                const char *name;
                uint64_t value;
        } numbers[] = {
                { ":after", (uint64_t) e->after },
                { ":last", (uint64_t) e->last },
                { ":since", e->since },
                { ":key", (uint64_t) key },
        };
        for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
                if (sqlite3_bind_parameter_index(q->stmt, numbers[i].name) > 0)
                        query_bind_uint(q, numbers[i].name, numbers[i].value);
        if (sqlite3_bind_parameter_index(q->stmt, ":regions") > 0)
                query_bind_text(q, ":regions", e->regions);
}

static struct cell read_cell(sqlite3_stmt *stmt, int column) {
        switch (sqlite3_column_type(stmt, column)) {
        case SQLITE_NULL:
                return (struct cell){ .type = CELL_NULL };
        case SQLITE_INTEGER:
                return (struct cell){ .type = CELL_INTEGER, .integer = sqlite3_column_int64(stmt, column) };
        case SQLITE_FLOAT:
                return (struct cell){ .type = CELL_REAL, .real = sqlite3_column_double(stmt, column) };
        default:
                return (struct cell){ .type = CELL_TEXT, .text = (const char *) sqlite3_column_text(stmt, column) };
        }
}

/* The row that the statement stands on. */
static int read_row(struct store_export *e, struct row *ret, struct error *reterr) {
        /* SQLite expands the "*" anew when another program has changed the schema. */
        if ((size_t) sqlite3_column_count(e->rows.stmt) != e->n_columns)
                return error_set(reterr, ERROR_DATABASE, ESTALE, "%s: another version of ebsreportd has migrated it "
                                 "while %s: export again", e->store->path, doing);
        for (size_t i = 0; i < e->n_columns; i++) {
                e->cells[i] = read_cell(e->rows.stmt, (int) i);
                if (e->cells[i].type == CELL_TEXT && e->cells[i].text == NULL)
                        return error_oom(reterr);
        }
        *ret = store_export_columns(e);
        ret->cells = e->cells;
        return 0;
}

int store_export_unit(struct store_export *e, export_sink sink, void *userdata, struct error *reterr) {
        bind_parameters(e, &e->next, 0);
        int64_t key = query_run_int64(&e->next);
        if (e->next.rc != SQLITE_OK)
                return query_finish(&e->next, doing, reterr);
        if (key <= 0)
                return 0;
        bind_parameters(e, &e->rows, key);
        int r = 0;
        while (r >= 0 && query_step(&e->rows)) {
                struct row row;
                r = read_row(e, &row, reterr);
                if (r == 0)
                        r = sink(&row, userdata);
        }
        if (e->rows.rc != SQLITE_OK)
                return query_finish(&e->rows, doing, reterr);
        /* With this the transaction ends. */
        (void) sqlite3_reset(e->rows.stmt);
        e->after = key;
        return r < 0 ? r : 1;
}

void store_export_close(struct store_export *e) {
        if (e == NULL)
                return;
        (void) query_finish(&e->next, doing, NULL);
        (void) query_finish(&e->rows, doing, NULL);
        buffer_release(&e->words);
        for (size_t i = 0; e->names != NULL && i < e->n_columns; i++)
                free(e->names[i]);
        free(e->names);
        free(e->cells);
        free(e);
}
