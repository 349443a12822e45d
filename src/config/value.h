/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/clock.h"

/* Values as people write them. Each takes the whole text and returns 0, -EINVAL for text of another form, or -ERANGE
 * for a value outside min and max. */

int value_parse_unsigned(const char *text, unsigned min, unsigned max, unsigned *ret);

/* 20 or 0.5: digits and at most one point, whatever the locale. */
int value_parse_decimal(const char *text, double min, double max, double *ret);

/* yes, no, true, false, on, off, 1, 0 in any case. */
int value_parse_bool(const char *text, bool *ret);

/* A whole number and its unit, ms, s, min, h or d; seconds without one. */
int value_parse_duration(const char *text, usec_t min, usec_t max, usec_t *ret);

/* A time in the past: a duration before now, of at least a second and with its unit; or a day, 2026-11-01, or a second,
 * 2026-11-01T12:00:00Z, of UTC. -ERANGE for what is not over yet. Realtime. */
int value_parse_past(const char *text, usec_t now, usec_t *ret);

/* A list of strings that ends with NULL, owned; an empty one is NULL. */

void list_free(char **list);

/* Appends a copy of item unless the list has it. -ENOMEM leaves the list as it was. */
int list_add(char ***list, const char *item);

/* A copy of every item. -ENOMEM. */
int list_copy(char *const *list, char ***ret);

#define LIST_BLANKS_AND_COMMAS " \t\n,"
#define LIST_COMMAS "\n,"

/* Words parted by any of the separators, without blanks around them; each once. */
int list_split(const char *text, const char *separators, char ***ret);
