/* SPDX-License-Identifier: MIT */
#pragma once

#include "options.h"

/* The n-th account of the organization; 0 is --account itself, the others follow from the seed. */
void organization_account(const struct options *o, uint64_t n, char ret[static ACCOUNT_SIZE]);
