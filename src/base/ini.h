/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "base/error.h"
#include "base/error_list.h"

/* One INI reader for our configuration and for the AWS files. The grammar is that of Python's
 * RawConfigParser as botocore uses it, see HACKING.md. */

/* Called for every section (with key, subkey and value NULL) and for every key, in file order. section is NULL before
 * the first section (only with INI_ALLOW_NO_SECTION). Keys are in lower case. subkey is NULL, or the name inside a
 * nested block ("s3 =" and then indented "k = v"), as written; repeated in one block, the last counts. Lines of a
 * continued value are joined by LF. Strings live until the call returns. A negative errno (with *reterr set) stops the
 * reader. */
typedef int (*ini_handler)(const char *section, const char *key, const char *subkey, const char *value,
                           unsigned line, void *userdata, struct error *reterr);

enum ini_flags {
        INI_ALLOW_NO_SECTION = 1 << 0, /* keys before the first [section] are allowed */
        INI_NO_NESTED = 1 << 1,        /* nested blocks are not */
};

/* Parses text of n bytes; name is the file's name for messages ("name:line: what"). Duplicate sections or
 * keys, text before a section, a line that is no key, a BOM, a NUL byte: ERROR_CONFIG, -EINVAL. */
int ini_parse(const char *name, const char *text, size_t n, int flags, ini_handler handler, void *userdata,
              struct error *reterr);

/* The same, but goes on behind a line that is wrong, or whose handler fails with -EINVAL: all that is wrong is in
 * errors. Lines that continue a wrong one are passed over. 0, or the negative errno of the first error. */
int ini_parse_all(const char *name, const char *text, size_t n, int flags, ini_handler handler, void *userdata,
                  struct error_list *errors);

/* Reads and parses a regular file (or /dev/null) of at most 1 MiB. -ENOENT when there is none; other errors as above or
 * the errno of open/read, all with a message that names the file. */
int ini_parse_file(const char *path, int flags, ini_handler handler, void *userdata, struct error *reterr);
int ini_parse_file_all(const char *path, int flags, ini_handler handler, void *userdata, struct error_list *errors);
