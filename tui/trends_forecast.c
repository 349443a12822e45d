/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tui/trends.h"

/* How a trend will go on, and how much of that is drawn behind it. */

#define DAY_S INT64_C(86400)

/* A chart of the one range has so much of the forecast behind it, a fifth of its width. */
static const struct {
        int64_t range_days, ahead_days;
} aheads[] = { { 30, 7 }, { 365, 90 } };

static struct trend_forecast forecast_of(const struct value *f) {
        return (struct trend_forecast){
                .value = value_number(&f[FORECAST_VALUE]),
                .value_at = value_integer(&f[FORECAST_VALUE_AT]),
                .slope = value_number(&f[FORECAST_SLOPE]),
                .slope_low = value_number(&f[FORECAST_SLOPE_LOW]),
                .slope_high = value_number(&f[FORECAST_SLOPE_HIGH]),
                .in_30d = value_number(&f[FORECAST_MIDDLE]),
                .in_30d_low = value_number(&f[FORECAST_LOW]),
                .in_30d_high = value_number(&f[FORECAST_HIGH]),
                .at_least = value_integer(&f[FORECAST_AT_LEAST]) != 0,
        };
}

bool trends_find_forecast(const struct trends *t, struct trend_forecast *ret, const char **ret_why) {
        const struct value *found = NULL;
        size_t n = 0;
        bool money = metric_at(t->metric)->kind == METRIC_MONEY;
        for (size_t i = 0; i < t->forecasts.n; i++) {
                const struct value *f = t->forecasts.items[i].values;
                if (money && strcmp(value_text(&f[FORECAST_CURRENCY]), t->currency) != 0)
                        continue;
                found = f;
                n++;
        }
        *ret_why = t->of_several   ? "of several databases together"
                   : n > 1         ? "of several accounts together"
                   : found == NULL ? "too little is known"
                                   : value_text(&found[FORECAST_REFUSED]);
        if (n != 1 || found[FORECAST_REFUSED].type != VALUE_NULL)
                return false;
        *ret = forecast_of(found);
        return true;
}

size_t trends_slots_ahead(const struct trends *t) {
        struct trend_forecast f;
        const char *why;
        if (t->pan != 0 || t->n_slots == 0 || !trends_find_forecast(t, &f, &why))
                return 0;
        for (size_t i = 0; i < ARRAY_SIZE(aheads); i++)
                if (range_seconds(t->view.scope.range) == aheads[i].range_days * DAY_S)
                        return (size_t) (aheads[i].ahead_days * DAY_S / t->slots[0].seconds);
        return 0;
}

size_t trends_append_forecast(const struct trends *t, struct trend_point buckets[], size_t n, size_t n_max) {
        struct trend_forecast f;
        const char *why;
        size_t ahead = t->ahead < n_max - n ? t->ahead : n_max - n;
        if (n == 0 || ahead == 0 || !trends_find_forecast(t, &f, &why))
                return n;
        int64_t from = buckets[n - 1].at + buckets[n - 1].seconds;
        trend_make_forecast(&f, from, (int64_t) t->per_bucket * t->slots[0].seconds, buckets + n, ahead);
        return n + ahead;
}
