/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/table.h"

/* Which columns of a table are on the screen, where, and how wide. */

#define TABLE_COLUMNS_MAX 64

struct table_slot {
        size_t column;
        int start;
        int width;
        int tail; /* the most that any of its cells has behind the digit of the units, see cell_tail() */
};

struct table_layout {
        struct table_slot slots[TABLE_COLUMNS_MAX];
        size_t n;
        int database_width; /* 0: there is no such column */
};

/* Every column that is shown has a blank before it; together they take room columns at most. Those of rank 0 stay as
 * long as the first one, a name, can be cut for them; of the others the highest ranks go first, and come back where
 * something else than they has left room. */
struct table_layout table_layout(const struct table *t, int room, const struct display *d);
