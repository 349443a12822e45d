/* SPDX-License-Identifier: MIT */
#include "collect/plan.h"

#include <errno.h>
#include <stdlib.h>

/* What waits for one region. Lanes keep their order; a blocked lane does not hold up the other. */
enum lane {
        LANE_CHAIN, /* pages: everything else hangs on them */
        LANE_CALL,  /* one instance's volumes */
        _LANE_MAX,
};

struct waiting {
        struct scan *scan; /* NULL for discovery */
        struct task_queue lanes[_LANE_MAX];
};

struct plan {
        bool in_order;
        struct waiting discovery;
        struct waiting **regions; /* each owned, for a tail queue cannot be moved */
        size_t n_regions;
        size_t turn; /* whose it is */
};

static void waiting_init(struct waiting *w, struct scan *scan) {
        w->scan = scan;
        for (unsigned l = 0; l < _LANE_MAX; l++)
                TAILQ_INIT(&w->lanes[l]);
}

static void waiting_clear(struct waiting *w) {
        for (unsigned l = 0; l < _LANE_MAX; l++)
                task_queue_clear(&w->lanes[l]);
}

int plan_new(bool in_order, struct plan **ret) {
        struct plan *p = calloc(1, sizeof(*p));
        if (p == NULL)
                return -ENOMEM;
        p->in_order = in_order;
        waiting_init(&p->discovery, NULL);
        *ret = p;
        return 0;
}

void plan_free(struct plan *p) {
        if (p == NULL)
                return;
        waiting_clear(&p->discovery);
        for (size_t i = 0; i < p->n_regions; i++) {
                waiting_clear(p->regions[i]);
                scan_free(p->regions[i]->scan);
                free(p->regions[i]);
        }
        free(p->regions);
        free(p);
}

int plan_add_scan(struct plan *p, struct scan *scan) {
        struct waiting *w = malloc(sizeof(*w));
        struct waiting **regions = reallocarray(p->regions, p->n_regions + 1, sizeof(*regions));
        if (regions != NULL)
                p->regions = regions;
        if (w == NULL || regions == NULL) {
                free(w);
                scan_free(scan);
                return -ENOMEM;
        }
        waiting_init(w, scan);
        p->regions[p->n_regions++] = w;
        return 0;
}

size_t plan_scans(const struct plan *p) {
        return p->n_regions;
}

struct scan *plan_scan(const struct plan *p, size_t i) {
        return p->regions[i]->scan;
}

static struct waiting *find_waiting(struct plan *p, const struct scan *scan) {
        if (scan == NULL)
                return &p->discovery;
        for (size_t i = 0; i < p->n_regions; i++)
                if (p->regions[i]->scan == scan)
                        return p->regions[i];
        abort(); /* a task of a scan that was never added */
}

static void put(struct waiting *w, struct task *task) {
        struct task_queue *lane = &w->lanes[task->instance_id != NULL ? LANE_CALL : LANE_CHAIN];
        TAILQ_INSERT_TAIL(lane, task, link);
}

void plan_put(struct plan *p, struct task *task) {
        put(find_waiting(p, task->scan), task);
}

void plan_put_all(struct plan *p, struct task_queue *tasks) {
        struct task *t;
        while ((t = TAILQ_FIRST(tasks)) != NULL) {
                TAILQ_REMOVE(tasks, t, link);
                plan_put(p, t);
        }
}

void plan_drop_tasks(struct plan *p, const struct scan *scan) {
        waiting_clear(find_waiting(p, scan));
}

/* The first task of a lane that may go. In the lane of page chains those of different actions have different buckets,
 * and a retried task waits for its time anywhere, so more than the head is looked at; in the lane of calls all share
 * one bucket, and one refusal is an answer for all. */
static struct task *lane_next(struct task_queue *lane, usec_t now, usec_t *wake_at) {
        const struct bucket *refused = NULL;
        struct task *t;
        TAILQ_FOREACH(t, lane, link) {
                usec_t at = t->not_before;
                if (at <= now && t->bucket != NULL) {
                        if (t->bucket == refused)
                                continue;
                        at = bucket_ready_at(t->bucket, now);
                        if (at > now)
                                refused = t->bucket;
                }
                if (at <= now) {
                        TAILQ_REMOVE(lane, t, link);
                        if (t->bucket != NULL)
                                bucket_take(t->bucket, now);
                        return t;
                }
                if (at < *wake_at)
                        *wake_at = at;
                if (refused != NULL && t->instance_id != NULL)
                        break;
        }
        return NULL;
}

static struct task *waiting_next(struct waiting *w, usec_t now, usec_t *wake_at) {
        struct task *t = NULL;
        for (unsigned l = 0; l < _LANE_MAX && t == NULL; l++)
                t = lane_next(&w->lanes[l], now, wake_at);
        return t;
}

static struct task *next_in_order(struct plan *p, usec_t now, usec_t *wake_at) {
        for (size_t i = 0; i < p->n_regions; i++)
                if (!scan_is_over(p->regions[i]->scan))
                        return waiting_next(p->regions[i], now, wake_at);
        return NULL;
}

static struct task *next_by_turn(struct plan *p, usec_t now, usec_t *wake_at) {
        for (size_t i = 0; i < p->n_regions; i++) {
                size_t region = (p->turn + i) % p->n_regions;
                struct task *t = waiting_next(p->regions[region], now, wake_at);
                if (t != NULL) {
                        p->turn = (region + 1) % p->n_regions;
                        return t;
                }
        }
        return NULL;
}

struct task *plan_next(struct plan *p, usec_t now, usec_t *ret_wake_at) {
        usec_t wake_at = USEC_INFINITY;
        struct task *t = waiting_next(&p->discovery, now, &wake_at);
        if (t == NULL)
                t = p->in_order ? next_in_order(p, now, &wake_at) : next_by_turn(p, now, &wake_at);
        if (t == NULL)
                *ret_wake_at = wake_at;
        return t;
}
