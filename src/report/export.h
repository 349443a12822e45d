/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "model/export.h"

/* A way to write an export, piece by piece, so that it never is in memory as a whole. Each appends to out and returns
 * 0, -ENOMEM or -E2BIG. */
struct export_format {
        int (*begin)(struct buffer *out, enum export_kind what, const struct row *columns);
        int (*row)(struct buffer *out, const struct row *row, bool is_first);
        int (*end)(struct buffer *out);
};

/* A header line with the columns' names, then a line a row; not known is empty. */
extern const struct export_format export_csv;

/* One object, whose "rows" are objects, each on a line of its own; not known is null. */
extern const struct export_format export_json;
