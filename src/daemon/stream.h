/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "base/macros.h"

/* Standard output for as much as there is to write: SIGINT and SIGTERM end it also where its reader does not read. */
struct stream {
        int signals; /* a signalfd, owned */
        int signal;  /* that ended it, 0: none yet */
};

/* Blocks the two signals; from now on they are seen by stream_write() alone. 0 or a negative errno, -EBADF where
 * standard output is closed. */
int stream_open(struct stream *ret);

/* Writes all bytes. 0, the negative errno of the failed write, or -ECANCELED after a signal. With no bytes it only
 * looks for a signal. */
int stream_write(struct stream *s, const void *data, size_t n);

/* Lets the signals through again. */
void stream_close(struct stream *s);
