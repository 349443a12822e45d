/* SPDX-License-Identifier: MIT */
#pragma once

#include "estate.h"
#include "year_database.h"

/* What there is at the end: the place, its listing, volumes, attachments and instances, as the last whole listing of
 * the estate saw them. */
void year_inventory_write(struct year_database *d, const struct estate *const *estates, size_t n);
