/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tui/app_state.h"
#include "tui/cell.h"
#include "tui/frame.h"

static void note_waiting(const struct app *a, char buf[static VIEW_NOTE_SIZE]) {
        if (a->loading_since == 0)
                return;
        usec_t seconds = (clock_monotonic(a->session.clock) - a->loading_since) / USEC_PER_SEC;
        char time[32] = "";
        if (seconds > 0)
                (void) snprintf(time, sizeof(time), " %llu s,", (unsigned long long) seconds);
        (void) snprintf(buf, VIEW_NOTE_SIZE, "searching...%s any key stops it", time);
}

static void note_databases(const struct app *a, char buf[static VIEW_NOTE_SIZE]) {
        const struct database_set *set = &a->session.databases;
        const struct status *s = &a->session.status;
        for (size_t i = 0; buf[0] == '\0' && i < set->n; i++) {
                char text[160];
                bool has_numbers = i < s->n_databases && s->databases[i].newest_at > 0;
                explain_briefly(&set->items[i], has_numbers, clock_monotonic(a->session.clock), text);
                if (text[0] != '\0')
                        (void) snprintf(buf, VIEW_NOTE_SIZE, "%s%s%s", set->n > 1 ? set->items[i].name : "",
                                        set->n > 1 ? ": " : "", text);
        }
}

/* The sorted column's heading stands out on the screen, if it is there; which way the rows go is told here alone. */
static void note_order(const struct listing *l, const struct display *d, char *buf, size_t size) {
        const struct column *c = &l->type->columns[l->sort];
        char heading[FORMAT_SIZE];
        if ((c->flags & COLUMN_HIDDEN) != 0)
                (void) snprintf(buf, size, "  < > sort  I invert");
        else
                (void) snprintf(buf, size, "  < > sort: %s %s  I invert", cell_heading(c, d, heading),
                                l->descending ? "down" : "up");
}

static void note_position(const struct app *a, struct view *v, char buf[static VIEW_NOTE_SIZE]) {
        const struct table *t = view_table(v);
        char position[FORMAT_SIZE] = "";
        if (t != NULL)
                (void) table_position(t, position);
        bool filtered = t != NULL && t->listing.filter[0] != '\0';
        int n = snprintf(buf, VIEW_NOTE_SIZE, "%s", position);
        if (filtered)
                n += snprintf(buf + n, VIEW_NOTE_SIZE - (size_t) n, "  filter: %s (Esc clears)", t->listing.filter);
        /* What fits is shown, so what the view alone has comes first. */
        const char *hint = view_hint(v);
        if (hint != NULL && n < VIEW_NOTE_SIZE)
                n += snprintf(buf + n, VIEW_NOTE_SIZE - (size_t) n, "%s%s", n > 0 ? "  " : "", hint);
        if (t != NULL && !filtered && n < VIEW_NOTE_SIZE)
                n += snprintf(buf + n, VIEW_NOTE_SIZE - (size_t) n, "  / search  \\ filter");
        if (t != NULL && n < VIEW_NOTE_SIZE)
                note_order(&t->listing, &a->session.context.display, buf + n, VIEW_NOTE_SIZE - (size_t) n);
}

/* What keeps a view from being loaded, "damaged"; NULL: nothing does. What cannot be opened is left out as long as
 * there is another database; what fails while it is read, or is locked, holds all of it up. */
static const char *obstacle(const struct app *a) {
        const struct database_set *set = &a->session.databases;
        const char *first = NULL;
        bool any_readable = false;
        for (size_t i = 0; i < set->n; i++) {
                enum database_state state = set->items[i].state;
                if (state == DATABASE_BUSY || state == DATABASE_DAMAGED || state == DATABASE_FAILED)
                        return database_state_name(state);
                any_readable |= state == DATABASE_READABLE || state == DATABASE_UNKNOWN;
                first = first == NULL ? database_state_name(state) : first;
        }
        return any_readable ? NULL : first;
}

static bool has_numbers(const struct app *a) {
        struct error error;
        const struct status *s = &a->session.status;
        return status_has_numbers(s) && status_check_region(s, &error) == 0;
}

/* What the user types comes first, then what went wrong, then the view's own words. */
static enum style make_note(const struct app *a, struct view *v, char buf[static VIEW_NOTE_SIZE], bool *ret_may_go) {
        buf[0] = '\0';
        *ret_may_go = false;
        if (a->prompting) {
                prompt_text(&a->prompt, buf);
                return STYLE_STRONG;
        }
        note_waiting(a, buf);
        if (buf[0] != '\0')
                return STYLE_WARNING;
        if (a->message[0] != '\0') {
                (void) snprintf(buf, VIEW_NOTE_SIZE, "%s", a->message);
                return STYLE_STRONG;
        }
        if (!has_numbers(a))
                return STYLE_PLAIN; /* the whole screen says why */
        note_databases(a, buf);
        if (buf[0] != '\0')
                return STYLE_ALARM;
        const struct table *t = view_table(v);
        bool busy = t != NULL &&
                    (t->listing.filter[0] != '\0' || t->listing.not_found || t->listing.selected > 0 || v->focus > 0);
        if (!busy && v->type->note != NULL) {
                enum style style = v->type->note(v, &a->session.context, buf);
                *ret_may_go = buf[0] != '\0';
                if (*ret_may_go)
                        return style;
        }
        note_position(a, v, buf);
        return STYLE_PLAIN;
}

static void draw(struct app *a) {
        struct view *v = navigation_view(&a->navigation);
        char title[256], note[VIEW_NOTE_SIZE];
        navigation_title(&a->navigation, title);
        bool may_go;
        enum style style = make_note(a, v, note, &may_go);
        const struct frame frame = {
                .title = a->setting_up ? "Setup" : title,
                .note = note,
                .note_style = style,
                .note_may_go = may_go,
                .paused = a->paused,
        };
        const struct context *c = &a->session.context;
        a->session.context.display.obstacle = obstacle(a);
        struct area area = frame_draw(&a->surface, &frame, c);
        if (area.rows == 0)
                return;
        if (a->setting_up)
                setup_draw(&a->setup, &a->settings, a->settings_path, area);
        else if (v->n_tables > 0 && (!has_numbers(a) || (c->display.obstacle != NULL && !view_is_loaded(v))))
                frame_explain(area, c, clock_monotonic(a->session.clock));
        else
                v->type->draw(v, c, area);
}

int app_show(struct app *a) {
        int rows, columns;
        terminal_size(a->terminal, &rows, &columns);
        a->surface.utf8 = a->session.context.display.utf8;
        int r = surface_resize(&a->surface, rows, columns);
        if (r < 0)
                return r;
        draw(a);
        return terminal_show(a->terminal, &a->surface);
}
