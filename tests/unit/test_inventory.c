/* SPDX-License-Identifier: MIT */
/* The merge of listings into the inventory, and the ledger: against a made-up fleet that changes at random. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/random.h"
#include "collect/aggregate.h"
#include "store/db.h"
#include "store/store.h"

#define VOLUMES 60
#define INSTANCES 12
#define START ((usec_t) 1795442467)

struct fleet_volume {
        bool there, managed;
        unsigned gib, type, throughput, tag;
        unsigned instances; /* a bit each */
};

struct fleet {
        struct fleet_volume volumes[VOLUMES];
        bool instances[INSTANCES];
        unsigned instance_type[INSTANCES];
};

struct fixture {
        char directory[64];
        char path[96];
        struct store *store;
        struct fleet fleet;
        usec_t now; /* seconds */
};

static void execute(struct fixture *f, const char *sql) {
        char *message = NULL;
        if (sqlite3_exec(f->store->db, sql, NULL, NULL, &message) != SQLITE_OK)
                fail_msg("%s: %s", sql, message);
}

static int set_up(void **state) {
        static struct fixture f;
        f = (struct fixture){ .now = START };
        (void) snprintf(f.directory, sizeof(f.directory), "/tmp/test_inventory.XXXXXX");
        assert_non_null(mkdtemp(f.directory));
        (void) snprintf(f.path, sizeof(f.path), "%s/history.db", f.directory);
        struct error error;
        if (store_open(f.path, &f.store, &error) < 0)
                fail_msg("%s", error.message);
        /* Update hooks are not called for tables without rowid. */
        execute(&f, "CREATE TEMP TABLE written (tab TEXT)");
        static const char *const tables[] = { "volume", "volume_attachment", "instance", "volume_event" };
        static const char *const verbs[] = { "INSERT", "UPDATE", "DELETE" };
        for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
                for (size_t v = 0; v < ARRAY_SIZE(verbs); v++) {
                        char sql[256];
                        (void) snprintf(sql, sizeof(sql), "CREATE TEMP TRIGGER %s_%s AFTER %s ON main.%s BEGIN "
                                        "INSERT INTO written VALUES ('%s'); END", tables[t], verbs[v], verbs[v],
                                        tables[t], tables[t]);
                        execute(&f, sql);
                }
        *state = &f;
        return 0;
}

static int tear_down(void **state) {
        struct fixture *f = *state;
        store_close(f->store);
        static const char *const suffixes[] = { "", "-wal", "-shm" };
        for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
                char file[128];
                (void) snprintf(file, sizeof(file), "%s%s", f->path, suffixes[i]);
                (void) unlink(file);
        }
        return rmdir(f->directory);
}

static int add_row(void *userdata, int n, char **values, char **names) {
        (void) names;
        for (int i = 0; i < n; i++)
                assert_int_equal(buffer_printf(userdata, "%s%s", i > 0 ? "|" : "", values[i] != NULL ? values[i] : "-"),
                                 0);
        assert_int_equal(buffer_append_string(userdata, "\n"), 0);
        return 0;
}

static void check_rows(struct fixture *f, const char *sql, const char *expected) {
        struct buffer out = BUFFER_INIT(1 << 20);
        char *message = NULL;
        if (sqlite3_exec(f->store->db, sql, add_row, &out, &message) != SQLITE_OK)
                fail_msg("%s: %s", sql, message);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
}

static int64_t read_int(struct fixture *f, const char *sql) {
        struct error error;
        int64_t value;
        if (db_read_int64(f->store, sql, "testing", &value, &error) < 0)
                fail_msg("%s", error.message);
        return value;
}

static const char *const types[] = { "gp3", "io2", "st1" };

static void list_volume(const struct fleet *fleet, unsigned n, struct aggregate *a) {
        const struct fleet_volume *from = &fleet->volumes[n];
        struct volume v = { .size_gib = from->gib, .throughput = from->throughput, .managed = from->managed,
                            .zone = "eu-west-1a", .create_time = 1000 };
        (void) snprintf(v.id, sizeof(v.id), "vol-%04x", (n * 7919) % 65536);
        (void) snprintf(v.type, sizeof(v.type), "%s", types[from->type]);
        (void) snprintf(v.state, sizeof(v.state), "%s", from->instances != 0 ? "in-use" : "available");
        if (from->managed)
                (void) snprintf(v.managed_by, sizeof(v.managed_by), "eks.amazonaws.com");
        if (from->tag > 0 && asprintf(&v.tags, "{\"Name\":\"name-%u\"}", from->tag) < 0)
                abort();
        for (unsigned i = 0; i < INSTANCES; i++) {
                struct attachment at = { .status = "attached" };
                (void) snprintf(at.instance_id, sizeof(at.instance_id), "i-%02u", i);
                if ((from->instances & 1u << i) != 0)
                        assert_int_equal(volume_add_attachment(&v, &at), 0);
        }
        assert_int_equal(aggregate_add_volume(a, &v), 0);
        volume_release(&v);
}

/* Stores a run over one region as the fleet is now, or one in which it failed. */
static void store_run(struct fixture *f, enum run_mode mode, bool failed) {
        struct run run = { .mode = mode, .started_at = f->now * USEC_PER_SEC, .n_regions = 1,
                           .regions = calloc(1, sizeof(*run.regions)) };
        struct region_result *region = &run.regions[0];
        struct aggregate *a;
        assert_int_equal(aggregate_new(&a), 0);
        for (unsigned i = 0; i < INSTANCES; i++) {
                struct instance instance = { .state = INSTANCE_RUNNING, .zone = "eu-west-1a", .name = "x" };
                (void) snprintf(instance.id, sizeof(instance.id), "i-%02u", i);
                (void) snprintf(instance.type, sizeof(instance.type), "m%u.large", f->fleet.instance_type[i]);
                bool fresh;
                if (f->fleet.instances[i])
                        assert_int_equal(aggregate_add_instance(a, &instance, &fresh), 0);
        }
        for (unsigned n = 0; n < VOLUMES; n++)
                if (f->fleet.volumes[n].there)
                        list_volume(&f->fleet, n, a);
        (void) snprintf(region->account, sizeof(region->account), "123456789012");
        (void) snprintf(region->region, sizeof(region->region), "eu-west-1");
        region->failed = failed;
        if (failed)
                region->error.kind = ERROR_DENIED;
        bool all = mode == MODE_SWEEP;
        assert_int_equal(aggregate_finish(a, all, &region->totals, &region->types, &region->n_types), 0);
        if (all && !failed)
                assert_int_equal(aggregate_take_inventory(a, &region->inventory), 0);
        aggregate_free(a);
        assert_int_equal(run_summarize(&run), 0);
        struct error error;
        if (store_write_run(f->store, &run, 0, NULL, &error) < 0)
                fail_msg("%s", error.message);
        run_release(&run);
        f->now += 300;
}

static void sweep(struct fixture *f) {
        store_run(f, MODE_SWEEP, false);
}

static int64_t written(struct fixture *f, const char *table) {
        char sql[128];
        (void) snprintf(sql, sizeof(sql), "SELECT count(*) FROM temp.written WHERE tab = '%s'", table);
        return read_int(f, sql);
}

static void change_volume(struct fleet *fleet, struct random *r) {
        struct fleet_volume *v = &fleet->volumes[random_below(r, VOLUMES)];
        unsigned instance = (unsigned) random_below(r, INSTANCES);
        if (!v->there) {
                *v = (struct fleet_volume){ .there = true, .gib = 1 + (unsigned) random_below(r, 500),
                                            .type = (unsigned) random_below(r, 3), .managed = random_below(r, 9) == 0,
                                            .tag = (unsigned) random_below(r, 3),
                                            .instances = (unsigned) random_below(r, 2) << instance };
                return;
        }
        switch (random_below(r, 8)) {
        case 0:
                v->there = false;
                break;
        case 1:
                v->gib += 1 + (unsigned) random_below(r, 100);
                break;
        case 2:
                v->gib = 1 + v->gib / 2;
                break;
        case 3:
                v->type = (unsigned) random_below(r, 3);
                break;
        case 4:
                v->throughput = (unsigned) random_below(r, 3) * 125;
                break;
        case 5:
                v->instances ^= 1u << instance;
                break;
        case 6:
                v->instances = 1u << instance;
                break;
        default:
                v->tag = (unsigned) random_below(r, 3);
        }
}

static void change_fleet(struct fleet *fleet, struct random *r) {
        for (uint64_t n = random_below(r, 12); n > 0; n--)
                change_volume(fleet, r);
        if (random_below(r, 4) == 0) {
                uint64_t i = random_below(r, INSTANCES);
                fleet->instances[i] = !fleet->instances[i];
        }
        if (random_below(r, 4) == 0)
                fleet->instance_type[random_below(r, INSTANCES)]++;
}

/* The inventory as the fleet says it must be, worked out without any of the code under test. */
static void check_inventory(struct fixture *f) {
        struct buffer expected = BUFFER_INIT(1 << 20);
        for (unsigned id = 0; id < 65536; id++)
                for (unsigned n = 0; n < VOLUMES; n++) {
                        const struct fleet_volume *v = &f->fleet.volumes[n];
                        if (!v->there || (n * 7919) % 65536 != id)
                                continue;
                        bool known = false;
                        for (unsigned i = 0; i < INSTANCES; i++)
                                known |= (v->instances & 1u << i) != 0 && f->fleet.instances[i];
                        const char *holder = known                 ? "instance"
                                             : v->instances != 0 ? "unknown_instance"
                                             : v->managed        ? "managed"
                                                                 : "none";
                        char name[32] = "-";
                        if (v->tag > 0)
                                (void) snprintf(name, sizeof(name), "name-%u", v->tag);
                        assert_int_equal(buffer_printf(&expected, "vol-%04x|%s|%s|%u|%u|%s|%s|", id, types[v->type], holder,
                                                       v->gib, v->throughput, name, v->managed ? "eks.amazonaws.com" : "-"),
                                         0);
                        const char *separator = "";
                        for (unsigned i = 0; i < INSTANCES; i++)
                                if ((v->instances & 1u << i) != 0) {
                                        assert_int_equal(buffer_printf(&expected, "%si-%02u", separator, i), 0);
                                        separator = " ";
                                }
                        assert_int_equal(buffer_printf(&expected, "%s|%d\n", v->instances == 0 ? "-" : "",
                                                       strcmp(holder, "none") == 0), 0);
                }
        check_rows(f, "SELECT volume_id, volume_type, holder, gib, throughput_mibps, name, managed_by, instances, "
                      "unattached_since IS NOT NULL FROM v1_volume ORDER BY volume_id", buffer_string(&expected));
        buffer_release(&expected);
        /* What an instance holds, from the volumes' side. */
        assert_int_equal(read_int(f, "SELECT count(*) FROM v1_instance AS i WHERE gib <> (SELECT coalesce(sum(v.gib), 0) "
                                     "FROM v1_attachment AS v WHERE v.instance_id = i.instance_id)"), 0);
        int64_t there = 0;
        for (unsigned i = 0; i < INSTANCES; i++)
                there += f->fleet.instances[i];
        assert_int_equal(read_int(f, "SELECT count(*) FROM v1_instance"), there);
}

/* Of every pair of whole listings that follow each other. */
static void check_rule(struct fixture *f) {
        assert_int_equal(
                read_int(f, "WITH pair AS (SELECT run_id, billed_gib, lag(billed_gib) OVER (ORDER BY run_id) AS before "
                            "FROM v1_listing_total) SELECT count(*) FROM pair WHERE before IS NOT NULL AND "
                            "billed_gib - before <> (SELECT coalesce(sum(gib_change), 0) FROM v1_churn AS c "
                            "WHERE c.run_id = pair.run_id)"), 0);
}

static bool same_volume(const struct fleet *a, const struct fleet *b, unsigned n) {
        const struct fleet_volume *x = &a->volumes[n], *y = &b->volumes[n];
        if (!x->there || !y->there)
                return x->there == y->there;
        if (memcmp(x, y, sizeof(*x)) != 0)
                return false;
        /* Its holder may be another one because instances came or went. */
        bool known_x = false, known_y = false;
        for (unsigned i = 0; i < INSTANCES; i++) {
                known_x |= (x->instances & 1u << i) != 0 && a->instances[i];
                known_y |= (y->instances & 1u << i) != 0 && b->instances[i];
        }
        return known_x == known_y;
}

/* Many rounds of change at random: the inventory is the fleet, the events add up, and only what changed is written. */
static void test_random_churn(void **state) {
        struct fixture *f = *state;
        struct random r = { .state = 7 };
        memset(&f->fleet, 0, sizeof(f->fleet));
        for (unsigned i = 0; i < 40; i++)
                change_fleet(&f->fleet, &r);
        struct fleet stored = { 0 };
        for (unsigned round = 0; round < 400; round++) {
                bool failed = round > 0 && random_below(&r, 6) == 0;
                enum run_mode mode = round > 0 && random_below(&r, 8) == 0 ? MODE_PARALLEL : MODE_SWEEP;
                execute(f, "DELETE FROM temp.written");
                store_run(f, mode, failed);
                if (failed || mode != MODE_SWEEP) {
                        assert_int_equal(read_int(f, "SELECT count(*) FROM temp.written"), 0);
                } else {
                        int64_t changed = 0;
                        for (unsigned n = 0; n < VOLUMES; n++)
                                changed += !same_volume(&stored, &f->fleet, n);
                        assert_int_equal(written(f, "volume"), changed);
                        if (changed == 0)
                                assert_int_equal(written(f, "volume") + written(f, "volume_attachment") +
                                                         written(f, "volume_event"), 0);
                        stored = f->fleet;
                        check_inventory(f);
                        check_rule(f);
                }
                change_fleet(&f->fleet, &r);
        }
        check_rows(f, "SELECT count(DISTINCT cause) FROM v1_event", "10\n");
        check_rows(f, "SELECT count(*) FROM v1_event WHERE gib_change <> 0 AND cause NOT IN ('created', 'deleted', "
                      "'grown', 'shrunk')", "0\n");
        check_rows(f, "PRAGMA integrity_check", "ok\n");
        check_rows(f, "PRAGMA foreign_key_check", "");
}

static void attach(struct fixture *f, unsigned volume, unsigned instances) {
        f->fleet.volumes[volume].instances = instances;
}

static struct fixture *small_fleet(void **state) {
        struct fixture *f = *state;
        memset(&f->fleet, 0, sizeof(f->fleet));
        for (unsigned n = 0; n < 3; n++)
                f->fleet.volumes[n] = (struct fleet_volume){ .there = true, .gib = 10u << n };
        f->fleet.instances[0] = f->fleet.instances[1] = true;
        attach(f, 0, 1);
        attach(f, 1, 1);
        return f;
}

static void test_first_listing_is_the_baseline(void **state) {
        struct fixture *f = small_fleet(state);
        sweep(f);
        check_rows(f, "SELECT count(*) FROM v1_event", "0\n");
        check_rows(f, "SELECT volume_id, age_s, age_known FROM v1_unattached", "vol-3dde|0|0\n");
        sweep(f);
        f->fleet.volumes[3] = (struct fleet_volume){ .there = true, .gib = 5 };
        sweep(f);
        sweep(f);
        check_rows(f, "SELECT volume_id, gib, age_s, age_known FROM v1_unattached ORDER BY volume_id",
                   "vol-3dde|40|900|0\nvol-5ccd|5|300|1\n");
        check_rows(f, "SELECT volume_id, first_seen_known, last_seen_at - first_seen_at FROM v1_volume ORDER BY volume_id",
                   "vol-0000|0|900\nvol-1eef|0|900\nvol-3dde|0|900\nvol-5ccd|1|300\n");
        check_rows(f, "SELECT run_id, cause, volume_id, gib_change, found_at - after_at FROM v1_event",
                   "3|created|vol-5ccd|5|300\n");
        check_rows(f, "SELECT region, run_id, completeness, baseline_run_id FROM v1_listing", "eu-west-1|4|ok|1\n");
}

/* Each cause once, with what the ledger says of it. */
static void test_causes(void **state) {
        struct fixture *f = small_fleet(state);
        sweep(f);
        attach(f, 0, 2);              /* moved */
        attach(f, 1, 0);              /* detached: the instance is still there */
        attach(f, 2, 1);              /* attached */
        f->fleet.volumes[2].gib = 15; /* shrunk */
        sweep(f);
        check_rows(f, "SELECT volume_id, cause, gib_change, gib_after, instance_before, instance_after, holder_before, "
                      "holder_after FROM v1_event ORDER BY volume_id, event_id",
                   "vol-0000|moved|0|10|i-00|i-01|instance|instance\n"
                   "vol-1eef|detached|0|20|i-00|-|instance|none\n"
                   "vol-3dde|shrunk|-25|15|-|-|none|instance\n"
                   "vol-3dde|attached|0|15|-|i-00|none|instance\n");
        attach(f, 0, 0); /* orphaned: its instance goes with it */
        f->fleet.instances[1] = false;
        f->fleet.volumes[1].type = 1;         /* retyped */
        f->fleet.volumes[1].gib = 21;         /* grown */
        f->fleet.volumes[2].throughput = 125; /* reprovisioned */
        f->fleet.volumes[2].tag = 2;
        sweep(f);
        check_rows(f, "SELECT volume_id, name, cause, gib_change, type_before, type_after, throughput_after, instance_before "
                      "FROM v1_event WHERE run_id = 3 ORDER BY volume_id, event_id",
                   "vol-0000|-|orphaned|0|gp3|gp3|0|i-01\n"
                   "vol-1eef|-|grown|1|gp3|io2|0|-\n"
                   "vol-1eef|-|retyped|0|gp3|io2|0|-\n"
                   "vol-3dde|name-2|reprovisioned|0|gp3|gp3|125|-\n");
        f->fleet.volumes[1].there = false;
        sweep(f);
        check_rows(f, "SELECT volume_id, cause, gib_change, type_before, type_after FROM v1_event WHERE run_id = 4",
                   "vol-1eef|deleted|-21|io2|-\n");
        check_rows(f, "SELECT run_id, cause, events, gib_change FROM v1_churn WHERE run_id >= 3 ORDER BY run_id, cause",
                   "3|grown|1|1\n3|orphaned|1|0\n3|reprovisioned|1|0\n3|retyped|1|0\n4|deleted|1|-21\n");
        check_rows(f, "SELECT count(*) FROM v1_volume WHERE volume_id = 'vol-1eef'", "0\n");
}

/* A run that fails, or does not list everything, leaves all as it was and says so. */
static void test_other_runs_leave_it_alone(void **state) {
        struct fixture *f = small_fleet(state);
        sweep(f);
        memset(&f->fleet, 0, sizeof(f->fleet));
        store_run(f, MODE_SWEEP, true);
        check_rows(f, "SELECT count(*), min(completeness), max(last_seen_at) FROM v1_volume", "3|denied|1795442467\n");
        check_rows(f, "SELECT run_id, newest_at - seen_at, completeness FROM v1_listing", "1|300|denied\n");
        check_rows(f, "SELECT completeness FROM v1_unattached", "denied\n");
        store_run(f, MODE_PARALLEL, false);
        check_rows(f, "SELECT count(*), min(completeness) FROM v1_instance", "2|stale\n");
        check_rows(f, "SELECT count(*) FROM v1_event", "0\n");
        sweep(f);
        check_rows(f, "SELECT cause, events, gib_change FROM v1_churn", "deleted|3|-70\n");
        check_rows(f, "SELECT (SELECT count(*) FROM v1_volume), (SELECT count(*) FROM v1_instance), completeness "
                      "FROM v1_listing", "0|0|ok\n");
}

static void test_nothing_changed_writes_nothing(void **state) {
        struct fixture *f = small_fleet(state);
        sweep(f);
        assert_int_equal(written(f, "volume"), 3);
        assert_int_equal(written(f, "volume_attachment"), 2);
        assert_int_equal(written(f, "instance"), 2);
        for (unsigned i = 0; i < 5; i++)
                sweep(f);
        f->fleet.volumes[0].gib++;
        sweep(f);
        assert_int_equal(written(f, "volume"), 4);
        assert_int_equal(written(f, "volume_attachment"), 2);
        assert_int_equal(written(f, "instance"), 3); /* its GiB */
        assert_int_equal(written(f, "volume_event"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
        const struct CMUnitTest tests[] = {
                TEST(test_random_churn),
                TEST(test_first_listing_is_the_baseline),
                TEST(test_causes),
                TEST(test_other_runs_leave_it_alone),
                TEST(test_nothing_changed_writes_nothing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
