/* SPDX-License-Identifier: MIT */
#include "fleet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collect/aggregate.h"

int fleet_set_up(void **state) {
        static struct fleet_fixture f;
        void *db;
        if (fixture_set_up(&db) < 0)
                return -1;
        f = (struct fleet_fixture){ .db = db, .now = FLEET_START };
        /* Update hooks are not called for tables without rowid. */
        execute(f.db, "CREATE TEMP TABLE written (tab TEXT)");
        static const char *const tables[] = { "volume", "volume_attachment", "instance", "volume_event" };
        static const char *const verbs[] = { "INSERT", "UPDATE", "DELETE" };
        for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
                for (size_t v = 0; v < ARRAY_SIZE(verbs); v++) {
                        char sql[256];
                        (void) snprintf(sql, sizeof(sql), "CREATE TEMP TRIGGER %s_%s AFTER %s ON main.%s BEGIN "
                                        "INSERT INTO written VALUES ('%s'); END", tables[t], verbs[v], verbs[v],
                                        tables[t], tables[t]);
                        execute(f.db, sql);
                }
        *state = &f;
        return 0;
}

int fleet_tear_down(void **state) {
        struct fleet_fixture *f = *state;
        price_list_free(f->prices);
        return fixture_tear_down((void **) &f->db);
}

const char *const fleet_types[FLEET_TYPES] = { "gp3", "io2", "st1", "gp2" };

void fleet_volume_id(unsigned n, char ret[static MODEL_ID_SIZE]) {
        (void) snprintf(ret, MODEL_ID_SIZE, "vol-%04x", (n * 7919) % 65536);
}

enum holder fleet_holder(const struct fleet *fleet, unsigned volume) {
        const struct fleet_volume *v = &fleet->volumes[volume];
        bool known = false;
        for (unsigned i = 0; i < FLEET_INSTANCES; i++)
                known |= (v->instances & 1u << i) != 0 && fleet->instances[i];
        return known                 ? HOLDER_INSTANCE
               : v->instances != 0 ? HOLDER_UNKNOWN_INSTANCE
               : v->managed        ? HOLDER_MANAGED
                                   : HOLDER_NONE;
}

static void list_volume(const struct fleet *fleet, unsigned n, struct aggregate *a) {
        const struct fleet_volume *from = &fleet->volumes[n];
        struct volume v = { .size_gib = from->gib, .throughput = from->throughput, .managed = from->managed,
                            .zone = "eu-west-1a", .create_time = 1000 };
        fleet_volume_id(n, v.id);
        (void) snprintf(v.type, sizeof(v.type), "%s", fleet_types[from->type]);
        (void) snprintf(v.state, sizeof(v.state), "%s", from->instances != 0 ? "in-use" : "available");
        if (from->managed)
                (void) snprintf(v.managed_by, sizeof(v.managed_by), "eks.amazonaws.com");
        if (from->tag > 0 && asprintf(&v.tags, "{\"Name\":\"name-%u\"}", from->tag) < 0)
                abort();
        for (unsigned i = 0; i < FLEET_INSTANCES; i++) {
                struct attachment at = { .status = "attached" };
                (void) snprintf(at.instance_id, sizeof(at.instance_id), "i-%02u", i);
                if ((from->instances & 1u << i) != 0)
                        assert_int_equal(volume_add_attachment(&v, &at), 0);
        }
        assert_int_equal(aggregate_add_volume(a, &v), 0);
        volume_release(&v);
}

void store_run(struct fleet_fixture *f, enum run_mode mode, bool failed) {
        struct run run = { .mode = mode, .started_at = f->now * USEC_PER_SEC, .n_regions = 1,
                           .regions = calloc(1, sizeof(*run.regions)) };
        struct region_result *region = &run.regions[0];
        struct aggregate *a;
        assert_int_equal(aggregate_new(&a), 0);
        aggregate_set_prices(a, f->prices, "eu-west-1");
        for (unsigned i = 0; i < FLEET_INSTANCES; i++) {
                struct instance instance = { .state = INSTANCE_RUNNING, .zone = "eu-west-1a", .name = "x" };
                (void) snprintf(instance.id, sizeof(instance.id), "i-%02u", i);
                (void) snprintf(instance.type, sizeof(instance.type), "m%u.large", f->fleet.instance_type[i]);
                bool fresh;
                if (f->fleet.instances[i])
                        assert_int_equal(aggregate_add_instance(a, &instance, &fresh), 0);
        }
        for (unsigned n = 0; n < FLEET_VOLUMES; n++)
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
        (void) write_run(f->db, run, 0);
        f->now += 300;
}

void sweep(struct fleet_fixture *f) {
        store_run(f, MODE_SWEEP, false);
}

int64_t written(struct fleet_fixture *f, const char *table) {
        char sql[128];
        (void) snprintf(sql, sizeof(sql), "SELECT count(*) FROM temp.written WHERE tab = '%s'", table);
        return read_int(f->db, sql);
}

void forget_written(struct fleet_fixture *f) {
        execute(f->db, "DELETE FROM temp.written");
}

static void change_volume(struct fleet *fleet, struct random *r) {
        struct fleet_volume *v = &fleet->volumes[random_below(r, FLEET_VOLUMES)];
        unsigned instance = (unsigned) random_below(r, FLEET_INSTANCES);
        if (!v->there) {
                *v = (struct fleet_volume){ .there = true, .gib = 1 + (unsigned) random_below(r, 500),
                                            .type = (unsigned) random_below(r, FLEET_TYPES),
                                            .managed = random_below(r, 9) == 0,
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
                v->type = (unsigned) random_below(r, FLEET_TYPES);
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

void fleet_change(struct fleet *fleet, struct random *r) {
        for (uint64_t n = random_below(r, 12); n > 0; n--)
                change_volume(fleet, r);
        if (random_below(r, 4) == 0) {
                uint64_t i = random_below(r, FLEET_INSTANCES);
                fleet->instances[i] = !fleet->instances[i];
        }
        if (random_below(r, 4) == 0)
                fleet->instance_type[random_below(r, FLEET_INSTANCES)]++;
}

struct fleet_fixture *fleet_small(void **state) {
        struct fleet_fixture *f = *state;
        memset(&f->fleet, 0, sizeof(f->fleet));
        for (unsigned n = 0; n < 3; n++)
                f->fleet.volumes[n] = (struct fleet_volume){ .there = true, .gib = 10u << n };
        f->fleet.instances[0] = f->fleet.instances[1] = true;
        f->fleet.volumes[0].instances = f->fleet.volumes[1].instances = 1;
        return f;
}

