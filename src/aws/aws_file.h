/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* One section of the AWS config or credentials file, by its kind and name. */

enum aws_section_kind {
        AWS_SECTION_PROFILE,     /* config file: [profile NAME], [default] */
        AWS_SECTION_SERVICES,    /* config file: [services NAME] */
        AWS_SECTION_CREDENTIALS, /* credentials file: [NAME] */
};

struct aws_section_entry {
        char *key;    /* lower case */
        char *subkey; /* NULL outside nested blocks */
        char *value;  /* may be a secret: overwritten before it is freed */
};

struct aws_section {
        bool found; /* the file has such a section */
        struct aws_section_entry *entries;
        size_t n_entries;
};

/* Reads the section from the file at path. A file that does not exist, or path NULL, is as good as an empty one. Where
 * several headers mean the same section ([default] and [profile default]) the last counts, as in the AWS CLI.
 * ERROR_CONFIG for a file that cannot be read or parsed. */
int aws_section_load(const char *path, enum aws_section_kind kind, const char *name, struct aws_section *ret,
                     struct error *reterr);
void aws_section_release(struct aws_section *s);

/* The value, or NULL when there is none or it is empty. subkey NULL: a plain key. */
const char *aws_section_get(const struct aws_section *s, const char *key, const char *subkey);
