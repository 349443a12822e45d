/* SPDX-License-Identifier: MIT */
#include "tui/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ini.h"

#define FILE_MAX ((size_t) 64 * 1024)

#define REFRESH_MIN_MS 500
#define REFRESH_MAX_MS (3600 * 1000)

static const char *const glyphs_names[] = {
        [GLYPHS_ASCII] = "ascii",
        [GLYPHS_BLOCK] = "block",
        [GLYPHS_BRAILLE] = "braille",
};
static const char *const units_names[] = {
        [UNITS_AUTO] = "auto",
        [UNITS_GIB] = "gib",
        [UNITS_TIB] = "tib",
};

static int find_name(const char *const names[], size_t n, const char *name) {
        for (size_t i = 0; i < n; i++)
                if (strcmp(names[i], name) == 0)
                        return (int) i;
        return -EINVAL;
}

const char *glyphs_name(enum glyphs glyphs) {
        return glyphs_names[glyphs];
}

const char *units_name(enum units units) {
        return units_names[units];
}

int glyphs_from_name(const char *name, enum glyphs *ret) {
        int i = find_name(glyphs_names, ARRAY_SIZE(glyphs_names), name);
        if (i >= 0)
                *ret = (enum glyphs) i;
        return i < 0 ? i : 0;
}

int units_from_name(const char *name, enum units *ret) {
        int i = find_name(units_names, ARRAY_SIZE(units_names), name);
        if (i >= 0)
                *ret = (enum units) i;
        return i < 0 ? i : 0;
}

/* Digits with at most three behind a point, in any locale. */
int refresh_from_text(const char *text, usec_t *ret) {
        unsigned long long ms = 0, unit = 1000;
        bool behind_point = false;
        size_t digits = 0;
        for (const char *c = text; *c != '\0'; c++) {
                if (*c == '.' && !behind_point) {
                        behind_point = true;
                        continue;
                }
                if (*c < '0' || *c > '9' || ++digits > 9 || (behind_point && unit == 1))
                        return -EINVAL;
                if (behind_point) {
                        unit /= 10;
                        ms += (unsigned long long) (*c - '0') * unit;
                } else {
                        ms = ms * 10 + (unsigned long long) (*c - '0') * 1000;
                }
        }
        if (digits == 0 || ms < REFRESH_MIN_MS || ms > REFRESH_MAX_MS)
                return -EINVAL;
        *ret = ms * USEC_PER_MSEC;
        return 0;
}

struct settings settings_default(void) {
        return (struct settings){
                .glyphs = GLYPHS_BLOCK,
                .units = UNITS_AUTO,
                .colour = true,
                .refresh = 2 * USEC_PER_SEC,
                .view = "overview",
        };
}

int settings_path(char **ret) {
        const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
        int n;
        /* A relative path is to be ignored: XDG Base Directory Specification. */
        if (config != NULL && config[0] == '/')
                n = asprintf(ret, "%s/ebstop/ebstoprc", config);
        else if (home != NULL && home[0] == '/')
                n = asprintf(ret, "%s/.config/ebstop/ebstoprc", home);
        else
                return -ENOENT;
        return n < 0 ? -ENOMEM : 0;
}

const char *settings_sort(const struct settings *s, const char *view) {
        for (size_t i = 0; i < s->n_sorts; i++)
                if (strcmp(s->sorts[i].view, view) == 0)
                        return s->sorts[i].sort;
        return NULL;
}

void settings_set_sort(struct settings *s, const char *view, const char *sort) {
        size_t i = 0;
        while (i < s->n_sorts && strcmp(s->sorts[i].view, view) != 0)
                i++;
        if (i == SETTINGS_SORTS_MAX)
                return;
        if (i == s->n_sorts)
                s->n_sorts++;
        (void) snprintf(s->sorts[i].view, sizeof(s->sorts[i].view), "%s", view);
        (void) snprintf(s->sorts[i].sort, sizeof(s->sorts[i].sort), "%s", sort);
}

static int set_choice(const char *value, const char *yes, const char *no, bool *ret) {
        if (strcmp(value, yes) != 0 && strcmp(value, no) != 0)
                return -EINVAL;
        *ret = strcmp(value, yes) == 0;
        return 0;
}

int settings_set(struct settings *s, const char *key, const char *value) {
        if (strcmp(key, "glyphs") == 0) {
                int r = glyphs_from_name(value, &s->glyphs);
                s->glyphs_given |= r == 0;
                return r;
        }
        if (strcmp(key, "units") == 0)
                return units_from_name(value, &s->units);
        if (strcmp(key, "time") == 0)
                return set_choice(value, "local", "utc", &s->local_time);
        if (strcmp(key, "color") == 0)
                return set_choice(value, "yes", "no", &s->colour);
        if (strcmp(key, "refresh") == 0)
                return refresh_from_text(value, &s->refresh);
        if (strcmp(key, "view") == 0) {
                if (strlen(value) >= sizeof(s->view))
                        return -EINVAL;
                (void) snprintf(s->view, sizeof(s->view), "%s", value);
                return 0;
        }
        return -ENOENT;
}

struct loader {
        const char *path;
        struct settings settings;
};

static int on_key(const char *section, const char *key, const char *subkey, const char *value, unsigned line,
                  void *userdata, struct error *reterr) {
        struct loader *l = userdata;
        if (key == NULL)
                return 0;
        bool is_sort = strcmp(section, "sort") == 0;
        if (!is_sort && strcmp(section, "ebstop") != 0)
                return 0; /* of a newer ebstop */
        if (subkey != NULL || strlen(value) >= sizeof(l->settings.sorts[0].sort))
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: %s: not a value that ebstop writes: remove the "
                                 "line", l->path, line, key);
        if (is_sort) {
                settings_set_sort(&l->settings, key, value);
                return 0;
        }
        int r = settings_set(&l->settings, key, value);
        if (r == -EINVAL)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: %s = %s is not understood: remove the line",
                                 l->path, line, key, value);
        return 0;
}

int settings_load(struct settings *s, const char *path, struct error *reterr) {
        struct loader l = { .path = path, .settings = *s };
        int r = ini_parse_file(path, 0, on_key, &l, reterr);
        if (r == 0)
                *s = l.settings;
        return r;
}

/* ---- saving --------------------------------------------------------------------------------------------------- */

static int format_settings(const struct settings *s, struct buffer *out) {
        int r = buffer_printf(out, "# Written by ebstop, which rewrites the whole file: comments are lost.\n[ebstop]\n");
        if (r == 0 && s->glyphs_given)
                r = buffer_printf(out, "glyphs = %s\n", glyphs_name(s->glyphs));
        if (r == 0)
                r = buffer_printf(out, "units = %s\ntime = %s\ncolor = %s\nrefresh = %llu.%03llu\nview = %s\n",
                                  units_name(s->units), s->local_time ? "local" : "utc", s->colour ? "yes" : "no",
                                  (unsigned long long) (s->refresh / USEC_PER_SEC),
                                  (unsigned long long) (s->refresh % USEC_PER_SEC / USEC_PER_MSEC), s->view);
        if (r == 0 && s->n_sorts > 0)
                r = buffer_append_string(out, "\n[sort]\n");
        for (size_t i = 0; r == 0 && i < s->n_sorts; i++)
                r = buffer_printf(out, "%s = %s\n", s->sorts[i].view, s->sorts[i].sort);
        return r;
}

static int make_directories(const char *path) {
        _cleanup_(freep) char *copy = strdup(path);
        if (copy == NULL)
                return -ENOMEM;
        for (char *c = strchr(copy + 1, '/'); c != NULL; c = strchr(c + 1, '/')) {
                *c = '\0';
                if (mkdir(copy, 0700) < 0 && errno != EEXIST)
                        return -errno;
                *c = '/';
        }
        return 0;
}

static int write_all(int fd, const struct buffer *text) {
        for (size_t done = 0; done < text->len;) {
                ssize_t n = write(fd, text->data + done, text->len - done);
                if (n < 0 && errno != EINTR)
                        return -errno;
                done += n > 0 ? (size_t) n : 0;
        }
        return fsync(fd) < 0 ? -errno : 0;
}

static int write_file(const char *path, const struct buffer *text) {
        _cleanup_(freep) char *temporary = NULL;
        if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
                temporary = NULL;
                return -ENOMEM;
        }
        int fd = mkostemp(temporary, O_CLOEXEC);
        if (fd < 0)
                return -errno;
        int r = write_all(fd, text);
        if (close(fd) < 0 && r == 0)
                r = -errno;
        if (r == 0 && rename(temporary, path) < 0)
                r = -errno;
        if (r < 0)
                (void) unlink(temporary);
        return r;
}

int settings_save(const struct settings *s, const char *path, struct error *reterr) {
        struct buffer text = BUFFER_INIT(FILE_MAX);
        int r = format_settings(s, &text);
        if (r == 0)
                r = make_directories(path);
        if (r == 0)
                r = write_file(path, &text);
        buffer_release(&text);
        return r < 0 ? error_set(reterr, ERROR_SYSTEM, -r, "cannot save %s: %s", path, strerror(-r)) : 0;
}
