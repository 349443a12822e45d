/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "store/db.h"

/* Within a transaction: gives the account to a region whose account nobody could tell so far, if there is one. *named
 * is set to true then, and left as it is else: what has sums by account is to be made anew (rollup_total_renew_all()).
 * account: "" is nobody's. */
int place_name_account(struct store *s, const char *account, const char *region, bool *named, struct error *reterr);
