/* SPDX-License-Identifier: MIT */
#include "tui/listing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "tui/listing_query.h"

#define HALF_WINDOW (LISTING_WINDOW / 2)

void listing_init(struct listing *l, const struct listing_type *type, const struct scope *scope) {
        *l = (struct listing){
                .type = type,
                .scope = *scope,
                .sort = type->sort,
                .descending = type->descending,
                .patience = LISTING_PATIENCE,
                .first = -1,
                .count = -1,
                .want = LISTING_START,
        };
}

void listing_release(struct listing *l) {
        rows_release(&l->rows);
}

/* ---- the window ----------------------------------------------------------------------------------------------- */

static void replace_rows(struct listing *l, struct rows *rows) {
        rows_release(&l->rows);
        l->rows = *rows;
        *rows = (struct rows){ 0 };
        l->loaded = true;
}

static int append_rows(struct rows *to, struct rows *from) {
        int r = 0;
        for (size_t i = 0; r == 0 && i < from->n; i++)
                r = rows_take(to, &from->items[i], from->n_columns);
        rows_release(from);
        return r;
}

static void clamp_selection(struct listing *l) {
        if (l->selected >= l->rows.n)
                l->selected = l->rows.n > 0 ? l->rows.n - 1 : 0;
}

static bool is_at(const struct row *row, const struct anchor *a) {
        return row->database == a->database && value_compare(&row->values[LISTING_KEY], &a->key) == 0 &&
               value_compare(&row->values[LISTING_GROUP], &a->group) == 0;
}

static int load_start(struct listing *l, const struct database_set *databases) {
        struct rows rows = { 0 };
        bool more;
        int r = listing_read_side(l, databases, NULL, SIDE_FROM, false, LISTING_WINDOW, &rows, &more);
        if (r < 0)
                return r;
        replace_rows(l, &rows);
        l->at_start = true;
        l->at_end = !more;
        l->first = 0;
        if (l->at_end)
                l->count = (int64_t) l->rows.n;
        return 0;
}

static int load_end(struct listing *l, const struct database_set *databases) {
        struct rows rows = { 0 };
        bool more;
        int r = listing_read_side(l, databases, NULL, SIDE_BEFORE, false, LISTING_WINDOW, &rows, &more);
        if (r < 0)
                return r;
        replace_rows(l, &rows);
        l->at_start = !more;
        l->at_end = true;
        l->first = l->at_start ? 0 : -1;
        l->selected = l->rows.n > 0 ? l->rows.n - 1 : 0;
        return 0;
}

static int load_around(struct listing *l, const struct database_set *databases, const struct anchor *anchor) {
        struct rows before = { 0 }, from = { 0 };
        bool more_before, more_behind;
        int r = listing_read_side(l, databases, anchor, SIDE_BEFORE, false, HALF_WINDOW, &before, &more_before);
        if (r == 0)
                r = listing_read_side(l, databases, anchor, SIDE_FROM, false, HALF_WINDOW, &from, &more_behind);
        size_t selected = before.n;
        if (r == 0)
                r = append_rows(&before, &from);
        if (r < 0) {
                rows_release(&before);
                return r;
        }
        replace_rows(l, &before);
        l->selected = selected;
        l->at_start = !more_before;
        l->at_end = !more_behind;
        l->first = l->at_start ? 0 : -1;
        clamp_selection(l);
        return 0;
}

/* The selected row stays selected wherever it has gone; where it is gone altogether, the row in its place is. */
static int reload(struct listing *l, const struct database_set *databases) {
        const struct row *selected = listing_selected(l);
        if (selected == NULL)
                return load_start(l, databases);
        struct anchor anchor;
        int r = anchor_of(selected, &anchor);
        if (r < 0)
                return r;
        bool at_start = l->at_start;
        r = at_start ? load_start(l, databases) : 0;
        size_t i = 0;
        while (at_start && r == 0 && i < l->rows.n && !is_at(&l->rows.items[i], &anchor))
                i++;
        if (at_start && r == 0 && i < l->rows.n) {
                l->selected = i;
        } else if (r == 0) {
                r = listing_locate(l, databases, &anchor);
                if (r == 0 || (r == -ENOENT && !at_start))
                        r = load_around(l, databases, &anchor);
                else if (r == -ENOENT)
                        r = 0;
        }
        clamp_selection(l);
        anchor_release(&anchor);
        return r;
}

static int load_next(struct listing *l, const struct database_set *databases) {
        if (l->rows.n == 0 || l->at_end)
                return 0;
        struct anchor last;
        struct rows rows = { 0 };
        bool more;
        int r = anchor_of(&l->rows.items[l->rows.n - 1], &last);
        if (r < 0)
                return r;
        r = listing_read_side(l, databases, &last, SIDE_BEHIND, false, HALF_WINDOW, &rows, &more);
        anchor_release(&last);
        if (r == 0)
                r = append_rows(&l->rows, &rows);
        if (r < 0)
                return r;
        l->at_end = !more;
        if (l->rows.n > LISTING_WINDOW) {
                size_t dropped = l->rows.n - LISTING_WINDOW;
                dropped = dropped < l->selected ? dropped : l->selected;
                rows_drop_front(&l->rows, dropped);
                l->selected -= dropped;
                l->at_start = l->at_start && dropped == 0;
                if (l->first >= 0)
                        l->first += (int64_t) dropped;
        }
        return 0;
}

static int load_previous(struct listing *l, const struct database_set *databases) {
        if (l->rows.n == 0 || l->at_start)
                return 0;
        struct anchor first;
        struct rows rows = { 0 };
        bool more;
        int r = anchor_of(&l->rows.items[0], &first);
        if (r < 0)
                return r;
        r = listing_read_side(l, databases, &first, SIDE_BEFORE, false, HALF_WINDOW, &rows, &more);
        anchor_release(&first);
        if (r < 0)
                return r;
        size_t added = rows.n;
        r = append_rows(&rows, &l->rows);
        if (r < 0) {
                rows_release(&rows);
                return r;
        }
        l->rows = rows;
        l->selected += added;
        l->at_start = !more;
        l->first = l->at_start ? 0 : l->first >= 0 ? l->first - (int64_t) added : -1;
        size_t end = l->selected + 1 > LISTING_WINDOW ? l->selected + 1 : LISTING_WINDOW;
        if (l->rows.n > end) {
                rows_cut(&l->rows, end);
                l->at_end = false;
        }
        return 0;
}

/* Behind the last match the search begins anew at the other end. */
static int find(struct listing *l, const struct database_set *databases, enum listing_side side) {
        const struct row *selected = listing_selected(l);
        struct anchor anchor;
        if (selected == NULL || l->search[0] == '\0')
                return 0;
        int r = anchor_of(selected, &anchor);
        if (r < 0)
                return r;
        struct rows rows = { 0 };
        bool more;
        r = listing_locate(l, databases, &anchor);
        if (r == 0 || r == -ENOENT)
                r = listing_read_side(l, databases, &anchor, side, true, 1, &rows, &more);
        if (r == 0 && rows.n == 0)
                r = listing_read_side(l, databases, NULL, side, true, 1, &rows, &more);
        anchor_release(&anchor);
        l->not_found = r == 0 && rows.n == 0;
        if (r == 0 && rows.n > 0) {
                r = anchor_of(&rows.items[0], &anchor);
                if (r == 0) {
                        r = load_around(l, databases, &anchor);
                        anchor_release(&anchor);
                }
        }
        rows_release(&rows);
        return r;
}

static int load_window(struct listing *l, const struct database_set *databases) {
        switch (l->want) {
        case LISTING_NOTHING:
                return 0;
        case LISTING_RELOAD:
                return reload(l, databases);
        case LISTING_START:
                l->selected = 0;
                return load_start(l, databases);
        case LISTING_END:
                return load_end(l, databases);
        case LISTING_NEXT:
                return load_next(l, databases);
        case LISTING_PREVIOUS:
                return load_previous(l, databases);
        case LISTING_FIND_NEXT:
                return find(l, databases, SIDE_BEHIND);
        case LISTING_FIND_PREVIOUS:
                return find(l, databases, SIDE_BEFORE);
        }
        return 0;
}

/* Where the window is among all rows. Reads every row that the filter leaves, so it comes after what is on the screen. */
static int load_numbers(struct listing *l, const struct database_set *databases) {
        int r = 0;
        if (l->first < 0 && l->rows.n > 0) {
                struct anchor anchor;
                r = anchor_of(&l->rows.items[0], &anchor);
                if (r == 0) {
                        r = listing_count(l, databases, &anchor, &l->first);
                        anchor_release(&anchor);
                }
        }
        if (r == 0 && l->at_end && l->first >= 0)
                l->count = l->first + (int64_t) l->rows.n;
        else if (r == 0 && (l->count < 0 || l->recount))
                r = listing_count(l, databases, NULL, &l->count);
        if (r == 0)
                l->recount = false;
        return r;
}

int listing_load(struct listing *l, const struct database_set *databases) {
        if (l->want == LISTING_NOTHING)
                return load_numbers(l, databases);
        l->recount |= l->want == LISTING_RELOAD;
        int r = load_window(l, databases);
        if (r == 0)
                l->want = LISTING_NOTHING;
        return r;
}

bool listing_is_complete(const struct listing *l) {
        return l->want == LISTING_NOTHING && !l->recount && l->count >= 0 && (l->first >= 0 || l->rows.n == 0);
}

/* ---- wishes --------------------------------------------------------------------------------------------------- */

void listing_sort_by(struct listing *l, size_t column, bool descending) {
        l->sort = column;
        l->descending = descending;
        l->not_found = false;
        /* The window is in another order from now on: only its selected row is looked for. */
        l->at_start = false;
        l->want = l->loaded && l->rows.n > 0 ? LISTING_RELOAD : LISTING_START;
}

void listing_show(struct listing *l, const struct listing_type *type) {
        l->type = type;
        l->want = LISTING_START;
        l->count = -1;
}

/* Copies what was typed into one of the listing's two, if it can be parsed. */
static int take_words(const struct listing *l, const char *text, char words[static LISTING_TEXT_SIZE],
                      struct error *reterr) {
        char copy[LISTING_TEXT_SIZE];
        if (strlen(text) >= sizeof(copy))
                return error_set(reterr, ERROR_CONFIG, E2BIG, "longer than %zu bytes", sizeof(copy) - 1);
        (void) snprintf(copy, sizeof(copy), "%s", text);
        utf8_sanitize(copy);
        int r = filter_check(copy, l->type->columns, l->type->n_columns, reterr);
        if (r == 0)
                memcpy(words, copy, sizeof(copy));
        return r;
}

int listing_set_filter(struct listing *l, const char *filter, struct error *reterr) {
        int r = take_words(l, filter, l->filter, reterr);
        if (r < 0)
                return r;
        l->not_found = false;
        l->want = LISTING_START;
        l->count = -1;
        return 0;
}

int listing_search(struct listing *l, const char *text, bool forward, struct error *reterr) {
        int r = take_words(l, text, l->search, reterr);
        if (r < 0)
                return r;
        l->not_found = false;
        l->want = forward ? LISTING_FIND_NEXT : LISTING_FIND_PREVIOUS;
        return 0;
}

/* ---- values --------------------------------------------------------------------------------------------------- */

const struct value *listing_value(const struct row *row, size_t column) {
        return &row->values[LISTING_COLUMNS + column];
}

int listing_column(const struct listing_type *type, const char *name) {
        for (size_t i = 0; i < type->n_columns; i++)
                if (strcmp(type->columns[i].name, name) == 0)
                        return (int) i;
        return -1;
}

const struct value *listing_named(const struct listing *l, const struct row *row, const char *name) {
        static const struct value null;
        int i = listing_column(l->type, name);
        return i < 0 ? &null : listing_value(row, (size_t) i);
}

const struct row *listing_selected(const struct listing *l) {
        return l->selected < l->rows.n ? &l->rows.items[l->selected] : NULL;
}
