/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/volume.h"

/* What volumes cost by a price list: an estimate, without discounts, snapshots and I/O requests.
 *
 * Money is counted in millionths of its currency ("micros") for a month of 30 days, the unit of the list. Each volume
 * is rounded once; sums are exact. Currencies are never added up. */

#define COST_CURRENCY_SIZE 4 /* ISO 4217: USD */

/* A price list has no more. */
#define COST_CURRENCIES_MAX 8

/* Every amount is at most this: what the database and JSON hold. */
#define COST_MICROS_MAX ((uint64_t) INT64_MAX)

#define MICROS_PER_UNIT UINT64_C(1000000)

/* In place of an amount: there is no price. */
#define COST_UNKNOWN UINT64_MAX

/* The gp2 volumes if they were gp3 with the IOPS and throughput that their size gives them. */
struct cost_as_gp3 {
        uint64_t cheaper_volumes;
        uint64_t cheaper_micros; /* by so much, together */
        uint64_t dearer_volumes; /* and those that would cost more */
        uint64_t dearer_micros;
};

/* One currency's share. */
struct cost_sum {
        char currency[COST_CURRENCY_SIZE];
        uint32_t prices_oldest; /* dates of the prices used, as 20220210 */
        uint32_t prices_newest;
        uint64_t attached_micros; /* to instances that were not listed, too */
        uint64_t unattached_micros;
        uint64_t managed_micros;
        struct cost_as_gp3 as_gp3;
};

/* Zeroed: nothing is known of costs. */
struct cost {
        bool known;                /* volumes were looked up in a price list */
        uint64_t unpriced_volumes; /* the list has no price for them: every sum is "at least" */
        struct cost_sum sums[COST_CURRENCIES_MAX]; /* by currency; one region's have one at most */
        size_t n_sums;
};

/* The price of one volume. */
struct cost_of_volume {
        char currency[COST_CURRENCY_SIZE];
        uint32_t prices_oldest;
        uint32_t prices_newest;
        uint64_t micros;
        bool is_comparable; /* a gp2 volume, and gp3 has a price there */
        uint64_t as_gp3_micros;
};

/* Counts a volume in. False if a sum would be more than COST_MICROS_MAX: the volume is then counted as unpriced. */
bool cost_add_volume(struct cost *c, enum holder holder, const struct cost_of_volume *v);

/* Adds b to a, currency by currency; known becomes the conjunction. 0, or -EOVERFLOW with a unchanged. */
int cost_add(struct cost *a, const struct cost *b);

/* The whole of one currency. */
uint64_t cost_sum_total(const struct cost_sum *s);

/* The one sum of a region, which has one currency at most; without volumes that is a zeroed one. NULL where there is no
 * number: nothing is known, no volume has a price, or there are several. */
const struct cost_sum *cost_only_sum(const struct cost *c);

/* after - before, an unknown one (COST_UNKNOWN) taken as 0. */
static inline int64_t cost_change(uint64_t before, uint64_t after) {
        return (int64_t) (after != COST_UNKNOWN ? after : 0) - (int64_t) (before != COST_UNKNOWN ? before : 0);
}

/* 20220210 as 2022-02-10. Returns buf. */
#define COST_DATE_SIZE sizeof("4294967295-99-99")
const char *cost_format_date(uint32_t date, char buf[static COST_DATE_SIZE]);
