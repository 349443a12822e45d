/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/view.h"

/* Lists that are a view of their own and a pane of others, each with what Enter on one of its rows leads to. */

/* A row of the inventory that its region's newest run did not list is marked as in the overview: its numbers are old. */
#define LISTED_STATUS(completeness)                                                                                    \
        "CASE " completeness " WHEN 'ok' THEN 'ok' WHEN 'stale' THEN 'old' ELSE '!!' END"

/* The instances of a region, or all. */
const struct listing_type *instances_listing(const struct scope *scope);
/* To the volumes of an instance. */
void instances_open(const struct row *row, struct request *ret);

/* The volumes of an instance, or of a region, or all; scope.unattached: of those that nobody holds. */
const struct listing_type *volumes_listing(const struct scope *scope);
/* To what happened to a volume. */
void volumes_open(const struct row *row, struct request *ret);

/* What happened to a volume, or in a region, or at all, between scope.from_at and until_at. */
const struct listing_type *events_listing(const struct scope *scope);
/* To all that happened to an event's volume. */
void events_open(const struct row *row, struct request *ret);
