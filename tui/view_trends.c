/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/trends.h"
#include "tui/views.h"

/* How a metric of all regions, of an account's or of one went on, and what it was at the cursor. */

#define HOUR_S INT64_C(3600)
#define DAY_S (24 * HOUR_S)

/* The range at first. */
#define RANGE_24H 1

#define SEEN_BY_ALL_RUNS "attached_gib"

/* Runs are so far from each other where no daemon says how far. */
#define INTERVAL_S 300

static const char places_sql[] =
        "SELECT account, region, good_run_id IS NOT NULL FROM v1_latest ORDER BY region, account";

/* In the order of enum trend_forecast_column. Slopes of regions do not add up, so sums have forecasts of their own. */
#define FORECAST \
        "SELECT currency, refused, in_30d_low, in_30d, in_30d_high, at_least, value, value_at, slope_per_day,"          \
        " slope_low, slope_high FROM "
static const char forecast_sql[] =
        FORECAST "v1_forecast WHERE metric = :metric AND region = :region AND " SCOPE_OF_ACCOUNT("account");
static const char kept_sql[] = "SELECT what, kept_since FROM v1_retention";
static const char forecast_account_sql[] = FORECAST "v1_forecast_account WHERE metric = :metric AND account = :account";
static const char forecast_total_sql[] = FORECAST "v1_forecast_total WHERE metric = :metric";

/* ---- loading -------------------------------------------------------------------------------------------------- */

/* What the chart and the export are read from: each database's sums where no region is in two of them. */
static enum trend_source source_of(const struct trends *t) {
        const struct scope *s = &t->view.scope;
        bool days = range_seconds(s->range) > 31 * DAY_S;
        if (range_seconds(s->range) <= HOUR_S)
                return TREND_RUNS;
        if (s->region[0] != '\0' || !trends_is_apart(t))
                return days ? TREND_DAYS : TREND_HOURS;
        if (s->account[0] != '\0')
                return days ? TREND_ACCOUNT_DAYS : TREND_ACCOUNT_HOURS;
        return days ? TREND_TOTAL_DAYS : TREND_TOTAL_HOURS;
}

static bool is_by_day(enum trend_source source) {
        return source == TREND_DAYS || source == TREND_ACCOUNT_DAYS || source == TREND_TOTAL_DAYS;
}

static int64_t interval_of_runs(const struct context *c) {
        int64_t interval = 0;
        for (size_t i = 0; i < c->status->n_databases; i++) {
                const struct row *daemon = c->status->databases[i].daemon;
                int64_t s = daemon != NULL ? value_integer(&daemon->values[STATUS_DAEMON_INTERVAL_S]) : 0;
                interval = s > interval ? s : interval;
        }
        return interval <= 0 ? INTERVAL_S : interval > HOUR_S ? HOUR_S : interval;
}

/* Sets the range of the scope, and how long its slots are. Slots of single runs have the newest run in the middle, so that
 * runs which come a little early or late are not in the next one. */
static int64_t set_range(struct trends *t, enum trend_source source, const struct context *c) {
        int64_t step = source == TREND_RUNS ? interval_of_runs(c) : is_by_day(source) ? DAY_S : HOUR_S;
        int64_t phase = source == TREND_RUNS ? (c->status->sums.newest_at + (step + 1) / 2) % step : 0;
        int64_t now = c->display.now - t->pan - phase;
        struct scope *s = &t->view.scope;
        t->n_slots = (size_t) (range_seconds(s->range) / step);
        s->until_at = (now / step + 1) * step + phase;
        s->from_at = s->until_at - (int64_t) t->n_slots * step;
        return step;
}

static void add_currency(struct trends *t, const char *currency) {
        if (currency[0] == '\0' || t->n_currencies == STATUS_CURRENCIES_MAX)
                return;
        for (size_t i = 0; i < t->n_currencies; i++)
                if (strcmp(t->currencies[i], currency) == 0)
                        return;
        (void) snprintf(t->currencies[t->n_currencies++], sizeof(t->currencies[0]), "%s", currency);
}

static int compare_currencies(const void *a, const void *b) {
        return strcmp(a, b);
}

static void choose_currency(struct trends *t) {
        qsort(t->currencies, t->n_currencies, sizeof(t->currencies[0]), compare_currencies);
        size_t i = 0;
        while (i < t->n_currencies && strcmp(t->currencies[i], t->currency) != 0)
                i++;
        if (i == t->n_currencies)
                (void) snprintf(t->currency, sizeof(t->currency), "%s", t->n_currencies > 0 ? t->currencies[0] : "");
}

static int make_slots(struct trends *t, int64_t step) {
        size_t n = t->samples.n;
        struct trend_sample *samples = calloc(n > 0 ? n : 1, sizeof(*samples));
        if (samples == NULL)
                return -ENOMEM;
        t->n_currencies = 0;
        for (size_t i = 0; i < n; i++) {
                samples[i] = trend_sample_of(&t->samples.items[i]);
                add_currency(t, samples[i].currency);
        }
        choose_currency(t);
        bool money = metric_at(t->metric)->kind == METRIC_MONEY;
        trend_make_slots(samples, n, money ? t->currency : NULL, t->view.scope.from_at, step, t->slots, t->n_slots);
        free(samples);
        return 0;
}

/* What a metric lacks because runs asked instance by instance: there it has no rows, and others have. */
static int find_unseen(struct trends *t, enum trend_source source, const struct context *c) {
        bool unexplained = false;
        for (size_t i = 0; i < t->n_slots; i++)
                unexplained |= trend_is_gap(&t->slots[i]) && t->slots[i].why[0] == '\0';
        if (!unexplained || !metric_at(t->metric)->of_all_volumes)
                return 0;
        struct scope scope = t->asked;
        scope_set(scope.metric, SEEN_BY_ALL_RUNS);
        struct rows rows = { 0 };
        int r = trend_read(source, c->databases, &scope, &rows);
        for (size_t i = 0; i < rows.n; i++)
                trend_note_run(t->slots, t->n_slots, trend_sample_of(&rows.items[i]).at);
        rows_release(&rows);
        return r;
}

/* Sums of several databases have none: days of one may be no days of another. */
static int load_forecast(struct trends *t, const struct context *c) {
        const struct scope *s = &t->asked;
        if (t->of_several) {
                rows_release(&t->forecasts);
                return 0;
        }
        const char *sql = s->region[0] != '\0'    ? forecast_sql
                          : s->account[0] != '\0' ? forecast_account_sql
                                                  : forecast_total_sql;
        return rows_refresh(&t->forecasts, c->databases, sql, s);
}

/* Where several databases are, what one of them does not keep is lacking. */
static int load_retention(struct trends *t, enum trend_source source, const struct context *c) {
        const char *what = source == TREND_RUNS ? "runs" : is_by_day(source) ? "days" : "hours";
        const struct scope everywhere = scope_all();
        int r = rows_refresh(&t->kept, c->databases, kept_sql, &everywhere);
        t->kept_since = 0;
        for (size_t i = 0; r == 0 && i < t->kept.n; i++) {
                const struct value *kept = t->kept.items[i].values;
                if (strcmp(value_text(&kept[0]), what) == 0 && value_integer(&kept[1]) > t->kept_since)
                        t->kept_since = value_integer(&kept[1]);
        }
        return r;
}

static bool is_same_question(const struct scope *a, const struct scope *b) {
        return a->database == b->database && a->range == b->range && a->any_account == b->any_account &&
               strcmp(a->metric, b->metric) == 0 && strcmp(a->region, b->region) == 0 &&
               strcmp(a->account, b->account) == 0;
}

/* A database that cannot be read any more keeps its last rows, as long as they answer what is asked. */
static void ask(struct trends *t, enum trend_source source) {
        struct scope scope = t->view.scope;
        scope.database = trends_database(t, &t->of_several);
        if (source != t->source || t->pan != t->asked_pan || !is_same_question(&scope, &t->asked)) {
                rows_release(&t->samples);
                rows_release(&t->forecasts);
        }
        t->asked = scope;
        t->asked_pan = t->pan;
        t->source = source;
}

static int load(struct view *v, const struct context *c) {
        struct trends *t = (struct trends *) v;
        const struct scope everywhere = scope_all();
        int r = rows_refresh(&t->places, c->databases, places_sql, &everywhere);
        if (r < 0)
                return r;
        enum trend_source source = source_of(t);
        scope_set(v->scope.metric, metric_at(t->metric)->name);
        int64_t step = set_range(t, source, c);
        struct listing *l = &v->tables[0].listing;
        l->type = trend_listing(source);
        l->scope = v->scope;
        ask(t, source);
        r = trend_read(source, c->databases, &t->asked, &t->samples);
        if (r == 0)
                r = make_slots(t, step);
        if (r == 0)
                r = find_unseen(t, source, c);
        if (r == 0)
                r = load_retention(t, source, c);
        if (r == 0)
                r = load_forecast(t, c);
        t->is_answered |= r == 0;
        return r;
}

static void init(struct view *v) {
        struct trends *t = (struct trends *) v;
        int metric = metric_find(v->scope.metric);
        t->metric = metric >= 0 ? (size_t) metric : 0;
        t->per_bucket = 1;
        if (v->scope.range == SCOPE_RANGE_OF_VIEW)
                v->scope.range = RANGE_24H;
        view_add_table(v, trend_listing(TREND_TOTAL_HOURS))->hidden = true;
}

static void release(struct view *v) {
        struct trends *t = (struct trends *) v;
        rows_release(&t->samples);
        rows_release(&t->places);
        rows_release(&t->forecasts);
        rows_release(&t->kept);
}

size_t trends_buckets(const struct trends *t, struct trend_point ret[static TREND_SLOTS_MAX], size_t *ret_measured,
                      size_t *ret_cursor) {
        size_t measured = trend_make_buckets(t->slots, t->n_slots, t->per_bucket, ret);
        size_t n = trends_append_forecast(t, ret, measured, TREND_SLOTS_MAX), cursor = measured > 0 ? measured - 1 : 0;
        for (size_t i = 0; i < n && t->cursor_at > 0; i++)
                if (t->cursor_at >= ret[i].at && t->cursor_at < ret[i].at + ret[i].seconds)
                        cursor = i;
        *ret_measured = measured;
        *ret_cursor = cursor;
        return n;
}

/* ---- keys ----------------------------------------------------------------------------------------------------- */

static void move_cursor(struct trends *t, int step) {
        struct trend_point buckets[TREND_SLOTS_MAX];
        size_t measured, cursor, n = trends_buckets(t, buckets, &measured, &cursor);
        if (n == 0 || (step < 0 && cursor == 0))
                return;
        cursor = cursor + 1 == n && step > 0 ? cursor : cursor + (size_t) step;
        t->cursor_at = cursor + 1 == measured ? 0 : buckets[cursor].at + buckets[cursor].seconds - 1;
}

static void move_to_end(struct trends *t, bool last) {
        t->cursor_at = last || t->n_slots == 0 ? 0 : t->slots[0].at;
}

static void pan(struct trends *t, int step) {
        int64_t half = range_seconds(t->view.scope.range) / 2;
        t->pan += step * (half > 0 ? half : 1);
        if (t->pan < 0 || step == 0)
                t->pan = 0;
        t->cursor_at = 0;
}

static void change_range(struct trends *t, int step) {
        size_t *range = &t->view.scope.range;
        if ((step < 0 && *range > 0) || (step > 0 && *range + 1 < RANGES))
                *range += (size_t) step;
}

/* The next currency of a cost, then the next metric: they are never added up. */
static void next_metric(struct trends *t) {
        size_t i = 0;
        while (i < t->n_currencies && strcmp(t->currencies[i], t->currency) != 0)
                i++;
        bool money = metric_at(t->metric)->kind == METRIC_MONEY;
        if (money && i + 1 < t->n_currencies) {
                (void) snprintf(t->currency, sizeof(t->currency), "%s", t->currencies[i + 1]);
                return;
        }
        t->currency[0] = '\0';
        t->metric = (t->metric + 1) % METRICS;
}

static void open_events(const struct trends *t, struct request *ret) {
        struct trend_point buckets[TREND_SLOTS_MAX];
        size_t measured, cursor, n = trends_buckets(t, buckets, &measured, &cursor);
        if (n == 0 || buckets[cursor].forecast || !t->is_answered)
                return;
        ret->open = &events_view;
        ret->scope.from_at = buckets[cursor].at;
        ret->scope.until_at = buckets[cursor].at + buckets[cursor].seconds;
}

static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        (void) c;
        struct trends *t = (struct trends *) v;
        switch (command) {
        case COMMAND_LEFT:
        case COMMAND_RIGHT:
                move_cursor(t, command == COMMAND_LEFT ? -1 : 1);
                return true;
        case COMMAND_FIRST:
        case COMMAND_LAST:
                move_to_end(t, command == COMMAND_LAST);
                return true;
        case COMMAND_SCALE:
                t->from_zero = !t->from_zero;
                return true;
        case COMMAND_OPEN:
        case COMMAND_CHANGES:
                open_events(t, ret);
                return true;
        case COMMAND_RANGE_SHORTER:
        case COMMAND_RANGE_LONGER:
                change_range(t, command == COMMAND_RANGE_LONGER ? 1 : -1);
                break;
        case COMMAND_PAN_BACK:
        case COMMAND_PAN_FORWARD:
                pan(t, command == COMMAND_PAN_BACK ? 1 : -1);
                break;
        case COMMAND_NOW:
                pan(t, 0);
                break;
        case COMMAND_METRIC:
                next_metric(t);
                break;
        case COMMAND_UP:
        case COMMAND_DOWN:
                trends_choose_neighbour(t, command == COMMAND_DOWN ? 1 : -1);
                break;
        default:
                return false;
        }
        t->is_answered = false;
        v->stale = true;
        return true;
}

static void crumb(const struct view *v, char buf[static VIEW_CRUMB_SIZE]) {
        const struct scope *s = &v->scope;
        if (s->region[0] == '\0' && s->account[0] == '\0')
                (void) snprintf(buf, VIEW_CRUMB_SIZE, "ALL");
        else
                (void) snprintf(buf, VIEW_CRUMB_SIZE, "%.60s%s%.40s", s->region,
                                s->region[0] != '\0' && s->account[0] != '\0' ? " " : "", s->account);
}

const struct view_type trends_view = {
        .name = "trends",
        .title = "Trends",
        .word = "Trend",
        .size = sizeof(struct trends),
        .init = init,
        .release = release,
        .load = load,
        .draw = trends_draw,
        .command = command,
        .crumb = crumb,
        .hint = "hl cursor  jk scope  m metric  [] range  {} pan  0 now  y scale  Enter changes",
};
