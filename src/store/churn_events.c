/* SPDX-License-Identifier: MIT */
#include "store/churn_events.h"

#include <stdlib.h>
#include <string.h>

/* Who holds a volume: its instances, or "" for a service. */
struct holders {
        const char *ids[MODEL_ATTACHMENTS_MAX];
        size_t n;
};

static void collect_holders(const char *first, size_t n, enum holder holder, struct holders *ret) {
        ret->n = 0;
        if (holder == HOLDER_MANAGED)
                ret->ids[ret->n++] = "";
        for (size_t i = 0; i < n && ret->n < MODEL_ATTACHMENTS_MAX; i++, first = inventory_next_text(first))
                ret->ids[ret->n++] = first;
}

/* Those of a that b does not have; both are sorted. */
static void subtract(const struct holders *a, const struct holders *b, struct holders *ret) {
        size_t k = 0;
        ret->n = 0;
        for (size_t i = 0; i < a->n; i++) {
                while (k < b->n && strcmp(b->ids[k], a->ids[i]) < 0)
                        k++;
                if (k == b->n || strcmp(b->ids[k], a->ids[i]) != 0)
                        ret->ids[ret->n++] = a->ids[i];
        }
}

static int compare_instance(const void *key, const void *element) {
        const struct inventory_instance *const *instance = element;
        return strcmp(key, (*instance)->text);
}

static bool is_listed(const struct inventory *listing, const char *instance_id) {
        return listing->n_instances > 0 && bsearch(instance_id, listing->instances, listing->n_instances,
                                                   sizeof(*listing->instances), compare_instance) != NULL;
}

static void attachment_events(const struct stored_volume *before, const struct inventory_volume *now,
                              const struct inventory *listing, churn_sink sink, void *userdata) {
        struct holders old, new, gone, come;
        collect_holders(inventory_next_text(before->text), before->n_instances, before->holder, &old);
        collect_holders(inventory_next_text(now->text), now->n_instances, (enum holder) now->holder, &new);
        subtract(&old, &new, &gone);
        subtract(&new, &old, &come);
        for (size_t i = 0; i < gone.n || i < come.n; i++) {
                struct churn_event e = { .gib_before = now->size_gib, .gib_after = now->size_gib,
                                         .cost_before = now->cost_micros, .cost_after = now->cost_micros };
                if (i < gone.n)
                        e.instance_before = gone.ids[i];
                if (i < come.n)
                        e.instance_after = come.ids[i];
                if (e.instance_before != NULL && e.instance_after != NULL)
                        e.cause = CHURN_MOVED;
                else if (e.instance_after != NULL)
                        e.cause = CHURN_ATTACHED;
                else if (now->holder == HOLDER_NONE && e.instance_before[0] != '\0' &&
                         !is_listed(listing, e.instance_before))
                        e.cause = CHURN_ORPHANED;
                else
                        e.cause = CHURN_DETACHED;
                sink(&e, userdata);
        }
}

void churn_events(const struct stored_volume *before, const struct inventory_volume *now,
                  const struct inventory *listing, churn_sink sink, void *userdata) {
        struct churn_event e = { .gib_before = before != NULL ? before->gib : 0,
                                 .gib_after = now != NULL ? now->size_gib : 0,
                                 .cost_before = before != NULL ? before->cost_micros : 0,
                                 .cost_after = now != NULL ? now->cost_micros : 0 };
        if (before == NULL || now == NULL) {
                e.cause = before == NULL ? CHURN_CREATED : CHURN_DELETED;
                sink(&e, userdata);
                return;
        }
        if (e.gib_before != e.gib_after) {
                e.cause = e.gib_after > e.gib_before ? CHURN_GROWN : CHURN_SHRUNK;
                sink(&e, userdata);
                /* The whole difference of its cost is on its first event. */
                e.cost_before = e.cost_after;
        }
        e.gib_before = e.gib_after;
        bool retyped = strcmp(before->type, now->kind->key.type) != 0;
        if (retyped || before->iops != now->iops || before->throughput != now->throughput) {
                e.cause = retyped ? CHURN_RETYPED : CHURN_REPROVISIONED;
                sink(&e, userdata);
        }
        attachment_events(before, now, listing, sink, userdata);
}
