/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* The tags of a volume that the configuration asks to keep, as one text: a JSON object, keys in the configuration's
 * order, so that equal tags are equal texts and the database's JSON functions read them. */

/* At most so many keys are kept. */
#define MODEL_TAGS_MAX 16

/* Room for a key: EC2 allows 128 characters of UTF-8. */
#define MODEL_TAG_KEY_SIZE 513

/* The object of those keys whose value is not NULL, owned by the caller; *ret is NULL where there is none. -ENOMEM.
 * Both are valid UTF-8. */
int tags_to_json(char *const *keys, char *const *values, size_t n, char **ret);
