/* SPDX-License-Identifier: MIT */
/* The merge of listings into the inventory, and the ledger: against a made-up fleet that changes at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "fleet.h"

/* The inventory as the fleet says it must be, worked out without any of the code under test. */
static void check_inventory(struct fleet_fixture *f) {
        struct buffer expected = BUFFER_INIT(1 << 20);
        for (unsigned id = 0; id < 65536; id++)
                for (unsigned n = 0; n < FLEET_VOLUMES; n++) {
                        const struct fleet_volume *v = &f->fleet.volumes[n];
                        if (!v->there || (n * 7919) % 65536 != id)
                                continue;
                        const char *holder = holder_name(fleet_holder(&f->fleet, n));
                        char name[32] = "-";
                        if (v->tag > 0)
                                (void) snprintf(name, sizeof(name), "name-%u", v->tag);
                        assert_int_equal(buffer_printf(&expected, "vol-%04x|%s|%s|%u|%u|%s|%s|", id,
                                                       fleet_types[v->type], holder, v->gib, v->throughput, name,
                                                       v->managed ? "eks.amazonaws.com" : "-"), 0);
                        const char *separator = "";
                        for (unsigned i = 0; i < FLEET_INSTANCES; i++)
                                if ((v->instances & 1u << i) != 0) {
                                        assert_int_equal(buffer_printf(&expected, "%si-%02u", separator, i), 0);
                                        separator = " ";
                                }
                        assert_int_equal(buffer_printf(&expected, "%s|%d\n", v->instances == 0 ? "-" : "",
                                                       strcmp(holder, "none") == 0), 0);
                }
        check_rows(f->db, "SELECT volume_id, volume_type, holder, gib, throughput_mibps, name, managed_by, instances, "
                          "unattached_since IS NOT NULL FROM v1_volume ORDER BY volume_id", buffer_string(&expected));
        buffer_release(&expected);
        /* What an instance holds, from the volumes' side. */
        assert_int_equal(read_int(f->db, "SELECT count(*) FROM v1_instance AS i WHERE gib <> (SELECT "
                                         "coalesce(sum(v.gib), 0) "
                                         "FROM v1_attachment AS v WHERE v.instance_id = i.instance_id)"), 0);
        int64_t there = 0;
        for (unsigned i = 0; i < FLEET_INSTANCES; i++)
                there += f->fleet.instances[i];
        assert_int_equal(read_int(f->db, "SELECT count(*) FROM v1_instance"), there);
}

/* Of every pair of whole listings that follow each other. */
static void check_rule(struct fleet_fixture *f) {
        assert_int_equal(
                read_int(f->db, "WITH pair AS (SELECT run_id, billed_gib, lag(billed_gib) OVER (ORDER BY run_id) AS "
                                "before FROM v1_listing_total) SELECT count(*) FROM pair WHERE before IS NOT NULL AND "
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
        return fleet_holder(a, n) == fleet_holder(b, n);
}

/* Many rounds of change at random: the inventory is the fleet, the events add up, and only what changed is written. */
static void test_random_churn(void **state) {
        struct fleet_fixture *f = *state;
        struct random r = { .state = 7 };
        memset(&f->fleet, 0, sizeof(f->fleet));
        for (unsigned i = 0; i < 40; i++)
                fleet_change(&f->fleet, &r);
        struct fleet stored = { 0 };
        for (unsigned round = 0; round < 400; round++) {
                bool failed = round > 0 && random_below(&r, 6) == 0;
                enum run_mode mode = round > 0 && random_below(&r, 8) == 0 ? MODE_PARALLEL : MODE_SWEEP;
                forget_written(f);
                store_run(f, mode, failed);
                if (failed || mode != MODE_SWEEP) {
                        assert_int_equal(read_int(f->db, "SELECT count(*) FROM temp.written"), 0);
                } else {
                        int64_t changed = 0;
                        for (unsigned n = 0; n < FLEET_VOLUMES; n++)
                                changed += !same_volume(&stored, &f->fleet, n);
                        assert_int_equal(written(f, "volume"), changed);
                        if (changed == 0)
                                assert_int_equal(written(f, "volume") + written(f, "volume_attachment") +
                                                         written(f, "volume_event"), 0);
                        stored = f->fleet;
                        check_inventory(f);
                        check_rule(f);
                }
                fleet_change(&f->fleet, &r);
        }
        check_rows(f->db, "SELECT count(DISTINCT cause) FROM v1_event", "10\n");
        check_rows(f->db, "SELECT count(*) FROM v1_event WHERE gib_change <> 0 AND cause NOT IN ('created', 'deleted', "
                          "'grown', 'shrunk')", "0\n");
        check_rows(f->db, "PRAGMA integrity_check", "ok\n");
        check_rows(f->db, "PRAGMA foreign_key_check", "");
}

static void attach(struct fleet_fixture *f, unsigned volume, unsigned instances) {
        f->fleet.volumes[volume].instances = instances;
}

static void test_first_listing_is_the_baseline(void **state) {
        struct fleet_fixture *f = fleet_small(state);
        sweep(f);
        check_rows(f->db, "SELECT count(*) FROM v1_event", "0\n");
        check_rows(f->db, "SELECT volume_id, age_s, age_known FROM v1_unattached", "vol-3dde|0|0\n");
        sweep(f);
        f->fleet.volumes[3] = (struct fleet_volume){ .there = true, .gib = 5 };
        sweep(f);
        sweep(f);
        check_rows(f->db, "SELECT volume_id, gib, age_s, age_known FROM v1_unattached ORDER BY volume_id",
                   "vol-3dde|40|900|0\nvol-5ccd|5|300|1\n");
        check_rows(f->db, "SELECT volume_id, first_seen_known, last_seen_at - first_seen_at FROM v1_volume ORDER BY "
                          "volume_id",
                   "vol-0000|0|900\nvol-1eef|0|900\nvol-3dde|0|900\nvol-5ccd|1|300\n");
        check_rows(f->db, "SELECT run_id, cause, volume_id, gib_change, found_at - after_at FROM v1_event",
                   "3|created|vol-5ccd|5|300\n");
        check_rows(f->db, "SELECT region, run_id, completeness, baseline_run_id FROM v1_listing", "eu-west-1|4|ok|1\n");
}

/* Each cause once, with what the ledger says of it. */
static void test_causes(void **state) {
        struct fleet_fixture *f = fleet_small(state);
        sweep(f);
        attach(f, 0, 2);              /* moved */
        attach(f, 1, 0);              /* detached: the instance is still there */
        attach(f, 2, 1);              /* attached */
        f->fleet.volumes[2].gib = 15; /* shrunk */
        sweep(f);
        check_rows(f->db, "SELECT volume_id, cause, gib_change, gib_after, instance_before, instance_after, "
                          "holder_before, holder_after FROM v1_event ORDER BY volume_id, event_id",
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
        check_rows(f->db, "SELECT volume_id, name, cause, gib_change, type_before, type_after, throughput_after, "
                          "instance_before FROM v1_event WHERE run_id = 3 ORDER BY volume_id, event_id",
                   "vol-0000|-|orphaned|0|gp3|gp3|0|i-01\n"
                   "vol-1eef|-|grown|1|gp3|io2|0|-\n"
                   "vol-1eef|-|retyped|0|gp3|io2|0|-\n"
                   "vol-3dde|name-2|reprovisioned|0|gp3|gp3|125|-\n");
        f->fleet.volumes[1].there = false;
        sweep(f);
        check_rows(f->db, "SELECT volume_id, cause, gib_change, type_before, type_after FROM v1_event WHERE run_id = 4",
                   "vol-1eef|deleted|-21|io2|-\n");
        check_rows(f->db, "SELECT run_id, cause, events, gib_change FROM v1_churn WHERE run_id >= 3 ORDER BY run_id, "
                          "cause",
                   "3|grown|1|1\n3|orphaned|1|0\n3|reprovisioned|1|0\n3|retyped|1|0\n4|deleted|1|-21\n");
        check_rows(f->db, "SELECT count(*) FROM v1_volume WHERE volume_id = 'vol-1eef'", "0\n");
}

/* A run that fails, or does not list everything, leaves all as it was and says so. */
static void test_other_runs_leave_it_alone(void **state) {
        struct fleet_fixture *f = fleet_small(state);
        sweep(f);
        memset(&f->fleet, 0, sizeof(f->fleet));
        store_run(f, MODE_SWEEP, true);
        check_rows(f->db, "SELECT count(*), min(completeness), max(last_seen_at) FROM v1_volume",
                   "3|denied|1795442467\n");
        check_rows(f->db, "SELECT run_id, newest_at - seen_at, completeness FROM v1_listing", "1|300|denied\n");
        check_rows(f->db, "SELECT completeness FROM v1_unattached", "denied\n");
        store_run(f, MODE_PARALLEL, false);
        check_rows(f->db, "SELECT count(*), min(completeness) FROM v1_instance", "2|stale\n");
        check_rows(f->db, "SELECT count(*) FROM v1_event", "0\n");
        sweep(f);
        check_rows(f->db, "SELECT cause, events, gib_change FROM v1_churn", "deleted|3|-70\n");
        check_rows(f->db, "SELECT (SELECT count(*) FROM v1_volume), (SELECT count(*) FROM v1_instance), completeness "
                          "FROM v1_listing", "0|0|ok\n");
}

static void test_nothing_changed_writes_nothing(void **state) {
        struct fleet_fixture *f = fleet_small(state);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, fleet_set_up, fleet_tear_down)

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
