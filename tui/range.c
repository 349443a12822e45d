/* SPDX-License-Identifier: MIT */
#include "tui/range.h"

#include <errno.h>
#include <string.h>

#define HOUR_S INT64_C(3600)
#define DAY_S (24 * HOUR_S)

static const struct {
        const char *word;
        int64_t seconds;
} ranges[RANGES] = {
        { "1h", HOUR_S }, { "24h", DAY_S }, { "7d", 7 * DAY_S }, { "30d", 30 * DAY_S }, { "1y", 365 * DAY_S },
};

int range_from_word(const char *word) {
        for (size_t i = 0; i < RANGES; i++)
                if (strcmp(ranges[i].word, word) == 0)
                        return (int) i;
        return -EINVAL;
}

const char *range_word(size_t i) {
        return ranges[i].word;
}

int64_t range_seconds(size_t i) {
        return ranges[i].seconds;
}
