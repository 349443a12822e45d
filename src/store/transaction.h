/* SPDX-License-Identifier: MIT */
#pragma once

#include "store/db.h"

/* What one function writes is a transaction of its own, or a part of one that its caller has begun: then the whole is
 * stored or nothing of it. */
struct transaction {
        struct store *store;
        bool is_part; /* of one that was open already */
};

/* doing as in db_error(). */
int transaction_begin(struct transaction *t, struct store *s, const char *doing, struct error *reterr);

/* Commits if r is 0, else undoes everything since it began and returns r. A part leaves both to whoever has the whole,
 * which has to be told of r. */
int transaction_end(struct transaction *t, int r, const char *doing, struct error *reterr);
