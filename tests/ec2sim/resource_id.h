/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* EC2's resource ids: "vol-0" and 16 more hex digits today, eight digits before 2016. The long ones all begin with 0,
 * so that 64 bits hold both. A short id never has the value of a long one here. */
#define RESOURCE_ID_SIZE 32
#define RESOURCE_ID_SHORT_MAX UINT32_MAX

static inline bool resource_id_is_short(uint64_t id) {
        return id <= RESOURCE_ID_SHORT_MAX;
}

/* Writes prefix ("vol", "i", "r", ...), "-" and the digits into ret[RESOURCE_ID_SIZE]. Returns ret. */
char *resource_id_format(const char *prefix, uint64_t id, char *ret);

/* The inverse. 0, or -EINVAL for anything but prefix, "-" and 8 or 17 lower-case hex digits beginning as above. */
int resource_id_parse(const char *prefix, const char *text, uint64_t *ret);
