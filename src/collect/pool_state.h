/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/memory.h"
#include "collect/pool.h"
#include "collect/slot.h"

/* What a pool and its slots share. */

struct pool {
        struct pool_options options;
        pool_done done;
        void *userdata;
        int null_fd; /* the workers' standard streams */
        uint8_t *scratch; /* SLOT_READ_SIZE; where results are read to, so that a slot holds no more than came */
        unsigned limit; /* of workers: max_workers, or fewer where the system has no room for more */
        struct error shortage; /* how that showed */
        unsigned busy;
        unsigned alive;
        unsigned peak;
        struct slot *slots; /* max_workers of them */
        struct heap_plug *plug;
};

/* From now on the pool makes do with the workers that it has, or a single one. */
void pool_shrink(struct pool *p, const struct error *shortage);
