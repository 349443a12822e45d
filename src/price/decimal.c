/* SPDX-License-Identifier: MIT */
#include "price/decimal.h"

#include <errno.h>
#include <stdbool.h>

static bool is_digit(char c) {
        return c >= '0' && c <= '9';
}

int decimal_parse(const char *text, uint64_t *ret) {
        uint64_t whole = 0, fraction = 0, weight = DECIMAL_ONE;
        bool too_big = false;
        const char *c = text;
        if (!is_digit(*c))
                return -EINVAL;
        for (; is_digit(*c); c++) {
                whole = whole * 10 + (uint64_t) (*c - '0');
                if (whole > DECIMAL_MAX) {
                        too_big = true;
                        whole = DECIMAL_MAX;
                }
        }
        if (*c == '.') {
                c++;
                if (!is_digit(*c))
                        return -EINVAL;
                for (; is_digit(*c); c++) {
                        weight /= 10;
                        if (weight == 0 && *c != '0')
                                return -EINVAL;
                        fraction += weight * (uint64_t) (*c - '0');
                }
        }
        if (*c != '\0')
                return -EINVAL;
        if (too_big || (whole == DECIMAL_MAX && fraction > 0))
                return -ERANGE;
        *ret = whole * DECIMAL_ONE + fraction;
        return 0;
}
