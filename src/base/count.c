/* SPDX-License-Identifier: MIT */
#include "base/count.h"

#include <inttypes.h>
#include <stdio.h>

const char *format_count(uint64_t value, char buf[static COUNT_TEXT_SIZE]) {
        char digits[24];
        int n = snprintf(digits, sizeof(digits), "%" PRIu64, value);
        char *to = buf;
        for (int i = 0; i < n; i++) {
                if (i > 0 && (n - i) % 3 == 0)
                        *to++ = ',';
                *to++ = digits[i];
        }
        *to = '\0';
        return buf;
}
