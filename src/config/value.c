/* SPDX-License-Identifier: MIT */
#include "config/value.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"

/* Reads leading digits; *ret_rest is what follows them. -EINVAL if there are none. */
static int parse_digits(const char *text, uint64_t *ret, const char **ret_rest) {
        uint64_t value = 0;
        const char *p = text;
        for (; *p >= '0' && *p <= '9'; p++)
                if (__builtin_mul_overflow(value, (uint64_t) 10, &value) ||
                    __builtin_add_overflow(value, (uint64_t) (*p - '0'), &value))
                        return -ERANGE;
        if (p == text)
                return -EINVAL;
        *ret = value;
        *ret_rest = p;
        return 0;
}

int value_parse_unsigned(const char *text, unsigned min, unsigned max, unsigned *ret) {
        uint64_t value;
        const char *rest;
        int r = parse_digits(text, &value, &rest);
        if (r < 0)
                return r;
        if (*rest != '\0')
                return -EINVAL;
        if (value < min || value > max)
                return -ERANGE;
        *ret = (unsigned) value;
        return 0;
}

int value_parse_decimal(const char *text, double min, double max, double *ret) {
        uint64_t whole, fraction = 0;
        const char *rest;
        int r = parse_digits(text, &whole, &rest);
        if (r < 0)
                return r;
        double value = (double) whole;
        if (*rest == '.') {
                const char *start = rest + 1;
                r = parse_digits(start, &fraction, &rest);
                if (r < 0)
                        return r;
                double scaled = (double) fraction;
                for (const char *p = start; p < rest; p++)
                        scaled /= 10;
                value += scaled;
        }
        if (*rest != '\0')
                return -EINVAL;
        if (value < min || value > max)
                return -ERANGE;
        *ret = value;
        return 0;
}

int value_parse_bool(const char *text, bool *ret) {
        static const struct {
                const char *word;
                bool value;
        } words[] = {
                { "yes", true }, { "no", false },  { "true", true }, { "false", false },
                { "on", true },  { "off", false }, { "1", true },    { "0", false },
        };
        for (size_t i = 0; i < ARRAY_SIZE(words); i++)
                if (strcasecmp(text, words[i].word) == 0) {
                        *ret = words[i].value;
                        return 0;
                }
        return -EINVAL;
}

int value_parse_duration(const char *text, usec_t min, usec_t max, usec_t *ret) {
        static const struct {
                const char *unit;
                usec_t usec;
        } units[] = {
                { "", USEC_PER_SEC },
                { "ms", USEC_PER_MSEC },
                { "s", USEC_PER_SEC },
                { "min", 60 * USEC_PER_SEC },
                { "h", 3600 * USEC_PER_SEC },
                { "d", 24 * 3600 * USEC_PER_SEC },
        };
        uint64_t number;
        const char *rest;
        int r = parse_digits(text, &number, &rest);
        if (r < 0)
                return r;
        rest += strspn(rest, " ");
        for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
                usec_t value;
                if (strcmp(rest, units[i].unit) != 0)
                        continue;
                if (__builtin_mul_overflow(number, units[i].usec, &value) || value < min || value > max)
                        return -ERANGE;
                *ret = value;
                return 0;
        }
        return -EINVAL;
}

int value_parse_past(const char *text, usec_t now, usec_t *ret) {
        usec_t ago = 0, at = 0;
        /* 20261101 would be seconds. */
        if (text[strspn(text, "0123456789")] == '\0')
                return -EINVAL;
        int r = value_parse_duration(text, USEC_PER_SEC, UINT64_MAX, &ago);
        if (r == 0)
                at = now > ago ? now - ago : 0;
        else if (r == -EINVAL)
                r = clock_parse_date(text, &at);
        if (r < 0)
                return r;
        if (at > now)
                return -ERANGE;
        *ret = at;
        return 0;
}

void list_free(char **list) {
        for (char **item = list; item != NULL && *item != NULL; item++)
                free(*item);
        free(list);
}

int list_add(char ***list, const char *item) {
        size_t n = 0;
        for (; *list != NULL && (*list)[n] != NULL; n++)
                if (strcmp((*list)[n], item) == 0)
                        return 0;
        _cleanup_(freep) char *copy = strdup(item);
        char **grown = copy != NULL ? reallocarray(*list, n + 2, sizeof(*grown)) : NULL;
        if (grown == NULL)
                return -ENOMEM;
        grown[n] = TAKE_PTR(copy);
        grown[n + 1] = NULL;
        *list = grown;
        return 0;
}

int list_copy(char *const *list, char ***ret) {
        char **copy = NULL;
        for (; list != NULL && *list != NULL; list++)
                if (list_add(&copy, *list) < 0) {
                        list_free(copy);
                        return -ENOMEM;
                }
        *ret = copy;
        return 0;
}

/* Takes the blanks away from both ends. */
static char *trim(char *word) {
        word += strspn(word, " \t");
        size_t n = strlen(word);
        while (n > 0 && (word[n - 1] == ' ' || word[n - 1] == '\t'))
                word[--n] = '\0';
        return word;
}

int list_split(const char *text, const char *separators, char ***ret) {
        _cleanup_(freep) char *copy = strdup(text);
        if (copy == NULL)
                return -ENOMEM;
        char **list = NULL;
        char *state = NULL;
        for (char *word = strtok_r(copy, separators, &state); word != NULL; word = strtok_r(NULL, separators, &state)) {
                word = trim(word);
                if (word[0] != '\0' && list_add(&list, word) < 0) {
                        list_free(list);
                        return -ENOMEM;
                }
        }
        *ret = list;
        return 0;
}
