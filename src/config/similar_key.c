/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "config/config.h"
#include "config/keys.h"

/* Longer names than any key's are like none of them. */
#define NAME_MAX_LENGTH 40

/* Case and the choice of '-' or '_' are what people mix up first. */
static int fold(char c) {
        return c == '-' ? '_' : tolower((unsigned char) c);
}

static size_t least(size_t a, size_t b, size_t c) {
        size_t smaller = a < b ? a : b;
        return smaller < c ? smaller : c;
}

/* Levenshtein's distance: how many letters to insert, delete or replace. b is at most NAME_MAX_LENGTH long. */
static size_t distance(const char *a, const char *b) {
        size_t row[NAME_MAX_LENGTH + 1], n = strlen(b);
        for (size_t j = 0; j <= n; j++)
                row[j] = j;
        for (size_t i = 1; a[i - 1] != '\0'; i++) {
                size_t diagonal = row[0];
                row[0] = i;
                for (size_t j = 1; j <= n; j++) {
                        size_t replaced = diagonal + (fold(a[i - 1]) != fold(b[j - 1]));
                        diagonal = row[j];
                        row[j] = least(row[j] + 1, row[j - 1] + 1, replaced);
                }
        }
        return row[n];
}

const char *config_similar_key(const char *name) {
        const char *best = NULL;
        size_t length = strlen(name), nearest = length / 3 + 1;
        for (size_t i = 0; length <= NAME_MAX_LENGTH && config_key_name(i) != NULL; i++) {
                size_t d = distance(config_key_name(i), name);
                if (d < nearest) {
                        nearest = d;
                        best = config_key_name(i);
                }
        }
        return best;
}
