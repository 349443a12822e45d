/* SPDX-License-Identifier: MIT */
#include "tui/views.h"

#include <stdio.h>
#include <string.h>

/* A view's line: the views with a number key in the order of their numbers, then those that are drilled down to. */
static const struct {
        const struct view_type *type;
        enum command command; /* COMMAND_NONE: it has no number */
} views[] = {
        { &overview_view, COMMAND_OVERVIEW },
        { &region_view, COMMAND_REGION },
        { &instances_view, COMMAND_INSTANCES },
        { &trends_view, COMMAND_TRENDS },
        { &timings_view, COMMAND_TIMINGS },
        { &runs_view, COMMAND_RUNS },
        { &help_view, COMMAND_HELP },
        { &run_view, COMMAND_NONE },
        { &calls_view, COMMAND_NONE },
        { &volumes_view, COMMAND_NONE },
        { &events_view, COMMAND_NONE },
};

const struct view_type *views_find(const char *name) {
        for (size_t i = 0; i < ARRAY_SIZE(views); i++)
                if (strcmp(views[i].type->name, name) == 0)
                        return views[i].type;
        return NULL;
}

const struct view_type *views_by_command(enum command command) {
        for (size_t i = 0; i < ARRAY_SIZE(views); i++)
                if (views[i].command == command && command != COMMAND_NONE)
                        return views[i].type;
        return NULL;
}

const struct view_type *views_neighbour(const struct view_type *type, int step) {
        size_t numbered = 0, at = 0;
        for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
                numbered += views[i].command != COMMAND_NONE;
                if (views[i].type == type)
                        at = views[i].command != COMMAND_NONE ? i : 0;
        }
        return views[(at + numbered + (size_t) step) % numbered].type;
}

const char *views_names(char buf[static VIEW_NOTE_SIZE]) {
        size_t used = 0;
        buf[0] = '\0';
        for (size_t i = 0; i < ARRAY_SIZE(views) && used < VIEW_NOTE_SIZE; i++)
                used += (size_t) snprintf(buf + used, VIEW_NOTE_SIZE - used, "%s%s", i > 0 ? ", " : "",
                                          views[i].type->name);
        return buf;
}
