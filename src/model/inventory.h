/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/macros.h"
#include "model/totals.h"
#include "model/volume.h"

/* Everything that one whole listing of a region saw: compact, because there may be millions of volumes. What is the
 * same for many (zone, type, state, service) is stored once and pointed to. */

struct volume_kind {
        UT_hash_handle hh; /* whoever collects them finds them by key */
        struct volume_kind_key {
                char zone[MODEL_ZONE_SIZE];
                char type[MODEL_WORD_SIZE];
                char state[MODEL_WORD_SIZE];
        } key;
};

struct service_name {
        UT_hash_handle hh;
        char name[MODEL_SERVICE_SIZE];
};

struct inventory_volume {
        UT_hash_handle hh;
        const struct volume_kind *kind;
        const struct service_name *managed_by; /* NULL: none told */
        uint64_t size_gib;
        uint64_t iops;       /* 0 where the API tells none */
        uint64_t throughput; /* MiB/s, 0 where the API tells none */
        int64_t create_time; /* seconds since the epoch, 0 if unknown */
        uint64_t cost_micros;     /* a month, see model/cost.h; COST_UNKNOWN: no price */
        uint64_t gp3_cost_micros; /* of a gp2 volume, as gp3; COST_UNKNOWN: no price, or not gp2 */
        uint16_t n_instances;
        uint8_t holder; /* enum holder */
        bool encrypted;
        bool multi_attach_enabled;
        bool held_by_service; /* managed, or an attachment without an instance */
        char text[]; /* each with its NUL: the id; the instances it is attached to, sorted, each once; the tags or "" */
};

struct inventory_instance {
        UT_hash_handle hh;
        uint64_t volumes; /* attached to it */
        uint64_t gib;     /* their sizes */
        uint64_t gp3_gib; /* of the gp3 volumes among them */
        uint64_t cost_micros;       /* a month, of those that have a price */
        uint64_t gp2_cost_micros;   /* of the gp2 volumes that gp3 has a price for */
        uint64_t gp2_as_gp3_micros; /* and what they would cost as gp3 */
        uint64_t unpriced_volumes;
        uint8_t state; /* enum instance_state */
        bool managed;
        bool has_comparable_gp2; /* gp2_cost_micros is of at least one volume */
        char text[]; /* each with its NUL: the id, type, zone, name */
};

struct inventory {
        struct inventory_volume **volumes; /* owned, as all they point to; by id */
        size_t n_volumes;
        struct inventory_instance **instances; /* owned; by id; without the terminated ones */
        size_t n_instances;
        struct volume_kind *kinds;     /* owned hash table */
        struct service_name *services; /* owned hash table */
};

/* The string behind this one. */
static inline const char *inventory_next_text(const char *text) {
        while (*text++ != '\0')
                ;
        return text;
}

/* A volume's tags: behind the id and the instances. */
const char *inventory_volume_tags(const struct inventory_volume *v);

/* The kind or name, added if new; NULL when out of memory. */
const struct volume_kind *inventory_intern_kind(struct inventory *i, const struct volume *v);
const struct service_name *inventory_intern_service(struct inventory *i, const char *name);

/* Puts volumes and instances in the order of their ids, the bytes compared, as SQLite does. 0 or -ENOMEM. */
int inventory_sort(struct inventory *inventory);

/* NULL is fine. */
void inventory_free(struct inventory *i);
DEFINE_CLEANUP(struct inventory *, inventory_free);
