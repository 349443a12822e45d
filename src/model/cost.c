/* SPDX-License-Identifier: MIT */
#include "model/cost.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Sticks at failure. */
static void add(uint64_t *sum, uint64_t value, bool *overflow) {
        if (__builtin_add_overflow(*sum, value, sum) || *sum > COST_MICROS_MAX)
                *overflow = true;
}

/* The currency's sum, made where it belongs by the alphabet; NULL if there is no room. */
static struct cost_sum *find_sum(struct cost *c, const char *currency, uint32_t date) {
        size_t i = 0;
        while (i < c->n_sums && strcmp(c->sums[i].currency, currency) < 0)
                i++;
        if (i < c->n_sums && strcmp(c->sums[i].currency, currency) == 0)
                return &c->sums[i];
        if (c->n_sums == COST_CURRENCIES_MAX)
                return NULL;
        memmove(&c->sums[i + 1], &c->sums[i], (c->n_sums - i) * sizeof(c->sums[0]));
        c->n_sums++;
        c->sums[i] = (struct cost_sum){ .prices_oldest = date, .prices_newest = date };
        memcpy(c->sums[i].currency, currency, sizeof(c->sums[i].currency));
        return &c->sums[i];
}

static void add_dates(struct cost_sum *s, uint32_t oldest, uint32_t newest) {
        if (oldest < s->prices_oldest)
                s->prices_oldest = oldest;
        if (newest > s->prices_newest)
                s->prices_newest = newest;
}

/* So that cost_sum_total() cannot fail. */
static void check_total(const struct cost_sum *s, bool *overflow) {
        uint64_t total = s->attached_micros;
        add(&total, s->unattached_micros, overflow);
        add(&total, s->managed_micros, overflow);
}

static void add_comparison(struct cost_as_gp3 *a, const struct cost_of_volume *v, bool *overflow) {
        if (v->as_gp3_micros < v->micros) {
                a->cheaper_volumes++;
                add(&a->cheaper_micros, v->micros - v->as_gp3_micros, overflow);
        } else if (v->as_gp3_micros > v->micros) {
                a->dearer_volumes++;
                add(&a->dearer_micros, v->as_gp3_micros - v->micros, overflow);
        }
}

bool cost_add_volume(struct cost *c, enum holder holder, const struct cost_of_volume *v) {
        struct cost_sum *s = find_sum(c, v->currency, v->prices_oldest);
        bool overflow = s == NULL;
        if (s != NULL) {
                struct cost_sum sum = *s;
                uint64_t *part = holder == HOLDER_NONE      ? &sum.unattached_micros
                                 : holder == HOLDER_MANAGED ? &sum.managed_micros
                                                            : &sum.attached_micros;
                add(part, v->micros, &overflow);
                add_dates(&sum, v->prices_oldest, v->prices_newest);
                check_total(&sum, &overflow);
                if (v->is_comparable)
                        add_comparison(&sum.as_gp3, v, &overflow);
                if (!overflow)
                        *s = sum;
        }
        c->unpriced_volumes += overflow;
        return !overflow;
}

int cost_add(struct cost *a, const struct cost *b) {
        struct cost sum = *a;
        bool overflow = false;
        for (size_t i = 0; i < b->n_sums; i++) {
                const struct cost_sum *from = &b->sums[i];
                struct cost_sum *to = find_sum(&sum, from->currency, from->prices_oldest);
                if (to == NULL)
                        return -EOVERFLOW;
                add_dates(to, from->prices_oldest, from->prices_newest);
                add(&to->attached_micros, from->attached_micros, &overflow);
                add(&to->unattached_micros, from->unattached_micros, &overflow);
                add(&to->managed_micros, from->managed_micros, &overflow);
                check_total(to, &overflow);
                add(&to->as_gp3.cheaper_volumes, from->as_gp3.cheaper_volumes, &overflow);
                add(&to->as_gp3.cheaper_micros, from->as_gp3.cheaper_micros, &overflow);
                add(&to->as_gp3.dearer_volumes, from->as_gp3.dearer_volumes, &overflow);
                add(&to->as_gp3.dearer_micros, from->as_gp3.dearer_micros, &overflow);
        }
        add(&sum.unpriced_volumes, b->unpriced_volumes, &overflow);
        if (overflow)
                return -EOVERFLOW;
        sum.known = a->known && b->known;
        *a = sum;
        return 0;
}

uint64_t cost_sum_total(const struct cost_sum *s) {
        return s->attached_micros + s->unattached_micros + s->managed_micros;
}

const struct cost_sum *cost_only_sum(const struct cost *c) {
        static const struct cost_sum nothing;
        if (!c->known || c->n_sums > 1)
                return NULL;
        if (c->n_sums == 1)
                return &c->sums[0];
        return c->unpriced_volumes == 0 ? &nothing : NULL;
}

const char *cost_format_date(uint32_t date, char buf[static COST_DATE_SIZE]) {
        (void) snprintf(buf, COST_DATE_SIZE, "%04u-%02u-%02u", date / 10000, date / 100 % 100, date % 100);
        return buf;
}
