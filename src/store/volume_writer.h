/* SPDX-License-Identifier: MIT */
#pragma once

#include "store/merge.h"
#include "store/stored_volume.h"
#include "store/volume_classes.h"

/* Writes the volumes of a listing that are not as they were, with their attachments and events. The first failure is
 * told by volume_writer_close(), which is due in any case. */
struct volume_writer {
        const struct listing *listing;
        const struct volume_classes *classes;
        const struct stored_volume *before; /* in hand */
        const struct inventory_volume *now;
        int64_t repriced_micros; /* what the costs of the volumes written changed by beyond their events, a month */
        struct query insert, update, reprice, delete, attach, detach, event;
};

/* Both are borrowed until it is closed. */
struct volume_writer volume_writer_open(struct store *s, const struct listing *listing,
                                        const struct volume_classes *classes);

/* A volume that is new (before is NULL), gone (now is NULL) or not as it was. Its cost before is COST_UNKNOWN also
 * where it does not compare. */
void volume_writer_write(struct volume_writer *w, const struct stored_volume *before,
                         const struct inventory_volume *now);

/* One of which nothing but its costs changed. */
void volume_writer_reprice(struct volume_writer *w, const struct inventory_volume *now);

/* 0, or the first failure since it was opened. */
int volume_writer_close(struct volume_writer *w, struct error *reterr);
