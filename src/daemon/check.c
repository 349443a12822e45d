/* SPDX-License-Identifier: MIT */
#include "daemon/check.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/check_files.h"
#include "daemon/foreground.h"
#include "daemon/history.h"
#include "daemon/once.h"
#include "report/preflight.h"
#include "store/inspect.h"

/* A call that fails is tried again, because a run would, but nobody wants to wait as long as a run would. */
#define MAX_ATTEMPTS 3u

static void name_user(struct preflight *p) {
        char buf[4096];
        struct passwd entry, *found = NULL;
        p->uid = geteuid();
        (void) snprintf(p->user, sizeof(p->user), "%u", (unsigned) p->uid);
        if (getpwuid_r(p->uid, &entry, buf, sizeof(buf), &found) == 0 && found != NULL)
                error_copy_text(p->user, sizeof(p->user), found->pw_name);
}

/* Their values may hold a password. */
static void name_proxies(struct preflight *p) {
        static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy",
                                             "ALL_PROXY",   "no_proxy",    "NO_PROXY" };
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                const char *value = getenv(names[i]);
                size_t n = strlen(p->proxies);
                if (value != NULL && value[0] != '\0')
                        (void) snprintf(p->proxies + n, sizeof(p->proxies) - n, "%s%s", n > 0 ? ", " : "", names[i]);
        }
}

/* What the region as a whole came to tells more of a call that was never answered, because the region's time was up,
 * and of an AuthFailure, which the other regions and the list of them have explained by now. */
static void take_failure(struct call_check *call, const struct error *error) {
        if (call->state != CHECK_NOT_MADE &&
            !(call->state == CHECK_FAILED && strcmp(call->error.code, "AuthFailure") == 0))
                return;
        call->state = CHECK_FAILED;
        call->error = *error;
}

static int take_result(struct preflight *p, struct run *run) {
        p->error = run->error;
        p->regions_assumed = run->regions_assumed;
        memcpy(p->notice, run->notice, sizeof(p->notice));
        p->listed = run->listed;
        run->listed = (struct region_list){ 0 };
        for (size_t i = 0; i < run->n_regions; i++) {
                struct region_check *region = preflight_region(p, run->regions[i].region);
                if (region == NULL)
                        return -ENOMEM;
                if (run->regions[i].failed) {
                        take_failure(&region->instances, &run->regions[i].error);
                        take_failure(&region->volumes, &run->regions[i].error);
                }
        }
        preflight_sort_regions(p);
        return 0;
}

/* Asks AWS. Failures are for *p; -ECANCELED after a signal, -ENOMEM. */
static int ask(struct preflight *p, struct setup *setup, int *ret_signal) {
        struct history history = { 0 };
        struct error ignored;
        if (p->database.state == CHECK_OK && p->database.exists)
                (void) history_peek(&history, &setup->config, &ignored);
        const struct job_options options = { .history = &history, .mode = MODE_SWEEP, .preflight = p };
        struct job_result result = { 0 };
        if (setup->config.max_attempts > MAX_ATTEMPTS)
                setup->config.max_attempts = MAX_ATTEMPTS;
        p->regions_named = setup->config.regions != NULL;
        error_copy_text(p->keys.profile, sizeof(p->keys.profile), setup->settings.profile);
        int r = foreground_run(setup, &options, &result, ret_signal, &p->error);
        if (r == 0) {
                r = take_result(p, &result.run);
        } else if (r != -ECANCELED && r != -ENOMEM) {
                r = 0; /* it is told as what it is: why no region could be asked */
        }
        job_result_release(&result);
        history_release(&history);
        return r;
}

/* What is wrong in the CA bundle is only known when it is read. */
static bool prepare_workers(struct preflight *p, const struct setup *setup) {
        struct error error;
        if (worker_prepare(&setup->worker, &error) == 0)
                return true;
        for (size_t i = 0; i < p->n_files; i++)
                if (strcmp(p->files[i].what, CHECK_CA_BUNDLE) == 0) {
                        p->files[i].state = CHECK_FAILED;
                        p->files[i].error = error;
                        return false;
                }
        p->error = error;
        return false;
}

static int look(struct preflight *p, const struct options *o, int *ret_signal) {
        _cleanup_(setup_freep) struct setup *setup = NULL;
        struct error_list errors[_SETUP_PART_MAX] = { 0 };
        struct error error;
        int r = setup_load_parts(o, &setup, errors);
        if (r < 0)
                return r;
        p->checked_at = clock_realtime(setup->worker.clock);
        name_user(p);
        name_proxies(p);
        p->settings_error = error_list_summary(&errors[SETUP_SETTINGS]);
        r = check_files(p, o, setup, errors);
        if (r < 0 || errors[SETUP_CONFIG].n > 0)
                return r;
        if (!o->no_store && (r = store_inspect(setup->config.database, &p->database, &error)) < 0)
                return r;
        if (p->settings_error.kind != ERROR_NONE || !prepare_workers(p, setup))
                return 0;
        r = ask(p, setup, ret_signal);
        worker_unprepare();
        return r;
}

static int print(const struct options *o, const struct preflight *p) {
        foreground_unblock_signals();
        int r = o->format == OUTPUT_JSON ? report_json_preflight(p, stdout) : report_text_preflight(p, stdout);
        if (r >= 0)
                return (int) preflight_verdict(p);
        log_message(LOG_ERR, "cannot write the report to standard output: %s", strerror(-r));
        return EXIT_USAGE;
}

int check(const struct options *options) {
        struct preflight p = { 0 };
        int signo = 0, status;
        int r = look(&p, options, &signo);
        if (r == -ECANCELED) {
                log_message(LOG_ERR, "interrupted by %s", signo == SIGINT ? "SIGINT" : "SIGTERM");
                status = EXIT_SIGNALLED + signo;
        } else if (r < 0) {
                log_message(LOG_ERR, "out of memory");
                status = EXIT_NO_REGION;
        } else {
                status = print(options, &p);
        }
        preflight_release(&p);
        return status;
}
