/* SPDX-License-Identifier: MIT */
#include "collect/scan.h"

#include <errno.h>
#include <stdlib.h>

#include "collect/aggregate.h"
#include "collect/chain.h"

#define RESTARTS_MAX 2u

struct scan {
        struct scan_options options;
        struct region region;
        enum scan_state state;
        unsigned generation;
        unsigned outstanding; /* calls of this generation without an answer */
        struct chain *chains;
        struct aggregate *seen;
        struct retry_budget budget;
        struct tally tally;
        struct error error;
        char owner[MODEL_ACCOUNT_SIZE];
};

int scan_new(const char *region, const struct scan_options *options, struct scan **ret) {
        _cleanup_(scan_freep) struct scan *s = calloc(1, sizeof(*s));
        if (s == NULL || aggregate_new(&s->seen) < 0)
                return -ENOMEM;
        s->options = *options;
        error_copy_text(s->region.name, sizeof(s->region.name), region);
        aggregate_set_prices(s->seen, options->prices, region);
        retry_budget_init(&s->budget);
        *ret = TAKE_PTR(s);
        return 0;
}

static void free_chains(struct scan *s) {
        while (s->chains != NULL) {
                struct chain *c = s->chains;
                s->chains = c->next;
                chain_free(c);
        }
}

void scan_free(struct scan *s) {
        if (s == NULL)
                return;
        free_chains(s);
        aggregate_free(s->seen);
        free(s);
}

enum scan_state scan_state(const struct scan *s) {
        return s->state;
}

bool scan_is_over(const struct scan *s) {
        return s->state == SCAN_DONE || s->state == SCAN_FAILED;
}

const char *scan_region(const struct scan *s) {
        return s->region.name;
}

bool scan_include_managed(const struct scan *s) {
        return s->options.include_managed;
}

struct retry_budget *scan_budget(struct scan *s) {
        return &s->budget;
}

struct tally *scan_tally(struct scan *s) {
        return &s->tally;
}

bool scan_wants(const struct scan *s, const struct task *task) {
        return s->state == SCAN_ACTIVE && task->generation == s->generation;
}

const char *scan_owner(const struct scan *s) {
        return s->owner;
}

static int ask(struct scan *s, enum task_action action, struct chain *chain, const char *token,
               const char *instance_id, struct task_queue *out) {
        struct task *t = task_new(action, s->region.name, token, instance_id);
        if (t == NULL)
                return -ENOMEM;
        t->scan = s;
        t->chain = chain;
        t->generation = s->generation;
        s->outstanding++;
        TAILQ_INSERT_TAIL(out, t, link);
        return 0;
}

static struct chain *add_chain(struct scan *s) {
        struct chain *c = chain_new();
        if (c != NULL) {
                c->next = s->chains;
                s->chains = c;
        }
        return c;
}

static int start_instance_chain(struct scan *s, struct task_queue *out) {
        struct chain *c = add_chain(s);
        return c != NULL ? ask(s, ACTION_INSTANCES, c, NULL, NULL, out) : -ENOMEM;
}

static int start_volume_chains(struct scan *s, struct task_queue *out) {
        unsigned n = chain_count(s->options.expected_volumes);
        for (unsigned k = 0; k < n; k++) {
                struct chain *c = add_chain(s);
                if (c == NULL)
                        return -ENOMEM;
                chain_choose_part(c, k, n);
                int r = ask(s, ACTION_VOLUMES, c, NULL, NULL, out);
                if (r < 0)
                        return r;
        }
        return 0;
}

int scan_start(struct scan *s, struct task_queue *out) {
        s->state = SCAN_ACTIVE;
        int r = start_instance_chain(s, out);
        if (r == 0 && s->options.mode == MODE_SWEEP)
                r = start_volume_chains(s, out);
        return r;
}

int scan_restart(struct scan *s, struct task_queue *out) {
        if (s->generation >= RESTARTS_MAX)
                return -ELOOP;
        s->generation++;
        s->outstanding = 0;
        free_chains(s);
        aggregate_clear(s->seen);
        return scan_start(s, out);
}

void scan_drop_include_managed(struct scan *s) {
        s->options.include_managed = false;
}

/* All that was asked is answered. */
static void settle(struct scan *s) {
        if (s->outstanding == 0)
                s->state = s->error.kind == ERROR_NONE ? SCAN_DONE : SCAN_FAILED;
}

bool scan_outlives(struct scan *s, const struct error *error) {
        if (!s->options.probe)
                return false;
        s->error = *error;
        s->outstanding--;
        settle(s);
        return true;
}

void scan_fail(struct scan *s, const struct error *error) {
        s->state = SCAN_FAILED;
        s->error = *error;
        free_chains(s);
        aggregate_clear(s->seen);
}

static int take_instance(struct scan *s, const struct frame *frame, struct task_queue *out) {
        struct instance instance;
        bool fresh;
        int r = message_get_instance(frame, &instance);
        if (r < 0)
                return r;
        if (s->owner[0] == '\0')
                error_copy_text(s->owner, sizeof(s->owner), instance.owner_id);
        r = aggregate_add_instance(s->seen, &instance, &fresh);
        if (r < 0 || !fresh || s->options.mode == MODE_SWEEP)
                return r;
        return ask(s, ACTION_VOLUMES, NULL, NULL, instance.id, out);
}

static int take_volume(struct scan *s, const struct frame *frame) {
        struct volume volume;
        int r = message_get_volume(frame, &volume);
        if (r < 0)
                return r;
        r = aggregate_add_volume(s->seen, &volume);
        volume_release(&volume);
        return r;
}

static int take_records(struct scan *s, const uint8_t *records, size_t n, struct task_queue *out) {
        int r = 0;
        while (n > 0 && r == 0) {
                struct frame frame;
                size_t size;
                if (frame_parse(records, n, &frame, &size) <= 0)
                        return -EBADMSG;
                if (frame.type == MESSAGE_INSTANCE)
                        r = take_instance(s, &frame, out);
                else
                        r = take_volume(s, &frame);
                records += size;
                n -= size;
        }
        return r;
}

int scan_take_answer(struct scan *s, const struct task *task, const uint8_t *records, size_t n_bytes,
                     const char *next_token, struct task_queue *out, struct error *reterr) {
        if (!scan_wants(s, task))
                return 0;
        int r = take_records(s, records, n_bytes, out);
        if (r == -ENOMEM)
                return error_oom(reterr);
        if (r < 0)
                return error_set(reterr, ERROR_WORKER, -r, "a worker's answer cannot be understood");
        s->outstanding--;
        if (next_token[0] != '\0' && !s->options.probe) {
                struct chain *c = task->chain;
                /* More volumes on one instance than fit a page: the call becomes a chain of its own. */
                if (c == NULL)
                        c = add_chain(s);
                if (c == NULL)
                        return error_oom(reterr);
                r = chain_follow(c, next_token, reterr);
                if (r == 0 && ask(s, task->action, c, next_token, task->instance_id, out) < 0)
                        r = error_oom(reterr);
                if (r < 0)
                        return r;
        }
        settle(s);
        return 0;
}

int scan_conclude(struct scan *s, struct region_result *result) {
        error_copy_text(result->region, sizeof(result->region), s->region.name);
        result->failed = s->state != SCAN_DONE;
        result->error = s->error;
        if (result->failed || s->options.probe)
                return 0;
        result->volume_ids_are_hex = aggregate_ids_are_hex(s->seen);
        bool lists_all = s->options.mode == MODE_SWEEP;
        int r = aggregate_finish(s->seen, lists_all, &result->totals, &result->types, &result->n_types);
        return r == 0 && lists_all ? aggregate_take_inventory(s->seen, &result->inventory) : r;
}
