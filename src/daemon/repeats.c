/* SPDX-License-Identifier: MIT */
#include "daemon/repeats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define TELL_AGAIN_AFTER (3600 * USEC_PER_SEC)

struct topic {
        LIST_ENTRY(topic) link;
        enum error_kind kind;
        int errnum;
        char code[sizeof(((struct error *) NULL)->code)];
        usec_t told_at;
        unsigned untold;
        unsigned times;
        char name[];
};

/* Those that fail at present; there are few. */
struct repeats {
        LIST_HEAD(, topic) failing;
};

int repeats_new(struct repeats **ret) {
        *ret = calloc(1, sizeof(**ret));
        return *ret != NULL ? 0 : -ENOMEM;
}

void repeats_free(struct repeats *r) {
        if (r == NULL)
                return;
        struct topic *t;
        while ((t = LIST_FIRST(&r->failing)) != NULL) {
                LIST_REMOVE(t, link);
                free(t);
        }
        free(r);
}

static struct topic *find(struct repeats *r, const char *name) {
        struct topic *t;
        LIST_FOREACH(t, &r->failing, link)
                if (strcmp(t->name, name) == 0)
                        return t;
        return NULL;
}

static struct topic *add(struct repeats *r, const char *name) {
        size_t n = strlen(name) + 1;
        struct topic *t = calloc(1, sizeof(*t) + n);
        if (t == NULL)
                return NULL;
        memcpy(t->name, name, n);
        LIST_INSERT_HEAD(&r->failing, t, link);
        return t;
}

static bool is_same(const struct topic *t, const struct error *error) {
        return t->kind == error->kind && t->errnum == error->errnum && strcmp(t->code, error->code) == 0;
}

bool repeats_fail(struct repeats *r, const char *name, const struct error *error, usec_t now, unsigned *ret_untold) {
        *ret_untold = 0;
        struct topic *t = find(r, name);
        bool is_new = t == NULL;
        if (is_new && (t = add(r, name)) == NULL)
                return true; /* out of memory: better told too often */
        t->times++;
        if (!is_new && is_same(t, error) && now - t->told_at < TELL_AGAIN_AFTER) {
                t->untold++;
                return false;
        }
        *ret_untold = t->untold;
        t->kind = error->kind;
        t->errnum = error->errnum;
        memcpy(t->code, error->code, sizeof(t->code));
        t->told_at = now;
        t->untold = 0;
        return true;
}

bool repeats_succeed(struct repeats *r, const char *name, unsigned *ret_times) {
        struct topic *t = find(r, name);
        if (t == NULL)
                return false;
        *ret_times = t->times;
        LIST_REMOVE(t, link);
        free(t);
        return true;
}
