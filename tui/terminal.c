/* SPDX-License-Identifier: MIT */
#include "tui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tui/signals.h"
#include "tui/terminal_keys.h"
#include "tui/terminfo.h"

/* Milliseconds after Escape in which the rest of a function key has to come. */
#define ESCAPE_DELAY_MS 25

/* So often nothing may be read of a terminal that is said to be readable. */
#define EMPTY_READS_MAX 16

enum pair {
        PAIR_GOOD = 1,
        PAIR_WARNING,
};

struct terminal {
        SCREEN *screen;
        FILE *in;  /* owned unless stdin */
        int signals; /* the pipe of signals.h */
        bool colour;
        bool ended;
        unsigned empty_reads;
        struct surface shown; /* what the terminal has; no cells: unknown */
};

bool terminal_is_utf8(void) {
        return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* ---- opening -------------------------------------------------------------------------------------------------- */

static void set_up_colour(struct terminal *t) {
        t->colour = t->colour && has_colors() && start_color() == OK && use_default_colors() == OK;
        if (!t->colour)
                return;
        bool many = COLORS >= 256;
        (void) init_pair(PAIR_GOOD, many ? 33 : COLOR_CYAN, -1);
        (void) init_pair(PAIR_WARNING, many ? 166 : COLOR_YELLOW, -1);
}

static void guard_against_crashes(void) {
        char restore[256];
        int n = snprintf(restore, sizeof(restore), "%s%s%s%s", terminfo_string("sgr0"), terminfo_string("cnorm"),
                         terminfo_string("rmkx"), terminfo_string("rmcup"));
        if (n > 0)
                signals_guard_terminal(STDOUT_FILENO, restore,
                                       (size_t) n < sizeof(restore) ? (size_t) n : sizeof(restore));
}

/* Keys come from the terminal even where stdin is something else. */
static FILE *open_input(void) {
        if (isatty(STDIN_FILENO))
                return stdin;
        int fd = open("/dev/tty", O_RDONLY | O_CLOEXEC);
        FILE *in = fd >= 0 ? fdopen(fd, "r") : NULL;
        if (in == NULL && fd >= 0)
                (void) close(fd);
        return in;
}

static int start(struct terminal *t, struct error *reterr) {
        t->in = open_input();
        if (t->in == NULL)
                return error_set(reterr, ERROR_SYSTEM, ENOTTY, "there is no terminal to read keys from: use --once");
        t->signals = signals_catch();
        if (t->signals < 0)
                return error_set(reterr, ERROR_SYSTEM, -t->signals, "signals cannot be caught: %s",
                                 strerror(-t->signals));
        guard_against_crashes();
        terminfo_release();
        (void) set_escdelay(ESCAPE_DELAY_MS);
        t->screen = newterm(NULL, stdout, t->in);
        if (t->screen == NULL)
                return error_set(reterr, ERROR_SYSTEM, ENOTTY, "the terminal cannot be used: use --once");
        (void) set_term(t->screen);
        (void) cbreak();
        (void) noecho();
        (void) nonl();
        (void) keypad(stdscr, TRUE);
        (void) nodelay(stdscr, TRUE);
        (void) curs_set(0);
        set_up_colour(t);
        return 0;
}

int terminal_open(bool colour, struct terminal **ret, struct error *reterr) {
        int r = terminfo_check(reterr);
        if (r < 0)
                return r;
        _cleanup_(terminal_closep) struct terminal *t = calloc(1, sizeof(*t));
        if (t == NULL)
                return error_oom(reterr);
        t->colour = colour;
        t->signals = -1;
        r = start(t, reterr);
        if (r == 0)
                *ret = TAKE_PTR(t);
        return r;
}

void terminal_close(struct terminal *t) {
        if (t == NULL)
                return;
        if (t->screen != NULL) {
                terminal_keys_set_mouse(false);
                (void) endwin();
                delscreen(t->screen);
        }
        if (t->signals >= 0)
                signals_release();
        if (t->in != NULL && t->in != stdin)
                (void) fclose(t->in);
        surface_release(&t->shown);
        free(t);
}

/* ---- showing -------------------------------------------------------------------------------------------------- */

void terminal_size(const struct terminal *t, int *ret_rows, int *ret_columns) {
        (void) t;
        *ret_rows = LINES;
        *ret_columns = COLS;
}

static attr_t attributes(const struct terminal *t, enum style style, short *ret_pair) {
        *ret_pair = 0;
        switch (style) {
        case STYLE_TITLE:
        case STYLE_HEADING:
                return A_BOLD;
        case STYLE_STRONG:
                return A_BOLD | A_UNDERLINE;
        case STYLE_SELECTED:
        case STYLE_KEY:
                return A_REVERSE;
        case STYLE_GOOD:
                *ret_pair = t->colour ? PAIR_GOOD : 0;
                return A_NORMAL;
        case STYLE_WARNING:
                *ret_pair = t->colour ? PAIR_WARNING : 0;
                return A_NORMAL;
        case STYLE_ALARM:
                *ret_pair = t->colour ? PAIR_WARNING : 0;
                return A_BOLD;
        case STYLE_PLAIN:
        case _STYLE_MAX:
                break;
        }
        return A_NORMAL;
}

static bool is_same_cell(const struct cell *a, const struct cell *b) {
        return a->style == b->style && wcscmp(a->text, b->text) == 0;
}

static void show_cell(const struct terminal *t, int row, int column, const struct cell *cell) {
        if (cell->text[0] == L'\0')
                return; /* its left half brings it */
        short pair;
        attr_t attr = attributes(t, cell->style, &pair);
        cchar_t c;
        if (setcchar(&c, cell->text, attr, pair, NULL) == OK)
                (void) mvadd_wch(row, column, &c);
}

/* ncurses does so with every other one. */
static void show_only_cell(const struct cell *cell) {
        (void) printf("\r%lc", (wint_t) (cell->text[0] != L'\0' ? cell->text[0] : L' '));
        (void) fflush(stdout);
}

int terminal_show(struct terminal *t, const struct surface *s) {
        bool all = t->shown.cells == NULL || t->shown.rows != s->rows || t->shown.columns != s->columns, changed = all;
        if (all) {
                int r = surface_resize(&t->shown, s->rows, s->columns);
                if (r < 0)
                        return r;
                (void) erase();
        }
        for (int row = 0; row < s->rows; row++)
                for (int column = 0; column < s->columns; column++) {
                        const struct cell *cell = surface_cell(s, row, column);
                        if (!all && is_same_cell(cell, surface_cell(&t->shown, row, column)))
                                continue;
                        show_cell(t, row, column, cell);
                        changed = true;
                }
        if (!changed)
                return 0;
        memcpy(t->shown.cells, s->cells, (size_t) s->rows * (size_t) s->columns * sizeof(*s->cells));
        (void) refresh();
        if (s->rows == 1 && s->columns == 1 && terminfo_spares_only_cell())
                show_only_cell(surface_cell(s, 0, 0));
        return 0;
}

void terminal_redraw(struct terminal *t) {
        surface_release(&t->shown);
        (void) clearok(stdscr, TRUE);
}

/* ---- events --------------------------------------------------------------------------------------------------- */

/* A size that changed while the program was stopped came without a signal. */
static bool take_size(struct terminal *t) {
        struct winsize size;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0 ||
            (size.ws_row == LINES && size.ws_col == COLS))
                return false;
        (void) resizeterm(size.ws_row, size.ws_col);
        terminal_redraw(t);
        return true;
}

static void take_signals(struct terminal *t) {
        unsigned char bytes[64];
        ssize_t n;
        while ((n = read(t->signals, bytes, sizeof(bytes))) > 0)
                for (ssize_t i = 0; i < n; i++)
                        t->ended |= bytes[i] != SIGWINCH;
}

static int poll_terminal(const struct terminal *t, int timeout_ms, int *ret_events) {
        struct pollfd fds[] = { { .fd = fileno(t->in), .events = POLLIN }, { .fd = t->signals, .events = POLLIN } };
        int n = poll(fds, 2, timeout_ms);
        *ret_events = n < 0 ? 0 : fds[0].revents;
        return n < 0 ? 0 : n;
}

int terminal_wait(struct terminal *t, usec_t timeout) {
        int revents = 0, events = 0;
        if (!t->ended)
                (void) poll_terminal(t, (int) ((timeout + USEC_PER_MSEC - 1) / USEC_PER_MSEC), &revents);
        take_signals(t);
        if ((revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
                t->ended = true;
        if (t->ended)
                return TERMINAL_ENDED;
        if ((revents & POLLIN) != 0)
                events |= TERMINAL_INPUT;
        if (take_size(t))
                events |= TERMINAL_RESIZED;
        return events;
}

bool terminal_is_pending(const struct terminal *t) {
        int revents;
        return t->ended || poll_terminal(t, 0, &revents) > 0;
}

uint32_t terminal_read(struct terminal *t, int *ret_row, int *ret_column) {
        wint_t key;
        for (;;) {
                errno = 0;
                int r = get_wch(&key);
                if (r == ERR) {
                        /* Readable, and nothing comes: the terminal is gone. */
                        if (errno == EIO || t->empty_reads++ > EMPTY_READS_MAX)
                                t->ended = true;
                        return INPUT_NONE;
                }
                t->empty_reads = 0;
                uint32_t input = terminal_keys_input(r == KEY_CODE_YES, key, ret_row, ret_column);
                if (input != INPUT_NONE)
                        return input;
        }
}

void terminal_set_mouse(struct terminal *t _unused_, bool on) {
        terminal_keys_set_mouse(on);
}
