/* SPDX-License-Identifier: MIT */
#include "tui/filter.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/listing.h"

void filter_release(struct filter *f) {
        for (size_t i = 0; i < f->n; i++)
                value_release(&f->terms[i].value);
        *f = (struct filter){ 0 };
}

/* The column that a name, or the beginning of one, means. */
static const struct column *find_column(const char *name, size_t length, const struct column *columns, size_t n) {
        const struct column *found = NULL;
        for (size_t i = 0; i < n && length > 0; i++) {
                if (strncasecmp(columns[i].name, name, length) != 0 || columns[i].kind == COLUMN_DRAWN)
                        continue;
                if (columns[i].name[length] == '\0')
                        return &columns[i];
                if (found == NULL)
                        found = &columns[i];
        }
        return found;
}

/* Numbers are typed in the units that the screen shows. */
static double unit_of(enum column_kind kind, const char *suffix) {
        switch (kind) {
        case COLUMN_MONEY:
        case COLUMN_MONEY_CHANGE:
        case COLUMN_MICROSECONDS:
                return 1e6;
        case COLUMN_MEMORY:
                return 1024;
        case COLUMN_SHARE:
        case COLUMN_SMALL_SHARE:
        case COLUMN_BAR:
                return 0.01;
        case COLUMN_SECONDS:
                return *suffix == 's' ? 1 : *suffix == 'm' ? 60 : *suffix == 'h' ? 3600 : *suffix == 'w' ? 604800 : 86400;
        default:
                return 1;
        }
}

static int make_text(const char *text, size_t length, struct value *ret) {
        char *copy = strndup(text, length);
        if (copy == NULL)
                return -ENOMEM;
        for (char *c = copy; *c != '\0'; c++)
                *c = (char) tolower((unsigned char) *c);
        *ret = (struct value){ .type = VALUE_TEXT, .text = copy };
        return 0;
}

/* Finds "name OP value"; false if the word is none. */
static bool parse_comparison(const char *word, size_t length, const struct column *columns, size_t n,
                             struct filter_term *ret, const char **ret_value) {
        static const struct {
                const char *typed;
                const char *sql;
        } operators[] = { { "!=", "<>" }, { "<=", "<=" }, { ">=", ">=" }, { "=", "=" }, { "<", "<" }, { ">", ">" } };
        size_t name = strcspn(word, "=<>!");
        if (name == 0 || name >= length)
                return false;
        for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
                size_t k = strlen(operators[i].typed);
                if (name + k >= length || strncmp(word + name, operators[i].typed, k) != 0)
                        continue;
                const struct column *column = find_column(word, name, columns, n);
                *ret = (struct filter_term){ .column = column, .operator = operators[i].sql };
                *ret_value = word + name + k;
                return column != NULL;
        }
        return false;
}

static int parse_word(const char *word, size_t length, const struct column *columns, size_t n, struct filter_term *ret) {
        const char *value;
        if (!parse_comparison(word, length, columns, n, ret, &value)) {
                *ret = (struct filter_term){ 0 };
                return make_text(word, length, &ret->value);
        }
        if (ret->column->kind != COLUMN_TEXT) {
                char *end;
                double number = strtod(value, &end);
                if (end != value && isfinite(number)) {
                        ret->value = (struct value){ .type = VALUE_REAL,
                                                     .real = number * unit_of(ret->column->kind, end) };
                        return 0;
                }
        }
        return make_text(value, length - (size_t) (value - word), &ret->value);
}

int filter_parse(const char *text, const struct column *columns, size_t n_columns, struct filter *ret) {
        struct filter f = { 0 };
        int r = 0;
        for (text += strspn(text, " "); r == 0 && *text != '\0'; text += strspn(text, " ")) {
                size_t length = strcspn(text, " ");
                r = f.n == FILTER_TERMS_MAX ? -E2BIG : parse_word(text, length, columns, n_columns, &f.terms[f.n]);
                if (r == 0)
                        f.n++;
                text += length;
        }
        if (r < 0)
                filter_release(&f);
        else
                *ret = f;
        return r;
}

static int append_word(const char *name, size_t i, const struct column *columns, size_t n_columns, struct buffer *sql) {
        int r = buffer_printf(sql, " AND contains(:%s%zu", name, i);
        for (size_t c = 0; r == 0 && c < n_columns; c++)
                if ((columns[c].flags & COLUMN_SEARCHED) != 0)
                        r = buffer_printf(sql, ", %s", columns[c].sql);
        return r < 0 ? r : buffer_append_string(sql, ")");
}

int filter_append_sql(const struct filter *f, const char *name, const struct column *columns, size_t n_columns,
                      struct buffer *sql) {
        int r = 0;
        for (size_t i = 0; r == 0 && i < f->n; i++) {
                const struct filter_term *t = &f->terms[i];
                if (t->column == NULL)
                        r = append_word(name, i, columns, n_columns, sql);
                else if (t->value.type == VALUE_TEXT)
                        r = buffer_printf(sql, " AND (coalesce(%s, '') %s :%s%zu COLLATE NOCASE)", t->column->sql,
                                          t->operator, name, i);
                else
                        r = buffer_printf(sql, " AND ((%s) %s :%s%zu)", t->column->sql, t->operator, name, i);
        }
        return r;
}

const struct value *filter_longest_word(const struct filter *f) {
        const struct value *longest = NULL;
        for (size_t i = 0; i < f->n; i++) {
                const struct filter_term *t = &f->terms[i];
                bool is_word = t->column == NULL;
                bool is_equal = !is_word && (t->column->flags & COLUMN_SEARCHED) != 0 && strcmp(t->operator, "=") == 0;
                if ((is_word || is_equal) && t->value.type == VALUE_TEXT &&
                    (longest == NULL || strlen(t->value.text) > strlen(longest->text)))
                        longest = &t->value;
        }
        return longest;
}

void filter_bind(const struct filter *f, const char *name, struct query *q) {
        for (size_t i = 0; i < f->n; i++) {
                char parameter[32];
                (void) snprintf(parameter, sizeof(parameter), ":%s%zu", name, i);
                value_bind(q, parameter, &f->terms[i].value);
        }
}
