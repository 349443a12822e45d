/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tui/app_state.h"
#include "tui/batch.h"

static void say(struct app *a, const char *format, ...) _printf_(2, 3);
static void say(struct app *a, const char *format, ...) {
        va_list ap;
        va_start(ap, format);
        (void) vsnprintf(a->message, sizeof(a->message), format, ap);
        va_end(ap);
}

/* ---- settings ------------------------------------------------------------------------------------------------- */

static void apply_settings(struct app *a) {
        struct display *d = &a->session.context.display;
        d->glyphs = d->utf8 ? a->settings.glyphs : GLYPHS_ASCII;
        d->units = a->settings.units;
        d->local_time = a->settings.local_time;
}

/* The order of every view that was shown goes with them. */
static void save_settings(struct app *a) {
        for (size_t i = 0; i < a->navigation.n_roots; i++) {
                const struct view *v = a->navigation.roots[i];
                if (v->n_tables == 0)
                        continue;
                const struct listing *l = &v->tables[0].listing;
                char sort[64];
                (void) snprintf(sort, sizeof(sort), "%s:%s", l->type->columns[l->sort].name,
                                l->descending ? "desc" : "asc");
                settings_set_sort(&a->settings, v->type->name, sort);
        }
        struct error error;
        if (a->settings_path == NULL)
                say(a, "not saved: neither XDG_CONFIG_HOME nor HOME is set; name a file with --config");
        else if (settings_save(&a->settings, a->settings_path, &error) < 0)
                say(a, "%s", error.message);
        else
                say(a, "saved to %s", a->settings_path);
}

static void setup_input(struct app *a, uint32_t input) {
        switch (setup_key(&a->setup, &a->settings, input)) {
        case SETUP_CHANGED:
                apply_settings(a);
                return;
        case SETUP_SAVE:
                save_settings(a);
                return;
        case SETUP_CLOSED:
                a->setting_up = false;
                return;
        case SETUP_GOES_ON:
                return;
        }
}

/* ---- prompts -------------------------------------------------------------------------------------------------- */

static void open_prompt(struct app *a, enum prompt_kind kind) {
        const struct table *t = view_table(navigation_view(&a->navigation));
        if (t == NULL)
                return;
        prompt_open(&a->prompt, kind, kind == PROMPT_FILTER ? t->listing.filter : "");
        a->prompting = true;
}

static void accept_prompt(struct app *a) {
        struct table *t = view_table(navigation_view(&a->navigation));
        struct error error;
        switch (a->prompt.kind) {
        case PROMPT_SEARCH:
                if (a->prompt.text[0] != '\0' && listing_search(&t->listing, a->prompt.text, true, &error) < 0)
                        say(a, "not searched: %s", error.message);
                return;
        case PROMPT_FILTER:
                if (listing_set_filter(&t->listing, a->prompt.text, &error) < 0)
                        say(a, "not filtered: %s", error.message);
                return;
        case PROMPT_SORT:
                if (a->prompt.text[0] != '\0' && table_sort_by_name(t, a->prompt.text) < 0)
                        say(a, "no column to sort by is named %s", a->prompt.text);
                return;
        case PROMPT_NONE:
                return;
        }
}

static void prompt_input(struct app *a, uint32_t input) {
        enum prompt_result result = prompt_key(&a->prompt, input);
        a->prompting = result == PROMPT_GOES_ON;
        if (result == PROMPT_ACCEPTED)
                accept_prompt(a);
}

/* ---- export --------------------------------------------------------------------------------------------------- */

/* What has the focus, or what a chart is drawn from. */
static struct table *exported_table(const struct app *a) {
        struct view *v = navigation_view(&a->navigation);
        return view_table(v) != NULL ? view_table(v) : &v->tables[0];
}

static int write_export(struct app *a, FILE *out) {
        struct session *s = &a->session;
        int r = 0;
        for (size_t i = 0; i < s->databases.n; i++)
                if (database_begin(&s->databases.items[i], clock_monotonic(s->clock), NULL) == -EBUSY)
                        r = -EBUSY;
        if (r == 0)
                r = batch_csv(exported_table(a), &s->context, out);
        for (size_t i = 0; i < s->databases.n; i++)
                database_end(&s->databases.items[i]);
        return r;
}

/* To a new file in the current directory; a half-written one is removed. */
static void export_table(struct app *a) {
        const struct view *v = navigation_view(&a->navigation);
        if (v->n_tables == 0)
                return;
        char path[128], time[32] = "";
        time_t now = (time_t) a->session.context.display.now;
        struct tm tm;
        if (gmtime_r(&now, &tm) != NULL)
                (void) strftime(time, sizeof(time), "%Y%m%dT%H%M%SZ", &tm);
        (void) snprintf(path, sizeof(path), "ebstop-%s-%s.csv", v->type->name, time);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
        if (out == NULL) {
                say(a, "cannot write %s in this directory: %s", path, strerror(errno));
                if (fd >= 0)
                        (void) close(fd);
                return;
        }
        int r = write_export(a, out);
        if (fclose(out) != 0 && r == 0)
                r = -errno;
        if (r < 0) {
                (void) unlink(path);
                say(a, "cannot write %s: %s", path, strerror(-r));
        } else {
                say(a, "exported to %s", path);
        }
}

/* ---- commands ------------------------------------------------------------------------------------------------- */

static void report(struct app *a, int r) {
        if (r < 0)
                say(a, "%s", r == -E2BIG ? "no deeper" : strerror(-r));
}

static void switch_view(struct app *a, const struct view_type *type) {
        struct scope scope = session_scope(&a->session);
        /* Help is a step from wherever it is asked for, and Escape leads back there. */
        if (type == &help_view && navigation_view(&a->navigation)->type != type)
                report(a, navigation_open(&a->navigation, type, &scope));
        else if (type != NULL && type != &help_view)
                report(a, navigation_switch(&a->navigation, type, &scope));
}

static void next(struct app *a, int step) {
        struct view *v = navigation_view(&a->navigation);
        if (view_panes(v) > 1)
                view_focus_next(v, step);
        else
                switch_view(a, views_neighbour(a->navigation.roots[a->navigation.root]->type, step));
}

/* One step: a filter, then a level; never out of the program. */
static void back(struct app *a) {
        struct table *t = view_table(navigation_view(&a->navigation));
        if (t != NULL && t->listing.filter[0] != '\0')
                (void) listing_set_filter(&t->listing, "", NULL);
        else if (t != NULL && t->listing.not_found)
                t->listing.not_found = false;
        else
                (void) navigation_back(&a->navigation);
}

static void toggle_pause(struct app *a) {
        a->paused = !a->paused;
}

static bool display_command(struct app *a, enum command command) {
        struct display *d = &a->session.context.display;
        switch (command) {
        case COMMAND_GLYPHS:
                a->settings.glyphs = (enum glyphs) ((a->settings.glyphs + 1) % 3);
                a->settings.glyphs_given = true;
                apply_settings(a);
                if (!d->utf8)
                        say(a, "ascii only: this locale is not UTF-8");
                return true;
        case COMMAND_CLOCK:
                a->settings.local_time = !a->settings.local_time;
                apply_settings(a);
                return true;
        case COMMAND_EXACT:
                d->exact = !d->exact;
                return true;
        case COMMAND_MOUSE:
                a->mouse = !a->mouse;
                terminal_set_mouse(a->terminal, a->mouse);
                say(a, a->mouse ? "mouse on: M lets the terminal select text again" : "mouse off");
                return true;
        case COMMAND_REDRAW:
                terminal_redraw(a->terminal);
                return true;
        default:
                return false;
        }
}

static bool app_command(struct app *a, enum command command) {
        switch (command) {
        case COMMAND_QUIT:
                a->quit = true;
                return true;
        case COMMAND_NEXT:
                next(a, 1);
                return true;
        case COMMAND_PREVIOUS:
                next(a, -1);
                return true;
        case COMMAND_BACK:
                back(a);
                return true;
        case COMMAND_SEARCH:
                open_prompt(a, PROMPT_SEARCH);
                return true;
        case COMMAND_FILTER:
                open_prompt(a, PROMPT_FILTER);
                return true;
        case COMMAND_SORT:
                open_prompt(a, PROMPT_SORT);
                return true;
        case COMMAND_PAUSE:
                toggle_pause(a);
                return true;
        case COMMAND_REFRESH:
                a->session.generation++;
                return true;
        case COMMAND_EXPORT:
                export_table(a);
                return true;
        case COMMAND_SETUP:
                a->setting_up = true;
                return true;
        default:
                return display_command(a, command);
        }
}

static void view_command(struct app *a, enum command command) {
        struct view *v = navigation_view(&a->navigation);
        struct request request = { .scope = v->scope };
        bool taken = v->type->command != NULL && v->type->command(v, &a->session.context, command, &request);
        if (request.open != NULL)
                report(a, navigation_open(&a->navigation, request.open, &request.scope));
        if (taken || app_command(a, command))
                return;
        if (views_by_command(command) != NULL)
                switch_view(a, views_by_command(command));
        else if (view_table(v) != NULL)
                (void) table_command(view_table(v), command);
}

static void click(struct app *a, int row, int column) {
        struct view *v = navigation_view(&a->navigation);
        for (size_t i = 0; i < v->n_tables; i++)
                if (table_click(&v->tables[i], row, column))
                        while (v->focus != i)
                                view_focus_next(v, 1);
}

void app_key(struct app *a, uint32_t input, int row, int column) {
        a->message[0] = '\0';
        if (input == INPUT_MOUSE_CLICK)
                click(a, row, column);
        else if (a->prompting)
                prompt_input(a, input);
        else if (a->setting_up)
                setup_input(a, input);
        else
                view_command(a, keys_command(input));
}
