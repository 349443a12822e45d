/* SPDX-License-Identifier: MIT */
#include "collect/task.h"

#include <stdlib.h>
#include <string.h>

static bool copy_string(const char *from, char **to) {
        if (from == NULL)
                return true;
        *to = strdup(from);
        return *to != NULL;
}

struct task *task_new(enum task_action action, const char *region, const char *page_token, const char *instance_id) {
        _cleanup_(task_freep) struct task *t = calloc(1, sizeof(*t));
        if (t == NULL)
                return NULL;
        t->action = action;
        t->region = region;
        if (!copy_string(page_token, &t->page_token) || !copy_string(instance_id, &t->instance_id))
                return NULL;
        return TAKE_PTR(t);
}

void task_free(struct task *t) {
        if (t == NULL)
                return;
        free(t->page_token);
        free(t->instance_id);
        free(t);
}

void task_queue_clear(struct task_queue *q) {
        struct task *t;
        while ((t = TAILQ_FIRST(q)) != NULL) {
                TAILQ_REMOVE(q, t, link);
                task_free(t);
        }
}
