/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/view.h"

/* All views there are. */

extern const struct view_type overview_view;
extern const struct view_type region_view; /* scope.region, or all */
extern const struct view_type instances_view; /* scope.region, or all */
extern const struct view_type trends_view; /* scope.region, account, or all; metric, range */
extern const struct view_type timings_view;
extern const struct view_type calls_view; /* scope.run_id */
extern const struct view_type runs_view;
extern const struct view_type run_view; /* scope.run_id */
extern const struct view_type volumes_view; /* scope.instance_id or region, unattached */
extern const struct view_type events_view; /* scope.volume_id or region, from_at, until_at */
extern const struct view_type help_view;

/* By --view's word; NULL: no such view. */
const struct view_type *views_find(const char *name);

/* The view of a number key: COMMAND_OVERVIEW to COMMAND_RUNS, COMMAND_HELP; NULL: none. */
const struct view_type *views_by_command(enum command command);

/* The view before or behind another one in the order of their numbers; from a view without a number, the first. */
const struct view_type *views_neighbour(const struct view_type *type, int step);

/* The words of --view, parted by ", ". Returns buf. */
const char *views_names(char buf[static VIEW_NOTE_SIZE]);
