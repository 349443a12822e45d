/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/views.h"

/* Which view is on the screen: one of those with a number key, which keep their order and their selection while others
 * are shown, and above it those that were drilled down to. */

#define NAVIGATION_ROOTS_MAX 8
#define NAVIGATION_DEPTH_MAX 8

struct navigation {
        struct view *roots[NAVIGATION_ROOTS_MAX]; /* owned; made when they are first shown */
        size_t n_roots;
        size_t root;
        struct view *levels[NAVIGATION_DEPTH_MAX]; /* owned; above the root */
        size_t n_levels;
};

/* Takes the first view over. */
void navigation_init(struct navigation *n, struct view *first);
void navigation_release(struct navigation *n);

struct view *navigation_view(const struct navigation *n);

/* Goes to a view with a number: what was drilled down to is left. scope is for one that was not shown yet. -ENOMEM. */
int navigation_switch(struct navigation *n, const struct view_type *type, const struct scope *scope);

/* Drills down. -ENOMEM; -E2BIG at NAVIGATION_DEPTH_MAX. */
int navigation_open(struct navigation *n, const struct view_type *type, const struct scope *scope);

/* One level back. False at the root. */
bool navigation_back(struct navigation *n);

/* A view as the first of the way: "Region > us-east-1". */
void navigation_view_title(const struct view *v, char buf[static 256]);

/* "Overview > us-east-1 > i-0123". */
void navigation_title(const struct navigation *n, char buf[static 256]);
