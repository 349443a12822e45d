/* SPDX-License-Identifier: MIT */
#include "tui/filter.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "tui/filter_value.h"

void filter_release(struct filter *f) {
        for (size_t i = 0; i < f->n; i++)
                value_release(&f->terms[i].value);
        *f = (struct filter){ 0 };
}

/* How well a name that was typed fits a column's; 0: not at all. */
static int fit(const struct column *c, const char *name, size_t length) {
        if (c->kind == COLUMN_DRAWN)
                return 0;
        bool begins = strncasecmp(c->name, name, length) == 0;
        if (begins && c->name[length] == '\0')
                return 4;
        if (strncasecmp(c->heading, name, length) == 0 && c->heading[length] == '\0')
                return 3;
        if (begins)
                return 2;
        /* "type" of volume_type */
        for (const char *part = strchr(c->name, '_'); part != NULL; part = strchr(part + 1, '_'))
                if (strncasecmp(part + 1, name, length) == 0)
                        return 1;
        return 0;
}

/* The column that a name, a heading, or the beginning of a name or of a part of one, means; of several the first. */
static const struct column *find_column(const char *name, size_t length, const struct column *columns, size_t n) {
        const struct column *found = NULL;
        int best = 0;
        for (size_t i = 0; i < n && length > 0; i++) {
                int fits = fit(&columns[i], name, length);
                if (fits > best) {
                        best = fits;
                        found = &columns[i];
                }
        }
        return found;
}

static int make_text(const char *text, struct value *ret, struct error *reterr) {
        char *copy = strdup(text);
        if (copy == NULL)
                return error_oom(reterr);
        for (char *c = copy; *c != '\0'; c++)
                *c = (char) tolower((unsigned char) *c);
        *ret = (struct value){ .type = VALUE_TEXT, .text = copy };
        return 0;
}

/* Where the operator of "name OP value" is; NULL: the word is none of these. */
static const char *find_operator(const char *word, const char **ret_sql, const char **ret_value) {
        static const struct {
                const char *typed;
                const char *sql;
        } operators[] = { { "!=", "<>" }, { "<=", "<=" }, { ">=", ">=" }, { "=", "=" }, { "<", "<" }, { ">", ">" } };
        size_t name = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_%$");
        for (size_t i = 0; name > 0 && i < ARRAY_SIZE(operators); i++) {
                size_t k = strlen(operators[i].typed);
                if (strncmp(word + name, operators[i].typed, k) != 0)
                        continue;
                *ret_sql = operators[i].sql;
                *ret_value = word + name + k;
                return word + name;
        }
        return NULL;
}

static int parse_word(const char *word, const struct column *columns, size_t n, struct filter_term *ret,
                      struct error *reterr) {
        *ret = (struct filter_term){ 0 };
        const char *value, *operator = find_operator(word, &ret->operator, &value);
        if (operator == NULL)
                return make_text(word, &ret->value, reterr);
        int length = (int) (operator - word);
        ret->column = find_column(word, (size_t) length, columns, n);
        if (ret->column == NULL)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "there is no column \"%.*s\" here: the first line of --csv "
                                 "has them all", length, word);
        if (ret->column->kind == COLUMN_TEXT)
                return make_text(value, &ret->value, reterr);
        return filter_value_parse(ret->column, value, &ret->value, reterr);
}

int filter_parse(const char *text, const struct column *columns, size_t n_columns, struct filter *ret,
                 struct error *reterr) {
        _cleanup_(freep) char *copy = strdup(text);
        struct filter f = { 0 };
        int r = copy == NULL ? error_oom(reterr) : 0;
        char *rest = NULL;
        for (char *word = copy != NULL ? strtok_r(copy, " ", &rest) : NULL; r == 0 && word != NULL;
             word = strtok_r(NULL, " ", &rest)) {
                if (f.n == FILTER_TERMS_MAX)
                        r = error_set(reterr, ERROR_CONFIG, E2BIG, "more than %d words", FILTER_TERMS_MAX);
                else
                        r = parse_word(word, columns, n_columns, &f.terms[f.n], reterr);
                if (r == 0)
                        f.n++;
        }
        if (r < 0)
                filter_release(&f);
        else
                *ret = f;
        return r;
}

int filter_check(const char *text, const struct column *columns, size_t n_columns, struct error *reterr) {
        struct filter f;
        int r = filter_parse(text, columns, n_columns, &f, reterr);
        if (r == 0)
                filter_release(&f);
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
