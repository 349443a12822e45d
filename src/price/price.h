/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/cost.h"
#include "model/volume.h"
#include "price/rates.h"

/* A region, or the group of a local zone: us-west-2-lax-1. */
#define PRICE_PLACE_SIZE MODEL_ZONE_SIZE

/* One line of a price list, understood. */
struct price {
        char place[PRICE_PLACE_SIZE]; /* filled up with zeros */
        enum volume_type type;
        enum dimension dimension;
        uint64_t price; /* per unit of the dimension, in 10^-10 currency units */
        char currency[COST_CURRENCY_SIZE];
        uint32_t as_of; /* 20220210 */
};

/* Both take a record's fields; 0, or ERROR_CONFIG with file, line and what has to be there. */
int price_check_header(const char *file, const char *const fields[], size_t n_fields, struct error *reterr);
int price_parse(const char *file, unsigned line, const char *const fields[], size_t n_fields, struct price *ret,
                struct error *reterr);
