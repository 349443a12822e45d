/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/random.h"

static const char *const kind_names[_FAULT_MAX] = {
        [FAULT_NONE] = "none",
        [FAULT_THROTTLE] = "throttle",
        [FAULT_UNAVAILABLE_HTML] = "unavailable-html",
        [FAULT_ERROR] = "error",
        [FAULT_EXPIRED_CREDENTIALS] = "expired-credentials",
        [FAULT_REDIRECT] = "redirect",
        [FAULT_HANG] = "hang",
        [FAULT_HUGE] = "huge",
        [FAULT_BOMB] = "bomb",
        [FAULT_DEEP] = "deep",
        [FAULT_LONGTEXT] = "longtext",
        [FAULT_GARBAGE] = "garbage",
        [FAULT_RESET] = "reset",
        [FAULT_TRUNCATE] = "truncate",
        [FAULT_DRIP] = "drip",
        [FAULT_REPEAT_TOKEN] = "repeat-token",
        [FAULT_EMPTY_PAGE] = "empty-page",
        [FAULT_SHORT_PAGE] = "short-page",
        [FAULT_LAST_TOKEN] = "last-token",
        [FAULT_DUPLICATE] = "duplicate",
};

const char *fault_kind_name(enum fault_kind kind) {
        return kind_names[kind];
}

static int copy_word(char *to, size_t size, const char *value) {
        size_t n = strlen(value);
        if (n == 0 || n >= size)
                return -EINVAL;
        memcpy(to, value, n + 1);
        return 0;
}

static int parse_number(const char *value, uint64_t *ret) {
        char *end;
        errno = 0;
        unsigned long long n = strtoull(value, &end, 10);
        if (errno != 0 || value[0] < '0' || value[0] > '9' || *end != '\0')
                return -EINVAL;
        *ret = n;
        return 0;
}

/* "error=CODE" names the code in the kind. */
static int parse_kind(struct fault *f, const char *value) {
        const char *equals = strchr(value, '=');
        size_t len = equals != NULL ? (size_t) (equals - value) : strlen(value);
        for (unsigned k = FAULT_NONE + 1; k < _FAULT_MAX; k++)
                if (strlen(kind_names[k]) == len && strncmp(kind_names[k], value, len) == 0)
                        f->kind = (enum fault_kind) k;
        if (f->kind == FAULT_NONE || (equals != NULL) != (f->kind == FAULT_ERROR))
                return -EINVAL;
        return equals != NULL ? copy_word(f->code, sizeof(f->code), equals + 1) : 0;
}

static int parse_field(struct fault *f, const char *key, const char *value) {
        uint64_t status = 0;
        if (strcmp(key, "kind") == 0)
                return parse_kind(f, value);
        if (strcmp(key, "region") == 0)
                return copy_word(f->region, sizeof(f->region), value);
        if (strcmp(key, "action") == 0)
                return copy_word(f->action, sizeof(f->action), value);
        if (strcmp(key, "account") == 0)
                return copy_word(f->account, sizeof(f->account), value);
        if (strcmp(key, "count") == 0)
                return parse_number(value, &f->count);
        if (strcmp(key, "skip") == 0)
                return parse_number(value, &f->skip);
        if (strcmp(key, "rate") == 0)
                return parse_number(value, &f->bytes_per_second) < 0 || f->bytes_per_second == 0 ? -EINVAL : 0;
        if (strcmp(key, "status") == 0) {
                if (parse_number(value, &status) < 0 || status < 200 || status > 599)
                        return -EINVAL;
                f->status = (unsigned) status;
                return 0;
        }
        if (strcmp(key, "probability") == 0) {
                char *end;
                f->probability = strtod(value, &end);
                return end == value || *end != '\0' || !(f->probability >= 0 && f->probability <= 1) ? -EINVAL : 0;
        }
        return -EINVAL;
}

int faults_add(struct faults *f, const char *spec, const char **ret_why) {
        struct fault fault = { .probability = 1, .count = UINT64_MAX, .bytes_per_second = 1024 };
        _cleanup_(freep) char *copy = strdup(spec);
        if (copy == NULL)
                return -ENOMEM;
        char *rest = copy, *field;
        while ((field = strsep(&rest, ",")) != NULL) {
                char *value = strchr(field, '=');
                if (value != NULL)
                        *value++ = '\0';
                if (value == NULL || parse_field(&fault, field, value) < 0) {
                        *ret_why = "fields are region, action, account, kind, probability (0 to 1), count, skip, "
                                   "rate (bytes a second), status";
                        return -EINVAL;
                }
        }
        if (fault.kind == FAULT_NONE) {
                *ret_why = "kind= is missing";
                return -EINVAL;
        }
        struct fault *items = reallocarray(f->items, f->n + 1, sizeof(*items));
        if (items == NULL)
                return -ENOMEM;
        f->items = items;
        f->items[f->n++] = fault;
        return 0;
}

static bool matches(const char *wanted, const char *actual) {
        return wanted[0] == '\0' || strcmp(wanted, actual) == 0;
}

struct fault faults_decide(struct faults *f, const char *account, const char *region, const char *action) {
        struct fault result = { .kind = FAULT_NONE };
        (void) pthread_mutex_lock(&f->lock);
        for (size_t i = 0; i < f->n && result.kind == FAULT_NONE; i++) {
                struct fault *rule = &f->items[i];
                if (!matches(rule->region, region) || !matches(rule->action, action) ||
                    !matches(rule->account, account))
                        continue;
                uint64_t ordinal = rule->matched++;
                struct random r = { .state = f->seed ^ (i + 1) << 48 ^ ordinal };
                if (ordinal < rule->skip || rule->applied >= rule->count || random_fraction(&r) >= rule->probability)
                        continue;
                rule->applied++;
                result = *rule;
        }
        (void) pthread_mutex_unlock(&f->lock);
        return result;
}

void faults_release(struct faults *f) {
        free(f->items);
        f->items = NULL;
        f->n = 0;
}
