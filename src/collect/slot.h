/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/buffer.h"
#include "collect/process.h"
#include "collect/task.h"
#include "model/region.h"

/* A place in a pool: at most one worker, and the task that it has under way. A slot moves the bytes of the call and
 * tells the pool's done what became of the task. */

struct pool;

/* What a slot reads at once. */
#define SLOT_READ_SIZE ((size_t) 64 * 1024)

struct slot {
        struct pool *pool;
        uint32_t number;
        struct process process; /* pid 0: no worker here */
        int ended;              /* how the last worker here ended, as waitpid(2) has it */
        sd_event_source *on_result;
        sd_event_source *on_task_room; /* only while a task does not fit the pipe at once */
        sd_event_source *on_overdue;
        struct task *task; /* under way; NULL: idle */
        char region[sizeof(((struct region *) NULL)->name)]; /* whose host it spoke to last */
        struct buffer out; /* what of the task is still to be written */
        struct buffer in;
        size_t parsed; /* bytes of in that are whole record frames */
        uint64_t records;
};

/* An empty slot. */
struct slot slot_make(struct pool *p, uint32_t number);

/* Forks the slot's worker. ERROR_SYSTEM when that cannot be; the slot is then empty as before. */
int slot_spawn(struct slot *s, struct error *reterr);

/* Gives the slot's idle worker a task, m being what to send. The slot owns the task from now on. A worker that takes
 * longer than kill_after is stuck and killed. ERROR_SYSTEM when m is too long; the task then stays the caller's. */
int slot_begin(struct slot *s, struct task *task, const struct task_message *m, usec_t kill_after,
               struct error *reterr);

/* Asks the worker, if there is one, to leave: by the end of its pipes, and within a call, where it cannot see that, by
 * SIGTERM. Its task will be told of to nobody: slot_end() hands it out. */
void slot_ask_to_leave(struct slot *s);

/* Ends the worker by force, if there is one, reaps it, and hands out the task it had; NULL: none. */
struct task *slot_end(struct slot *s);
