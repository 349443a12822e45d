/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/error.h"

/* All that is wrong, in the order in which it was found. Who reads on after a mistake puts each here; {0} is an empty
 * list. A file that is none of ours has as many mistakes as lines, so those beyond the first are only counted. */
#define ERROR_LIST_MAX ((size_t) 20)

struct error_list {
        struct error items[ERROR_LIST_MAX]; /* of n, as many as there is room for */
        size_t n;
};

void error_list_add(struct error_list *l, const struct error *e);

/* Adds it if r, which came with it, is negative. */
void error_list_note(struct error_list *l, int r, const struct error *e);
void error_list_add_all(struct error_list *l, const struct error_list *more);

/* How many are in items; what to say of the others, a number. */
size_t error_list_kept(const struct error_list *l);
#define ERROR_LIST_MORE "%zu more lines are wrong: mend these first"

/* 0 if nothing is wrong, else the negative errno of what was found first. */
int error_list_result(const struct error_list *l);

/* The first, with how many more there are, for where there is room for one alone. ERROR_NONE where nothing is wrong. */
struct error error_list_summary(const struct error_list *l);
