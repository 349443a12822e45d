/* SPDX-License-Identifier: MIT */
#include "store/wanted_regions.h"

const char *wanted_regions(const char *const *regions, struct buffer *words) {
        int r = 0;
        for (size_t i = 0; r == 0 && regions != NULL && regions[i] != NULL; i++)
                r = buffer_printf(words, "%s%s ", i == 0 ? " " : "", regions[i]);
        return r == 0 ? buffer_string(words) : NULL;
}
