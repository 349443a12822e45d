/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"

/* When a call got where, microseconds since it began. 0: it did not get there, or needed not to, as on a connection
 * that was there already or without TLS. */
struct call_times {
        usec_t connected; /* TCP, the name looked up; where there is a proxy, to that */
        usec_t secured;   /* TLS */
        usec_t answered;  /* the first byte of the answer */
};
