/* SPDX-License-Identifier: MIT */
#include "fleet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fleet_new(const char *account, const char *region, uint64_t seed, struct fleet **ret) {
        _cleanup_(fleet_freep) struct fleet *f = calloc(1, sizeof(*f));
        if (f == NULL)
                return -ENOMEM;
        int r = pthread_rwlock_init(&f->lock, NULL);
        if (r != 0) {
                free(TAKE_PTR(f));
                return -r;
        }
        (void) snprintf(f->account, sizeof(f->account), "%s", account);
        (void) snprintf(f->region, sizeof(f->region), "%s", region);
        f->seed = seed;
        f->free_attachment = SLOT_NONE;
        r = string_list_add(&f->words, "");
        if (r < 0)
                return r;
        *ret = TAKE_PTR(f);
        return 0;
}

struct fleet *fleet_free(struct fleet *f) {
        if (f == NULL)
                return NULL;
        for (size_t i = 0; i < f->n_extras; i++) {
                string_list_release(&f->extras[i].keys);
                string_list_release(&f->extras[i].values);
        }
        free(f->volumes);
        free(f->instances);
        free(f->attachments);
        free(f->extras);
        id_map_release(&f->volume_ids);
        id_map_release(&f->instance_ids);
        string_list_release(&f->words);
        (void) pthread_rwlock_destroy(&f->lock);
        free(f);
        return NULL;
}

int fleet_intern(struct fleet *f, const char *word, uint16_t *ret) {
        ptrdiff_t known = string_list_find(&f->words, word);
        if (known < 0) {
                if (f->words.n >= UINT16_MAX)
                        return -E2BIG;
                int r = string_list_add(&f->words, word);
                if (r < 0)
                        return r;
                known = (ptrdiff_t) f->words.n - 1;
        }
        *ret = (uint16_t) known;
        return 0;
}

const char *fleet_word(const struct fleet *f, uint16_t word) {
        return f->words.items[word];
}

/* Makes room for one more item in an array that doubles at every power of two. */
static int grow(void **array, size_t n, size_t item_size) {
        if (n >= SLOT_NONE - 1)
                return -E2BIG;
        if ((n & (n - 1)) != 0)
                return 0;
        void *p = reallocarray(*array, n > 0 ? n * 2 : 1, item_size);
        if (p == NULL)
                return -ENOMEM;
        *array = p;
        return 0;
}

int fleet_add_volume(struct fleet *f, const struct sim_volume *v, uint32_t *ret_slot) {
        if (id_map_get(&f->volume_ids, v->id) != ID_MAP_NONE)
                return -EEXIST;
        int r = grow((void **) &f->volumes, f->n_volumes, sizeof(*f->volumes));
        if (r >= 0)
                r = id_map_put(&f->volume_ids, v->id, (uint32_t) f->n_volumes);
        if (r < 0)
                return r;
        *ret_slot = (uint32_t) f->n_volumes++;
        f->live_volumes++;
        f->volumes[*ret_slot] = *v;
        f->volumes[*ret_slot].first_attachment = SLOT_NONE;
        return 0;
}

int fleet_add_instance(struct fleet *f, const struct sim_instance *i, uint32_t *ret_slot) {
        if (id_map_get(&f->instance_ids, i->id) != ID_MAP_NONE)
                return -EEXIST;
        int r = grow((void **) &f->instances, f->n_instances, sizeof(*f->instances));
        if (r >= 0)
                r = id_map_put(&f->instance_ids, i->id, (uint32_t) f->n_instances);
        if (r < 0)
                return r;
        *ret_slot = (uint32_t) f->n_instances++;
        f->instances[*ret_slot] = *i;
        f->instances[*ret_slot].first_attachment = SLOT_NONE;
        return 0;
}

static int take_attachment(struct fleet *f, uint32_t *ret) {
        if (f->free_attachment != SLOT_NONE) {
                *ret = f->free_attachment;
                f->free_attachment = f->attachments[*ret].next_of_instance;
                return 0;
        }
        int r = grow((void **) &f->attachments, f->n_attachments, sizeof(*f->attachments));
        if (r < 0)
                return r;
        *ret = (uint32_t) f->n_attachments++;
        return 0;
}

/* Attachments keep their order, as EC2's do. */
int fleet_attach(struct fleet *f, const struct sim_attachment *a) {
        uint32_t slot;
        int r = take_attachment(f, &slot);
        if (r < 0)
                return r;
        struct sim_attachment *to = &f->attachments[slot];
        *to = *a;
        to->instance = a->instance_id != 0 ? id_map_get(&f->instance_ids, a->instance_id) : SLOT_NONE;
        to->next_of_volume = to->next_of_instance = SLOT_NONE;
        uint32_t *link = &f->volumes[a->volume].first_attachment;
        while (*link != SLOT_NONE)
                link = &f->attachments[*link].next_of_volume;
        *link = slot;
        if (to->instance == SLOT_NONE)
                return 0;
        link = &f->instances[to->instance].first_attachment;
        while (*link != SLOT_NONE)
                link = &f->attachments[*link].next_of_instance;
        *link = slot;
        return 0;
}

void fleet_detach(struct fleet *f, uint32_t attachment) {
        struct sim_attachment *a = &f->attachments[attachment];
        uint32_t *link = &f->volumes[a->volume].first_attachment;
        while (*link != attachment)
                link = &f->attachments[*link].next_of_volume;
        *link = a->next_of_volume;
        if (a->instance != SLOT_NONE) {
                link = &f->instances[a->instance].first_attachment;
                while (*link != attachment)
                        link = &f->attachments[*link].next_of_instance;
                *link = a->next_of_instance;
        }
        a->next_of_instance = f->free_attachment;
        f->free_attachment = attachment;
}

void fleet_remove_volume(struct fleet *f, uint32_t slot) {
        struct sim_volume *v = &f->volumes[slot];
        while (v->first_attachment != SLOT_NONE)
                fleet_detach(f, v->first_attachment);
        id_map_remove(&f->volume_ids, v->id);
        v->id = 0;
        f->live_volumes--;
}

int fleet_add_extra(struct fleet *f, uint32_t *ret_index) {
        int r = grow((void **) &f->extras, f->n_extras, sizeof(*f->extras));
        if (r < 0)
                return r;
        *ret_index = (uint32_t) f->n_extras++;
        f->extras[*ret_index] = (struct sim_extra){ 0 };
        return 0;
}
