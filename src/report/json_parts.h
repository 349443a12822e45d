/* SPDX-License-Identifier: MIT */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

/* What JSON reports are put together from. A value that could not be made (out of memory) is NULL, makes what it is put
 * into NULL too, and so on up to the root: the caller checks once, or lets json_write() do so. */

#define JSON_FORMAT_VERSION 1

/* Both take value over, whatever comes of it. */
void json_put(json_t **object, const char *key, json_t *value);
void json_append(json_t **array, json_t *value);

/* Null where it is "". */
json_t *json_text_or_null(const char *text);
json_t *json_number(uint64_t value);

/* Null where it is not known. */
json_t *json_number_if(bool known, uint64_t value);

/* A day as YYYYMMDD; null where it is 0. */
json_t *json_date_or_null(uint32_t date);
json_t *json_error(const struct error *e);

/* The same with what to do about it, null where the message says that; run: as in failure_remedy(). */
json_t *json_failure(const struct error *e, bool run);

/* Writes root, takes it over, and returns 0 or a negative errno. */
int json_write(json_t *root, FILE *out);
