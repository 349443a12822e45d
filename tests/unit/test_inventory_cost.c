/* SPDX-License-Identifier: MIT */
/* What is stored of costs: of volumes, instances, events and of what nobody holds. Prices and fleet change at random,
 * and what must come out is worked out here from the fleet alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "fleet.h"

#define MONTH 2592000.0 /* seconds */

/* A price list: micros a month, 0 for none. */
struct tariff {
        const char *currency;
        uint64_t gib[FLEET_TYPES];
        uint64_t gp3_iops, gp3_mibps;
};

enum { DOLLARS, DEARER, EUROS, WITHOUT_GP3, NOTHING, _TARIFF_MAX };

static const struct tariff tariffs[_TARIFF_MAX] = {
        [DOLLARS] = { "USD", { 80000, 125000, 45000, 100000 }, 5000, 40000 },
        [DEARER] = { "USD", { 96000, 125000, 45000, 100000 }, 6000, 40000 },
        [EUROS] = { "EUR", { 80000, 125000, 45000, 100000 }, 5000, 40000 },
        [WITHOUT_GP3] = { "USD", { 0, 125000, 45000, 100000 }, 0, 0 },
        [NOTHING] = { "USD", { 0 }, 0, 0 },
};

static void add_price(struct buffer *csv, const struct tariff *t, const char *type, const char *dimension,
                      uint64_t micros) {
        unsigned units = (unsigned) (micros / MICROS_PER_UNIT), rest = (unsigned) (micros % MICROS_PER_UNIT);
        if (micros > 0)
                assert_int_equal(buffer_printf(csv, "eu-west-1,%s,%s,%u.%06u,%s,2024-05-06\n", type, dimension, units,
                                               rest, t->currency), 0);
}

static void set_tariff(struct fleet_fixture *f, const struct tariff *t) {
        struct buffer csv = BUFFER_INIT(4096);
        assert_int_equal(buffer_append_string(&csv, "region,volume_type,dimension,price,currency,as_of\n"
                                                    "us-west-9,gp3,gib_month,1,USD,2024-05-06\n"), 0);
        for (unsigned type = 0; type < FLEET_TYPES; type++)
                add_price(&csv, t, fleet_types[type], "gib_month", t->gib[type]);
        add_price(&csv, t, "gp3", "iops_month", t->gp3_iops);
        add_price(&csv, t, "gp3", "throughput_mibps_month", t->gp3_mibps);
        price_list_free(f->prices);
        f->prices = NULL;
        struct error_list errors = { .n = 0 };
        if (price_list_parse("prices", buffer_string(&csv), csv.len, &f->prices, &errors) < 0)
                fail_msg("%s", errors.items[0].message);
        buffer_release(&csv);
}

/* False where there is no price. */
static bool cost_of(const struct tariff *t, const struct fleet_volume *v, uint64_t *ret) {
        const char *type = fleet_types[v->type];
        /* io2: its IOPS are not told. */
        if (t->gib[v->type] == 0 || strcmp(type, "io2") == 0)
                return false;
        bool is_gp3 = strcmp(type, "gp3") == 0;
        *ret = v->gib * t->gib[v->type] + (is_gp3 && v->throughput > 125 ? (v->throughput - 125) * t->gp3_mibps : 0);
        return true;
}

static bool gp3_cost_of(const struct tariff *t, const struct fleet_volume *v, uint64_t *ret) {
        if (strcmp(fleet_types[v->type], "gp2") != 0 || t->gib[v->type] == 0 || t->gib[0] == 0)
                return false;
        unsigned mibps = v->gib <= 170 ? 128 : v->gib >= 334 ? 250 : (3 * v->gib + 3) / 4;
        unsigned iops = v->gib > 1000 ? 3 * v->gib - 3000 : 0;
        *ret = v->gib * t->gib[0] + iops * t->gp3_iops + (mibps - 125) * t->gp3_mibps;
        return true;
}

/* What nobody holds has cost so far. */
struct waste {
        bool counts; /* nobody holds it */
        bool known;
        bool priced; /* by the last listing */
        double micros, monthly;
};

/* What the tests expect, from listing to listing. */
struct ledger {
        struct waste waste[FLEET_VOLUMES];
        const struct tariff *tariff; /* of the last listing; NULL: none yet */
        usec_t listed_at;            /* seconds */
};

/* A listing is about to be made. */
static void follow_waste(struct ledger *l, const struct fleet_fixture *f, const struct tariff *t) {
        bool other_currency = l->tariff != NULL && strcmp(l->tariff->currency, t->currency) != 0;
        for (unsigned n = 0; n < FLEET_VOLUMES; n++) {
                const struct fleet_volume *v = &f->fleet.volumes[n];
                struct waste *w = &l->waste[n];
                bool counted = w->counts;
                w->counts = v->there && fleet_holder(&f->fleet, n) == HOLDER_NONE;
                if (!counted)
                        *w = (struct waste){ .counts = w->counts, .known = true };
                else if (!w->priced || other_currency)
                        w->known = false;
                else
                        w->micros += w->monthly * ((double) (f->now - l->listed_at) / MONTH);
                uint64_t cost = 0;
                w->priced = v->there && cost_of(t, v, &cost);
                w->monthly = (double) cost;
        }
        l->tariff = t;
        l->listed_at = f->now;
}

static void add_expected(struct query *q, const struct ledger *l, const struct fleet_fixture *f, unsigned n) {
        const struct fleet_volume *v = &f->fleet.volumes[n];
        const struct waste *w = &l->waste[n];
        char id[MODEL_ID_SIZE];
        uint64_t cost, gp3_cost;
        fleet_volume_id(n, id);
        query_bind_text(q, ":id", id);
        if (cost_of(l->tariff, v, &cost)) {
                query_bind_text(q, ":currency", l->tariff->currency);
                query_bind_uint(q, ":cost", cost);
        }
        if (gp3_cost_of(l->tariff, v, &gp3_cost))
                query_bind_uint(q, ":gp3_cost", gp3_cost);
        query_bind_uint(q, ":counts", w->counts);
        if (w->counts && w->known && w->priced)
                query_bind_real(q, ":wasted", w->micros);
        query_run(q);
}

/* The rows that are not as they have to be are shown. */
static void check_costs(struct fleet_fixture *f, const struct ledger *l) {
        execute(f->db, "CREATE TEMP TABLE expected (volume_id TEXT PRIMARY KEY, currency, cost, gp3_cost, counts, "
                       "wasted)");
        struct query q = query_prepare(f->db->store, "INSERT INTO temp.expected VALUES (:id, :currency, :cost, "
                                                     ":gp3_cost, "
                                                 ":counts, :wasted)");
        for (unsigned n = 0; n < FLEET_VOLUMES; n++)
                if (f->fleet.volumes[n].there)
                        add_expected(&q, l, f, n);
        struct error error;
        if (query_finish(&q, "testing", &error) < 0)
                fail_msg("%s", error.message);
        check_rows(f->db, "SELECT * FROM (SELECT volume_id, currency, cost_micros, gp3_cost_micros FROM v1_volume "
                          "EXCEPT SELECT volume_id, currency, cost, gp3_cost FROM temp.expected)", "");
        check_rows(f->db, "SELECT * FROM (SELECT volume_id, currency, cost, gp3_cost FROM temp.expected EXCEPT "
                          "SELECT volume_id, currency, cost_micros, gp3_cost_micros FROM v1_volume)", "");
        /* Cut off at each change of its cost. */
        check_rows(f->db, "SELECT e.volume_id, e.wasted, v.wasted_micros FROM temp.expected AS e "
                          "LEFT JOIN v1_unattached AS v USING (volume_id) WHERE e.counts <> (v.volume_id IS NOT NULL) "
                          "OR "
                          "(e.wasted IS NULL) <> (v.wasted_micros IS NULL) "
                          "OR abs(e.wasted - v.wasted_micros) > 50", "");
        execute(f->db, "DROP TABLE temp.expected");
        /* What instances hold, from the volumes' side. */
        check_rows(
                f->db, "SELECT i.instance_id FROM v1_instance AS i LEFT JOIN "
                   "(SELECT instance_id, sum(cost_micros) AS cost, count(*) - count(cost_micros) AS unpriced, "
                   "sum(gib) FILTER (WHERE volume_type = 'gp3') AS gp3_gib, "
                   "sum(cost_micros - gp3_cost_micros) AS saving FROM v1_attachment GROUP BY 1) AS v "
                   "USING (instance_id) WHERE i.cost_micros IS NOT iif(i.volumes = 0, 0, v.cost) "
                   "OR i.unpriced_volumes <> coalesce(v.unpriced, 0) OR i.gp3_gib <> coalesce(v.gp3_gib, 0) "
                   "OR i.gp3_saving_micros IS NOT v.saving", "");
}

/* Of every pair of whole listings that follow each other: where prices are in one currency, events and other prices
 * make the difference; else the latter are not known. */
static void check_rule(struct fleet_fixture *f) {
        check_rows(
                f->db, "WITH pair AS (SELECT run_id, coalesce(billed_cost_micros, 0) AS cost, repriced_micros, "
                       "currency, "
                   "lag(run_id) OVER listings AS run_before, lag(currency) OVER listings AS currency_before, "
                   "lag(coalesce(billed_cost_micros, 0)) OVER listings AS before FROM v1_listing_total "
                   "WINDOW listings AS (ORDER BY run_id)) "
                   "SELECT run_id, before, cost, repriced_micros FROM pair WHERE "
                   "iif(run_before IS NULL OR coalesce(currency <> currency_before, 0), repriced_micros IS NOT NULL, "
                   "cost - before IS NOT repriced_micros + (SELECT coalesce(sum(cost_change_micros), 0) "
                   "FROM v1_churn AS c WHERE c.run_id = pair.run_id))", "");
        /* What is the same before and after has the same price on both sides. */
        check_rows(f->db, "SELECT event_id FROM v1_event WHERE cause IN ('attached', 'detached', 'moved', 'orphaned') "
                          "AND cost_before_micros IS NOT cost_after_micros", "");
}

static bool same_cost(const struct ledger *l, const struct tariff *t, const struct fleet_volume *v) {
        uint64_t a = 0, b = 0, a3 = 0, b3 = 0;
        bool same = cost_of(l->tariff, v, &a) == cost_of(t, v, &b);
        return same && a == b && gp3_cost_of(l->tariff, v, &a3) == gp3_cost_of(t, v, &b3) && a3 == b3;
}

/* How many rows of volumes have to be written: those that changed, or whose cost did. */
static int64_t count_changed(const struct ledger *l, const struct tariff *t, const struct fleet *stored,
                             const struct fleet *now) {
        int64_t changed = 0;
        for (unsigned n = 0; n < FLEET_VOLUMES; n++) {
                const struct fleet_volume *a = &stored->volumes[n], *b = &now->volumes[n];
                if (!a->there && !b->there)
                        continue;
                changed += memcmp(a, b, sizeof(*a)) != 0 || fleet_holder(stored, n) != fleet_holder(now, n) ||
                           !same_cost(l, t, b);
        }
        return changed;
}

/* What other prices make of the volumes that are as they were, an unknown one taken as 0. */
static int64_t count_repriced(const struct ledger *l, const struct tariff *t, const struct fleet *stored,
                              const struct fleet *now) {
        int64_t sum = 0;
        for (unsigned n = 0; n < FLEET_VOLUMES; n++) {
                const struct fleet_volume *a = &stored->volumes[n], *b = &now->volumes[n];
                uint64_t before = 0, after = 0;
                if (!a->there || !b->there || a->gib != b->gib || a->type != b->type || a->throughput != b->throughput)
                        continue;
                (void) cost_of(l->tariff, b, &before);
                (void) cost_of(t, b, &after);
                sum += (int64_t) after - (int64_t) before;
        }
        return sum;
}

static void test_random_churn(void **state) {
        struct fleet_fixture *f = *state;
        for (uint64_t seed = 1; seed <= 4; seed++) {
                struct random r = { .state = seed };
                struct ledger ledger = { 0 };
                struct fleet stored = { 0 };
                const struct tariff *t = &tariffs[DOLLARS];
                set_tariff(f, t);
                memset(&f->fleet, 0, sizeof(f->fleet));
                execute(f->db, "DELETE FROM listing; DELETE FROM volume_attachment; DELETE FROM volume; "
                               "DELETE FROM instance; DELETE FROM volume_event; DELETE FROM run");
                for (unsigned i = 0; i < 40; i++)
                        fleet_change(&f->fleet, &r);
                for (unsigned round = 0; round < 150; round++) {
                        forget_written(f);
                        if (round > 0 && random_below(&r, 6) == 0) {
                                store_run(f, MODE_SWEEP, true);
                        } else {
                                bool other_currency = ledger.tariff != NULL &&
                                                      strcmp(ledger.tariff->currency, t->currency) != 0;
                                int64_t changed = round > 0 ? count_changed(&ledger, t, &stored, &f->fleet) : 0;
                                int64_t repriced = round > 0 ? count_repriced(&ledger, t, &stored, &f->fleet) : 0;
                                follow_waste(&ledger, f, t);
                                sweep(f);
                                if (round > 0 && !other_currency) {
                                        assert_int_equal(written(f, "volume"), changed);
                                        assert_int_equal(read_int(f->db, "SELECT repriced_micros FROM region_total "
                                                                         "ORDER BY run_id DESC LIMIT 1"), repriced);
                                }
                                stored = f->fleet;
                                check_costs(f, &ledger);
                                check_rule(f);
                        }
                        fleet_change(&f->fleet, &r);
                        f->now += random_below(&r, 3) * 864000;
                        if (random_below(&r, 5) == 0)
                                set_tariff(f, t = &tariffs[random_below(&r, _TARIFF_MAX)]);
                }
                check_rows(f->db, "SELECT count(*) > 0, count(currency) > 0, count(DISTINCT currency) FROM v1_event "
                                  "WHERE cost_change_micros <> 0", "1|1|2\n");
                assert_true(read_int(f->db, "SELECT count(*) FROM region_total WHERE repriced_micros > 0") > 0);
                assert_true(read_int(f->db, "SELECT count(*) FROM region_total WHERE repriced_micros < 0") > 0);
        }
}

/* A small fleet by the first tariff, listed once: 0.80, 1.60 and 3.20 a month. */
static struct fleet_fixture *priced_fleet(void **state) {
        struct fleet_fixture *f = fleet_small(state);
        set_tariff(f, &tariffs[DOLLARS]);
        sweep(f);
        return f;
}

#define EVENTS "SELECT volume_id, cause, cost_before_micros, cost_after_micros, currency FROM v1_event WHERE run_id = "

/* The whole difference of a volume is on the first event that is about size, type or performance. */
static void test_first_event_has_it_all(void **state) {
        struct fleet_fixture *f = priced_fleet(state);
        f->fleet.volumes[0].gib = 20;
        f->fleet.volumes[0].type = 2;
        f->fleet.volumes[0].instances = 2;
        f->fleet.volumes[1].throughput = 225;
        f->fleet.volumes[2].instances = 1;
        f->fleet.volumes[3] = (struct fleet_volume){ .there = true, .gib = 5, .type = 3 };
        sweep(f);
        check_rows(f->db, EVENTS "2 ORDER BY volume_id, event_id",
                   "vol-0000|grown|800000|900000|USD\n"
                   "vol-0000|retyped|900000|900000|USD\n"
                   "vol-0000|moved|900000|900000|USD\n"
                   "vol-1eef|reprovisioned|1600000|5600000|USD\n"
                   "vol-3dde|attached|3200000|3200000|USD\n"
                   "vol-5ccd|created|0|500000|USD\n");
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 2", "0\n");
        f->fleet.volumes[3].there = false;
        sweep(f);
        check_rows(f->db, EVENTS "3", "vol-5ccd|deleted|500000|0|USD\n");
        check_rule(f);
}

/* Other prices alone are no event; of a volume that changed at the same time, all is on its event. */
static void test_other_prices(void **state) {
        struct fleet_fixture *f = priced_fleet(state);
        set_tariff(f, &tariffs[DEARER]);
        f->fleet.volumes[0].gib = 20;
        f->fleet.volumes[1].instances = 2; /* moved */
        forget_written(f);
        sweep(f);
        check_rows(f->db, EVENTS "2 ORDER BY volume_id", "vol-0000|grown|800000|1920000|USD\n"
                                                     "vol-1eef|moved|1920000|1920000|USD\n");
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 2", "960000\n"); /* of 60 GiB */
        assert_int_equal(written(f, "volume"), 3);
        forget_written(f);
        sweep(f);
        assert_int_equal(written(f, "volume") + written(f, "instance"), 0);
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 3", "0\n");
        check_rule(f);
}

/* A price that is gone, or there again, is one that changed. */
static void test_price_goes_and_comes(void **state) {
        struct fleet_fixture *f = priced_fleet(state);
        set_tariff(f, &tariffs[NOTHING]);
        f->fleet.volumes[2].there = false;
        sweep(f);
        check_rows(f->db, EVENTS "2", "vol-3dde|deleted|3200000|0|USD\n");
        check_rows(f->db, "SELECT cost_micros, unpriced_volumes, gp3_gib FROM v1_instance ORDER BY instance_id",
                   "-|2|30\n0|0|0\n");
        check_rows(f->db, "SELECT currency, cost_micros FROM v1_volume", "-|-\n-|-\n");
        f->fleet.volumes[2] = (struct fleet_volume){ .there = true, .gib = 7 };
        sweep(f);
        check_rows(f->db, EVENTS "3", "vol-3dde|created|0|-|-\n");
        f->fleet.volumes[0].gib = 20;
        set_tariff(f, &tariffs[DOLLARS]);
        sweep(f);
        check_rows(f->db, EVENTS "4", "vol-0000|grown|-|1600000|USD\n");
        check_rows(f->db, "SELECT run_id, repriced_micros FROM v1_region_total", "1|-\n2|-2400000\n3|0\n4|2160000\n");
        check_rule(f);
}

/* Dollars and euros have no difference. */
static void test_other_currency(void **state) {
        struct fleet_fixture *f = priced_fleet(state);
        f->fleet.volumes[0].instances = 0;
        sweep(f);
        set_tariff(f, &tariffs[EUROS]);
        f->fleet.volumes[0].gib = 20;
        f->fleet.volumes[1].there = false;
        f->fleet.volumes[2].throughput = 135;
        f->fleet.volumes[3] = (struct fleet_volume){ .there = true, .gib = 5 };
        f->now += 3600;
        sweep(f);
        check_rows(f->db, EVENTS "3 ORDER BY volume_id",
                   "vol-0000|grown|-|1600000|EUR\n"
                   "vol-1eef|deleted|-|0|-\n"
                   "vol-3dde|reprovisioned|-|3600000|EUR\n"
                   "vol-5ccd|created|0|400000|EUR\n");
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 3", "-\n");
        check_rows(f->db, "SELECT currency, prices_oldest FROM v1_listing", "EUR|2024-05-06\n");
        /* What it cost in dollars is not added to euros. */
        check_rows(f->db, "SELECT volume_id, currency, wasted_micros FROM v1_unattached ORDER BY volume_id",
                   "vol-0000|EUR|-\nvol-3dde|EUR|-\nvol-5ccd|EUR|0\n");
}

/* Even where the numbers are the same in both. */
static void test_same_number_in_another_currency(void **state) {
        struct fleet_fixture *f = priced_fleet(state);
        set_tariff(f, &tariffs[EUROS]);
        sweep(f);
        check_rows(f->db, "SELECT currency, cost_micros, wasted_micros FROM v1_unattached", "EUR|3200000|-\n");
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 2", "-\n");
        check_rows(f->db, "SELECT count(*) FROM v1_event", "0\n");
}

/* It is written when its cost changes, and grows in between. */
static void test_waste(void **state) {
        struct fleet_fixture *f = priced_fleet(state);
        f->now = FLEET_START + 15 * 86400;
        forget_written(f);
        sweep(f);
        assert_int_equal(written(f, "volume"), 0);
        check_rows(f->db, "SELECT volume_id, age_known, cost_micros, wasted_micros FROM v1_unattached",
                   "vol-3dde|0|3200000|1600000\n");
        set_tariff(f, &tariffs[DEARER]);
        f->now = FLEET_START + 30 * 86400;
        sweep(f);
        check_rows(f->db, "SELECT cost_micros, wasted_micros FROM v1_unattached", "3840000|3200000\n");
        f->fleet.volumes[2].gib = 80;
        f->fleet.volumes[1].instances = 0;
        f->now = FLEET_START + 60 * 86400;
        sweep(f);
        f->now = FLEET_START + 75 * 86400;
        sweep(f);
        check_rows(f->db, "SELECT volume_id, age_known, cost_micros, wasted_micros FROM v1_unattached ORDER BY "
                          "volume_id",
                   "vol-1eef|1|1920000|960000\nvol-3dde|0|7680000|10880000\n");
        f->now = FLEET_START; /* the clock is set back: not less, and nothing twice */
        set_tariff(f, &tariffs[DOLLARS]);
        sweep(f);
        check_rows(f->db, "SELECT wasted_micros FROM v1_unattached WHERE volume_id = 'vol-3dde'", "7040000\n");
        f->fleet.volumes[2].gib = 160;
        sweep(f);
        f->now = FLEET_START + 90 * 86400;
        sweep(f);
        check_rows(f->db, "SELECT wasted_micros FROM v1_unattached WHERE volume_id = 'vol-3dde'", "19840000\n");
        f->fleet.volumes[2].instances = 1;
        sweep(f);
        check_rows(f->db, "SELECT wasted_micros, wasted_at FROM volume WHERE volume_id = 'vol-3dde'", "-|-\n");
        f->fleet.volumes[2].instances = 0;
        sweep(f);
        check_rows(f->db, "SELECT age_known, wasted_micros FROM v1_unattached WHERE volume_id = 'vol-3dde'", "1|0\n");
}

/* A file whose volumes were stored before they had costs. */
static void test_first_listing_with_costs(void **state) {
        struct fleet_fixture *f = priced_fleet(state);
        execute(f->db, "UPDATE volume SET cost_micros = NULL, gp3_cost_micros = NULL, wasted_micros = NULL, "
                       "wasted_at = NULL; "
                       "UPDATE instance SET cost_micros = NULL, unpriced_volumes = NULL, gp3_gib = NULL; "
                       "UPDATE listing SET currency = NULL, prices_oldest = NULL, prices_newest = NULL");
        f->fleet.volumes[0].gib = 20;
        forget_written(f);
        sweep(f);
        check_rows(f->db, EVENTS "2", "vol-0000|grown|-|1600000|USD\n");
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 2", "-\n");
        assert_int_equal(written(f, "volume"), 3);
        assert_int_equal(written(f, "instance"), 2);
        check_rows(f->db, "SELECT instance_id, currency, cost_micros, unpriced_volumes, gp3_gib FROM v1_instance",
                   "i-00|USD|3200000|0|40\ni-01|USD|0|0|0\n");
        forget_written(f);
        sweep(f);
        assert_int_equal(written(f, "volume") + written(f, "instance") + written(f, "volume_event"), 0);
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 3", "0\n");
        /* Not what it has cost since the beginning. */
        check_rows(f->db, "SELECT cost_micros, wasted_micros FROM v1_unattached", "3200000|-\n");
}

/* The run that listed it last may no longer be kept. */
static void test_the_run_before_is_gone(void **state) {
        struct fleet_fixture *f = priced_fleet(state);
        execute(f->db, "DELETE FROM run");
        set_tariff(f, &tariffs[DEARER]);
        sweep(f);
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total", "1120000\n");
}

/* Nothing is known without a list, and nothing made up. */
static void test_without_prices(void **state) {
        struct fleet_fixture *f = fleet_small(state);
        sweep(f);
        f->fleet.volumes[0].gib = 20;
        sweep(f);
        check_rows(f->db, EVENTS "2", "vol-0000|grown|-|-|-\n");
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 2", "-\n");
        check_rows(f->db, "SELECT cost_micros, unpriced_volumes FROM v1_instance", "-|-\n-|-\n");
        set_tariff(f, &tariffs[DOLLARS]);
        sweep(f);
        check_rows(f->db, "SELECT repriced_micros FROM v1_region_total WHERE run_id = 3", "-\n");
        check_rows(f->db, "SELECT count(*) FROM v1_event", "1\n");
}

/* Sums of money that no fleet costs are still stored. */
static void test_impossible_costs(void **state) {
        struct fleet_fixture *f = fleet_small(state);
        set_tariff(f, &(struct tariff){ "USD", { 999999000000, 0, 0, 0 }, 0, 0 });
        f->fleet.volumes[2].gib = 9000000;
        sweep(f);
        f->now += 100u * 365 * 86400;
        set_tariff(f, &tariffs[DOLLARS]);
        sweep(f);
        check_rows(f->db, "SELECT cost_micros, wasted_micros FROM v1_unattached", "720000000000|9223372036854775807\n");
        check_rule(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fleet_set_up, fleet_tear_down)

int main(void) {
        const struct CMUnitTest tests[] = {
                TEST(test_random_churn),
                TEST(test_first_event_has_it_all),
                TEST(test_other_prices),
                TEST(test_price_goes_and_comes),
                TEST(test_other_currency),
                TEST(test_same_number_in_another_currency),
                TEST(test_waste),
                TEST(test_first_listing_with_costs),
                TEST(test_the_run_before_is_gone),
                TEST(test_without_prices),
                TEST(test_impossible_costs),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
