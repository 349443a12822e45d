/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "tui/display.h"

/* What ebstop remembers: XDG_CONFIG_HOME/ebstop/ebstoprc, an INI file, written only when the user says so. */

#define SETTINGS_SORTS_MAX 16

struct settings {
        bool glyphs_given; /* else by the locale */
        enum glyphs glyphs;
        enum units units;
        bool local_time;
        bool colour;
        usec_t refresh;
        char view[32]; /* the first one's name */
        struct {
                char view[32];
                char sort[64]; /* as --sort has it */
        } sorts[SETTINGS_SORTS_MAX];
        size_t n_sorts;
};

/* What is so without a file. */
struct settings settings_default(void);

/* The usual path: XDG_CONFIG_HOME, or .config in HOME. 0; -ENOENT: neither is set; -ENOMEM. *ret is the caller's. */
int settings_path(char **ret);

/* Reads a file over what *s has. -ENOENT without one; ERROR_CONFIG, with file and line in the message, for what is not
 * understood. *s is unchanged then. */
int settings_load(struct settings *s, const char *path, struct error *reterr);

/* Writes all of it anew, atomically, and makes the directory. ERROR_SYSTEM. */
int settings_save(const struct settings *s, const char *path, struct error *reterr);

/* A key's value as the file has it ("glyphs", "block"): -ENOENT no such key, -EINVAL no such value. */
int settings_set(struct settings *s, const char *key, const char *value);

/* NULL: the view is not sorted in a way of its own. */
const char *settings_sort(const struct settings *s, const char *view);
void settings_set_sort(struct settings *s, const char *view, const char *sort);

/* Names of values, as files and options have them. */
const char *glyphs_name(enum glyphs glyphs);
const char *units_name(enum units units);
int glyphs_from_name(const char *name, enum glyphs *ret);
int units_from_name(const char *name, enum units *ret);

/* 0.5 to 3600 seconds: -EINVAL. */
int refresh_from_text(const char *text, usec_t *ret);
