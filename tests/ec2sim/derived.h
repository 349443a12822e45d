/* SPDX-License-Identifier: MIT */
#pragma once

#include "fleet.h"
#include "resource_id.h"

/* What is not stored because it follows from an item's id: tags, snapshots, images, addresses. */

struct tags {
        struct {
                const char *key;
                const char *value;
        } items[64];
        size_t n;
        char name[64]; /* where a made-up value lives */
};

void volume_tags(const struct fleet *f, uint32_t slot, struct tags *ret);
void instance_tags(const struct fleet *f, uint32_t slot, struct tags *ret);

/* The value of a tag, or NULL. */
const char *tags_get(const struct tags *tags, const char *key);

/* "" when the volume was made from no snapshot; else writes into ret[RESOURCE_ID_SIZE]. Returns ret. */
char *volume_snapshot(const struct sim_volume *v, char *ret);

/* The service behind a managed item, such as eks.amazonaws.com. */
const char *volume_principal(const struct fleet *f, const struct sim_volume *v);

const char *instance_state_name(uint8_t code);
char *instance_image(const struct sim_instance *i, char ret[static RESOURCE_ID_SIZE]);

/* 10.a.b.c, into ret[16]. */
char *instance_address(const struct sim_instance *i, char *ret);

/* Writes "euw1-az2" for eu-west-1b into ret[32]. Returns ret. */
char *zone_id(const struct fleet *f, uint16_t zone, char *ret);
