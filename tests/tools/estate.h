/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/random.h"
#include "catalogue.h"
#include "model/run.h"
#include "price/list.h"

/* What an account has in a region: instances, volumes, and their sums, which every change keeps up. */

#define ESTATE_ZONES 3

struct estate_volume {
        char id[24];
        char name[48];
        uint8_t zone;
        uint8_t kind;   /* enum kind */
        uint8_t holder; /* enum holder */
        bool is_root;
        bool encrypted;
        bool first_seen_known;
        bool unattached_known;
        bool priced;
        uint32_t gib;
        uint32_t iops;
        uint32_t throughput;
        uint64_t cost_micros;
        int64_t created_at;
        int64_t first_seen_at;
        int64_t unattached_since; /* 0: it is held */
        int64_t changed_in;       /* the run that saw it change last */
        struct estate_instance *instance; /* that holds it */
        struct estate_instance *second;   /* and another one: Multi-Attach */
        LIST_ENTRY(estate_volume) siblings; /* of the same instance */
        size_t at;       /* in the estate's volumes */
        size_t loose_at; /* in those that nobody holds */
};

struct estate_instance {
        char id[24];
        char name[32];
        const struct catalogue_role *role;
        uint8_t zone;
        bool stopped;
        bool shares; /* a volume with another one */
        bool first_seen_known;
        int64_t first_seen_at;
        LIST_HEAD(estate_volumes, estate_volume) volumes;
        unsigned n_volumes;
        size_t at; /* in the estate's instances */
};

/* The volumes of one zone, kind and holder. */
struct estate_sum {
        uint64_t volumes;
        uint64_t gib;
        uint64_t iops;
        uint64_t throughput;
        uint64_t cost_micros;
        uint64_t unpriced;
};

struct estate_instances {
        struct estate_instance **items;
        size_t n, allocated;
};

struct estate_volume_list {
        struct estate_volume **items;
        size_t n, allocated;
};

struct estate {
        const struct catalogue_account *account;
        const struct catalogue_region *region;
        size_t region_index;
        int64_t place_id;
        unsigned zones;
        const struct rates *rates[_KIND_MAX]; /* NULL: the kind has no price */
        struct random random;
        uint64_t volumes_wanted; /* at the end */
        uint64_t instances_wanted;
        unsigned serial;         /* of the next name */
        struct estate_volume_list volumes;
        struct estate_volume_list loose; /* those that nobody holds */
        struct estate_instances instances;
        struct estate_sum sums[ESTATE_ZONES][_KIND_MAX][_HOLDER_MAX];
        uint64_t shared_gib; /* counted again for a second instance */

        /* Its listings; run 0: none yet. */
        int64_t baseline_run, baseline_at;
        int64_t listed_run, listed_at;
        int64_t newest_run, good_run;
};

bool estate_has_kind(const struct estate *e, enum kind kind);

struct estate_instance *estate_add_instance(struct estate *e, const struct catalogue_role *role, int64_t at);

/* Its volumes must have been taken away. */
void estate_remove_instance(struct estate *e, struct estate_instance *i);

/* A volume of that kind and size, held by the instance; NULL: by nobody. */
struct estate_volume *estate_add_volume(struct estate *e, struct estate_instance *i, enum kind kind, uint32_t gib,
                                        int64_t at);
void estate_remove_volume(struct estate *e, struct estate_volume *v);

/* Another size or kind, with the IOPS and throughput that go with it. */
void estate_reshape(struct estate *e, struct estate_volume *v, enum kind kind, uint32_t gib);
void estate_provision(struct estate *e, struct estate_volume *v, uint32_t iops);

/* Gives it to that instance, or to nobody from then on. */
void estate_hand_over(struct estate *e, struct estate_volume *v, struct estate_instance *i, int64_t at);

/* For volumes that no listed instance has. */
void estate_set_holder(struct estate *e, struct estate_volume *v, enum holder holder);

/* Attaches an attached one to a second instance. */
void estate_share(struct estate *e, struct estate_volume *v, struct estate_instance *second);

/* What a run in that mode sees of it. */
struct totals estate_totals(const struct estate *e, enum run_mode mode);

void estate_release(struct estate *e);
