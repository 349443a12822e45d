/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/error.h"
#include "collect/task.h"
#include "collect/worker.h"
#include "ipc/message.h"

/* Forked workers, each on a task pipe and a result pipe, forked when there is work for them and gone with the pool.
 * The pool moves bytes and buries the dead; what to call, and what an answer means, is not its business. */
struct pool;

struct pool_options {
        sd_event *event;
        unsigned max_workers;
        const struct worker_context *context; /* for the workers */
};

/* What became of a task. */
struct pool_outcome {
        struct result_message result; /* error.kind ERROR_WORKER when the worker died on it */
        const uint8_t *records;       /* whole record frames; borrowed */
        size_t n_record_bytes;
        uint32_t worker; /* slot */
};

/* Called from the event loop once for each task handed in; the task is the callee's again. */
typedef void (*pool_done)(struct task *task, const struct pool_outcome *outcome, void *userdata);

/* A pool without a worker so far; options are copied, what they point to outlives it. ERROR_SYSTEM when out of memory
 * or descriptors. */
int pool_new(const struct pool_options *options, pool_done done, void *userdata, struct pool **ret,
             struct error *reterr);

/* Ends all workers: by the end of their pipes, by SIGTERM, by SIGKILL, within half a second however many there are;
 * tasks under way are freed. Returns once every child is reaped. NULL is fine. */
void pool_free(struct pool *p);
DEFINE_CLEANUP(struct pool *, pool_free);

/* True if a worker is idle or may be forked. */
bool pool_has_room(const struct pool *p);

/* Hands a task to a worker, one that spoke to the same region last where there is one. m is what to send; a worker
 * that takes longer than kill_after is stuck and killed. The pool owns the task until pool_done, only on success.
 * -EAGAIN when no further worker can be forked: then the pool makes do with those it has, at least one of which is
 * busy. */
int pool_submit(struct pool *p, struct task *task, const struct task_message *m, usec_t kill_after,
                struct error *reterr);

/* Kills the workers on tasks of this scan and frees those tasks without a callback. */
void pool_abort(struct pool *p, const struct scan *scan);

/* Why the pool makes do with fewer workers than it may have, pool_limit() of them: ERROR_SYSTEM where no other could be
 * forked, ERROR_WORKER where some were killed. NULL: it does not have to. Borrowed. */
const struct error *pool_shortage(const struct pool *p);

/* How many workers there may be. */
unsigned pool_limit(const struct pool *p);

/* Most workers that were alive at once. */
unsigned pool_peak_workers(const struct pool *p);

/* The workers' memory, KiB of PSS. */
uint64_t pool_pss_kib(const struct pool *p);
