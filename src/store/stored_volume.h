/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/buffer.h"
#include "model/inventory.h"
#include "store/db.h"
#include "store/volume_classes.h"

/* A volume as the inventory has it. */
struct stored_volume {
        int64_t class_id;
        enum holder holder;
        char type[MODEL_WORD_SIZE];
        uint64_t gib;
        uint64_t iops;
        uint64_t throughput;
        int64_t unattached_since;
        bool unattached_known;
        uint64_t cost_micros; /* a month; COST_UNKNOWN: no price */
        size_t n_instances;
        char *tags; /* owned; "" if none */
        char text[]; /* each with its NUL: the id, then the instances that hold it, sorted */
};

void stored_volume_free(struct stored_volume *v);
DEFINE_CLEANUP(struct stored_volume *, stored_volume_free);

/* Reads a region's volumes in the order of their ids, with their attachments. */
struct stored_volumes {
        struct query volumes;
        struct query attachments;
        bool has_attachment; /* the second query stands on a row */
        struct buffer instances; /* of the current volume, each with its NUL */
        size_t n_instances;
        int r; /* -ENOMEM, sticks */
};

/* To be closed, which tells of the first failure. */
struct stored_volumes stored_volumes_open(struct store *s, int64_t place_id);

/* Goes to the next volume; its id, or NULL at the end and on errors. Valid until the next call. */
const char *stored_volumes_next(struct stored_volumes *v);

/* Whether the current row says of the volume what the listing says, but for its costs; class_id is the listing's. */
bool stored_volumes_equal(const struct stored_volumes *v, const struct inventory_volume *listed, int64_t class_id);

/* Whether it also has the same costs. */
bool stored_volumes_cost_equal(const struct stored_volumes *v, const struct inventory_volume *listed);

/* What it costs a month; COST_UNKNOWN: no price. */
uint64_t stored_volumes_cost(const struct stored_volumes *v);

/* A copy of the current row; NULL when out of memory. */
struct stored_volume *stored_volumes_copy(const struct stored_volumes *v, const struct volume_classes *classes);

/* 0, or the first failure since it was opened. */
int stored_volumes_close(struct stored_volumes *v, struct error *reterr);
