/* SPDX-License-Identifier: MIT */
#include "daemon/once.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <systemd/sd-event.h>

#include "base/log.h"
#include "collect/cycle.h"
#include "daemon/history.h"
#include "daemon/progress.h"
#include "report/report.h"
#include "report/table.h"

/* One invocation: what its runs share. */
struct session {
        const struct options *options;
        const struct config *config;
        const struct worker_context *worker;
        const struct price_list *prices;
        sd_event *event;
        struct limiter *limiter;
        struct history history;
        struct run finished; /* where the running cycle leaves its result */
        bool is_finished;
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

/* Who listens to a cycle. */
struct cycle_listener {
        struct session *session;
        struct progress progress;
};

static void on_cycle_progress(const struct cycle_progress *now, void *userdata) {
        struct cycle_listener *l = userdata;
        progress_update(now, &l->progress);
}

static void on_cycle_done(struct run *run, void *userdata) {
        struct cycle_listener *l = userdata;
        l->session->finished = *run;
        l->session->is_finished = true;
}

static uint64_t random_seed(void) {
        uint64_t seed = 0;
        if (getrandom(&seed, sizeof(seed), 0) != (ssize_t) sizeof(seed))
                seed = clock_monotonic(clock_system());
        return seed;
}

/* Runs one cycle to its end. -ECANCELED after a signal. */
static int run_cycle(struct session *s, enum run_mode mode, bool discover_only, const struct run *discovered,
                     struct run *ret, struct error *reterr) {
        struct cycle_listener listener = { .session = s };
        progress_init(&listener.progress, discover_only ? "discovery" : run_mode_name(mode));
        const struct cycle_options options = {
                .config = s->config,
                .worker = s->worker,
                .limiter = s->limiter,
                .prices = s->prices,
                .mode = mode,
                .discover_only = discover_only,
                .discovered = discovered,
                .sizes = s->history.sizes,
                .n_sizes = s->history.n_sizes,
                .known_regions = s->history.known_regions,
                .n_known_regions = s->history.n_known_regions,
                .known_regions_at = s->history.known_regions_at,
                .seed = random_seed(),
                .on_progress = on_cycle_progress,
                .userdata = &listener,
        };
        _cleanup_(cycle_freep) struct cycle *cycle = NULL;
        s->is_finished = false;
        int r = cycle_start(s->event, &options, on_cycle_done, &cycle, reterr);
        while (r >= 0 && !s->is_finished && s->signal == 0) {
                r = sd_event_run(s->event, UINT64_MAX);
                if (r < 0)
                        (void) error_set(reterr, ERROR_SYSTEM, -r, "the event loop failed: %s", strerror(-r));
        }
        progress_end(&listener.progress);
        if (r < 0)
                return r;
        if (!s->is_finished)
                return error_set(reterr, ERROR_CANCELLED, ECANCELED,
                                 "interrupted by %s: nothing of this run is stored",
                                 s->signal == SIGINT ? "SIGINT" : "SIGTERM");
        *ret = s->finished;
        s->finished = (struct run){ 0 };
        return 0;
}

static int status_of(const struct run *run) {
        switch (run->status) {
        case RUN_OK:
                return EXIT_ALL_REGIONS;
        case RUN_PARTIAL:
                return EXIT_SOME_REGIONS;
        default:
                return EXIT_NO_REGION;
        }
}

static bool is_configuration(const struct error *error) {
        return error->kind == ERROR_CONFIG || error->kind == ERROR_CREDENTIALS;
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
        /* A pipe whose reader does not read must not make us deaf. There are no workers any more. */
        (void) mask_signals(SIG_UNBLOCK);
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
        (void) mask_signals(SIG_UNBLOCK);
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

/* Says why a run could not be made at all. */
static int refuse(const struct session *s, const struct error *error) {
        log_error(error);
        if (s->signal != 0)
                return EXIT_SIGNALLED + s->signal;
        return is_configuration(error) ? EXIT_USAGE : EXIT_NO_REGION;
}

static int store_result(const struct session *s, const struct run *run, const struct comparison *comparison) {
        struct error error;
        if (s->options->no_store)
                return EXIT_ALL_REGIONS;
        if (history_append(s->config, run, comparison, &error) == 0)
                return EXIT_ALL_REGIONS;
        log_message(LOG_ERR, "%s", error.message);
        return EXIT_DATABASE;
}

static int once_run(struct session *s) {
        struct run run = { 0 };
        struct error error;
        enum run_mode mode = s->options->mode_given ? s->options->mode : s->config->mode;
        if (run_cycle(s, mode, false, NULL, &run, &error) < 0)
                return refuse(s, &error);
        int status = status_of(&run);
        if (run.n_regions == 0 && is_configuration(&run.error)) {
                status = refuse(s, &run.error);
        } else {
                if (run.n_regions == 0)
                        log_error(&run.error);
                status = worst(status, store_result(s, &run, NULL));
                status = worst(status, print_run(s, &run));
        }
        run_release(&run);
        return status;
}

static int run_all_modes(struct session *s, const struct run *discovered, struct comparison *c,
                         struct error *reterr) {
        int r = run_cycle(s, MODE_SEQUENTIAL, false, discovered, &c->sequential, reterr);
        if (r == 0)
                r = run_cycle(s, MODE_PARALLEL, false, discovered, &c->parallel, reterr);
        if (r == 0)
                r = run_cycle(s, MODE_SWEEP, false, discovered, &c->sweep, reterr);
        return r;
}

/* Without regions there is nothing to compare: three runs that failed for the same reason. */
static void fail_all_modes(const struct run *discovered, struct comparison *c) {
        struct run *const runs[] = { &c->sequential, &c->parallel, &c->sweep };
        static const enum run_mode modes[] = { MODE_SEQUENTIAL, MODE_PARALLEL, MODE_SWEEP };
        for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
                *runs[i] = (struct run){
                        .mode = modes[i],
                        .status = RUN_FAILED,
                        .error = discovered->error,
                        .started_at = discovered->started_at,
                };
}

static int finish_comparison(struct session *s, struct comparison *c) {
        comparison_conclude(c);
        int status = worst(status_of(&c->sequential), worst(status_of(&c->parallel), status_of(&c->sweep)));
        if (!c->agree)
                status = worst(status, EXIT_SOME_REGIONS);
        status = worst(status, store_result(s, NULL, c));
        return worst(status, print_comparison(s, c));
}

static int once_compare(struct session *s) {
        struct run discovered = { 0 };
        struct comparison c = { 0 };
        struct error error;
        int status;
        if (run_cycle(s, MODE_SWEEP, true, NULL, &discovered, &error) < 0) {
                status = refuse(s, &error);
        } else if (discovered.n_regions == 0 && is_configuration(&discovered.error)) {
                status = refuse(s, &discovered.error);
        } else if (discovered.n_regions == 0) {
                log_error(&discovered.error);
                fail_all_modes(&discovered, &c);
                status = finish_comparison(s, &c);
        } else if (run_all_modes(s, &discovered, &c, &error) < 0) {
                status = refuse(s, &error);
        } else {
                status = finish_comparison(s, &c);
        }
        comparison_release(&c);
        run_release(&discovered);
        return status;
}

int once(const struct options *options, const struct config *config, const struct worker_context *worker,
         const struct price_list *prices) {
        struct session s = { .options = options, .config = config, .worker = worker, .prices = prices };
        struct error error;
        if (!options->no_store && history_recall(&s.history, config, &error) < 0) {
                log_message(LOG_ERR, "%s", error.message);
                return EXIT_DATABASE;
        }
        int r = cycle_new_limiter(config, worker->settings, &s.limiter);
        if (r >= 0)
                r = sd_event_new(&s.event);
        if (r >= 0)
                r = watch_signals(&s);
        int status;
        if (r < 0) {
                log_message(LOG_ERR, "cannot set up the event loop: %s", strerror(-r));
                status = EXIT_NO_REGION;
        } else {
                status = options->compare ? once_compare(&s) : once_run(&s);
        }
        sd_event_unref(s.event);
        limiter_free(s.limiter);
        history_release(&s.history);
        return status;
}
