/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tui/lists.h"
#include "tui/parts.h"
#include "tui/region_head.h"
#include "tui/views.h"

/* One account's region, or all of them: by type and by zone, the largest instances, the volumes that nobody holds, and
 * what changed of late. Each is a pane, and the way to a list of its own. */

/* The parts of all volumes by one of their columns, with the share of the GiB. */
#define SHARES(column) "(SELECT *, gib * 1.0 / nullif(sum(gib) OVER (), 0) AS share FROM " PARTS(column) ") AS t"

/* Columns behind that of the part. */
#define PART_COLUMNS                                                                                                   \
        { "gib", "GiB", "t.gib", COLUMN_GIB, 0, 0, 0, NULL },                                                          \
        { "volumes", "VOL", "t.volumes", COLUMN_INTEGER, 0, 2, 0, NULL },                                              \
        { "cost_micros", "$/MO", "t.cost_micros", COLUMN_MONEY, 0, 1, 0, "cost_at_least" },                            \
        { "share", "SHARE", "t.share", COLUMN_SHARE, 0, 0, 0, NULL },                                                  \
        { "bar", "", "t.share", COLUMN_BAR, COLUMN_UNSORTED | COLUMN_SCREEN_ONLY, 3, 12, NULL },                       \
        { "currency", "CURRENCY", "t.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },                              \
        { "cost_at_least", "", "t.unpriced > 0", COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0, NULL }

static const struct column type_columns[] = {
        { "volume_type", "TYPE", "t.part", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        PART_COLUMNS,
};
static const struct column zone_columns[] = {
        { "zone", "AZ", "t.part", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        PART_COLUMNS,
};

#define PART_KEY .key = "t.part || ' ' || coalesce(t.currency, '')", .sort = 1, .descending = true

static const struct listing_type types = {
        PART_KEY, .name = "types", .from = SHARES("volume_type"), .columns = type_columns, .n_columns = ARRAY_SIZE(type_columns),
};
static const struct listing_type zones = {
        PART_KEY, .name = "zones", .from = SHARES("zone"), .columns = zone_columns, .n_columns = ARRAY_SIZE(zone_columns),
};

/* Below this, one pane is shown and no more. */
#define PANES_ROWS_MIN 17

enum region_table { TABLE_TYPES, TABLE_ZONES, TABLE_INSTANCES, TABLE_UNATTACHED, TABLE_EVENTS, _TABLE_MAX };

static const char *const titles[_TABLE_MAX] = { "BY TYPE", "BY ZONE", "INSTANCES", "UNATTACHED", "CHANGES" };

struct region {
        struct view view;
        struct rows head; /* of region_head_sql; a row for each account of the region, none where it is about all regions */
        char titles[_TABLE_MAX][2 * FORMAT_SIZE];
};

static int load(struct view *v, const struct context *c) {
        struct region *r = (struct region *) v;
        return v->scope.region[0] == '\0' ? 0 : rows_refresh(&r->head, c->databases, region_head_sql, &v->scope);
}

static void release(struct view *v) {
        rows_release(&((struct region *) v)->head);
}

static void init(struct view *v) {
        struct scope unattached = v->scope;
        unattached.unattached = true;
        (void) view_add_table(v, &types);
        (void) view_add_table(v, &zones);
        (void) view_add_table(v, instances_listing(&v->scope));
        (void) view_add_table(v, volumes_listing(&unattached));
        (void) view_add_table(v, events_listing(&v->scope));
}

/* ---- keys ----------------------------------------------------------------------------------------------------- */

static bool open_list(struct view *v, enum command command, struct request *ret) {
        ret->scope = v->scope;
        switch (command) {
        case COMMAND_VARIANT:
                ret->open = &instances_view;
                return true;
        case COMMAND_UNATTACHED:
                ret->open = &volumes_view;
                ret->scope.unattached = true;
                return true;
        case COMMAND_CHANGES:
                ret->open = &events_view;
                return true;
        case COMMAND_TREND:
                ret->open = &trends_view;
                return true;
        default:
                return false;
        }
}

static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        (void) c;
        if (command != COMMAND_OPEN)
                return open_list(v, command, ret);
        const struct row *row = listing_selected(&v->tables[v->focus].listing);
        if (row == NULL)
                return true;
        switch (v->focus) {
        case TABLE_INSTANCES:
                instances_open(row, ret);
                return true;
        case TABLE_UNATTACHED:
                volumes_open(row, ret);
                return true;
        case TABLE_EVENTS:
                events_open(row, ret);
                return true;
        default:
                ret->open = &volumes_view;
                return true;
        }
}

/* ---- drawing -------------------------------------------------------------------------------------------------- */

static void name_panes(struct region *r) {
        for (size_t i = 0; i < _TABLE_MAX; i++) {
                struct table *t = &r->view.tables[i];
                char count[FORMAT_SIZE] = "";
                if (t->listing.count >= 0 && i >= TABLE_INSTANCES)
                        (void) format_integer(t->listing.count, false, count);
                (void) snprintf(r->titles[i], sizeof(r->titles[i]), "%s%s%s", titles[i], count[0] != '\0' ? " " : "",
                                count);
                t->title = r->titles[i];
        }
}

/* Two panes side by side. */
static void draw_pair(struct view *v, size_t left, size_t right, const struct display *d, struct area area) {
        int half = area.columns / 2;
        (void) table_draw(&v->tables[left], area_part(area, 0, 0, area.rows, half - 1), d);
        for (int row = 0; row < area.rows; row++)
                area_fill(area, row, half, 1, STYLE_PLAIN, d->utf8 ? 0x2502 : L'|');
        (void) table_draw(&v->tables[right], area_part(area, 0, half + 1, area.rows, area.columns - half - 1), d);
}

/* What a pane takes if all of it is shown: its headings, and a row at least to say "none". */
static int rows_of(const struct view *v, size_t table) {
        size_t n = v->tables[table].listing.rows.n;
        return 1 + (n > 0 ? (int) n : 1);
}

static int rows_of_pair(const struct view *v, size_t left, size_t right) {
        return rows_of(v, left) > rows_of(v, right) ? rows_of(v, left) : rows_of(v, right);
}

/* Gives row by row to the pane that has the fewest, as long as one needs more. */
static void part_rows(int rows, const int *needs, int *ret_shares, size_t n) {
        for (size_t i = 0; i < n; i++)
                ret_shares[i] = 0;
        for (; rows > 0; rows--) {
                size_t least = n;
                for (size_t i = 0; i < n; i++)
                        if (ret_shares[i] < needs[i] && (least == n || ret_shares[i] < ret_shares[least]))
                                least = i;
                if (least == n)
                        return;
                ret_shares[least]++;
        }
}

/* Where the panes do not fit side by side the one that has the focus is shown alone. */
static void draw_panes(struct view *v, const struct display *d, struct area area) {
        if (area.rows < PANES_ROWS_MIN || area.columns < 76) {
                (void) table_draw(&v->tables[v->focus], area, d);
                return;
        }
        bool wide = area.columns >= 120;
        int needs[] = { rows_of_pair(v, TABLE_TYPES, TABLE_ZONES), 0, 0, 0 }, shares[ARRAY_SIZE(needs)], row = 0;
        size_t n = wide ? 3 : 4;
        if (needs[0] > area.rows / 2)
                needs[0] = area.rows / 2;
        needs[1] = wide ? rows_of_pair(v, TABLE_INSTANCES, TABLE_UNATTACHED) : rows_of(v, TABLE_INSTANCES);
        needs[2] = rows_of(v, wide ? TABLE_EVENTS : TABLE_UNATTACHED);
        needs[3] = rows_of(v, TABLE_EVENTS);
        shares[0] = needs[0];
        part_rows(area.rows - needs[0], needs + 1, shares + 1, n - 1);
        for (size_t i = 0; i < n; row += shares[i], i++) {
                struct area pane = area_part(area, row, 0, shares[i], area.columns);
                if (i == 0)
                        draw_pair(v, TABLE_TYPES, TABLE_ZONES, d, pane);
                else if (i == 1 && wide)
                        draw_pair(v, TABLE_INSTANCES, TABLE_UNATTACHED, d, pane);
                else
                        (void) table_draw(&v->tables[wide ? TABLE_EVENTS : TABLE_ZONES + i], pane, d);
        }
}

static void draw(struct view *v, const struct context *c, struct area area) {
        const struct rows *head = &((struct region *) v)->head;
        name_panes((struct region *) v);
        if (area.rows >= 6 && head->n > 0) {
                region_head_draw(head, c, area);
                area = area_part(area, 1, 0, area.rows - 1, area.columns);
        }
        draw_panes(v, &c->display, area);
}

static enum style note(const struct view *v, const struct context *c, char buf[static VIEW_NOTE_SIZE]) {
        return region_head_note(&((const struct region *) v)->head, c->display.now, buf);
}

static void crumb(const struct view *v, char buf[static VIEW_CRUMB_SIZE]) {
        (void) snprintf(buf, VIEW_CRUMB_SIZE, "%s", v->scope.region[0] != '\0' ? v->scope.region : "all regions");
}

const struct view_type region_view = {
        .name = "region",
        .title = "Region",
        .word = "Reg",
        .size = sizeof(struct region),
        .init = init,
        .release = release,
        .load = load,
        .draw = draw,
        .note = note,
        .command = command,
        .crumb = crumb,
        .hint = "Tab pane  Enter open  v instances  U unattached  c changes  t trend",
};
