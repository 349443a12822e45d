/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "estate.h"
#include "year_options.h"

/* What goes wrong in the made-up year, and when. All of it is so long before its end. */

/* The machine was off: no run. */
bool incident_off(const struct year_options *o, int64_t at);

/* No credentials: a run that could not try any region. */
bool incident_no_credentials(const struct year_options *o, int64_t at, struct error *ret);

/* Why a region could not be read; false if it could. */
bool incident_region(const struct year_options *o, const struct estate *e, int64_t at, struct error *ret);
