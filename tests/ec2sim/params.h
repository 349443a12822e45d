/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "string_list.h"

/* The parameters of a Query API call, decoded from a form body or a query string. */
struct param {
        char *name;
        char *value;
};

struct params {
        struct param *items; /* owned */
        size_t n;
};

/* Appends the parameters in text. -EINVAL for a bad escape, a NUL byte or an empty name, -E2BIG for too many. */
int params_parse(struct params *p, const char *text, size_t n);

/* The value, or NULL if the parameter was not sent. */
const char *params_get(const struct params *p, const char *name);

/* Reads a boolean: absent is fallback. 0, or -EINVAL for anything but true and false in any case. */
int params_get_bool(const struct params *p, const char *name, bool fallback, bool *ret);

/* Appends the values of name.1, name.2, ... in order of their numbers, which may have gaps. */
int params_get_list(const struct params *p, const char *name, struct string_list *ret);

/* If name is "list.N" or "list.N.rest", returns N and points *ret_rest behind the number; else 0. */
unsigned params_index(const char *name, const char *list, const char **ret_rest);

void params_release(struct params *p);
