/* SPDX-License-Identifier: MIT */
#include "params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PARAMS_MAX 8192

static int hex_digit(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

/* Undoes form encoding: "+" is a blank, "%XX" a byte. */
static int decode(const char *text, size_t n, char **ret) {
        _cleanup_(freep) char *out = malloc(n + 1);
        if (out == NULL)
                return -ENOMEM;
        size_t len = 0;
        for (size_t i = 0; i < n; i++) {
                char c = text[i];
                if (c == '+')
                        c = ' ';
                else if (c == '%') {
                        bool whole = n - i > 2;
                        int high = whole ? hex_digit(text[i + 1]) : -1;
                        int low = whole ? hex_digit(text[i + 2]) : -1;
                        if (high < 0 || low < 0)
                                return -EINVAL;
                        c = (char) (high * 16 + low);
                        i += 2;
                }
                if (c == '\0')
                        return -EINVAL;
                out[len++] = c;
        }
        out[len] = '\0';
        *ret = TAKE_PTR(out);
        return 0;
}

static int params_add(struct params *p, const char *text, size_t n) {
        const char *equals = memchr(text, '=', n);
        size_t name_len = equals != NULL ? (size_t) (equals - text) : n;
        if (name_len == 0)
                return -EINVAL;
        if (p->n >= PARAMS_MAX)
                return -E2BIG;
        _cleanup_(freep) char *name = NULL, *value = NULL;
        int r = decode(text, name_len, &name);
        if (r >= 0)
                r = equals != NULL ? decode(equals + 1, n - name_len - 1, &value) : decode("", 0, &value);
        if (r < 0)
                return r;
        if ((p->n & (p->n - 1)) == 0) {
                struct param *items = reallocarray(p->items, p->n > 0 ? p->n * 2 : 1, sizeof(*items));
                if (items == NULL)
                        return -ENOMEM;
                p->items = items;
        }
        p->items[p->n++] = (struct param){ .name = TAKE_PTR(name), .value = TAKE_PTR(value) };
        return 0;
}

int params_parse(struct params *p, const char *text, size_t n) {
        while (n > 0) {
                const char *end = memchr(text, '&', n);
                size_t len = end != NULL ? (size_t) (end - text) : n;
                if (len > 0) {
                        int r = params_add(p, text, len);
                        if (r < 0)
                                return r;
                }
                if (end == NULL)
                        return 0;
                text = end + 1;
                n -= len + 1;
        }
        return 0;
}

const char *params_get(const struct params *p, const char *name) {
        for (size_t i = 0; i < p->n; i++)
                if (strcmp(p->items[i].name, name) == 0)
                        return p->items[i].value;
        return NULL;
}

int params_get_bool(const struct params *p, const char *name, bool fallback, bool *ret) {
        const char *value = params_get(p, name);
        if (value == NULL)
                *ret = fallback;
        else if (strcasecmp(value, "true") == 0)
                *ret = true;
        else if (strcasecmp(value, "false") == 0)
                *ret = false;
        else
                return -EINVAL;
        return 0;
}

unsigned params_index(const char *name, const char *list, const char **ret_rest) {
        size_t len = strlen(list);
        if (strncmp(name, list, len) != 0 || name[len] != '.')
                return 0;
        const char *p = name + len + 1;
        unsigned index = 0;
        for (; *p >= '0' && *p <= '9'; p++) {
                index = index * 10 + (unsigned) (*p - '0');
                if (index > PARAMS_MAX)
                        return 0;
        }
        if (*p != '\0' && *p != '.')
                return 0;
        if (ret_rest != NULL)
                *ret_rest = p;
        return index;
}

struct numbered {
        unsigned index;
        const char *value;
};

static int compare_numbered(const void *a, const void *b) {
        unsigned x = ((const struct numbered *) a)->index, y = ((const struct numbered *) b)->index;
        return x < y ? -1 : x > y;
}

int params_get_list(const struct params *p, const char *name, struct string_list *ret) {
        _cleanup_(freep) struct numbered *found = calloc(p->n + 1, sizeof(*found));
        if (found == NULL)
                return -ENOMEM;
        size_t n = 0;
        for (size_t i = 0; i < p->n; i++) {
                const char *rest;
                unsigned index = params_index(p->items[i].name, name, &rest);
                if (index > 0 && *rest == '\0')
                        found[n++] = (struct numbered){ .index = index, .value = p->items[i].value };
        }
        qsort(found, n, sizeof(*found), compare_numbered);
        for (size_t i = 0; i < n; i++) {
                int r = string_list_add(ret, found[i].value);
                if (r < 0)
                        return r;
        }
        return 0;
}

void params_release(struct params *p) {
        for (size_t i = 0; i < p->n; i++) {
                free(p->items[i].name);
                free(p->items[i].value);
        }
        free(p->items);
        *p = (struct params){ 0 };
}
