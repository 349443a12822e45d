/* SPDX-License-Identifier: MIT */
#include "price/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/hash.h"
#include "price/builtin_csv.h"
#include "price/price.h"

#define FILE_MAX ((size_t) 4 * 1024 * 1024)

struct entry {
        UT_hash_handle hh;
        struct entry_key {
                char place[PRICE_PLACE_SIZE];
                enum volume_type type;
        } key;
        struct rates rates;
        unsigned lines[_DIMENSION_MAX]; /* where each price stands */
};

struct currency {
        UT_hash_handle hh;
        char region[PRICE_PLACE_SIZE];
        char currency[COST_CURRENCY_SIZE];
        unsigned line;
};

struct price_list {
        struct entry *entries;
};

struct loader {
        const char *name;
        struct price_list *list;
        struct currency *currencies; /* by region */
        char seen[COST_CURRENCIES_MAX][COST_CURRENCY_SIZE];
        size_t n_seen;
        struct error_list *errors;
};

/* The region that a place belongs to: us-west-2 of us-west-2-lax-1, the part up to the first number. */
static void region_of(const char *place, char ret[static PRICE_PLACE_SIZE]) {
        memset(ret, 0, PRICE_PLACE_SIZE);
        strcpy(ret, place);
        for (char *dash = strchr(ret, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
                size_t digits = strspn(dash + 1, "0123456789");
                if (digits > 0 && (dash[1 + digits] == '-' || dash[1 + digits] == '\0')) {
                        dash[1 + digits] = '\0';
                        return;
                }
        }
}

/* A region has one currency, so that its sums have one, and the list few, so that every run's sums have room. */
static int check_currency(struct loader *l, unsigned line, const struct price *p, struct error *reterr) {
        char region[PRICE_PLACE_SIZE];
        region_of(p->place, region);
        struct currency *c = NULL;
        HASH_FIND_STR(l->currencies, region, c);
        if (c != NULL && strcmp(c->currency, p->currency) != 0)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: %s is priced in %s here and in %s on line %u: a "
                                 "region has one currency", l->name, line, region, p->currency, c->currency, c->line);
        if (c != NULL)
                return 0;
        size_t i = 0;
        while (i < l->n_seen && strcmp(l->seen[i], p->currency) != 0)
                i++;
        if (i == COST_CURRENCIES_MAX)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: %s is one currency too many: %d are allowed",
                                 l->name, line, p->currency, COST_CURRENCIES_MAX);
        if (i == l->n_seen)
                memcpy(l->seen[l->n_seen++], p->currency, COST_CURRENCY_SIZE);
        c = calloc(1, sizeof(*c));
        if (c == NULL)
                return error_oom(reterr);
        memcpy(c->region, region, sizeof(region));
        memcpy(c->currency, p->currency, sizeof(c->currency));
        c->line = line;
        HASH_ADD_STR(l->currencies, region, c);
        if (c->hh.tbl == NULL) {
                free(c);
                return error_oom(reterr);
        }
        return 0;
}

static struct entry *find_entry(const struct price_list *l, const char *place, enum volume_type type) {
        struct entry_key key;
        memset(&key, 0, sizeof(key)); /* padding and all: it is hashed as bytes */
        strcpy(key.place, place);
        key.type = type;
        struct entry *e = NULL;
        HASH_FIND(hh, l->entries, &key, sizeof(key), e);
        return e;
}

static struct entry *make_entry(struct price_list *l, const struct price *p) {
        struct entry *e = calloc(1, sizeof(*e));
        if (e == NULL)
                return NULL;
        memcpy(e->key.place, p->place, sizeof(e->key.place));
        e->key.type = e->rates.type = p->type;
        memcpy(e->rates.currency, p->currency, sizeof(e->rates.currency));
        e->rates.oldest = e->rates.newest = p->as_of;
        HASH_ADD(hh, l->entries, key, sizeof(e->key), e);
        if (e->hh.tbl == NULL) {
                free(e);
                return NULL;
        }
        return e;
}

static int add_price(struct loader *l, unsigned line, const struct price *p, struct error *reterr) {
        struct entry *e = find_entry(l->list, p->place, p->type);
        if (e == NULL && (e = make_entry(l->list, p)) == NULL)
                return error_oom(reterr);
        if (e->rates.rate[p->dimension].known)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: this price of %s in %s is on line %u already: "
                                 "remove one", l->name, line, volume_type_name(p->type), p->place,
                                 e->lines[p->dimension]);
        e->lines[p->dimension] = line;
        e->rates.rate[p->dimension] = (struct rate){ .known = true, .price = p->price };
        if (p->as_of < e->rates.oldest)
                e->rates.oldest = p->as_of;
        if (p->as_of > e->rates.newest)
                e->rates.newest = p->as_of;
        return 0;
}

static int read_price(struct loader *l, const char *const fields[], size_t n_fields, unsigned line,
                      struct error *reterr) {
        struct price price;
        int r = price_parse(l->name, line, fields, n_fields, &price, reterr);
        if (r == 0)
                r = check_currency(l, line, &price, reterr);
        return r < 0 ? r : add_price(l, line, &price, reterr);
}

/* Goes on behind a line that is wrong, unless it is the header. */
static int on_record(const char *const fields[], size_t n_fields, unsigned line, void *userdata,
                     struct error *reterr) {
        struct loader *l = userdata;
        if (line == 1)
                return price_check_header(l->name, fields, n_fields, reterr);
        struct error error;
        int r = read_price(l, fields, n_fields, line, &error);
        if (r == -EINVAL) {
                error_list_add(l->errors, &error);
                return 0;
        }
        if (r < 0)
                *reterr = error;
        return r;
}

int price_list_parse(const char *name, const char *text, size_t n, struct price_list **ret, struct error_list *errors) {
        struct error error;
        _cleanup_(price_list_freep) struct price_list *list = calloc(1, sizeof(*list));
        if (list == NULL) {
                (void) error_oom(&error);
                error_list_add(errors, &error);
                return -ENOMEM;
        }
        struct loader l = { .name = name, .list = list, .errors = errors };
        int r = csv_parse(name, text, n, on_record, &l, &error);
        struct currency *c, *next;
        HASH_ITER(hh, l.currencies, c, next) {
                HASH_DEL(l.currencies, c);
                free(c);
        }
        if (r == 0 && errors->n == 0 && list->entries == NULL)
                r = error_set(&error, ERROR_CONFIG, EINVAL, "%s: there is no price in it: add some, or leave out \"prices\"",
                              name);
        if (r < 0)
                error_list_add(errors, &error);
        r = error_list_result(errors);
        if (r == 0)
                *ret = TAKE_PTR(list);
        return r;
}

int price_list_load(const char *path, struct price_list **ret, struct error_list *errors) {
        _cleanup_(buffer_release) struct buffer text = BUFFER_INIT(FILE_MAX + 2 * 4096);
        struct error error;
        if (file_read(path, FILE_MAX, &text, &error) == 0)
                return price_list_parse(path, text.data != NULL ? (const char *) text.data : "", text.len, ret, errors);
        error_list_add(errors, &error);
        return error_list_result(errors);
}

int price_list_builtin(struct price_list **ret, struct error_list *errors) {
        return price_list_parse("built-in prices", builtin_csv, sizeof(builtin_csv) - 1, ret, errors);
}

void price_list_free(struct price_list *l) {
        if (l == NULL)
                return;
        struct entry *e, *next;
        HASH_ITER(hh, l->entries, e, next) {
                HASH_DEL(l->entries, e);
                free(e);
        }
        free(l);
}

const struct rates *price_list_find(const struct price_list *l, const char *region, const char *zone,
                                    const char *type) {
        enum volume_type t = volume_type_from_name(type);
        if (t == _TYPE_MAX || strlen(region) >= PRICE_PLACE_SIZE || strlen(zone) >= PRICE_PLACE_SIZE)
                return NULL;
        char place[PRICE_PLACE_SIZE];
        size_t n = strlen(zone);
        if (n > strlen(region) && strncmp(zone, region, strlen(region)) == 0) {
                strcpy(place, zone);
                if (place[n - 1] >= 'a' && place[n - 1] <= 'z')
                        place[n - 1] = '\0'; /* the zone's own letter */
        } else {
                strcpy(place, region);
        }
        const struct entry *e = find_entry(l, place, t);
        return e != NULL ? &e->rates : NULL;
}

void price_list_dates(const struct price_list *l, uint32_t *ret_oldest, uint32_t *ret_newest) {
        *ret_oldest = *ret_newest = 0;
        for (const struct entry *e = l->entries; e != NULL; e = e->hh.next) {
                if (*ret_oldest == 0 || e->rates.oldest < *ret_oldest)
                        *ret_oldest = e->rates.oldest;
                if (e->rates.newest > *ret_newest)
                        *ret_newest = e->rates.newest;
        }
}
