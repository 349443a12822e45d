/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "collect/scan.h"
#include "collect/task.h"

/* The calls that wait, and which of them goes next: fair between regions, page chains first because the rest hangs on
 * them, none before its time or without its token. */
struct plan;

/* in_order: one region is finished before the next is begun (the sequential strategy); else they take turns. */
int plan_new(bool in_order, struct plan **ret); /* 0 or -ENOMEM */
void plan_free(struct plan *p); /* with all tasks that wait, and the scans */
DEFINE_CLEANUP(struct plan *, plan_free);

/* Adds a region; the plan owns the scan from now on, also on failure. 0 or -ENOMEM. */
int plan_add_scan(struct plan *p, struct scan *scan);
size_t plan_scans(const struct plan *p);
struct scan *plan_scan(const struct plan *p, size_t i);

/* Puts a task among those that wait; the plan owns it. Tasks without a scan (discovery) go before all others. */
void plan_put(struct plan *p, struct task *task);
void plan_put_all(struct plan *p, struct task_queue *tasks);

/* Forgets what waits for a scan, because it failed or restarts. */
void plan_drop_tasks(struct plan *p, const struct scan *scan);

/* The task to send now, which the caller then owns, and its token is taken; or NULL with *ret_wake_at, the monotonic
 * time at which to ask again (USEC_INFINITY: only after some answer). */
struct task *plan_next(struct plan *p, usec_t now, usec_t *ret_wake_at);
