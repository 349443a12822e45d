/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* XML written into a buffer. The first failure sticks in r and makes the rest do nothing, so that only the end
 * of a document needs a check. */
struct xml {
        struct buffer *out;
        int r; /* 0 or the first negative errno */
};

void xml_raw(struct xml *x, const char *markup);
void xml_open(struct xml *x, const char *name);
void xml_close(struct xml *x, const char *name);

/* <name>text</name>, text escaped; control characters that XML 1.0 cannot carry become blanks. */
void xml_text(struct xml *x, const char *name, const char *text);
void xml_number(struct xml *x, const char *name, uint64_t value);
void xml_bool(struct xml *x, const char *name, bool value);

/* ISO 8601 in UTC with milliseconds, as EC2 writes it. */
void xml_time(struct xml *x, const char *name, uint32_t seconds_since_epoch);
