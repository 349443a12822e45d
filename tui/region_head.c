/* SPDX-License-Identifier: MIT */
#include "tui/region_head.h"

#include <stdio.h>
#include <string.h>

#include "tui/fitted_line.h"

enum head_column {
        HEAD_ACCOUNT,
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

const char region_head_sql[] =
        "SELECT n.account, coalesce(g.billed_gib, g.attached_gib), g.billed_gib IS NULL, "
        "g.attached_volumes + coalesce(g.unattached_volumes + g.managed_volumes, 0), g.instances, "
        "coalesce(g.billed_cost_micros, g.attached_cost_micros), "
        "g.billed_cost_micros IS NULL OR g.unpriced_volumes > 0, g.currency, g.unattached_gib, g.unattached_cost_micros, "
        "w.percent_24h, w.percent_7d, w.percent_30d, "
        "iif(n.status = 'ok', NULL, coalesce(n.error_message, n.error_code, n.error_kind)), g.started_at "
        "FROM v1_latest AS n LEFT JOIN v1_last_good AS g ON g.region = n.region AND g.account IS n.account "
        "LEFT JOIN v1_growth AS w ON w.region = n.region AND w.account IS n.account AND w.metric = 'billed_gib' "
        "WHERE n.region = :region AND " SCOPE_OF_ACCOUNT("n.account");

struct sums {
        int64_t gib, volumes, instances, cost, unattached, unattached_cost;
        const char *currency; /* "": not known, or there are several, which are never added up */
        bool at_least, cost_at_least;
};

static void add_row(struct sums *s, const struct value *h, bool first) {
        const char *currency = value_text(&h[HEAD_CURRENCY]);
        s->gib += value_integer(&h[HEAD_GIB]);
        s->volumes += value_integer(&h[HEAD_VOLUMES]);
        s->instances += value_integer(&h[HEAD_INSTANCES]);
        s->cost += value_integer(&h[HEAD_COST]);
        s->unattached += value_integer(&h[HEAD_UNATTACHED]);
        s->unattached_cost += value_integer(&h[HEAD_UNATTACHED_COST]);
        s->at_least |= h[HEAD_GIB].type == VALUE_NULL || value_integer(&h[HEAD_AT_LEAST]) != 0;
        s->cost_at_least |= h[HEAD_COST].type == VALUE_NULL || value_integer(&h[HEAD_COST_AT_LEAST]) != 0;
        if (first)
                s->currency = currency;
        else if (strcmp(s->currency, currency) != 0)
                s->currency = "";
}

static void add_sums(struct fitted_line *l, const struct sums *s, const struct display *d) {
        char number[FORMAT_SIZE];
        const char *p = format_plus(s->at_least);
        fitted_line_add(l, 0, STYLE_TITLE, "%s %s%s", format_gib_column(s->gib, d, number), format_gib_unit(d), p);
        fitted_line_add(l, 4, STYLE_TITLE, "%s%s vol", format_integer(s->volumes, false, number), p);
        fitted_line_add(l, 5, STYLE_TITLE, "%s inst", format_integer(s->instances, false, number));
        if (s->currency[0] != '\0')
                fitted_line_add(l, 2, STYLE_TITLE, "est %s%s/mo", format_money(s->cost, s->currency, d, number),
                                format_plus(s->cost_at_least));
}

static void add_change(struct fitted_line *l, unsigned rank, const char *name, const struct value *percent) {
        char change[FORMAT_SIZE];
        if (percent->type != VALUE_NULL)
                fitted_line_add(l, rank, STYLE_PLAIN, "%s %s%%", name, format_change(value_number(percent), change));
}

static void add_unattached(struct fitted_line *l, const struct sums *s, const struct display *d) {
        char gib[FORMAT_SIZE], cost[FORMAT_SIZE];
        bool priced = s->currency[0] != '\0';
        (void) format_gib(s->unattached, d, gib);
        if (!priced)
                fitted_line_add(l, 8, STYLE_PLAIN, "unattached %s", gib);
        else /* which volumes have no price is not known here */
                fitted_line_add(l, 8, STYLE_PLAIN, "unattached %s %s%s/mo", gib,
                                format_money(s->unattached_cost, s->currency, d, cost), format_plus(s->cost_at_least));
}

void region_head_draw(const struct rows *rows, const struct context *c, struct area area) {
        struct sums s = { .currency = "" };
        struct fitted_line l = { .n = 0 };
        const struct value *h = rows->items[0].values;
        bool known = false, unattached_known = true;
        for (size_t i = 0; i < rows->n; i++) {
                add_row(&s, rows->items[i].values, i == 0);
                known |= rows->items[i].values[HEAD_GIB].type != VALUE_NULL;
                unattached_known &= rows->items[i].values[HEAD_UNATTACHED].type != VALUE_NULL;
        }
        if (rows->n > 1)
                fitted_line_add(&l, 1, STYLE_TITLE, "%zu accounts", rows->n);
        else if (c->status->sums.several_accounts)
                fitted_line_add(&l, 1, STYLE_TITLE, "%s", value_text(&h[HEAD_ACCOUNT]));
        if (known)
                add_sums(&l, &s, &c->display);
        if (known && rows->n == 1) {
                add_change(&l, 3, "24h", &h[HEAD_CHANGE_24H]);
                add_change(&l, 6, "7d", &h[HEAD_CHANGE_7D]);
                add_change(&l, 7, "30d", &h[HEAD_CHANGE_30D]);
        }
        if (unattached_known)
                add_unattached(&l, &s, &c->display);
        (void) fitted_line_draw(&l, area, 0, 1, 2);
}

enum style region_head_note(const struct rows *rows, int64_t now, char buf[static VIEW_NOTE_SIZE]) {
        size_t i = 0;
        buf[0] = '\0';
        while (i < rows->n && rows->items[i].values[HEAD_ERROR].type == VALUE_NULL)
                i++;
        if (i == rows->n)
                return STYLE_PLAIN;
        const struct value *h = rows->items[i].values;
        char age[FORMAT_SIZE] = "";
        bool none = h[HEAD_AT].type == VALUE_NULL;
        if (!none)
                (void) format_age(now - value_integer(&h[HEAD_AT]), true, age);
        (void) snprintf(buf, VIEW_NOTE_SIZE, "!! %.150s: %s%s%s", value_text(&h[HEAD_ERROR]),
                        none ? "no data yet" : "data of ", age, none ? "" : " ago");
        return STYLE_ALARM;
}
