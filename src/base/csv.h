/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "base/error.h"

/* A reader for CSV as RFC 4180 has it: fields parted by commas, quoted where they hold commas, quotes (doubled) or line
 * ends. Records end with CRLF or LF; the last one's end may be missing. */

#define CSV_FIELDS_MAX 16

/* Called for every record, the header included, with the line that it begins on. Fields live until the call returns. A
 * negative errno (with *reterr set) stops the reader. */
typedef int (*csv_handler)(const char *const fields[], size_t n_fields, unsigned line, void *userdata,
                           struct error *reterr);

/* Parses text of n bytes; name is the file's name for messages ("name:line: what"). A quote within an unquoted field,
 * text behind a closing one, a quoted field without an end, a lone CR, a NUL byte, a BOM, more than CSV_FIELDS_MAX
 * fields: ERROR_CONFIG, -EINVAL. */
int csv_parse(const char *name, const char *text, size_t n, csv_handler handler, void *userdata,
              struct error *reterr);
