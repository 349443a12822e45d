/* SPDX-License-Identifier: MIT */
#include "daemon/once.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "daemon/deliver.h"
#include "daemon/foreground.h"
#include "daemon/history.h"
#include "model/remedy.h"
#include "report/report.h"
#include "report/table.h"

/* One invocation. */
struct session {
        const struct options *options;
        const struct setup *setup;
        struct history history;
        struct job_result result; /* once the job is done */
        int signal;               /* that ended us, 0 if none */
};

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

/* The run's own error. The text may be the service's, and standard error a terminal. */
static void log_error(const struct error *error) {
        char text[FAILURE_TEXT_SIZE];
        _cleanup_(freep) char *message = text_printable(failure_format(error, true, text));
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
        foreground_unblock_signals();
        return s->result.compared ? print_comparison(s, &s->result.comparison) : print_run(s, &s->result.run);
}

static int run_once(struct session *s) {
        const struct job_options options = {
                .history = &s->history,
                .mode = s->options->mode_given ? s->options->mode : s->setup->config.mode,
                .compare = s->options->compare,
        };
        struct error error;
        if (foreground_run(s->setup, &options, &s->result, &s->signal, &error) < 0)
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
        int status = run_once(&s);
        job_result_release(&s.result);
        history_release(&s.history);
        return status;
}
