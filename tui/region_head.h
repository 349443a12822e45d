/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/view.h"

/* What a region is about in one line: the last good numbers of the account's region, or of all accounts that have it; and
 * why there are no newer ones. */

/* A row for each account of the scope's region. */
extern const char region_head_sql[];

/* rows: of that statement, one at least. */
void region_head_draw(const struct rows *rows, const struct context *c, struct area area);

/* For struct view_type's note: the first account whose newest run failed in the region; "": none. */
enum style region_head_note(const struct rows *rows, int64_t now, char buf[static VIEW_NOTE_SIZE]);
