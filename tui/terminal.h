/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "tui/keys.h"
#include "tui/surface.h"

/* The terminal by way of ncurses. One can be open at a time. */

struct terminal; /* opaque */

/* Takes the terminal of stdout over and restores it at terminal_close(), and at a crash. ERROR_SYSTEM where there is
 * none or it cannot place its cursor. The locale has to be set. */
int terminal_open(bool colour, struct terminal **ret, struct error *reterr);

/* NULL is fine. */
void terminal_close(struct terminal *t);
DEFINE_CLEANUP(struct terminal *, terminal_close);

/* By the locale: setlocale() comes before. */
bool terminal_is_utf8(void);

/* In cells. */
void terminal_size(const struct terminal *t, int *ret_rows, int *ret_columns);

/* Shows a surface of the terminal's size: writes what differs from the one before, nothing where nothing does. */
int terminal_show(struct terminal *t, const struct surface *s);

/* Forgets what is shown, so that all of it is written again. */
void terminal_redraw(struct terminal *t);

enum terminal_event {
        TERMINAL_INPUT = 1 << 0,
        TERMINAL_RESIZED = 1 << 1,
        TERMINAL_ENDED = 1 << 2, /* told to end, or the terminal is gone */
};

/* Waits for so long at most. Returns enum terminal_event, 0 after the time. */
int terminal_wait(struct terminal *t, usec_t timeout);

/* Whether terminal_wait() would return at once. */
bool terminal_is_pending(const struct terminal *t);

/* The next key, INPUT_NONE if there is none; to be called until then after TERMINAL_INPUT. With INPUT_MOUSE_CLICK the
 * place is in *ret_row and *ret_column. */
uint32_t terminal_read(struct terminal *t, int *ret_row, int *ret_column);

/* Whether clicks are told of, as INPUT_MOUSE_CLICK. */
void terminal_set_mouse(struct terminal *t, bool on);

