/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* Reads a regular file (or a character device, for /dev/null's sake) of at most max bytes, a multiple of 1 MiB. text is
 * empty before, with a ceiling of at least max + 8 KiB; the caller releases it, also after a failure. ERROR_CONFIG with
 * a message that names the file: -ENOENT when there is none, -EFBIG when it is too long, the errno of open or read. */
int file_read(const char *path, size_t max, struct buffer *text, struct error *reterr);
