/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/app.h"
#include "tui/navigation.h"
#include "tui/prompt.h"
#include "tui/session.h"
#include "tui/setup.h"
#include "tui/terminal.h"

/* Shared by app.c (the loop), app_keys.c (what keys do) and app_screen.c (what is drawn). */

struct app {
        struct session session;
        struct settings settings;
        const char *settings_path; /* NULL: nowhere */
        struct navigation navigation;
        struct terminal *terminal; /* owned */
        struct surface surface;
        struct prompt prompt;
        bool prompting;
        struct setup setup;
        bool setting_up;
        bool paused;
        bool mouse;
        bool quit;
        char message[VIEW_NOTE_SIZE]; /* what a key led to; until the next key */
        usec_t loading_since; /* monotonic; 0: nothing is being read */
        usec_t drawn_at;      /* while something is being read */
};

/* Draws the screen and shows it. */
int app_show(struct app *a);

/* Does what a key says. row, column: of a click. */
void app_key(struct app *a, uint32_t input, int row, int column);
