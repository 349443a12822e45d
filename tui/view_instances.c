/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tui/lists.h"
#include "tui/views.h"

/* The instances with what is attached to them: of everything, or of a region. */

enum instance_column {
        INSTANCE_ID,
        INSTANCE_NAME,
        INSTANCE_ACCOUNT,
        INSTANCE_ZONE,
        INSTANCE_TYPE,
        INSTANCE_STATE,
        INSTANCE_VOLUMES,
        INSTANCE_GIB,
        INSTANCE_GP3,
        INSTANCE_COST,
        INSTANCE_SAVING,
        INSTANCE_STATUS,
        INSTANCE_FIRST_SEEN,
        INSTANCE_REGION,
        INSTANCE_LAST_SEEN,
        INSTANCE_COMPLETENESS,
        INSTANCE_CURRENCY,
        INSTANCE_COST_AT_LEAST,
};

static const struct column columns[] = {
        [INSTANCE_ID] = { "instance_id", "INSTANCE", "i.instance_id", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0,
                          NULL },
        [INSTANCE_NAME] = { "name", "NAME", "i.name", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_WORDS, 3,
                            24, NULL },
        [INSTANCE_ACCOUNT] = { "account", "ACCOUNT", "i.account", COLUMN_TEXT,
                               COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_IF_VARIED, 7, 0, NULL },
        [INSTANCE_ZONE] = { "zone", "AZ", "i.zone", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 4, 0, NULL },
        [INSTANCE_TYPE] = { "instance_type", "TYPE", "i.instance_type", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 9, 0,
                            NULL },
        [INSTANCE_STATE] = { "state", "STATE", "i.state", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 8, 0, NULL },
        [INSTANCE_VOLUMES] = { "volumes", "VOL", "i.volumes", COLUMN_INTEGER, 0, 2, 0, NULL },
        [INSTANCE_GIB] = { "gib", "GiB", "i.gib", COLUMN_GIB, 0, 0, 0, NULL },
        [INSTANCE_GP3] = { "gp3_share", "gp3%", "i.gp3_share", COLUMN_SHARE, 0, 5, 0, NULL },
        [INSTANCE_COST] = { "cost_micros", "$/MO", "i.cost_micros", COLUMN_MONEY, 0, 1, 0, "cost_at_least" },
        [INSTANCE_SAVING] = { "gp3_saving_micros", "gp3 SAVES $", "i.gp3_saving_micros", COLUMN_MONEY, 0, 6, 0, NULL },
        [INSTANCE_STATUS] = { "listed", "ST", LISTED_STATUS("i.completeness"), COLUMN_TEXT,
                              COLUMN_ASCENDING | COLUMN_SCREEN_ONLY | COLUMN_IF_NOT_OK, 1, 0, NULL },
        [INSTANCE_FIRST_SEEN] = { "first_seen_at", "FIRST SEEN", "i.first_seen_at", COLUMN_DATE, 0, 10, 0, NULL },
        [INSTANCE_REGION] = { "region", "REGION", "i.region", COLUMN_TEXT, COLUMN_HIDDEN | COLUMN_ASCENDING, 0, 0, NULL },
        [INSTANCE_LAST_SEEN] = { "last_seen_at", "LAST SEEN", "i.last_seen_at", COLUMN_TIME, COLUMN_HIDDEN, 0, 0, NULL },
        [INSTANCE_COMPLETENESS] = { "completeness", "", "i.completeness", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        [INSTANCE_CURRENCY] = { "currency", "CURRENCY", "i.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        [INSTANCE_COST_AT_LEAST] = { "cost_at_least", "", "i.unpriced_volumes > 0", COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0,
                                     NULL },
};

/* The ids of those that have :word in a column that is searched: what SQLite finds in indices alone. */
#define HAVE(attribute)                                                                                                \
        " UNION SELECT place_id, instance_id FROM v1_instance_text WHERE " attribute " IN (SELECT value "              \
        "FROM v1_instance_value WHERE attribute = '" attribute "' AND contains(:word, value))"
#define WITH_WORD                                                                                                      \
        "(SELECT place_id, instance_id FROM v1_instance_text WHERE contains(:word, name, instance_id)"                 \
        HAVE("zone") HAVE("instance_type") HAVE("state")                                                               \
        " UNION SELECT place_id, instance_id FROM v1_instance_text WHERE place_id IN (SELECT place_id FROM v1_listing "\
        "WHERE contains(:word, account)))"

/* CROSS JOIN: in this order. */
#define SCAN "v1_listing AS l CROSS JOIN v1_instance AS i ON i.place_id = l.place_id"
#define LOOKUP                                                                                                         \
        WITH_WORD " AS w CROSS JOIN v1_listing AS l ON l.place_id = w.place_id CROSS JOIN v1_instance AS i "           \
        "ON i.place_id = w.place_id AND i.instance_id = w.instance_id"

/* Grouped as the indices of instances are. */
#define INSTANCES                                                                                                      \
        .name = "instances", .from = "v1_instance AS i", .key = "i.instance_id", .group = "i.place_id",                \
        .columns = columns, .n_columns = ARRAY_SIZE(columns), .sort = INSTANCE_GIB, .descending = true

static const struct listing_type all_instances = { INSTANCES, .scan = { SCAN, NULL }, .lookup = { LOOKUP, NULL } };

/* + keeps SQLite from beginning with the region, whose instances it would have to sort. */
#define OF_REGION "l.region = :region AND " SCOPE_OF_ACCOUNT("l.account")
static const struct listing_type of_region = {
        INSTANCES,
        .where = "+i.place_id IN (SELECT l.place_id FROM v1_listing AS l WHERE " OF_REGION ")",
        .scan = { SCAN, OF_REGION },
        .lookup = { LOOKUP, OF_REGION },
};

static enum style row_style(const void *userdata, const struct row *row) {
        (void) userdata;
        return strcmp(value_text(listing_value(row, INSTANCE_COMPLETENESS)), "ok") == 0 ? STYLE_PLAIN : STYLE_WARNING;
}

const struct listing_type *instances_listing(const struct scope *scope) {
        return scope->region[0] != '\0' ? &of_region : &all_instances;
}

void instances_open(const struct row *row, struct request *ret) {
        ret->open = &volumes_view;
        ret->scope.database = row->database;
        scope_set_account(&ret->scope, value_text(listing_value(row, INSTANCE_ACCOUNT)));
        scope_set(ret->scope.region, value_text(listing_value(row, INSTANCE_REGION)));
        scope_set(ret->scope.instance_id, value_text(listing_value(row, INSTANCE_ID)));
}

static void init(struct view *v) {
        view_add_table(v, instances_listing(&v->scope))->row_style = row_style;
}

static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        (void) c;
        const struct row *row = listing_selected(&v->tables[0].listing);
        if (command != COMMAND_OPEN)
                return false;
        if (row != NULL)
                instances_open(row, ret);
        return true;
}

/* The selected row may be of a region that could not be listed of late. */
static enum style note(const struct view *v, const struct context *c, char buf[static VIEW_NOTE_SIZE]) {
        const struct row *row = listing_selected(&v->tables[0].listing);
        buf[0] = '\0';
        if (row == NULL || row_style(NULL, row) == STYLE_PLAIN)
                return STYLE_PLAIN;
        char age[FORMAT_SIZE];
        (void) snprintf(buf, VIEW_NOTE_SIZE, "%.60s: %.20s, seen %s ago",
                        value_text(listing_value(row, INSTANCE_REGION)),
                        value_text(listing_value(row, INSTANCE_COMPLETENESS)),
                        format_age(c->display.now - value_integer(listing_value(row, INSTANCE_LAST_SEEN)), true, age));
        return STYLE_WARNING;
}

static void crumb(const struct view *v, char buf[static VIEW_CRUMB_SIZE]) {
        if (v->scope.region[0] != '\0')
                (void) snprintf(buf, VIEW_CRUMB_SIZE, "instances in %.100s", v->scope.region);
}

const struct view_type instances_view = {
        .name = "instances",
        .title = "Instances",
        .word = "Inst",
        .size = sizeof(struct view),
        .init = init,
        .draw = view_draw_table,
        .note = note,
        .command = command,
        .crumb = crumb,
        .hint = "Enter volumes",
};
