/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tui/trends.h"

/* What a trend can be of: all regions, an account's where there are several, or one. */

struct choice {
        const char *account; /* "": all */
        const char *region;
};

static bool has_numbers(const struct rows *places, size_t i) {
        return value_integer(&places->items[i].values[PLACE_GOOD]) != 0;
}

static bool is_same(const struct rows *places, size_t i, size_t k, enum trend_place_column column) {
        return value_compare(&places->items[i].values[column], &places->items[k].values[column]) == 0;
}

static bool is_first(const struct rows *places, size_t i, bool account_only) {
        for (size_t k = 0; k < i; k++)
                if (has_numbers(places, k) && is_same(places, i, k, PLACE_ACCOUNT) &&
                    (account_only || is_same(places, i, k, PLACE_REGION)))
                        return false;
        return has_numbers(places, i);
}

static size_t count_accounts(const struct rows *places) {
        size_t n = 0;
        for (size_t i = 0; i < places->n; i++)
                n += is_first(places, i, true);
        return n;
}

/* Choice i: all, each account where there are several, each account's region. False behind the last one. */
static bool choice_at(const struct trends *t, size_t i, struct choice *ret) {
        const struct rows *places = &t->places;
        *ret = (struct choice){ "", "" };
        if (i-- == 0)
                return true;
        for (int regions = count_accounts(places) > 1 ? 0 : 1; regions < 2; regions++)
                for (size_t k = 0; k < places->n; k++) {
                        const struct value *place = places->items[k].values;
                        const char *account = value_text(&place[PLACE_ACCOUNT]);
                        if (!is_first(places, k, regions == 0) || (regions == 0 && account[0] == '\0') || i-- != 0)
                                continue;
                        *ret = (struct choice){ account, regions ? value_text(&place[PLACE_REGION]) : "" };
                        return true;
                }
        return false;
}

void trends_choose_neighbour(struct trends *t, int step) {
        struct scope *s = &t->view.scope;
        struct choice choice;
        size_t n = 0, at = 0;
        for (; choice_at(t, n, &choice); n++) {
                bool any_account = s->any_account && s->region[0] != '\0';
                if (strcmp(choice.region, s->region) == 0 && (any_account || strcmp(choice.account, s->account) == 0))
                        at = n;
        }
        if (!choice_at(t, (at + n + (size_t) step) % n, &choice))
                return;
        s->database = SCOPE_ALL_DATABASES;
        scope_set_account(s, choice.account);
        s->any_account = choice.account[0] == '\0' && choice.region[0] == '\0';
        scope_set(s->region, choice.region);
}

static bool is_in_scope(const struct trends *t, size_t i) {
        const struct scope *s = &t->view.scope;
        const struct value *place = t->places.items[i].values;
        if (s->region[0] != '\0' && strcmp(value_text(&place[PLACE_REGION]), s->region) != 0)
                return false;
        return s->any_account || strcmp(value_text(&place[PLACE_ACCOUNT]), s->account) == 0;
}

bool trends_is_apart(const struct trends *t) {
        const struct rows *places = &t->places;
        for (size_t i = 0; i < places->n; i++) {
                /* A region of an account that is not known is its database's own. */
                if (!is_in_scope(t, i) || value_text(&places->items[i].values[PLACE_ACCOUNT])[0] == '\0')
                        continue;
                for (size_t k = 0; k < i; k++)
                        if (places->items[k].database != places->items[i].database &&
                            is_same(places, i, k, PLACE_ACCOUNT) && is_same(places, i, k, PLACE_REGION))
                                return false;
        }
        return true;
}

int trends_database(const struct trends *t, bool *ret_several) {
        int found = SCOPE_ALL_DATABASES;
        *ret_several = false;
        for (size_t i = 0; i < t->places.n; i++) {
                int database = t->places.items[i].database;
                if (!is_in_scope(t, i))
                        continue;
                *ret_several |= found != SCOPE_ALL_DATABASES && found != database;
                found = database;
        }
        return *ret_several ? SCOPE_ALL_DATABASES : found;
}
