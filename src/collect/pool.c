/* SPDX-License-Identifier: MIT */
#include "collect/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "collect/pool_state.h"
#include "collect/usage.h"

/* How long the workers, all together, may take to notice that their pipes ended, and then to obey SIGTERM. */
#define EXIT_GRACE (200 * USEC_PER_MSEC)
#define TERM_GRACE (300 * USEC_PER_MSEC)

int pool_new(const struct pool_options *options, pool_done done, void *userdata, struct pool **ret,
             struct error *reterr) {
        _cleanup_(pool_freep) struct pool *p = calloc(1, sizeof(*p));
        if (p == NULL)
                return error_oom(reterr);
        p->null_fd = -1;
        p->options = *options;
        p->limit = options->max_workers;
        p->done = done;
        p->userdata = userdata;
        p->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (p->null_fd < 0)
                return error_set(reterr, ERROR_SYSTEM, errno, "cannot open /dev/null: %s", strerror(errno));
        p->scratch = malloc(SLOT_READ_SIZE);
        p->slots = calloc(options->max_workers, sizeof(*p->slots));
        if (p->scratch == NULL || p->slots == NULL)
                return error_oom(reterr);
        for (uint32_t i = 0; i < options->max_workers; i++)
                p->slots[i] = slot_make(p, i);
        p->plug = heap_plug();
        *ret = TAKE_PTR(p);
        return 0;
}

static void wait_for_all(const struct pool *p, usec_t grace) {
        usec_t end = clock_monotonic(clock_system()) + grace;
        for (uint32_t i = 0; i < p->options.max_workers; i++) {
                usec_t now = clock_monotonic(clock_system());
                if (now < end)
                        process_wait(&p->slots[i].process, end - now);
        }
}

/* Asks all workers to leave by the end of their pipes; those within a call, who cannot see that, and those who do not
 * obey by SIGTERM; who is then still there is killed. All are asked before the first is waited for. */
static void end_workers(struct pool *p) {
        for (uint32_t i = 0; i < p->options.max_workers; i++)
                slot_ask_to_leave(&p->slots[i]);
        wait_for_all(p, EXIT_GRACE);
        for (uint32_t i = 0; i < p->options.max_workers; i++)
                process_ask(&p->slots[i].process, SIGTERM);
        wait_for_all(p, TERM_GRACE);
        for (uint32_t i = 0; i < p->options.max_workers; i++)
                task_free(slot_end(&p->slots[i]));
}

void pool_free(struct pool *p) {
        if (p == NULL)
                return;
        if (p->slots != NULL)
                end_workers(p);
        free(p->slots);
        free(p->scratch);
        heap_unplug(p->plug);
        (void) close(p->null_fd);
        free(p);
}

bool pool_has_room(const struct pool *p) {
        return p->busy < p->limit;
}

void pool_shrink(struct pool *p, const struct error *shortage) {
        p->limit = p->alive > 0 ? p->alive : 1;
        p->shortage = *shortage;
}

const struct error *pool_shortage(const struct pool *p) {
        return p->limit < p->options.max_workers ? &p->shortage : NULL;
}

unsigned pool_limit(const struct pool *p) {
        return p->limit;
}

unsigned pool_peak_workers(const struct pool *p) {
        return p->peak;
}

uint64_t pool_pss_kib(const struct pool *p) {
        uint64_t kib = 0;
        for (uint32_t i = 0; i < p->options.max_workers; i++)
                if (p->slots[i].process.pid != 0)
                        kib += usage_pss_kib(p->slots[i].process.pid);
        return kib;
}

/* An idle worker that spoke to this region last, else any idle one, else an empty slot. */
static struct slot *choose_slot(struct pool *p, const char *region) {
        struct slot *idle = NULL, *empty = NULL;
        for (uint32_t i = 0; i < p->options.max_workers; i++) {
                struct slot *s = &p->slots[i];
                if (s->task != NULL)
                        continue;
                if (s->process.pid == 0) {
                        if (empty == NULL)
                                empty = s;
                } else if (strcmp(s->region, region) == 0) {
                        return s;
                } else if (idle == NULL) {
                        idle = s;
                }
        }
        return idle != NULL ? idle : empty;
}

/* The same, but no worker that has died while it was idle: that is nothing a task should be blamed for. */
static struct slot *choose_living_slot(struct pool *p, const char *region) {
        struct slot *s = choose_slot(p, region);
        while (s->process.pid != 0 && process_has_exited(&s->process)) {
                (void) slot_end(s);
                s = choose_slot(p, region);
        }
        return s;
}

int pool_submit(struct pool *p, struct task *task, const struct task_message *m, usec_t kill_after,
                struct error *reterr) {
        struct slot *s = choose_living_slot(p, m->region);
        struct error shortage;
        int r = s->process.pid == 0 ? slot_spawn(s, &shortage) : 0;
        if (r < 0 && p->alive > 0) {
                pool_shrink(p, &shortage);
                return -EAGAIN;
        }
        if (r < 0)
                *reterr = shortage;
        return r < 0 ? r : slot_begin(s, task, m, kill_after, reterr);
}

void pool_abort(struct pool *p, const struct scan *scan) {
        for (uint32_t i = 0; i < p->options.max_workers; i++) {
                struct slot *s = &p->slots[i];
                if (s->task != NULL && s->task->scan == scan)
                        task_free(slot_end(s));
        }
}
