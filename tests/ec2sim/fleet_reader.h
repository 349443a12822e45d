/* SPDX-License-Identifier: MIT */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "fleet.h"

/* The members of a fleet file's objects, checked. Each function returns 0, -EINVAL with a message that names the
 * file, the region and the member, or -ENOMEM. */
struct reader {
        const char *path;
        struct fleet *fleet; /* the region's; NULL above the regions */
        struct error *reterr;
};

int reader_refuse(const struct reader *r, const char *format, ...) _printf_(2, 3);

/* Every member of the object must be in the list, which is separated by blanks. what is the plural of its kind. */
int reader_check_members(const struct reader *r, const json_t *object, const char *what, const char *known);

/* An absent member is the fallback; without one (NULL) it must be there. */
int reader_text(const struct reader *r, const json_t *object, const char *name, const char *fallback,
                const char **ret);
int reader_word(const struct reader *r, const json_t *object, const char *name, const char *fallback, uint16_t *ret);
int reader_number(const struct reader *r, const json_t *object, const char *name, uint64_t fallback, uint64_t high,
                  uint64_t *ret);

/* Sets the flag if the member is true. */
int reader_flag(const struct reader *r, const json_t *object, const char *name, uint8_t flag, uint8_t *flags);

/* ISO 8601; seconds since the epoch, by default those of 2026-01-01. */
int reader_time(const struct reader *r, const json_t *object, const char *name, uint32_t *ret);

/* An id that must be there. */
int reader_id(const struct reader *r, const json_t *object, const char *name, const char *prefix, uint64_t *ret);

/* "tags": {"Name": "..."}; always makes an extra, so that no tag is made up. */
int reader_tags(const struct reader *r, const json_t *object, uint32_t *ret_extra);
