/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/cost.h"

/* The prices of one volume type in one place, and what a volume costs by them. */

enum volume_type {
        TYPE_STANDARD,
        TYPE_GP2,
        TYPE_GP3,
        TYPE_IO1,
        TYPE_IO2,
        TYPE_ST1,
        TYPE_SC1,
        _TYPE_MAX,
};

const char *volume_type_name(enum volume_type type);

/* _TYPE_MAX for a word that is none of them. */
enum volume_type volume_type_from_name(const char *name);

/* What is charged, each per month. */
enum dimension {
        DIMENSION_GIB,        /* a GiB of size */
        DIMENSION_IOPS,       /* a provisioned I/O operation a second; io2: of the first 32,000 */
        DIMENSION_IOPS_TIER2, /* io2: of those above 32,000 up to 64,000 */
        DIMENSION_IOPS_TIER3, /* io2: of those above 64,000 */
        DIMENSION_THROUGHPUT, /* a provisioned GiB a second (1,024 MiB/s) */
        _DIMENSION_MAX,
};

struct rates {
        enum volume_type type;
        char currency[COST_CURRENCY_SIZE];
        uint32_t oldest, newest; /* dates of the prices */
        struct rate {
                bool known;
                uint64_t price; /* in 10^-10 currency units, see price/decimal.h */
        } rate[_DIMENSION_MAX];
};

/* What a volume costs in a month of 30 days, in micros, rounded half up once. The size is charged whole; of gp3 the
 * IOPS above 3,000 and the throughput above 125 MiB/s; of io1 all IOPS; of io2 all, by three marginal tiers; nothing
 * else of the other types. False where there is no price: for a dimension that the volume would be charged for, for
 * io1 and io2 volumes whose IOPS the API does not tell (0), and beyond COST_MICROS_MAX. */
bool rates_cost(const struct rates *r, uint64_t gib, uint64_t iops, uint64_t throughput_mibps, uint64_t *ret_micros);

/* The IOPS and throughput that a gp2 volume of this size has all the time: 3 IOPS a GiB, 100 at least and 16,000 at
 * most; 128 MiB/s up to 170 GiB, 250 above 334, between them as much as its IOPS of 256 KiB make. The 3,000 IOPS that
 * smaller volumes have now and then by burst credits are not among them. */
uint64_t gp2_baseline_iops(uint64_t gib);
uint64_t gp2_baseline_throughput(uint64_t gib);

/* A gp2 volume as gp3 with that baseline. False where there is no price. */
bool rates_gp2_as_gp3(const struct rates *gp3, uint64_t gib, uint64_t *ret_micros);
