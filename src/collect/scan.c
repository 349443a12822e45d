/* SPDX-License-Identifier: MIT */
#include "collect/scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/aggregate.h"

/* From how many volumes on a region's listing is cut into 16 or 256 chains: below, the calls saved on the critical
 * path are fewer than the pages that the cut leaves half full. */
#define CUT_IN_16 UINT64_C(8000)
#define CUT_IN_256 UINT64_C(256000)

/* A chain that long is a loop whose tokens differ: 20,000 pages of 500 are ten million volumes. */
#define CHAIN_PAGES_MAX 20000u

#define RESTARTS_MAX 2u

struct chain {
        struct chain *next;
        char volume_ids[32]; /* patterns, or "" */
        uint64_t *tokens; /* owned; hashes of those already followed */
        size_t n_tokens;
};

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
                free(c->tokens);
                free(c);
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

const char *chain_volume_ids(const struct chain *c) {
        return c->volume_ids;
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

static int start_chain(struct scan *s, enum task_action action, const char *volume_ids, struct task_queue *out) {
        struct chain *c = calloc(1, sizeof(*c));
        if (c == NULL)
                return -ENOMEM;
        strcpy(c->volume_ids, volume_ids);
        c->next = s->chains;
        s->chains = c;
        return ask(s, action, c, NULL, NULL, out);
}

/* Disjoint and complete patterns over "vol-" and lower-case hex: today's ids begin with vol-0, the old short ones with
 * any digit. Chain k of 16 asks for vol-0k*, and for k other than 0 also for vol-k*; those of 256 take two digits, the
 * second kind again without a leading 0. */
static int start_volume_chains(struct scan *s, struct task_queue *out) {
        uint64_t expected = s->options.expected_volumes;
        unsigned digits = expected >= CUT_IN_256 ? 2 : expected >= CUT_IN_16 ? 1 : 0;
        if (digits == 0)
                return start_chain(s, ACTION_VOLUMES, "", out);
        unsigned chains = digits == 2 ? 256 : 16;
        for (unsigned k = 0; k < chains; k++) {
                char patterns[sizeof(((struct chain *) NULL)->volume_ids)];
                if (k < chains / 16)
                        (void) snprintf(patterns, sizeof(patterns), "vol-0%0*x*", (int) digits, k);
                else
                        (void) snprintf(patterns, sizeof(patterns), "vol-0%0*x*,vol-%0*x*", (int) digits, k,
                                        (int) digits, k);
                int r = start_chain(s, ACTION_VOLUMES, patterns, out);
                if (r < 0)
                        return r;
        }
        return 0;
}

int scan_start(struct scan *s, struct task_queue *out) {
        s->state = SCAN_ACTIVE;
        int r = start_chain(s, ACTION_INSTANCES, "", out);
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

static uint64_t hash_token(const char *token) {
        uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
        for (; *token != '\0'; token++)
                h = (h ^ (unsigned char) *token) * UINT64_C(0x100000001b3);
        return h;
}

static int follow_token(struct chain *c, const char *token, struct error *reterr) {
        uint64_t hash = hash_token(token);
        for (size_t i = 0; i < c->n_tokens; i++)
                if (c->tokens[i] == hash)
                        return error_set(reterr, ERROR_PAGINATION, ELOOP,
                                         "the service gave the same page token twice, its listing never ends");
        if (c->n_tokens >= CHAIN_PAGES_MAX)
                return error_set(reterr, ERROR_PAGINATION, ELOOP, "the listing did not end after %u pages",
                                 CHAIN_PAGES_MAX);
        uint64_t *tokens = reallocarray(c->tokens, c->n_tokens + 1, sizeof(*tokens));
        if (tokens == NULL)
                return error_oom(reterr);
        c->tokens = tokens;
        c->tokens[c->n_tokens++] = hash;
        return 0;
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
                if (c == NULL) {
                        /* More volumes on one instance than fit a page: the call becomes a chain of its own. */
                        c = calloc(1, sizeof(*c));
                        if (c == NULL)
                                return error_oom(reterr);
                        c->next = s->chains;
                        s->chains = c;
                }
                r = follow_token(c, next_token, reterr);
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
