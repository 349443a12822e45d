/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/macros.h"

/* A streaming reader for AWS's XML answers: fed piece by piece, it walks the elements that a table of rules knows and
 * skips the rest, in any order, namespaces ignored. No DOCTYPE, no entities but XML's own five, no network, bounded
 * depth and text. */

/* One known element: name directly inside parent is node. Nodes are positive; XML_TOP is outside the root. */
struct xml_rule {
        int parent;
        const char *name;
        int node;
        bool text; /* a leaf whose text is wanted */
};

#define XML_TOP 0

struct xml_schema {
        const struct xml_rule *rules;
        size_t n_rules;
        /* Either may be NULL. text is NUL-terminated UTF-8, "" for a node without text. Negative errno (with *reterr
         * set) stops the reader. */
        int (*on_start)(int node, void *userdata, struct error *reterr);
        int (*on_end)(int node, const char *text, void *userdata, struct error *reterr);
};

/* Longer text of a leaf is refused. A session token is the longest that is real, a few KiB. */
#define XML_TEXT_MAX ((size_t) 16 * 1024)

struct xml; /* opaque */

/* The schema and userdata must outlive the reader. */
int xml_new(const struct xml_schema *schema, void *userdata, struct xml **ret, struct error *reterr);
void xml_free(struct xml *x);
DEFINE_CLEANUP(struct xml *, xml_free);

/* Both: ERROR_PROTOCOL and -EBADMSG for what is no such document; or what a callback returned. */
int xml_feed(struct xml *x, const void *data, size_t n, struct error *reterr);
int xml_finish(struct xml *x, struct error *reterr);

/* A whole document at once. */
int xml_parse(const struct xml_schema *schema, const void *data, size_t n, void *userdata, struct error *reterr);
