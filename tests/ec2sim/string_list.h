/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "base/macros.h"

/* A growing list of owned strings. Zeroed means empty. */
struct string_list {
        char **items;
        size_t n;
};

/* Copies text to the end of the list. 0 or -ENOMEM. */
int string_list_add(struct string_list *s, const char *text);
/* The same for the n bytes at text. */
int string_list_add_n(struct string_list *s, const char *text, size_t n);
/* Splits at separator; an empty part is -EINVAL. */
int string_list_split(struct string_list *s, const char *text, char separator);
/* The index of text, or -1. */
ptrdiff_t string_list_find(const struct string_list *s, const char *text);
void string_list_release(struct string_list *s);
