/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/keys.h"
#include "tui/settings.h"
#include "tui/surface.h"

/* The screen of the settings: each is changed at once and kept for this run; saved only by S. */

struct setup {
        size_t selected;
};

/* Draws it over the area; path: where S saves. */
void setup_draw(const struct setup *s, const struct settings *settings, const char *path, struct area area);

enum setup_result {
        SETUP_GOES_ON,
        SETUP_CHANGED, /* settings were */
        SETUP_SAVE,
        SETUP_CLOSED,
};

/* Takes a key and changes settings at once, which the caller saves or not by what is returned. */
enum setup_result setup_key(struct setup *s, struct settings *settings, uint32_t input);
