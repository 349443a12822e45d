/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/random.h"
#include "fleet.h"

/* 2026-11-01: nothing that a seed makes is younger. */
#define FLEET_EPOCH 1793491200u
#define YEAR_SECONDS 31557600u

/* How much of what one region holds. */
struct fleet_plan {
        uint64_t instances; /* live ones */
        uint64_t terminated;
        uint64_t managed_instances; /* operator.managed, hidden by default; beside the others */
        uint64_t volumes_per_instance;
        bool varied; /* 1 to 2 x volumes_per_instance - 1 instead of exactly that many */
        uint64_t unattached;
        uint64_t managed;          /* volumes held by a service without an instance */
        uint64_t multi_attach;     /* io1 and io2 volumes on two to four instances of one zone */
        uint64_t unknown_instance; /* volumes attached to an instance that is not listed */
        unsigned transient; /* per cent of attachments that are attaching, detaching, busy or detached */
        unsigned short_ids;        /* per cent of instances and volumes with an id from before 2016 */
};

/* The plan of the demo fleet for a region. */
struct fleet_plan fleet_plan_demo(const char *region);

/* Fills an empty fleet from its seed. Every fourth terminated instance still shows a volume. */
int fleet_seed(struct fleet *f, const struct fleet_plan *plan);

/* A number that the seed and the three others determine: the start of one item's random sequence. */
uint64_t fleet_hash(uint64_t seed, uint64_t kind, uint64_t index, uint64_t salt);

/* A new volume of a plausible type and size for the zone; r decides. id and attachments are left to the caller. */
int fleet_random_volume(struct fleet *f, struct random *r, uint16_t zone, bool root, struct sim_volume *ret);

/* Draws an id that no item of the map has. */
uint64_t fleet_random_id(const struct id_map *taken, struct random *r, bool want_short);
