/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/preflight.h"

/* What a preflight found wrong, a line each, and what to do about it. */

struct problem {
        bool is_warning;   /* a run works nevertheless */
        char subject[64];  /* what it is about: a file, a region, an account's call */
        char message[640]; /* what is wrong */
        char remedy[256];  /* what to do; "" where the message says it */
};

struct problems {
        struct problem *items; /* owned */
        size_t n;
};

/* 0 or -ENOMEM. In the order of a run: files, database, credentials, clock, regions. */
int problems_find(const struct preflight *p, struct problems *ret);
void problems_release(struct problems *p);
