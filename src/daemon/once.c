/* SPDX-License-Identifier: MIT */
#include "daemon/once.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>

#include "base/log.h"
#include "daemon/deliver.h"
#include "daemon/history.h"
#include "daemon/job.h"
#include "daemon/progress.h"
#include "report/report.h"
#include "report/table.h"

/* One invocation. */
struct session {
        const struct options *options;
        const struct setup *setup;
        sd_event *event;
        struct limiter *limiter;
        struct history history;
        struct progress progress;
        struct job_result result; /* once the job is done */
        bool is_done;
        int signal; /* that ended us, 0 if none */
};

static int on_signal(sd_event_source *source _unused_, const struct signalfd_siginfo *info, void *userdata) {
        struct session *s = userdata;
        s->signal = (int) info->ssi_signo;
        return 0;
}

static int mask_signals(int how) {
        sigset_t watched;
        (void) sigemptyset(&watched);
        (void) sigaddset(&watched, SIGINT);
        (void) sigaddset(&watched, SIGTERM);
        return sigprocmask(how, &watched, NULL) < 0 ? -errno : 0;
}

static int watch_signals(struct session *s) {
        int r = mask_signals(SIG_BLOCK);
        if (r < 0)
                return r;
        r = sd_event_add_signal(s->event, NULL, SIGINT, on_signal, s);
        return r < 0 ? r : sd_event_add_signal(s->event, NULL, SIGTERM, on_signal, s);
}

static void on_progress(const char *phase, const struct cycle_progress *now, void *userdata) {
        struct session *s = userdata;
        if (s->progress.label != phase) {
                progress_end(&s->progress);
                progress_init(&s->progress, phase);
        }
        progress_update(now, &s->progress);
}

static void on_done(struct job_result *result, void *userdata) {
        struct session *s = userdata;
        s->result = *result;
        s->is_done = true;
}

/* Works until the job has its result. -ECANCELED after a signal. */
static int run_job(struct session *s, struct error *reterr) {
        const struct job_options options = {
                .config = &s->setup->config,
                .worker = &s->setup->worker,
                .limiter = s->limiter,
                .prices = s->setup->prices,
                .history = &s->history,
                .mode = s->options->mode_given ? s->options->mode : s->setup->config.mode,
                .compare = s->options->compare,
                .on_progress = on_progress,
                .userdata = s,
        };
        _cleanup_(job_freep) struct job *job = NULL;
        int r = job_start(s->event, &options, on_done, &job, reterr);
        while (r >= 0 && !s->is_done && s->signal == 0) {
                r = sd_event_run(s->event, UINT64_MAX);
                if (r < 0)
                        (void) error_set(reterr, ERROR_SYSTEM, -r, "the event loop failed: %s", strerror(-r));
        }
        progress_end(&s->progress);
        if (r < 0)
                return r;
        if (!s->is_done)
                return error_set(reterr, ERROR_CANCELLED, ECANCELED,
                                 "interrupted by %s: nothing of this run is stored",
                                 s->signal == SIGINT ? "SIGINT" : "SIGTERM");
        *reterr = s->result.error;
        return reterr->kind == ERROR_NONE ? 0 : -(reterr->errnum != 0 ? reterr->errnum : EIO);
}

static int status_of_run(const struct run *run) {
        switch (run->status) {
        case RUN_OK:
                return EXIT_ALL_REGIONS;
        case RUN_PARTIAL:
                return EXIT_SOME_REGIONS;
        default:
                return EXIT_NO_REGION;
        }
}

static int worst(int a, int b) {
        return a > b ? a : b;
}

/* Whoever called must have left: the exit status says that the report is not whole. */
static int check_output(int r) {
        if (r >= 0 && fflush(stdout) == 0)
                return EXIT_ALL_REGIONS;
        log_message(LOG_ERR, "cannot write the report to standard output: %s", strerror(r < 0 ? -r : errno));
        return EXIT_USAGE;
}

static int print_run(const struct session *s, const struct run *run) {
        switch (s->options->format) {
        case OUTPUT_JSON:
                return check_output(report_json_run(run, stdout));
        case OUTPUT_CSV:
                return check_output(report_csv_run(run, stdout));
        default:
                return check_output(report_text_run(run, stdout));
        }
}

static int print_comparison(const struct session *s, const struct comparison *c) {
        switch (s->options->format) {
        case OUTPUT_JSON:
                return check_output(report_json_comparison(c, stdout));
        case OUTPUT_CSV:
                return check_output(report_csv_comparison(c, stdout));
        default:
                return check_output(report_text_comparison(c, stdout));
        }
}

/* The text may be the service's own, and standard error a terminal. */
static void log_error(const struct error *error) {
        _cleanup_(freep) char *message = text_printable(error->message);
        log_message(LOG_ERR, "%s", message != NULL ? message : error_kind_name(error->kind));
}

/* Says why there is no result at all. */
static int give_up(const struct session *s, const struct error *error) {
        log_error(error);
        if (s->signal != 0)
                return EXIT_SIGNALLED + s->signal;
        return error->kind == ERROR_CONFIG || error->kind == ERROR_CREDENTIALS ? EXIT_USAGE : EXIT_NO_REGION;
}

static int status_of(const struct job_result *result) {
        const struct comparison *c = &result->comparison;
        if (job_result_is_refused(result))
                return EXIT_USAGE;
        if (!result->compared)
                return status_of_run(&result->run);
        int status = worst(status_of_run(&c->sequential), worst(status_of_run(&c->parallel), status_of_run(&c->sweep)));
        return c->agree ? status : worst(status, EXIT_SOME_REGIONS);
}

static int deliver_result(struct session *s) {
        struct error error;
        if (s->options->no_store || deliver(&s->setup->config, &s->result, NULL, &error) == 0)
                return EXIT_ALL_REGIONS;
        log_message(LOG_ERR, "%s", error.message);
        return error.kind == ERROR_CONFIG ? EXIT_USAGE : EXIT_DATABASE;
}

static int print_result(const struct session *s) {
        /* A pipe whose reader does not read must not make us deaf. There are no workers any more. */
        (void) mask_signals(SIG_UNBLOCK);
        return s->result.compared ? print_comparison(s, &s->result.comparison) : print_run(s, &s->result.run);
}

static int run_once(struct session *s) {
        struct error error;
        if (run_job(s, &error) < 0)
                return give_up(s, &error);
        const struct run *run = job_result_run(&s->result);
        bool refused = job_result_is_refused(&s->result);
        /* The text itself says why no region could be asked. */
        bool is_text = !refused && s->options->format == OUTPUT_TEXT;
        if (run->n_regions == 0 && !is_text)
                log_error(&run->error);
        int status = worst(status_of(&s->result), deliver_result(s));
        if (refused)
                return status;
        int printed = print_result(s);
        if (run->n_regions == 0 && is_text && printed != EXIT_ALL_REGIONS)
                log_error(&run->error);
        return worst(status, printed);
}

int once(const struct options *options, const struct setup *setup) {
        struct session s = { .options = options, .setup = setup };
        struct error error;
        if (!options->no_store && history_recall(&s.history, &setup->config, &error) < 0) {
                log_message(LOG_ERR, "%s", error.message);
                return EXIT_DATABASE;
        }
        int r = cycle_new_limiter(&setup->config, &setup->settings, &s.limiter);
        if (r >= 0)
                r = sd_event_new(&s.event);
        if (r >= 0)
                r = watch_signals(&s);
        int status;
        if (r < 0) {
                log_message(LOG_ERR, "cannot set up the event loop: %s", strerror(-r));
                status = EXIT_NO_REGION;
        } else {
                status = run_once(&s);
        }
        job_result_release(&s.result);
        sd_event_unref(s.event);
        limiter_free(s.limiter);
        history_release(&s.history);
        return status;
}
