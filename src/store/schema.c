/* SPDX-License-Identifier: MIT */
#include "store/schema.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "store/migrate_2_to_3_sql.h"
#include "store/migrate_3_to_4_sql.h"
#include "store/rollup.h"
#include "store/schema_sql.h"

/* To version 2: what the volumes cost. */
static const char add_costs[] =
        "ALTER TABLE run ADD COLUMN currency TEXT;"
        "ALTER TABLE run ADD COLUMN attached_cost_micros INTEGER;"
        "ALTER TABLE run ADD COLUMN unattached_cost_micros INTEGER;"
        "ALTER TABLE run ADD COLUMN managed_cost_micros INTEGER;"
        "ALTER TABLE run ADD COLUMN unpriced_volumes INTEGER;"
        "ALTER TABLE run ADD COLUMN prices_oldest TEXT;"
        "ALTER TABLE run ADD COLUMN prices_newest TEXT;"
        "ALTER TABLE region_total ADD COLUMN currency TEXT;"
        "ALTER TABLE region_total ADD COLUMN attached_cost_micros INTEGER;"
        "ALTER TABLE region_total ADD COLUMN unattached_cost_micros INTEGER;"
        "ALTER TABLE region_total ADD COLUMN managed_cost_micros INTEGER;"
        "ALTER TABLE region_total ADD COLUMN unpriced_volumes INTEGER;"
        "ALTER TABLE region_total ADD COLUMN prices_oldest TEXT;"
        "ALTER TABLE region_total ADD COLUMN prices_newest TEXT;"
        "ALTER TABLE type_total ADD COLUMN cost_micros INTEGER;"
        "ALTER TABLE type_total ADD COLUMN unpriced_volumes INTEGER";

/* To version 4: hours and days of the runs that there are. */
static int fill_rollups(struct store *s, int64_t from, struct error *reterr) {
        struct rollup_rebuilt rebuilt;
        return from < 4 ? rollup_rebuild(s, &rebuilt, reterr) : 0;
}

const struct schema *schema_current(void) {
        static const char *const steps[] = { add_costs, migrate_2_to_3_sql, migrate_3_to_4_sql };
        static_assert(ARRAY_SIZE(steps) == SCHEMA_VERSION - 1, "one step a version");
        static const struct schema current = {
                .version = SCHEMA_VERSION,
                .create_sql = schema_sql,
                .steps = steps,
                .views_sql = views_sql,
                .fill = fill_rollups,
        };
        return &current;
}

struct identity {
        int64_t application_id;
        int64_t version;
        int64_t objects; /* tables, indices and views */
};

/* By one statement, so that all of it is of the same moment: another process may be making the tables. */
static int read_identity(struct store *s, struct identity *ret, struct error *reterr) {
        struct query q = query_prepare(s, "SELECT a.application_id, u.user_version, (SELECT count(*) FROM sqlite_schema) "
                                          "FROM pragma_application_id AS a, pragma_user_version AS u");
        struct identity id = { 0 };
        if (query_step(&q))
                id = (struct identity){ .application_id = sqlite3_column_int64(q.stmt, 0),
                                        .version = sqlite3_column_int64(q.stmt, 1),
                                        .objects = sqlite3_column_int64(q.stmt, 2) };
        int r = query_finish(&q, "reading its header", reterr);
        if (r == 0)
                *ret = id;
        return r;
}

static bool is_empty(const struct identity *id) {
        return id->application_id == 0 && id->version == 0 && id->objects == 0;
}

static int check_identity(const struct store *s, const struct identity *id, const struct schema *schema,
                          struct error *reterr) {
        if (is_empty(id))
                return 0;
        if (id->application_id != SCHEMA_APPLICATION_ID || id->version < 1)
                return error_set(reterr, ERROR_DATABASE, EMEDIUMTYPE,
                                 "%s: a database of another program: name another file with --db or \"database\"",
                                 s->path);
        if (id->version > schema->version)
                return error_set(reterr, ERROR_DATABASE, EPROTONOSUPPORT,
                                 "%s: written by a newer ebsreportd (schema %" PRId64 ", this one knows %" PRId64
                                 "): upgrade ebsreportd", s->path, id->version, schema->version);
        return 0;
}

static int read_checked_identity(struct store *s, const struct schema *schema, struct identity *ret,
                                 struct error *reterr) {
        int r = read_identity(s, ret, reterr);
        return r < 0 ? r : check_identity(s, ret, schema, reterr);
}

static int set_identity(struct store *s, const struct schema *schema, struct error *reterr) {
        /* Pragmas take no parameters; both numbers are our own. */
        char sql[96];
        (void) snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %" PRId64,
                        SCHEMA_APPLICATION_ID, schema->version);
        return db_exec(s, sql, "writing its header", reterr);
}

/* A step may rebuild tables with foreign keys off; this finds what it broke. */
static int check_foreign_keys(struct store *s, struct error *reterr) {
        struct query q = query_prepare(s, "PRAGMA foreign_key_check");
        bool broken = query_step(&q);
        int r = query_finish(&q, "checking its foreign keys", reterr);
        if (r == 0 && broken)
                r = error_set(reterr, ERROR_DATABASE, EUCLEAN,
                              "%s: rows refer to others that are gone, so it cannot be migrated: restore a copy, or "
                              "move it away and a new one is made", s->path);
        return r;
}

/* Only our own: somebody may have added others. */
static int drop_views(struct store *s, struct error *reterr) {
        struct query q = query_prepare(
                s, "SELECT coalesce(group_concat(printf('DROP VIEW \"%w\";', name), ' '), '') FROM sqlite_schema "
                   "WHERE type = 'view' AND (name GLOB 'v1_*' OR name IN ('region_state', 'region_detail', "
                   "'region_sample', 'listing_state', 'day_ago', 'newest_sample', 'past_sample', 'sen_rank', "
                   "'forecast_day', 'forecast_window', 'forecast', 'place_in_sum', 'total_hour', 'total_day', "
                   "'trend_sum_hour', 'trend_sum_day'))");
        _cleanup_(freep) char *sql = query_step(&q) ? strdup((const char *) sqlite3_column_text(q.stmt, 0)) : NULL;
        int r = query_finish(&q, "reading its views", reterr);
        if (r < 0)
                return r;
        return sql == NULL ? error_oom(reterr) : db_exec(s, sql, "migrating its views", reterr);
}

static int migrate(struct store *s, int64_t from, const struct schema *schema, struct error *reterr) {
        if (schema->views_sql != NULL) {
                int r = drop_views(s, reterr);
                if (r < 0)
                        return r;
        }
        for (int64_t version = from; version < schema->version; version++) {
                int r = db_exec(s, schema->steps[version - 1], "migrating it to a newer schema", reterr);
                if (r < 0)
                        return r;
        }
        if (schema->views_sql != NULL) {
                int r = db_exec(s, schema->views_sql, "making its views", reterr);
                if (r < 0)
                        return r;
        }
        if (schema->fill != NULL) {
                int r = schema->fill(s, from, reterr);
                if (r < 0)
                        return r;
        }
        return check_foreign_keys(s, reterr);
}

/* Within the transaction, so the file is looked at again: another process may have been quicker. */
static int bring_up_to_date(struct store *s, const struct schema *schema, struct error *reterr) {
        struct identity id;
        int r = read_checked_identity(s, schema, &id, reterr);
        if (r < 0 || id.version == schema->version)
                return r;
        if (is_empty(&id))
                r = db_exec(s, schema->create_sql, "creating its tables", reterr);
        else
                r = migrate(s, id.version, schema, reterr);
        return r < 0 ? r : set_identity(s, schema, reterr);
}

int schema_prepare(struct store *s, const struct schema *schema, struct error *reterr) {
        struct identity id;
        int r = read_checked_identity(s, schema, &id, reterr);
        if (r < 0 || id.version == schema->version)
                return r;
        /* Has to be set while the file is still empty. */
        if (is_empty(&id))
                r = db_exec(s, "PRAGMA auto_vacuum = INCREMENTAL", "creating it", reterr);
        if (r == 0)
                r = db_exec(s, "BEGIN IMMEDIATE", "waiting for the lock to create or migrate it", reterr);
        if (r == 0)
                r = bring_up_to_date(s, schema, reterr);
        if (r == 0)
                r = db_exec(s, "COMMIT", "creating or migrating it", reterr);
        db_rollback(s);
        return r;
}

int schema_read_version(struct store *s, const struct schema *schema, int64_t *ret_version, struct error *reterr) {
        struct identity id;
        int r = read_checked_identity(s, schema, &id, reterr);
        if (r == 0)
                *ret_version = is_empty(&id) ? 0 : id.version;
        return r;
}

int schema_check(struct store *s, const struct schema *schema, struct error *reterr) {
        int64_t version;
        int r = schema_read_version(s, schema, &version, reterr);
        if (r == 0 && version < schema->version)
                r = error_set(reterr, ERROR_DATABASE, EPROTONOSUPPORT,
                              "%s: %s: make a run that stores there first", s->path,
                              version == 0 ? "an empty database" : "written by an older ebsreportd");
        return r;
}
