/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tui/app.h"

/* EBSTOP_NOW=2026-11-23T14:02:00Z stops the clock, for tests: ages and the screen's clock are by it. */
static usec_t stopped_realtime(void *userdata) {
        return *(const usec_t *) userdata;
}

static const struct clock *choose_clock(struct clock *stopped, usec_t *now) {
        const char *text = getenv("EBSTOP_NOW");
        if (text == NULL || clock_parse_iso8601(text, now) < 0)
                return clock_system();
        *stopped = (struct clock){ .realtime = stopped_realtime, .monotonic = clock_system()->monotonic, .userdata = now };
        return stopped;
}

/* A missing file is no error unless it was asked for by name. *ret_path: where settings are saved, the caller's. */
static int load_settings(const struct options *o, struct settings *s, char **ret_path, struct error *reterr) {
        char *path = NULL;
        int r;
        if (o->config != NULL) {
                path = strdup(o->config);
                r = path == NULL ? -ENOMEM : settings_load(s, path, reterr);
        } else {
                r = settings_path(&path);
                if (r == 0)
                        r = settings_load(s, path, reterr);
                if (r == -ENOENT)
                        r = 0;
        }
        *ret_path = path;
        return r == -ENOMEM ? error_oom(reterr) : r;
}

int main(int argc, char **argv) {
        /* Numbers stay as in C: they are written to JSON and CSV. */
        (void) setlocale(LC_CTYPE, "");
        (void) setlocale(LC_TIME, "");
        tzset();
        struct options options;
        options_parse(argc, argv, &options);
        struct settings settings = settings_default();
        _cleanup_(freep) char *path = NULL;
        struct error error;
        if (load_settings(&options, &settings, &path, &error) < 0) {
                (void) fprintf(stderr, "ebstop: %s\n", error.message);
                options_release(&options);
                return EXIT_USAGE;
        }
        struct settings applied = options_apply(&options, &settings);
        struct clock stopped;
        usec_t now;
        const struct clock *clock = choose_clock(&stopped, &now);
        bool screen = options.output == OUTPUT_SCREEN && isatty(STDOUT_FILENO);
        int status = screen ? app_run(&options, &applied, path, clock) : once_run(&options, &applied, clock);
        options_release(&options);
        return status;
}
