/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Prices are kept as whole numbers of 10^-10 currency units: as fine as AWS's own price list, without a rounding. */
#define DECIMAL_ONE UINT64_C(10000000000)

/* The greatest price, in currency units. */
#define DECIMAL_MAX 1000000

/* Parses digits with or without a point and digits behind it. Returns 0; -EINVAL if it is no such number, or has more
 * than ten digits behind the point other than zeros; -ERANGE above DECIMAL_MAX. */
int decimal_parse(const char *text, uint64_t *ret);
