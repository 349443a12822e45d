/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "id_map.h"
#include "string_list.h"

/* What one account holds in one region. Compact, so that a million volumes fit: what can be worked out from an id
 * (names, tags, images) is not stored. Slots are stable: a deleted volume leaves an empty slot, so that a page token,
 * which is a slot, neither skips nor repeats the others. */

#define SLOT_NONE UINT32_MAX

enum fleet_flags {
        FLEET_ENCRYPTED = 1 << 0,
        FLEET_MULTI_ATTACH = 1 << 1,
        FLEET_MANAGED = 1 << 2, /* operator.managed */
        FLEET_HIDDEN = 1 << 3,  /* operator.hiddenByDefault */
        FLEET_DELETE_ON_TERMINATION = 1 << 4,
};

struct sim_volume {
        uint64_t id; /* 0: empty slot */
        uint32_t size_gib;
        uint32_t iops; /* 0: none told */
        uint32_t created;    /* seconds since the epoch */
        uint32_t first_attachment;
        uint32_t extra; /* index into fleet.extras, or SLOT_NONE */
        uint16_t throughput; /* MiB/s, 0: none told */
        uint16_t type;       /* index into fleet.words, as are state and zone */
        uint16_t state;
        uint16_t zone;
        uint8_t flags;
};

enum instance_code { STATE_PENDING = 0, STATE_RUNNING = 16, STATE_TERMINATED = 48, STATE_STOPPED = 80 };

struct sim_instance {
        uint64_t id;
        uint64_t reservation; /* id */
        uint32_t launched;    /* seconds since the epoch */
        uint32_t first_attachment;
        uint32_t extra;
        uint16_t type;
        uint16_t zone;
        uint8_t state; /* EC2's code */
        uint8_t flags;
};

struct sim_attachment {
        uint64_t instance_id; /* 0: held by a service without an instance */
        uint32_t volume;
        uint32_t instance;    /* slot, or SLOT_NONE when the fleet does not hold that instance */
        uint32_t next_of_volume;
        uint32_t next_of_instance; /* also links the free list */
        uint32_t attached_at;
        uint16_t device; /* words */
        uint16_t status;
        uint16_t resource; /* associatedResource, 0: none */
        uint16_t service;  /* instanceOwningService, 0: none */
        uint8_t flags;
};

/* What a fleet file says beyond the numbers: tags, "Name" among them. */
struct sim_extra {
        struct string_list keys;
        struct string_list values;
};

struct fleet {
        char account[16];
        char region[64];
        uint64_t seed;
        uint64_t tick; /* churn applied so far */
        pthread_rwlock_t lock;

        struct sim_volume *volumes;
        size_t n_volumes; /* slots, empty ones included */
        size_t live_volumes;
        struct sim_instance *instances;
        size_t n_instances;
        struct sim_attachment *attachments;
        size_t n_attachments;
        uint32_t free_attachment;
        struct sim_extra *extras;
        size_t n_extras;

        struct id_map volume_ids;
        struct id_map instance_ids;
        struct string_list words; /* types, states, zones, devices; word 0 is "" */
};

int fleet_new(const char *account, const char *region, uint64_t seed, struct fleet **ret);
struct fleet *fleet_free(struct fleet *f);
DEFINE_CLEANUP(struct fleet *, fleet_free);

/* The index of a word, added if new. 0 or -ENOMEM, -E2BIG. */
int fleet_intern(struct fleet *f, const char *word, uint16_t *ret);
const char *fleet_word(const struct fleet *f, uint16_t word);

/* Copies the item into a new slot, with no attachment. 0, -EEXIST for a known id, -ENOMEM, -E2BIG. */
int fleet_add_volume(struct fleet *f, const struct sim_volume *v, uint32_t *ret_slot);
int fleet_add_instance(struct fleet *f, const struct sim_instance *i, uint32_t *ret_slot);

/* Links a copy to its volume, and to the instance with that id when the fleet holds it. */
int fleet_attach(struct fleet *f, const struct sim_attachment *a);
void fleet_detach(struct fleet *f, uint32_t attachment);

/* Detaches the volume and empties its slot. */
void fleet_remove_volume(struct fleet *f, uint32_t slot);

/* Appends an empty extra. */
int fleet_add_extra(struct fleet *f, uint32_t *ret_index);
