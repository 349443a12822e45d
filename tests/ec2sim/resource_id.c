/* SPDX-License-Identifier: MIT */
#include "resource_id.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define SHORT_DIGITS 8
#define LONG_DIGITS 17

char *resource_id_format(const char *prefix, uint64_t id, char *ret) {
        size_t len = strlen(prefix);
        size_t digits = resource_id_is_short(id) ? SHORT_DIGITS : LONG_DIGITS;
        memcpy(ret, prefix, len);
        ret[len++] = '-';
        for (size_t i = digits; i-- > 0; id >>= 4)
                ret[len + i] = "0123456789abcdef"[id & 15];
        ret[len + digits] = '\0';
        return ret;
}

int resource_id_parse(const char *prefix, const char *text, uint64_t *ret) {
        size_t len = strlen(prefix);
        if (strncmp(text, prefix, len) != 0 || text[len] != '-')
                return -EINVAL;
        text += len + 1;
        size_t digits = strspn(text, "0123456789abcdef");
        if (text[digits] != '\0' || (digits != SHORT_DIGITS && digits != LONG_DIGITS) ||
            (digits == LONG_DIGITS && text[0] != '0'))
                return -EINVAL;
        uint64_t id = 0;
        for (; *text != '\0'; text++)
                id = id << 4 | (uint64_t) (*text <= '9' ? *text - '0' : *text - 'a' + 10);
        if (id == 0 || (digits == LONG_DIGITS && resource_id_is_short(id)))
                return -EINVAL;
        *ret = id;
        return 0;
}
