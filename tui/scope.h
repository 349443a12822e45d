/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/db.h"

/* What a view is about: where it was drilled down to. "" and 0 are "all". */

#define SCOPE_TEXT_SIZE 128

struct scope {
        int database; /* index in the set, SCOPE_ALL_DATABASES for all */
        bool any_account; /* of a region: of all accounts that have it; account is "" then */
        char account[SCOPE_TEXT_SIZE]; /* "" otherwise: the account that is not known */
        char region[SCOPE_TEXT_SIZE]; /* views of whole runs are of all regions nevertheless */
        char instance_id[SCOPE_TEXT_SIZE];
        char volume_id[SCOPE_TEXT_SIZE];
        char metric[SCOPE_TEXT_SIZE]; /* of v1_metric */
        bool unattached; /* only what nobody holds */
        int64_t run_id;
        int64_t from_at;  /* seconds since the epoch; the range is from_at <= t < until_at */
        int64_t until_at;
        size_t range; /* index of a range of time, tui/range.h; SCOPE_RANGE_OF_VIEW: what the view begins with */
};

#define SCOPE_ALL_DATABASES (-1)
#define SCOPE_RANGE_OF_VIEW SIZE_MAX

static inline struct scope scope_all(void) {
        return (struct scope){ .database = SCOPE_ALL_DATABASES, .any_account = true, .range = SCOPE_RANGE_OF_VIEW };
}

/* Copies an id or a name into one of the fields; what does not fit is cut. */
void scope_set(char field[static SCOPE_TEXT_SIZE], const char *text);

/* From all accounts to one; "": the one that is not known. */
void scope_set_account(struct scope *s, const char *account);

/* What "account" of a view has to meet, together with :region. */
#define SCOPE_OF_ACCOUNT(column) "(:any_account OR " column " IS :account)"

/* Binds :account, :any_account, :region, :instance_id, :volume_id, :metric, :run_id, :from_at and :until_at, as far as
 * the statement has them. "", 0 and false are bound as NULL, so that "account IS :account" finds the account that is
 * not known, and "(:region IS NULL OR region = :region)" all regions. */
void scope_bind(const struct scope *s, struct query *q);
