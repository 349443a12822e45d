/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/random.h"
#include "model/run.h"
#include "price/list.h"
#include "store_fixture.h"

/* A made-up fleet of one region that changes at random, for tests of what is stored of it. */

#define FLEET_VOLUMES 60
#define FLEET_INSTANCES 12

/* gp3, io2 whose IOPS are not told, st1, gp2 */
#define FLEET_TYPES 4
extern const char *const fleet_types[FLEET_TYPES];

struct fleet_volume {
        bool there, managed;
        unsigned gib, type, throughput, tag;
        unsigned instances; /* a bit each */
};

struct fleet {
        struct fleet_volume volumes[FLEET_VOLUMES];
        bool instances[FLEET_INSTANCES];
        unsigned instance_type[FLEET_INSTANCES];
};

struct fleet_fixture {
        struct fixture *db;
        struct fleet fleet;
        struct price_list *prices; /* owned; NULL: none */
        usec_t now;                /* seconds */
};

/* The time of the first run, seconds. */
#define FLEET_START ((usec_t) 1795442467)

/* Set up and tear down a fixture with an empty database, in which temp.written gets a row with the table's name for
 * every row of the inventory and the ledger that is written. */
int fleet_set_up(void **state);
int fleet_tear_down(void **state);

/* How many rows of a table were written since forget_written(). */
int64_t written(struct fleet_fixture *f, const char *table);
void forget_written(struct fleet_fixture *f);

/* A volume's id; the order of ids is another one than that of the fleet. */
void fleet_volume_id(unsigned n, char ret[static MODEL_ID_SIZE]);

enum holder fleet_holder(const struct fleet *fleet, unsigned volume);

/* Stores a run over one region as the fleet is now, or one in which it failed; five minutes pass. */
void store_run(struct fleet_fixture *f, enum run_mode mode, bool failed);
void sweep(struct fleet_fixture *f);

/* Changes some volumes and now and then an instance, or nothing. */
void fleet_change(struct fleet *fleet, struct random *r);

/* Three volumes without prices of 10, 20 and 40 GiB, gp3, ids vol-0000, vol-1eef and vol-3dde, the first two of them
 * attached to the first of two instances. */
struct fleet_fixture *fleet_small(void **state);
