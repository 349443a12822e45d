/* SPDX-License-Identifier: MIT */
#include "aws/query.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aws/percent.h"

static int add(struct buffer *body, const char *name, const char *value, size_t n) {
        int r;
        if ((r = body->len > 0 ? buffer_append(body, "&", 1) : 0) < 0 ||
            (r = percent_encode(body, name, strlen(name), false)) < 0 || (r = buffer_append(body, "=", 1)) < 0)
                return r;
        return percent_encode(body, value, n, false);
}

int query_add(struct buffer *body, const char *name, const char *value) {
        return add(body, name, value, strlen(value));
}

int query_start(struct buffer *body, const char *action, const char *version) {
        int r = query_add(body, "Action", action);
        return r < 0 ? r : query_add(body, "Version", version);
}

int query_add_filter(struct buffer *body, unsigned index, const char *name, const char *values) {
        char key[64];
        (void) snprintf(key, sizeof(key), "Filter.%u.Name", index);
        int r = query_add(body, key, name);
        unsigned count = 0;
        for (const char *p = values; r == 0 && *p != '\0';) {
                size_t n = strcspn(p, ",");
                if (n > 0) {
                        if (++count > QUERY_FILTER_VALUES_MAX)
                                return -E2BIG;
                        (void) snprintf(key, sizeof(key), "Filter.%u.Value.%u", index, count);
                        r = add(body, key, p, n);
                }
                p += n;
                p += *p == ',';
        }
        return r;
}
