/* SPDX-License-Identifier: MIT */
#include "tui/trend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_S 3600
#define DAY_S (24 * HOUR_S)

#define NONE ((double) NAN)

static struct trend_point make_gap(int64_t at, int64_t seconds, size_t slots) {
        return (struct trend_point){
                .at = at,
                .seconds = seconds,
                .first = NONE,
                .last = NONE,
                .min = NONE,
                .max = NONE,
                .average = NONE,
                .slots = slots,
        };
}

static void set_why(struct trend_point *p, const char *why) {
        if (p->why[0] == '\0' && strcmp(why, "ok") != 0 && strcmp(why, "partial") != 0)
                (void) snprintf(p->why, sizeof(p->why), "%s", why);
}

/* ---- slots ---------------------------------------------------------------------------------------------------- */

static int64_t slot_of(int64_t at, int64_t from, int64_t step) {
        return at < from ? -1 : (at - from) / step;
}

static int compare_regions(const struct trend_sample *a, const struct trend_sample *b) {
        int r = strcmp(a->account, b->account);
        if (r == 0)
                r = strcmp(a->region, b->region);
        /* A region of an unknown account is its database's own. */
        return r == 0 && a->account[0] == '\0' ? a->database - b->database : r;
}

static int compare_samples(const void *x, const void *y) {
        const struct trend_sample *a = x, *b = y;
        int r = compare_regions(a, b);
        return r != 0 ? r : (a->at > b->at) - (a->at < b->at);
}

static double add(double sum, double value) {
        return isnan(sum) ? value : sum + value;
}

/* One region in one slot: of the database with the newest value, all samples. */
static void add_region(struct trend_point *slot, const struct trend_sample samples[], size_t n) {
        const struct trend_sample *newest = &samples[0];
        for (size_t i = 1; i < n; i++)
                if (samples[i].newest_at > newest->newest_at)
                        newest = &samples[i];
        double first = NONE, last = NONE, min = NONE, max = NONE, sum = 0;
        size_t known = 0, regions = 0, asked = 0;
        for (size_t i = 0; i < n; i++) {
                const struct trend_sample *s = &samples[i];
                if (s->database != newest->database)
                        continue;
                asked = s->regions_asked > asked ? s->regions_asked : asked;
                regions = s->regions > regions ? s->regions : regions;
                set_why(slot, s->lacks);
                if (isnan(s->average))
                        continue;
                first = isnan(first) ? s->first : first;
                last = s->last;
                min = fmin(min, s->min);
                max = fmax(max, s->max);
                sum += s->average;
                known++;
                slot->at_least |= s->at_least;
        }
        slot->regions += regions;
        slot->regions_asked += asked;
        if (known == 0)
                return;
        slot->first = add(slot->first, first);
        slot->last = add(slot->last, last);
        slot->min = add(slot->min, min);
        slot->max = add(slot->max, max);
        slot->average = add(slot->average, sum / (double) known);
}

static void judge_slots(struct trend_point slots[], size_t n) {
        size_t before = 0, behind = 0;
        for (size_t i = 0; i < n; i++) {
                slots[i].incomplete = slots[i].regions < slots[i].regions_asked;
                /* Of the newest slot it is not known what comes behind. */
                slots[i].incomplete |= i + 1 == n && slots[i].regions_asked < before;
                before = slots[i].regions_asked > before ? slots[i].regions_asked : before;
                slots[i].slots_known = before; /* for the way back */
        }
        for (size_t i = n; i-- > 0;) {
                size_t asked = slots[i].regions_asked;
                if (asked < slots[i].slots_known && asked < behind)
                        slots[i].incomplete = true;
                behind = asked > behind ? asked : behind;
                slots[i].incomplete &= !trend_is_gap(&slots[i]);
                slots[i].slots_known = !trend_is_gap(&slots[i]);
                slots[i].at_least |= slots[i].incomplete;
        }
}

void trend_make_slots(struct trend_sample samples[], size_t n_samples, const char *currency, int64_t from, int64_t step,
                      struct trend_point ret_slots[], size_t n) {
        for (size_t i = 0; i < n; i++)
                ret_slots[i] = make_gap(from + (int64_t) i * step, step, 1);
        size_t counted = 0;
        for (size_t i = 0; i < n_samples; i++) {
                int64_t slot = slot_of(samples[i].at, from, step);
                const char *c = samples[i].currency;
                bool counts = currency == NULL || c[0] == '\0' || strcmp(c, currency) == 0;
                if (slot >= 0 && slot < (int64_t) n && counts)
                        samples[counted++] = samples[i];
        }
        qsort(samples, counted, sizeof(samples[0]), compare_samples);
        for (size_t i = 0, end; i < counted; i = end) {
                int64_t slot = slot_of(samples[i].at, from, step);
                for (end = i + 1; end < counted && slot_of(samples[end].at, from, step) == slot &&
                                  compare_regions(&samples[i], &samples[end]) == 0;)
                        end++;
                add_region(&ret_slots[slot], &samples[i], end - i);
        }
        judge_slots(ret_slots, n);
}

void trend_note_run(struct trend_point slots[], size_t n, int64_t at) {
        int64_t slot = n > 0 ? slot_of(at, slots[0].at, slots[0].seconds) : -1;
        if (slot >= 0 && slot < (int64_t) n && trend_is_gap(&slots[slot]))
                set_why(&slots[slot], "unseen");
}

/* ---- buckets -------------------------------------------------------------------------------------------------- */

size_t trend_slots_per_bucket(size_t n, int64_t step, size_t width) {
        static const size_t hours[] = { 1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336 };
        static const size_t days[] = { 1, 2, 7, 14, 28, 56, 182 };
        const size_t *sizes = step == DAY_S ? days : hours;
        size_t n_sizes = step == DAY_S ? sizeof(days) / sizeof(days[0]) : sizeof(hours) / sizeof(hours[0]);
        width = width > 0 ? width : 1;
        size_t needed = (n + width - 1) / width;
        for (size_t i = 0; step >= HOUR_S && i < n_sizes; i++)
                if (sizes[i] >= needed)
                        return sizes[i];
        return needed > 0 ? needed : 1;
}

static struct trend_point make_bucket(const struct trend_point slots[], size_t n) {
        struct trend_point b = make_gap(slots[0].at, 0, n);
        bool any_complete = false;
        for (size_t i = 0; i < n; i++)
                any_complete |= !trend_is_gap(&slots[i]) && !slots[i].incomplete;
        double sum = 0;
        size_t used = 0;
        for (size_t i = 0; i < n; i++) {
                const struct trend_point *s = &slots[i];
                b.seconds += s->seconds;
                set_why(&b, s->why);
                b.slots_known += !trend_is_gap(s);
                if (trend_is_gap(s) || (any_complete && s->incomplete)) {
                        b.regions_asked = s->regions_asked > b.regions_asked ? s->regions_asked : b.regions_asked;
                        continue;
                }
                b.first = isnan(b.first) ? s->first : b.first;
                b.last = s->last;
                b.min = fmin(b.min, s->min);
                b.max = fmax(b.max, s->max);
                b.regions = s->regions > b.regions ? s->regions : b.regions;
                b.regions_asked = s->regions_asked > b.regions_asked ? s->regions_asked : b.regions_asked;
                b.at_least |= s->at_least;
                b.incomplete |= s->incomplete;
                sum += s->average;
                used++;
        }
        if (used > 0)
                b.average = sum / (double) used;
        return b;
}

size_t trend_make_buckets(const struct trend_point slots[], size_t n, size_t per, struct trend_point ret[]) {
        size_t buckets = 0;
        for (size_t i = 0, size; i < n; i += size) {
                size = i == 0 && n % per != 0 ? n % per : per;
                ret[buckets++] = make_bucket(&slots[i], size);
        }
        return buckets;
}

/* ---- forecast ------------------------------------------------------------------------------------------------- */

static double go_on(const struct trend_forecast *f, double slope, double days) {
        return fmax(f->value + slope * days, 0);
}

void trend_make_forecast(const struct trend_forecast *f, int64_t from, int64_t seconds, struct trend_point ret[],
                         size_t n) {
        for (size_t i = 0; i < n; i++) {
                struct trend_point *p = &ret[i];
                *p = make_gap(from + (int64_t) i * seconds, seconds, 0);
                double days = (double) (p->at + seconds / 2 - f->value_at) / DAY_S;
                p->average = go_on(f, f->slope, days);
                p->min = go_on(f, f->slope_low, days);
                p->max = go_on(f, f->slope_high, days);
                p->at_least = f->at_least;
                p->forecast = true;
        }
}

/* ---- ends ----------------------------------------------------------------------------------------------------- */

struct trend_ends trend_ends(const struct trend_point points[], size_t n) {
        struct trend_ends ends = { .first = -1, .last = -1 };
        for (size_t i = 0; i < n; i++) {
                if (trend_is_gap(&points[i]) || points[i].incomplete)
                        continue;
                ends.first = ends.first < 0 ? (int) i : ends.first;
                ends.last = (int) i;
        }
        return ends;
}
