/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/buffer.h"

/* The form body of a Query API call, appended to a buffer piece by piece. Each returns 0, -ENOMEM or -E2BIG. */

/* Far more than 200 filter values and a page token need. */
#define QUERY_BODY_MAX ((size_t) 256 * 1024)

/* EC2 takes so many filter values a call, over all filters. */
#define QUERY_FILTER_VALUES_MAX 200

/* Begins the body; Action and Version come first. */
int query_start(struct buffer *body, const char *action, const char *version);

/* One more parameter, percent-encoded. */
int query_add(struct buffer *body, const char *name, const char *value);

/* Filter.index.Name and one Filter.index.Value.M for each of the values, which ',' separates. index counts from 1. */
int query_add_filter(struct buffer *body, unsigned index, const char *name, const char *values);
