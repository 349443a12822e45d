/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tui/lists.h"
#include "tui/views.h"

/* Volumes: of an instance, of a region, or of everything; all of them, or those that nobody holds (v). */

enum volume_column {
        VOLUME_ID,
        VOLUME_NAME,
        VOLUME_ACCOUNT,
        VOLUME_TYPE,
        VOLUME_GIB,
        VOLUME_COST,
        VOLUME_IOPS,
        VOLUME_THROUGHPUT,
        VOLUME_ZONE,
        VOLUME_STATE,
        VOLUME_INSTANCES,
        VOLUME_UNATTACHED,
        VOLUME_WASTED,
        VOLUME_ENCRYPTED,
        VOLUME_MANAGED_BY,
        VOLUME_CREATED,
        VOLUME_STATUS,
        VOLUME_TAGS,
        VOLUME_REGION,
        VOLUME_LAST_SEEN,
        VOLUME_COMPLETENESS,
        VOLUME_CURRENCY,
        VOLUME_UNATTACHED_AT_LEAST,
};

static const struct column columns[] = {
        [VOLUME_ID] = { "volume_id", "VOLUME", "v.volume_id", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        [VOLUME_NAME] = { "name", "NAME", "v.name", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_WORDS, 5, 24,
                          NULL },
        [VOLUME_ACCOUNT] = { "account", "ACCOUNT", "v.account", COLUMN_TEXT,
                             COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_IF_VARIED, 11, 0, NULL },
        [VOLUME_TYPE] = { "volume_type", "TYPE", "v.volume_type", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 2, 0,
                          NULL },
        [VOLUME_GIB] = { "gib", "GiB", "v.gib", COLUMN_GIB, 0, 0, 0, NULL },
        [VOLUME_COST] = { "cost_micros", "$/MO", "v.cost_micros", COLUMN_MONEY, 0, 1, 0, NULL },
        [VOLUME_IOPS] = { "iops", "IOPS", "nullif(v.iops, 0)", COLUMN_INTEGER, 0, 7, 0, NULL },
        [VOLUME_THROUGHPUT] = { "throughput_mibps", "MiB/s", "nullif(v.throughput_mibps, 0)", COLUMN_INTEGER, 0, 8, 0, NULL },
        [VOLUME_ZONE] = { "zone", "AZ", "v.zone", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 6, 0, NULL },
        [VOLUME_STATE] = { "state", "STATE", "v.state", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 4, 0, NULL },
        [VOLUME_INSTANCES] = { "instances", "INSTANCE", "v.instances", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 12, 20,
                               NULL },
        [VOLUME_UNATTACHED] = { "unattached_age_s", "UNATT", "v.unattached_s", COLUMN_SECONDS, 0, 3, 0, "unattached_at_least" },
        [VOLUME_WASTED] = { "wasted_micros", "SO FAR $", "v.wasted_micros", COLUMN_MONEY, 0, 9, 0, "unattached_at_least" },
        [VOLUME_ENCRYPTED] = { "encrypted", "ENC", "iif(v.encrypted, 'yes', 'no')", COLUMN_TEXT, COLUMN_ASCENDING, 13, 0,
                               NULL },
        [VOLUME_MANAGED_BY] = { "managed_by", "MANAGED BY", "v.managed_by", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING,
                                14, 20, NULL },
        [VOLUME_CREATED] = { "created_at", "CREATED", "v.created_at", COLUMN_DATE, 0, 10, 0, NULL },
        [VOLUME_STATUS] = { "listed", "ST", LISTED_STATUS("v.completeness"), COLUMN_TEXT,
                            COLUMN_ASCENDING | COLUMN_SCREEN_ONLY | COLUMN_IF_NOT_OK, 1, 0, NULL },
        [VOLUME_TAGS] = { "tags", "TAGS", "v.tags", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_HIDDEN, 0, 0, NULL },
        [VOLUME_REGION] = { "region", "REGION", "v.region", COLUMN_TEXT, COLUMN_HIDDEN | COLUMN_ASCENDING, 0, 0, NULL },
        [VOLUME_LAST_SEEN] = { "last_seen_at", "LAST SEEN", "v.last_seen_at", COLUMN_TIME, COLUMN_HIDDEN, 0, 0, NULL },
        [VOLUME_COMPLETENESS] = { "completeness", "", "v.completeness", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        [VOLUME_CURRENCY] = { "currency", "CURRENCY", "v.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        [VOLUME_UNATTACHED_AT_LEAST] = { "unattached_at_least", "", "v.unattached_known = 0", COLUMN_INTEGER, COLUMN_HIDDEN, 0,
                                         0, NULL },
};

/* The ids of those that have :word in a column that is searched: no row is put together for that. */
#define WITH_WORD                                                                                                      \
        "(SELECT place_id, volume_id FROM v1_volume_text "                                                             \
        "WHERE contains(:word, volume_id, name, managed_by, tags, volume_type, zone, state)"                           \
        " UNION SELECT place_id, volume_id FROM v1_volume_instance WHERE contains(:word, instance_id)"                 \
        " UNION SELECT place_id, volume_id FROM v1_volume_text WHERE place_id IN (SELECT place_id FROM v1_listing "    \
        "WHERE contains(:word, account)))"

/* CROSS JOIN: in this order. */
#define SCAN "v1_listing AS l CROSS JOIN v1_volume AS v ON v.place_id = l.place_id"
#define LOOKUP                                                                                                         \
        WITH_WORD " AS w CROSS JOIN v1_listing AS l ON l.place_id = w.place_id CROSS JOIN v1_volume AS v "             \
        "ON v.place_id = w.place_id AND v.volume_id = w.volume_id"

#define OF_REGION "l.region = :region AND " SCOPE_OF_ACCOUNT("l.account")

#define VOLUMES                                                                                                        \
        .name = "volumes", .key = "v.volume_id", .group = "v.place_id", .columns = columns,                            \
        .n_columns = ARRAY_SIZE(columns), .sort = VOLUME_GIB, .descending = true

static const struct listing_type all_volumes = {
        VOLUMES,
        .from = "v1_volume AS v",
        .scan = { SCAN, NULL },
        .lookup = { LOOKUP, NULL },
};

/* + keeps SQLite from beginning with the region, whose volumes it would have to sort. */
static const struct listing_type of_region = {
        VOLUMES,
        .from = "v1_volume AS v",
        .where = "+v.place_id IN (SELECT l.place_id FROM v1_listing AS l WHERE " OF_REGION ")",
        .scan = { SCAN, OF_REGION },
        .lookup = { LOOKUP, OF_REGION },
};
static const struct listing_type of_instance = {
        VOLUMES,
        .from = "v1_attachment AS a CROSS JOIN v1_volume AS v ON v.place_id = a.place_id AND v.volume_id = a.volume_id",
        .where = "a.instance_id = :instance_id AND a.region = :region AND " SCOPE_OF_ACCOUNT("a.account"),
};

/* From the unattached on, which are few. */
#define UNATTACHED "v1_unattached AS u CROSS JOIN v1_volume AS v ON v.place_id = u.place_id AND v.volume_id = u.volume_id"

static const struct listing_type unattached = { VOLUMES, .from = UNATTACHED };
static const struct listing_type unattached_of_region = {
        VOLUMES,
        .from = UNATTACHED,
        .where = "u.region = :region AND " SCOPE_OF_ACCOUNT("u.account"),
};

/* ---- what is listed ------------------------------------------------------------------------------------------- */

const struct listing_type *volumes_listing(const struct scope *s) {
        if (s->instance_id[0] != '\0')
                return &of_instance;
        if (s->unattached)
                return s->region[0] != '\0' ? &unattached_of_region : &unattached;
        return s->region[0] != '\0' ? &of_region : &all_volumes;
}

static enum style row_style(const void *userdata, const struct row *row) {
        (void) userdata;
        return strcmp(value_text(listing_value(row, VOLUME_COMPLETENESS)), "ok") == 0 ? STYLE_PLAIN : STYLE_WARNING;
}

static void init(struct view *v) {
        view_add_table(v, volumes_listing(&v->scope))->row_style = row_style;
}

/* ---- keys ----------------------------------------------------------------------------------------------------- */

void volumes_open(const struct row *row, struct request *ret) {
        ret->open = &events_view;
        ret->scope.database = row->database;
        scope_set(ret->scope.account, value_text(listing_value(row, VOLUME_ACCOUNT)));
        scope_set(ret->scope.region, value_text(listing_value(row, VOLUME_REGION)));
        scope_set(ret->scope.volume_id, value_text(listing_value(row, VOLUME_ID)));
}

static void show_unattached(struct view *v, bool unattached_only) {
        struct listing *l = &v->tables[0].listing;
        v->scope.unattached = l->scope.unattached = unattached_only;
        listing_show(l, volumes_listing(&v->scope));
}

static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        (void) c;
        const struct row *row = listing_selected(&v->tables[0].listing);
        switch (command) {
        case COMMAND_OPEN:
                if (row != NULL)
                        volumes_open(row, ret);
                return true;
        case COMMAND_UNATTACHED:
                if (v->scope.instance_id[0] == '\0')
                        show_unattached(v, !v->scope.unattached);
                return true;
        default:
                return false;
        }
}

static void crumb(const struct view *v, char buf[static VIEW_CRUMB_SIZE]) {
        const struct scope *s = &v->scope;
        if (s->instance_id[0] != '\0')
                (void) snprintf(buf, VIEW_CRUMB_SIZE, "%s", s->instance_id);
        else if (s->region[0] != '\0')
                (void) snprintf(buf, VIEW_CRUMB_SIZE, "%s in %.90s", s->unattached ? "unattached" : "volumes", s->region);
        else if (s->unattached)
                (void) snprintf(buf, VIEW_CRUMB_SIZE, "unattached");
}

/* What an instance holds is attached. */
static const char *choose_hint(const struct view *v) {
        return v->scope.instance_id[0] != '\0' ? "Enter events" : "Enter events  U unattached only";
}

const struct view_type volumes_view = {
        .name = "volumes",
        .title = "Volumes",
        .size = sizeof(struct view),
        .init = init,
        .draw = view_draw_table,
        .command = command,
        .crumb = crumb,
        .choose_hint = choose_hint,
};
