/* SPDX-License-Identifier: MIT */
#include "collect/slot.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collect/pool_state.h"

/* Ceiling of one answer's records in the parent: a page of 1,000 volumes takes about 0.3 MiB. */
#define ANSWER_MAX ((size_t) 64 * 1024 * 1024)

struct slot slot_make(struct pool *p, uint32_t number) {
        return (struct slot){
                .pool = p,
                .number = number,
                .in = BUFFER_INIT(ANSWER_MAX),
                .out = BUFFER_INIT(FRAME_PAYLOAD_MAX + FRAME_HEADER_SIZE),
        };
}

static void slot_detach(struct slot *s) {
        s->on_result = sd_event_source_disable_unref(s->on_result);
        s->on_task_room = sd_event_source_disable_unref(s->on_task_room);
        s->on_overdue = sd_event_source_disable_unref(s->on_overdue);
        buffer_release_secret(&s->in);
        buffer_release_secret(&s->out);
        s->parsed = 0;
        s->records = 0;
        s->region[0] = '\0';
}

void slot_ask_to_leave(struct slot *s) {
        slot_detach(s);
        process_close_pipes(&s->process);
        if (s->task != NULL)
                process_ask(&s->process, SIGTERM);
}

struct task *slot_end(struct slot *s) {
        if (s->process.pid == 0)
                return NULL;
        slot_detach(s);
        s->ended = process_end(&s->process);
        s->pool->alive--;
        if (s->task != NULL)
                s->pool->busy--;
        return TAKE_PTR(s->task);
}

/* The task that the slot's worker had, if any, fails with these words. */
static void slot_fail(const struct slot *s, struct task *task, enum error_kind kind, const char *why) {
        struct pool_outcome outcome = { .worker = s->number,
                                        .result = { .next_token = "", .account_id = "", .arn = "" } };
        if (task == NULL)
                return;
        (void) error_set(&outcome.result.error, kind, ECHILD, "%s", why);
        s->pool->done(task, &outcome, s->pool->userdata);
}

/* The worker must go, and whatever records came are void. */
static void slot_lost(struct slot *s, enum error_kind kind, const char *why) {
        slot_fail(s, slot_end(s), kind, why);
}

/* The worker has gone by itself. One more in its place would be killed for want of memory as well. */
static void slot_died(struct slot *s) {
        char words[PROCESS_WORDS_MAX], why[PROCESS_WORDS_MAX + sizeof("the worker process ")];
        struct error error;
        struct task *task = slot_end(s);
        (void) snprintf(why, sizeof(why), "the worker process %s", process_describe_end(s->ended, words));
        (void) error_set(&error, ERROR_WORKER, ECHILD, "%s", why);
        if (process_was_killed(s->ended))
                pool_shrink(s->pool, &error);
        slot_fail(s, task, ERROR_WORKER, why);
}

/* Looks through the bytes that came. 1 when the result is there. */
static int slot_parse(struct slot *s, struct pool_outcome *ret_outcome, size_t *ret_size) {
        for (;;) {
                struct frame frame;
                size_t size;
                int r = frame_parse(s->in.data + s->parsed, s->in.len - s->parsed, &frame, &size);
                if (r <= 0)
                        return r;
                if (frame.type == MESSAGE_RESULT) {
                        r = message_get_result(&frame, &ret_outcome->result);
                        if (r < 0)
                                return r;
                        *ret_size = s->parsed + size;
                        return ret_outcome->result.records == s->records ? 1 : -EBADMSG;
                }
                s->records++;
                s->parsed += size;
        }
}

static void slot_finish(struct slot *s, struct pool_outcome *outcome) {
        struct task *task = TAKE_PTR(s->task);
        s->pool->busy--;
        (void) sd_event_source_set_enabled(s->on_overdue, SD_EVENT_OFF);
        outcome->worker = s->number;
        outcome->records = s->in.data;
        outcome->n_record_bytes = s->parsed;
        /* The callee may hand this worker its next task at once, so the bytes are taken out of the slot first. */
        struct buffer answer = s->in;
        s->in = BUFFER_INIT(ANSWER_MAX);
        s->parsed = 0;
        s->records = 0;
        bool secret = task->action == ACTION_CREDENTIALS;
        s->pool->done(task, outcome, s->pool->userdata);
        if (secret)
                buffer_release_secret(&answer);
        else
                buffer_release(&answer);
}

static int on_result(sd_event_source *source _unused_, int fd, uint32_t revents _unused_, void *userdata) {
        struct slot *s = userdata;
        ssize_t n = read(fd, s->pool->scratch, SLOT_READ_SIZE);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return 0;
        if (n <= 0) {
                slot_died(s);
                return 0;
        }
        int r = buffer_append(&s->in, s->pool->scratch, (size_t) n);
        if (s->task != NULL && s->task->action == ACTION_CREDENTIALS)
                explicit_bzero(s->pool->scratch, (size_t) n);
        if (r < 0) {
                /* No fault of the worker's, but the rest of the answer is not worth waiting for. */
                if (r == -E2BIG)
                        slot_lost(s, ERROR_PROTOCOL, "the answer is larger than any page can be");
                else
                        slot_lost(s, ERROR_SYSTEM, "out of memory");
                return 0;
        }
        struct pool_outcome outcome = { 0 };
        size_t size = 0;
        r = slot_parse(s, &outcome, &size);
        if (r < 0 || (r > 0 && (s->task == NULL || size != s->in.len)))
                slot_lost(s, ERROR_WORKER, "the worker process broke the protocol of its pipe");
        else if (r > 0)
                slot_finish(s, &outcome);
        return 0;
}

static int on_overdue(sd_event_source *source _unused_, uint64_t usec _unused_, void *userdata) {
        struct slot *s = userdata;
        slot_lost(s, ERROR_WORKER, "the worker process was stuck in the call and was killed");
        return 0;
}

int slot_spawn(struct slot *s, struct error *reterr) {
        struct pool *p = s->pool;
        int r = process_fork(p->options.context, p->null_fd, &s->process, reterr);
        if (r < 0)
                return r;
        if (++p->alive > p->peak)
                p->peak = p->alive;
        r = sd_event_add_io(p->options.event, &s->on_result, s->process.result_fd, EPOLLIN, on_result, s);
        if (r >= 0)
                r = sd_event_add_time_relative(p->options.event, &s->on_overdue, CLOCK_MONOTONIC, 0, 0, on_overdue, s);
        if (r >= 0)
                r = sd_event_source_set_enabled(s->on_overdue, SD_EVENT_OFF);
        if (r >= 0)
                return 0;
        (void) slot_end(s);
        return error_set(reterr, ERROR_SYSTEM, -r, "cannot watch a worker: %s", strerror(-r));
}

static int on_task_room(sd_event_source *source, int fd, uint32_t revents, void *userdata);

/* Writes what the pipe takes; the rest goes when there is room. */
static int slot_write(struct slot *s) {
        while (s->out.len > 0) {
                ssize_t n = write(s->process.task_fd, s->out.data, s->out.len);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && errno == EAGAIN) {
                        if (s->on_task_room != NULL)
                                return 0;
                        return sd_event_add_io(s->pool->options.event, &s->on_task_room, s->process.task_fd, EPOLLOUT,
                                               on_task_room, s);
                }
                if (n < 0)
                        return -errno;
                buffer_consume(&s->out, (size_t) n);
        }
        s->on_task_room = sd_event_source_disable_unref(s->on_task_room);
        buffer_release_secret(&s->out);
        return 0;
}

static int on_task_room(sd_event_source *source _unused_, int fd _unused_, uint32_t revents _unused_,
                        void *userdata) {
        struct slot *s = userdata;
        if (slot_write(s) < 0)
                slot_died(s);
        return 0;
}

int slot_begin(struct slot *s, struct task *task, const struct task_message *m, usec_t kill_after,
               struct error *reterr) {
        int r = message_put_task(&s->out, m);
        if (r < 0)
                return error_set(reterr, ERROR_SYSTEM, -r, "a task of %zu bytes is too long for a worker",
                                 strlen(m->page_token) + strlen(m->keys.session_token));
        error_copy_text(s->region, sizeof(s->region), m->region);
        s->task = task;
        s->pool->busy++;
        (void) sd_event_source_set_time_relative(s->on_overdue, kill_after);
        (void) sd_event_source_set_enabled(s->on_overdue, SD_EVENT_ONESHOT);
        /* A worker that has just died shows itself as the end of its result pipe. */
        (void) slot_write(s);
        return 0;
}
