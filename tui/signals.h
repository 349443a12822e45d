/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The signals of a program that has taken over a terminal. Handlers only write a byte to a pipe, but for those of a
 * crash, which give the terminal back. One pipe a process. */

/* Catches SIGTERM, SIGHUP, SIGINT, SIGQUIT and SIGWINCH. Returns the pipe's reading end (owned by this file; one byte a
 * signal, its number), or a negative errno. */
int signals_catch(void);

/* At SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT writes the bytes to the terminal and sets its modes as they are now.
 * restore is copied, what is longer than 256 bytes is cut. */
void signals_guard_terminal(int fd, const char *restore, size_t n);

/* Everything as it was before signals_catch(). */
void signals_release(void);
