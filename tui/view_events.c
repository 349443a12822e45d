/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tui/lists.h"
#include "tui/views.h"

/* The churn ledger: what happened to a volume, in a region, or anywhere; at any time or in a range of it. */

enum event_column {
        EVENT_FOUND,
        EVENT_CAUSE,
        EVENT_ACCOUNT,
        EVENT_REGION,
        EVENT_VOLUME,
        EVENT_NAME,
        EVENT_CHANGE,
        EVENT_COST,
        EVENT_BEFORE,
        EVENT_AFTER,
        EVENT_TYPE,
        EVENT_INSTANCE,
        EVENT_RUN,
        EVENT_AFTER_AT,
        EVENT_CURRENCY,
};

/* What was and what is, where it is another one. */
#define BEFORE_AND_AFTER(a, b) "iif(" a " IS " b ", " a ", coalesce(" a ", '-') || ' > ' || coalesce(" b ", '-'))"

/* A volume that came or went has one type. */
#define TYPE "CASE WHEN e.type_after IS NULL THEN e.type_before WHEN e.type_before IS NULL THEN e.type_after ELSE "       \
             BEFORE_AND_AFTER("e.type_before", "e.type_after") " END"

static const struct column columns[] = {
        [EVENT_FOUND] = { "found_at", "FOUND", "e.found_at", COLUMN_TIME, 0, 1, 0, NULL },
        [EVENT_CAUSE] = { "cause", "WHAT", "e.cause", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        [EVENT_ACCOUNT] = { "account", "ACCOUNT", "e.account", COLUMN_TEXT,
                            COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_IF_VARIED, 9, 0, NULL },
        [EVENT_REGION] = { "region", "REGION", "e.region", COLUMN_TEXT,
                           COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_IF_VARIED, 4, 0, NULL },
        [EVENT_VOLUME] = { "volume_id", "VOLUME", "e.volume_id", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 2, 0,
                           NULL },
        [EVENT_NAME] = { "name", "NAME", "e.name", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_WORDS, 7,
                         20, NULL },
        [EVENT_CHANGE] = { "gib_change", "CHANGE GiB", "e.gib_change", COLUMN_GIB_CHANGE, 0, 0, 0, NULL },
        [EVENT_COST] = { "cost_change_micros", "CHANGE $/MO", "e.cost_change_micros", COLUMN_MONEY_CHANGE, 0, 3, 0,
                         NULL },
        [EVENT_BEFORE] = { "gib_before", "BEFORE GiB", "e.gib_before", COLUMN_GIB, 0, 10, 0, NULL },
        [EVENT_AFTER] = { "gib_after", "AFTER GiB", "e.gib_after", COLUMN_GIB, 0, 8, 0, NULL },
        [EVENT_TYPE] = { "type", "TYPE", TYPE, COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 5, 0, NULL },
        [EVENT_INSTANCE] = { "instance", "INSTANCE", BEFORE_AND_AFTER("e.instance_before", "e.instance_after"),
                             COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 6, 0, NULL },
        [EVENT_RUN] = { "run_id", "RUN", "e.run_id", COLUMN_NUMBER, 0, 11, 0, NULL },
        [EVENT_AFTER_AT] = { "after_at", "AFTER", "e.after_at", COLUMN_TIME, COLUMN_HIDDEN, 0, 0, NULL },
        [EVENT_CURRENCY] = { "currency", "CURRENCY", "e.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
};

#define IN_RANGE "(:from_at IS NULL OR e.found_at >= :from_at) AND (:until_at IS NULL OR e.found_at < :until_at)"

#define EVENTS                                                                                                         \
        .name = "events", .from = "v1_event AS e", .key = "e.event_id", .columns = columns,                            \
        .n_columns = ARRAY_SIZE(columns), .sort = EVENT_FOUND, .descending = true

static const struct listing_type all_events = {
        EVENTS,
        .where = "(:account IS NULL OR e.account IS :account) AND " IN_RANGE,
};
static const struct listing_type of_region = {
        EVENTS,
        .where = "e.region = :region AND " SCOPE_OF_ACCOUNT("e.account") " AND " IN_RANGE,
};
static const struct listing_type of_volume = { EVENTS, .where = "e.volume_id = :volume_id AND " IN_RANGE };

const struct listing_type *events_listing(const struct scope *s) {
        return s->volume_id[0] != '\0' ? &of_volume : s->region[0] != '\0' ? &of_region : &all_events;
}

void events_open(const struct row *row, struct request *ret) {
        ret->open = &events_view;
        ret->scope.database = row->database;
        ret->scope.from_at = ret->scope.until_at = 0;
        scope_set(ret->scope.volume_id, value_text(listing_value(row, EVENT_VOLUME)));
}

static void init(struct view *v) {
        (void) view_add_table(v, events_listing(&v->scope));
}

/* From an event of many volumes to all that happened to its volume. */
static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        (void) c;
        const struct row *row = listing_selected(&v->tables[0].listing);
        if (command != COMMAND_OPEN)
                return false;
        if (row != NULL && v->scope.volume_id[0] == '\0')
                events_open(row, ret);
        return true;
}

static enum style note(const struct view *v, const struct context *c, char buf[static VIEW_NOTE_SIZE]) {
        const struct scope *s = &v->scope;
        const struct listing *l = &v->tables[0].listing;
        char from[FORMAT_SIZE], until[FORMAT_SIZE];
        buf[0] = '\0';
        if (l->loaded && l->rows.n == 0 && l->filter[0] == '\0')
                (void) snprintf(buf, VIEW_NOTE_SIZE, "nothing is known to have changed%s",
                                s->volume_id[0] != '\0' ? " with this volume" : "");
        else if (s->from_at != 0 && s->until_at != 0)
                (void) snprintf(buf, VIEW_NOTE_SIZE, "found from %s to %s", format_time(s->from_at, &c->display, from),
                                format_time(s->until_at, &c->display, until));
        return STYLE_PLAIN;
}

static void crumb(const struct view *v, char buf[static VIEW_CRUMB_SIZE]) {
        const struct scope *s = &v->scope;
        if (s->volume_id[0] != '\0')
                (void) snprintf(buf, VIEW_CRUMB_SIZE, "%s", s->volume_id);
        else if (s->region[0] != '\0')
                (void) snprintf(buf, VIEW_CRUMB_SIZE, "changes in %.100s", s->region);
}

const struct view_type events_view = {
        .name = "events",
        .title = "Events",
        .size = sizeof(struct view),
        .init = init,
        .draw = view_draw_table,
        .note = note,
        .command = command,
        .crumb = crumb,
        .hint = "Enter the volume's events",
};
