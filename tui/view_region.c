/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tui/lists.h"
#include "tui/parts.h"
#include "tui/views.h"

/* One account's region, or all of them: by type and by zone, the largest instances, the volumes that nobody holds, and
 * what changed of late. Each is a pane, and the way to a list of its own. */

/* The parts of all volumes by one of their columns, with the share of the GiB. */
#define PARTS(column)                                                                                                  \
        "(SELECT *, gib * 1.0 / nullif(sum(gib) OVER (), 0) AS share FROM (SELECT " column " AS part, " PARTS_SUMS      \
        " FROM " PARTS_OF_REGIONS " WHERE :region IS NULL OR (region = :region AND " SCOPE_OF_ACCOUNT("account") ")"    \
        " GROUP BY " column ", currency)) AS t"

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
        PART_KEY, .name = "types", .from = PARTS("volume_type"), .columns = type_columns, .n_columns = ARRAY_SIZE(type_columns),
};
static const struct listing_type zones = {
        PART_KEY, .name = "zones", .from = PARTS("zone"), .columns = zone_columns, .n_columns = ARRAY_SIZE(zone_columns),
};

/* Below this, one pane is shown and no more. */
#define PANES_ROWS_MIN 17

enum region_table { TABLE_TYPES, TABLE_ZONES, TABLE_INSTANCES, TABLE_UNATTACHED, TABLE_EVENTS, _TABLE_MAX };

static const char *const titles[_TABLE_MAX] = { "BY TYPE", "BY ZONE", "INSTANCES", "UNATTACHED", "CHANGES" };

enum head_column {
        HEAD_GIB,
        HEAD_AT_LEAST,
        HEAD_VOLUMES,
        HEAD_INSTANCES,
        HEAD_COST,
        HEAD_COST_AT_LEAST,
        HEAD_CURRENCY,
        HEAD_UNATTACHED,
        HEAD_UNATTACHED_COST,
        HEAD_CHANGE_24H,
        HEAD_CHANGE_7D,
        HEAD_CHANGE_30D,
        HEAD_ERROR,
        HEAD_AT,
};

/* The last good numbers, and why there are no newer ones. */
static const char head_sql[] =
        "SELECT coalesce(g.billed_gib, g.attached_gib), g.billed_gib IS NULL, "
        "g.attached_volumes + coalesce(g.unattached_volumes + g.managed_volumes, 0), g.instances, "
        "coalesce(g.billed_cost_micros, g.attached_cost_micros), "
        "g.billed_cost_micros IS NULL OR g.unpriced_volumes > 0, g.currency, g.unattached_gib, g.unattached_cost_micros, "
        "w.percent_24h, w.percent_7d, w.percent_30d, "
        "iif(n.status = 'ok', NULL, coalesce(n.error_message, n.error_code, n.error_kind)), g.started_at "
        "FROM v1_latest AS n LEFT JOIN v1_last_good AS g ON g.region = n.region AND g.account IS n.account "
        "LEFT JOIN v1_growth AS w ON w.region = n.region AND w.account IS n.account AND w.metric = 'billed_gib' "
        "WHERE n.region = :region AND " SCOPE_OF_ACCOUNT("n.account");

struct region {
        struct view view;
        struct rows head; /* enum head_column; a row for each account of the region, none where it is about all regions */
        char titles[_TABLE_MAX][2 * FORMAT_SIZE];
};

static int load(struct view *v, const struct context *c) {
        struct region *r = (struct region *) v;
        return v->scope.region[0] == '\0' ? 0 : rows_refresh(&r->head, c->databases, head_sql, &v->scope);
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

static int draw_change(const struct value *percent, const char *name, struct area area, int column) {
        char text[FORMAT_SIZE + 16], change[FORMAT_SIZE];
        if (percent->type == VALUE_NULL)
                return column;
        (void) snprintf(text, sizeof(text), "  %s %s%%", name, format_change(value_number(percent), change));
        return area_put_fitting(area, 0, column, STYLE_PLAIN, text);
}

static void draw_head(const struct row *row, const struct display *d, struct area area) {
        const struct value *h = row->values;
        if (h[HEAD_GIB].type == VALUE_NULL)
                return;
        char gib[FORMAT_SIZE], volumes[FORMAT_SIZE], instances[FORMAT_SIZE], cost[FORMAT_SIZE], text[4 * FORMAT_SIZE];
        (void) snprintf(text, sizeof(text), "%s %s%s  %s vol  %s inst",
                        format_gib_column(value_integer(&h[HEAD_GIB]), d, gib), format_gib_unit(d),
                        format_plus(value_integer(&h[HEAD_AT_LEAST]) != 0),
                        format_integer(value_integer(&h[HEAD_VOLUMES]), false, volumes),
                        format_integer(value_integer(&h[HEAD_INSTANCES]), false, instances));
        int column = area_put_fitting(area, 0, 1, STYLE_TITLE, text);
        const char *currency = value_text(&h[HEAD_CURRENCY]);
        if (h[HEAD_COST].type != VALUE_NULL && currency[0] != '\0') {
                (void) snprintf(text, sizeof(text), "  est %s%s/mo",
                                format_money(value_integer(&h[HEAD_COST]), currency, d, cost),
                                format_plus(value_integer(&h[HEAD_COST_AT_LEAST]) != 0));
                column = area_put_fitting(area, 0, column, STYLE_TITLE, text);
        }
        column = draw_change(&h[HEAD_CHANGE_24H], "24h", area, column);
        column = draw_change(&h[HEAD_CHANGE_7D], "7d", area, column);
        column = draw_change(&h[HEAD_CHANGE_30D], "30d", area, column);
        if (h[HEAD_UNATTACHED].type == VALUE_NULL)
                return;
        bool priced = h[HEAD_UNATTACHED_COST].type != VALUE_NULL && currency[0] != '\0';
        (void) snprintf(text, sizeof(text), "  unattached %s%s%s%s",
                        format_gib(value_integer(&h[HEAD_UNATTACHED]), d, gib), priced ? " " : "",
                        priced ? format_money(value_integer(&h[HEAD_UNATTACHED_COST]), currency, d, cost) : "",
                        priced ? "/mo" : "");
        (void) area_put_fitting(area, 0, column, STYLE_PLAIN, text);
}

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
        if (area.rows >= 6 && head->n == 1) {
                draw_head(&head->items[0], &c->display, area);
                area = area_part(area, 1, 0, area.rows - 1, area.columns);
        }
        draw_panes(v, &c->display, area);
}

/* The first account of the region whose newest run failed there. */
static enum style note(const struct view *v, const struct context *c, char buf[static VIEW_NOTE_SIZE]) {
        const struct rows *head = &((const struct region *) v)->head;
        size_t i = 0;
        buf[0] = '\0';
        while (i < head->n && head->items[i].values[HEAD_ERROR].type == VALUE_NULL)
                i++;
        if (i == head->n)
                return STYLE_PLAIN;
        const struct value *h = head->items[i].values;
        char age[FORMAT_SIZE] = "";
        bool none = h[HEAD_AT].type == VALUE_NULL;
        if (!none)
                (void) format_age(c->display.now - value_integer(&h[HEAD_AT]), true, age);
        (void) snprintf(buf, VIEW_NOTE_SIZE, "!! %.150s: %s%s%s", value_text(&h[HEAD_ERROR]),
                        none ? "no data yet" : "data of ", age, none ? "" : " ago");
        return STYLE_ALARM;
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
