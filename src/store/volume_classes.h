/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/inventory.h"
#include "store/db.h"

/* The table volume_class in memory, as far as one merge needs it. */

struct volume_class {
        UT_hash_handle hh;
        int64_t id;
        enum holder holder;
        char type[MODEL_WORD_SIZE];
};

/* The classes of one kind of volumes, by holder; 0: no volume of the listing is of it. */
struct kind_classes {
        UT_hash_handle hh;
        const struct volume_kind *kind;
        int64_t ids[_HOLDER_MAX];
};

struct volume_classes {
        struct volume_class *by_id;
        struct kind_classes *by_kind;
};

/* Reads the table, to which the run's classes must have been added. */
int volume_classes_load(struct store *s, const struct inventory *inventory, struct volume_classes *ret,
                        struct error *reterr);
void volume_classes_release(struct volume_classes *c);

/* The class of a listed volume, 0 if it has none. */
int64_t volume_class_of(const struct volume_classes *c, const struct inventory_volume *v);

/* NULL for an id that is not in the table. */
const struct volume_class *volume_class_find(const struct volume_classes *c, int64_t id);
