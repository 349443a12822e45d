/* SPDX-License-Identifier: MIT */
#include "price/rates.h"

#include <string.h>

#include "price/decimal.h"

#define GP3_INCLUDED_IOPS 3000u
#define GP3_INCLUDED_MIBPS 125u
#define IO2_TIER1_IOPS 32000u
#define IO2_TIER2_IOPS 64000u
#define MIBPS_PER_GIBPS 1024u

/* Terms are summed in 1/1024 of 10^-10, so that a share of a GiB/s is exact too. */
#define PARTS_PER_MICRO (DECIMAL_ONE / MICROS_PER_UNIT * MIBPS_PER_GIBPS)

__extension__ typedef unsigned __int128 uint128;

static const char *const type_names[_TYPE_MAX] = {
        [TYPE_STANDARD] = "standard",
        [TYPE_GP2] = "gp2",
        [TYPE_GP3] = "gp3",
        [TYPE_IO1] = "io1",
        [TYPE_IO2] = "io2",
        [TYPE_ST1] = "st1",
        [TYPE_SC1] = "sc1",
};

const char *volume_type_name(enum volume_type type) {
        return (unsigned) type < _TYPE_MAX ? type_names[type] : "unknown";
}

enum volume_type volume_type_from_name(const char *name) {
        for (unsigned t = 0; t < _TYPE_MAX; t++)
                if (strcmp(type_names[t], name) == 0)
                        return (enum volume_type) t;
        return _TYPE_MAX;
}

static uint64_t above(uint64_t value, uint64_t included) {
        return value > included ? value - included : 0;
}

/* The part of value that lies between the two. */
static uint64_t between(uint64_t value, uint64_t low, uint64_t high) {
        return above(value < high ? value : high, low);
}

/* The quantities of each dimension that a volume is charged for; throughput in MiB/s. */
struct charged {
        uint64_t of[_DIMENSION_MAX];
};

static struct charged charge(enum volume_type type, uint64_t gib, uint64_t iops, uint64_t throughput_mibps) {
        struct charged c = { .of[DIMENSION_GIB] = gib };
        switch (type) {
        case TYPE_GP3:
                c.of[DIMENSION_IOPS] = above(iops, GP3_INCLUDED_IOPS);
                c.of[DIMENSION_THROUGHPUT] = above(throughput_mibps, GP3_INCLUDED_MIBPS);
                break;
        case TYPE_IO1:
                c.of[DIMENSION_IOPS] = iops;
                break;
        case TYPE_IO2:
                c.of[DIMENSION_IOPS] = between(iops, 0, IO2_TIER1_IOPS);
                c.of[DIMENSION_IOPS_TIER2] = between(iops, IO2_TIER1_IOPS, IO2_TIER2_IOPS);
                c.of[DIMENSION_IOPS_TIER3] = above(iops, IO2_TIER2_IOPS);
                break;
        default:
                break;
        }
        return c;
}

bool rates_cost(const struct rates *r, uint64_t gib, uint64_t iops, uint64_t throughput_mibps, uint64_t *ret_micros) {
        if (iops == 0 && (r->type == TYPE_IO1 || r->type == TYPE_IO2))
                return false;
        struct charged c = charge(r->type, gib, iops, throughput_mibps);
        uint128 parts = 0;
        for (unsigned d = 0; d < _DIMENSION_MAX; d++) {
                if (c.of[d] == 0 && d != DIMENSION_GIB)
                        continue;
                if (!r->rate[d].known)
                        return false;
                /* At most 2^64 * 10^16 * 2^10 < 2^128. */
                uint128 term = (uint128) c.of[d] * r->rate[d].price;
                if (d != DIMENSION_THROUGHPUT)
                        term *= MIBPS_PER_GIBPS;
                if (__builtin_add_overflow(parts, term, &parts))
                        return false;
        }
        uint128 micros = parts / PARTS_PER_MICRO + (parts % PARTS_PER_MICRO >= PARTS_PER_MICRO / 2);
        if (micros > COST_MICROS_MAX)
                return false;
        *ret_micros = (uint64_t) micros;
        return true;
}

uint64_t gp2_baseline_iops(uint64_t gib) {
        if (gib < 34)
                return 100;
        return gib < 5334 ? 3 * gib : 16000;
}

uint64_t gp2_baseline_throughput(uint64_t gib) {
        if (gib <= 170)
                return 128;
        /* 3 IOPS a GiB of a quarter of a MiB each, rounded up. */
        return gib < 334 ? (3 * gib + 3) / 4 : 250;
}

bool rates_gp2_as_gp3(const struct rates *gp3, uint64_t gib, uint64_t *ret_micros) {
        return rates_cost(gp3, gib, gp2_baseline_iops(gib), gp2_baseline_throughput(gib), ret_micros);
}
