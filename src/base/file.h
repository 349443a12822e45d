/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* Reads a regular file (or a character device, for /dev/null's sake) of at most max bytes, a multiple of 1 MiB. text is
 * empty before, with a ceiling of at least max + 8 KiB; the caller releases it, also after a failure. ERROR_CONFIG with
 * a message that names the file: -ENOENT when there is none, -EFBIG when it is too long, the errno of open or read. */
int file_read(const char *path, size_t max, struct buffer *text, struct error *reterr);

/* Puts a file of n bytes and exactly this mode where path leads, in the place of the regular file or link that may be
 * there. Whoever reads path meanwhile finds the old file or the new one as a whole, and so does who reads it after a
 * loss of power. It is made beside path under a longer name, which is gone when this returns. ERROR_SYSTEM with a
 * message that names the file: the errno of what failed, -EINVAL where path is a device, a directory or the like. */
int file_replace(const char *path, const void *data, size_t n, mode_t mode, struct error *reterr);
