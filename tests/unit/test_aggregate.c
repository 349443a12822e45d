/* SPDX-License-Identifier: MIT */
/* Which volume counts where, and in which of the two numbers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collect/aggregate.h"

struct fixture {
        struct aggregate *a;
        struct price_list *prices;
        struct totals t;
        struct type_total *types;
        size_t n_types;
};

static int setup(void **state) {
        struct fixture *f = calloc(1, sizeof(*f));
        *state = f;
        return f == NULL ? -1 : aggregate_new(&f->a);
}

static int teardown(void **state) {
        struct fixture *f = *state;
        aggregate_free(f->a);
        price_list_free(f->prices);
        free(f->types);
        free(f);
        return 0;
}

static bool add_instance(struct fixture *f, const char *id, enum instance_state instance_state) {
        struct instance i = { .state = (uint8_t) instance_state };
        strcpy(i.id, id);
        bool fresh;
        assert_int_equal(aggregate_add_instance(f->a, &i, &fresh), 0);
        return fresh;
}

/* holders: instance ids separated by blanks; "-" is an attachment without an instance, "!i-1" one that is detached. */
static void add_volume_of(struct fixture *f, const char *id, uint64_t gib, const char *holders, bool managed,
                          const char *volume_state) {
        struct volume v = { .size_gib = gib, .managed = managed };
        strcpy(v.id, id);
        strcpy(v.type, "gp3");
        strcpy(v.zone, "eu-west-1a");
        strcpy(v.state, volume_state);
        char copy[256];
        strcpy(copy, holders);
        for (char *save = NULL, *h = strtok_r(copy, " ", &save); h != NULL; h = strtok_r(NULL, " ", &save)) {
                struct attachment a = { .status = "attached" };
                if (*h == '!') {
                        strcpy(a.status, "detached");
                        h++;
                }
                if (strcmp(h, "-") != 0)
                        strcpy(a.instance_id, h);
                assert_int_equal(volume_add_attachment(&v, &a), 0);
        }
        assert_int_equal(aggregate_add_volume(f->a, &v), 0);
        volume_release(&v);
}

static void add_volume(struct fixture *f, const char *id, uint64_t gib, const char *holders) {
        add_volume_of(f, id, gib, holders, false, holders[0] != '\0' ? "in-use" : "available");
}

static void finish(struct fixture *f, bool lists_all) {
        assert_int_equal(aggregate_finish(f->a, lists_all, &f->t, &f->types, &f->n_types), 0);
}

/* What is billed follows from the article's number and the itemised difference. */
static void assert_identity(const struct totals *t) {
        assert_int_equal(t->instance_sum_gib + t->unknown_instance_gib - t->multi_attach_extra_gib + t->unattached_gib +
                                 t->managed_gib,
                         t->attached_gib + t->unattached_gib + t->managed_gib);
}

static void test_nothing(void **state) {
        struct fixture *f = *state;
        finish(f, true);
        assert_int_equal(f->t.instances, 0);
        assert_int_equal(f->t.attached_gib, 0);
        assert_int_equal(f->n_types, 0);
}

static void test_multi_attach_counts_once_and_per_instance(void **state) {
        struct fixture *f = *state;
        add_instance(f, "i-1", INSTANCE_RUNNING);
        add_instance(f, "i-2", INSTANCE_STOPPED);
        add_volume(f, "vol-1", 10, "i-1");
        add_volume(f, "vol-2", 100, "i-1 i-2");
        finish(f, true);
        assert_int_equal(f->t.instance_sum_gib, 210);
        assert_int_equal(f->t.attached_gib, 110);
        assert_int_equal(f->t.attached_volumes, 2);
        assert_int_equal(f->t.multi_attach_extra_gib, 100);
        assert_identity(&f->t);
}

static void test_every_holder(void **state) {
        struct fixture *f = *state;
        add_instance(f, "i-1", INSTANCE_RUNNING);
        add_volume(f, "vol-1", 1, "i-1");
        add_volume(f, "vol-2", 2, "");
        add_volume(f, "vol-3", 4, "-");
        add_volume(f, "vol-4", 8, "i-gone");
        add_volume_of(f, "vol-5", 16, "", true, "available");
        add_volume_of(f, "vol-6", 32, "i-1", true, "in-use");
        add_volume(f, "vol-7", 64, "!i-1");
        finish(f, true);
        assert_int_equal(f->t.instance_sum_gib, 1 + 32);
        assert_int_equal(f->t.attached_gib, 1 + 8 + 32);
        assert_int_equal(f->t.unknown_instance_gib, 8);
        assert_int_equal(f->t.unknown_instance_volumes, 1);
        assert_int_equal(f->t.unattached_gib, 2 + 64);
        assert_int_equal(f->t.managed_gib, 4 + 16);
        assert_int_equal(f->t.managed_volumes, 2);
        assert_identity(&f->t);
}

static void test_terminated_instances(void **state) {
        struct fixture *f = *state;
        assert_false(add_instance(f, "i-1", INSTANCE_TERMINATED));
        assert_true(add_instance(f, "i-2", INSTANCE_SHUTTING_DOWN));
        assert_false(add_instance(f, "i-2", INSTANCE_RUNNING));
        add_volume(f, "vol-1", 5, "i-1");
        add_volume(f, "vol-2", 7, "i-2");
        finish(f, true);
        assert_int_equal(f->t.instances, 1);
        assert_int_equal(f->t.instance_sum_gib, 7);
        assert_int_equal(f->t.unknown_instance_gib, 5);
        assert_identity(&f->t);
}

/* A volume that two pages list, or that changes hands between two calls, is what it was last. */
static void test_newest_observation_wins(void **state) {
        struct fixture *f = *state;
        add_instance(f, "i-1", INSTANCE_RUNNING);
        add_instance(f, "i-2", INSTANCE_RUNNING);
        add_volume(f, "vol-1", 10, "i-1");
        add_volume(f, "vol-1", 20, "i-2");
        finish(f, false);
        assert_int_equal(f->t.instance_sum_gib, 20);
        assert_int_equal(f->t.attached_gib, 20);
        assert_int_equal(f->t.attached_volumes, 1);
}

static void test_same_instance_named_twice(void **state) {
        struct fixture *f = *state;
        add_instance(f, "i-1", INSTANCE_RUNNING);
        add_volume(f, "vol-1", 10, "i-1 i-1");
        finish(f, true);
        assert_int_equal(f->t.instance_sum_gib, 10);
        assert_int_equal(f->t.multi_attach_extra_gib, 0);
}

/* A per-instance strategy counts what instances hold and leaves the rest alone, should an endpoint tell it. */
static void test_per_instance_view(void **state) {
        struct fixture *f = *state;
        add_instance(f, "i-1", INSTANCE_RUNNING);
        add_volume(f, "vol-1", 1, "i-1");
        add_volume(f, "vol-2", 2, "");
        add_volume(f, "vol-3", 4, "i-gone");
        finish(f, false);
        assert_false(f->t.lists_all_volumes);
        assert_int_equal(f->t.attached_gib, 1);
        assert_int_equal(f->t.unattached_gib, 0);
        assert_int_equal(f->t.unknown_instance_gib, 0);
        assert_int_equal(f->n_types, 1);
}

static void test_deleted_volumes_are_gone(void **state) {
        struct fixture *f = *state;
        add_volume_of(f, "vol-1", 1, "", false, "deleted");
        finish(f, true);
        assert_int_equal(f->t.unattached_volumes, 0);
}

static void test_breakdown_adds_up(void **state) {
        struct fixture *f = *state;
        add_instance(f, "i-1", INSTANCE_RUNNING);
        for (unsigned n = 0; n < 500; n++) {
                char id[32];
                (void) snprintf(id, sizeof(id), "vol-%x", n);
                add_volume(f, id, n, n % 3 == 0 ? "i-1" : n % 3 == 1 ? "" : "-");
        }
        finish(f, true);
        uint64_t gib = 0, volumes = 0;
        for (size_t i = 0; i < f->n_types; i++) {
                gib += f->types[i].gib;
                volumes += f->types[i].volumes;
        }
        assert_int_equal(f->n_types, 3);
        assert_int_equal(volumes, 500);
        assert_int_equal(gib, f->t.attached_gib + f->t.unattached_gib + f->t.managed_gib);
}

static void test_impossible_sizes(void **state) {
        struct fixture *f = *state;
        add_volume(f, "vol-1", UINT64_MAX, "");
        add_volume(f, "vol-2", 1, "");
        assert_int_equal(aggregate_finish(f->a, true, &f->t, &f->types, &f->n_types), -EOVERFLOW);
}

static void test_ids_that_patterns_cover(void **state) {
        struct fixture *f = *state;
        add_volume(f, "vol-0123456789abcdef0", 1, "");
        add_volume(f, "vol-1a2b3c4d", 1, "");
        assert_true(aggregate_ids_are_hex(f->a));
        add_volume(f, "vol-1A2B3C4D", 1, "");
        assert_false(aggregate_ids_are_hex(f->a));
}

static void set_prices(struct fixture *f) {
        static const char text[] = "region,volume_type,dimension,price,currency,as_of\n"
                                   "eu-west-1,gp2,gib_month,0.11,USD,2022-02-10\n"
                                   "eu-west-1,gp3,gib_month,0.088,USD,2022-02-10\n"
                                   "eu-west-1,gp3,iops_month,0.0055,USD,2023-01-01\n"
                                   "eu-west-1,gp3,throughput_mibps_month,0.044,USD,2021-01-01\n";
        struct error_list errors = { .n = 0 };
        assert_int_equal(price_list_parse("x", text, strlen(text), &f->prices, &errors), 0);
        aggregate_set_prices(f->a, f->prices, "eu-west-1");
}

static void add_priced(struct fixture *f, const char *id, const char *type, uint64_t gib, uint64_t iops,
                       uint64_t throughput, const char *holder, const char *zone) {
        struct volume v = { .size_gib = gib, .iops = iops, .throughput = throughput };
        struct attachment a = { .status = "attached" };
        strcpy(v.id, id);
        strcpy(v.type, type);
        strcpy(v.zone, zone);
        strcpy(v.state, "in-use");
        strcpy(a.instance_id, strcmp(holder, "-") == 0 ? "" : holder);
        if (holder[0] != '\0')
                assert_int_equal(volume_add_attachment(&v, &a), 0);
        assert_int_equal(aggregate_add_volume(f->a, &v), 0);
        volume_release(&v);
}

static void fill_priced(struct fixture *f) {
        set_prices(f);
        add_instance(f, "i-1", INSTANCE_RUNNING);
        add_instance(f, "i-2", INSTANCE_RUNNING);
        /* The excess is each volume's own: 0.55 and nothing, though together they have fewer than 6,000 IOPS. */
        add_priced(f, "vol-1", "gp3", 10, 3100, 125, "i-1", "eu-west-1a");
        add_priced(f, "vol-2", "gp3", 10, 2000, 125, "i-1", "eu-west-1a");
        add_priced(f, "vol-3", "gp3", 10, 3000, 126, "i-gone", "eu-west-1a");
        add_priced(f, "vol-4", "gp2", 100, 300, 0, "", "eu-west-1a");
        add_priced(f, "vol-5", "gp2", 1, 100, 0, "-", "eu-west-1b");
        add_priced(f, "vol-6", "io2", 1, 100, 0, "i-1", "eu-west-1a");
        add_priced(f, "vol-7", "gp2", 1, 100, 0, "i-1", "eu-west-1-lhr-1a");
}

static void test_cost(void **state) {
        struct fixture *f = *state;
        fill_priced(f);
        finish(f, true);
        const struct cost *c = &f->t.cost;
        assert_true(c->known);
        assert_int_equal(c->n_sums, 1);
        assert_string_equal(c->sums[0].currency, "USD");
        assert_int_equal(c->sums[0].attached_micros, 880000 + 550000 + 880000 + 880000 + 44000);
        assert_int_equal(c->sums[0].unattached_micros, 11000000);
        assert_int_equal(c->sums[0].managed_micros, 110000);
        assert_int_equal(c->unpriced_volumes, 2);
        assert_int_equal(c->sums[0].prices_oldest, 20210101);
        assert_int_equal(c->sums[0].prices_newest, 20230101);
        /* As gp3: 100 GiB for 8.80 + 3 MiB/s for 0.132 instead of 11.00; 1 GiB for 0.22 instead of 0.11. */
        assert_int_equal(c->sums[0].as_gp3.cheaper_volumes, 1);
        assert_int_equal(c->sums[0].as_gp3.cheaper_micros, 11000000 - 8932000);
        assert_int_equal(c->sums[0].as_gp3.dearer_volumes, 1);
        assert_int_equal(c->sums[0].as_gp3.dearer_micros, 220000 - 110000);

        uint64_t micros = 0, unpriced = 0;
        for (size_t i = 0; i < f->n_types; i++) {
                const struct type_cost *t = &f->types[i].cost;
                assert_true(t->known);
                assert_string_equal(t->currency, t->unpriced_volumes > 0 ? "" : "USD");
                micros += t->micros;
                unpriced += t->unpriced_volumes;
        }
        assert_int_equal(micros, cost_sum_total(&c->sums[0]));
        assert_int_equal(unpriced, 2);
}

static void test_cost_of_what_instances_hold(void **state) {
        struct fixture *f = *state;
        fill_priced(f);
        finish(f, false);
        assert_int_equal(f->t.cost.sums[0].attached_micros, 880000 + 550000 + 880000);
        assert_int_equal(f->t.cost.sums[0].unattached_micros, 0);
        assert_int_equal(f->t.cost.unpriced_volumes, 2);
}

/* A volume that two instances hold is billed once. */
static void test_multi_attach_costs_once(void **state) {
        struct fixture *f = *state;
        set_prices(f);
        add_instance(f, "i-1", INSTANCE_RUNNING);
        add_instance(f, "i-2", INSTANCE_RUNNING);
        add_volume(f, "vol-1", 100, "i-1 i-2");
        finish(f, true);
        assert_int_equal(f->t.cost.sums[0].attached_micros, 8800000);
}

static void test_no_list_no_cost(void **state) {
        struct fixture *f = *state;
        add_volume(f, "vol-1", 100, "");
        finish(f, true);
        assert_false(f->t.cost.known);
        assert_int_equal(f->t.cost.unpriced_volumes, 0);
        assert_false(f->types[0].cost.known);
}

/* A price beyond 64 bits is none; the sizes still count. */
static void test_impossible_cost(void **state) {
        struct fixture *f = *state;
        set_prices(f);
        add_priced(f, "vol-1", "gp2", UINT64_MAX / 2, 100, 0, "", "eu-west-1a");
        add_priced(f, "vol-2", "gp2", 10, 100, 0, "", "eu-west-1a");
        finish(f, true);
        assert_int_equal(f->t.unattached_gib, UINT64_MAX / 2 + 10);
        assert_int_equal(f->t.cost.sums[0].unattached_micros, 1100000);
        assert_int_equal(f->t.cost.unpriced_volumes, 1);
        assert_int_equal(f->types[0].cost.unpriced_volumes, 1);
}

/* The same where two prices fit, but not their sum. */
static void test_impossible_sum_of_costs(void **state) {
        struct fixture *f = *state;
        set_prices(f);
        add_priced(f, "vol-1", "gp2", UINT64_C(80000000000000), 100, 0, "", "eu-west-1a");
        add_priced(f, "vol-2", "gp2", UINT64_C(80000000000000), 100, 0, "", "eu-west-1a");
        finish(f, true);
        assert_int_equal(f->t.cost.sums[0].unattached_micros, UINT64_C(8800000000000000000));
        assert_int_equal(f->t.cost.unpriced_volumes, 1);
        assert_int_equal(f->types[0].cost.unpriced_volumes, 1);
        assert_int_equal(f->types[0].cost.micros, UINT64_C(8800000000000000000));
}

/* What the store gets: sorted, without the deleted and the terminated, and nothing of it is left behind. */
static void test_inventory(void **state) {
        struct fixture *f = *state;
        add_instance(f, "i-2", INSTANCE_RUNNING);
        add_instance(f, "i-1", INSTANCE_STOPPED);
        add_instance(f, "i-3", INSTANCE_TERMINATED);
        add_volume_of(f, "vol-0", 1, "", false, "deleted");
        add_volume(f, "vol-3", 8, "i-2 i-1 i-2 !i-3");
        add_volume(f, "vol-1", 4, "");
        add_volume_of(f, "vol-2", 2, "-", true, "in-use");
        struct volume tagged = { .size_gib = 16, .iops = 3000, .throughput = 125, .create_time = 7, .encrypted = true,
                                 .id = "vol-4", .type = "gp3", .managed_by = "eks.amazonaws.com",
                                 .tags = strdup("{\"Name\":\"x\"}") };
        assert_int_equal(aggregate_add_volume(f->a, &tagged), 0);
        volume_release(&tagged);
        finish(f, true);
        struct inventory *i;
        assert_int_equal(aggregate_take_inventory(f->a, &i), 0);
        assert_int_equal(i->n_volumes, 4);
        assert_int_equal(i->n_instances, 2);
        assert_string_equal(i->instances[0]->text, "i-1");
        assert_int_equal(i->instances[0]->volumes, 1);
        assert_int_equal(i->instances[1]->gib, 8);
        static const char *const ids[] = { "vol-1", "vol-2", "vol-3", "vol-4" };
        static const enum holder holders[] = { HOLDER_NONE, HOLDER_MANAGED, HOLDER_INSTANCE, HOLDER_NONE };
        for (size_t n = 0; n < 4; n++) {
                assert_string_equal(i->volumes[n]->text, ids[n]);
                assert_int_equal(i->volumes[n]->holder, holders[n]);
        }
        const struct inventory_volume *shared = i->volumes[2], *full = i->volumes[3];
        assert_int_equal(shared->n_instances, 2);
        assert_string_equal(inventory_next_text(shared->text), "i-1");
        assert_string_equal(inventory_volume_tags(shared), "");
        assert_string_equal(inventory_volume_tags(full), "{\"Name\":\"x\"}");
        assert_string_equal(full->managed_by->name, "eks.amazonaws.com");
        assert_true(full->encrypted && full->create_time == 7 && full->iops == 3000 && full->throughput == 125);
        inventory_free(i);
        free(f->types);
        f->types = NULL;
        finish(f, true);
        assert_int_equal(f->t.unattached_volumes + f->t.instances, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
        const struct CMUnitTest tests[] = {
                TEST(test_nothing),
                TEST(test_multi_attach_counts_once_and_per_instance),
                TEST(test_every_holder),
                TEST(test_terminated_instances),
                TEST(test_newest_observation_wins),
                TEST(test_same_instance_named_twice),
                TEST(test_per_instance_view),
                TEST(test_deleted_volumes_are_gone),
                TEST(test_breakdown_adds_up),
                TEST(test_impossible_sizes),
                TEST(test_inventory),
                TEST(test_ids_that_patterns_cover),
                TEST(test_cost),
                TEST(test_cost_of_what_instances_hold),
                TEST(test_multi_attach_costs_once),
                TEST(test_no_list_no_cost),
                TEST(test_impossible_cost),
                TEST(test_impossible_sum_of_costs),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
