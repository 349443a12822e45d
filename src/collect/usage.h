/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"

/* What a run costs this machine. */

/* The proportional set size of a process in KiB: shared pages count by their share, so that a forked family adds up.
 * 0 if it cannot be read. */
uint64_t usage_pss_kib(pid_t pid);

/* CPU time, user and system, of this process and of the children that it has reaped. */
usec_t usage_cpu(void);
