/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "fleet_file.h"
#include "server.h"
#include "simulator.h"
#include "truth.h"

static int fail(const struct error *error) {
        (void) fprintf(stderr, "ec2sim: %s\n", error->message);
        return EXIT_FAILURE;
}

static int print_truth(struct simulator *s) {
        json_t *truth = truth_make(&s->fleets);
        bool good = truth != NULL && json_dumpf(truth, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0 &&
                    putchar('\n') != EOF && fflush(stdout) == 0;
        json_decref(truth);
        if (!good)
                (void) fprintf(stderr, "ec2sim: cannot print the truth\n");
        return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int serve(struct simulator *s) {
        struct error error;
        struct server *server;
        sigset_t stop;
        int signal_number;
        (void) sigemptyset(&stop);
        (void) sigaddset(&stop, SIGINT);
        (void) sigaddset(&stop, SIGTERM);
        (void) sigprocmask(SIG_BLOCK, &stop, NULL); /* inherited by every thread */
        int r = fleets_prepare(&s->fleets);
        if (r < 0)
                (void) error_set(&error, ERROR_SYSTEM, -r, "cannot make the fleet: %s", strerror(-r));
        else
                r = server_start(s, &server, &error);
        if (r < 0)
                return fail(&error);
        (void) printf("ec2sim: listening on http%s://%s:%u\n", s->options->tls_cert != NULL ? "s" : "",
                      s->options->address, server_port(server));
        (void) fflush(stdout);
        (void) sigwait(&stop, &signal_number);
        (void) eventfd_write(s->stop_fd, 1);
        server_stop(server);
        return EXIT_SUCCESS;
}

static int run(struct options *options) {
        struct simulator simulator;
        struct error error;
        if (options->fleet_file != NULL && options->regions.n == 0 &&
            fleet_file_regions(options->fleet_file, &options->regions, &error) < 0)
                return fail(&error);
        int r;
        if (simulator_open(&simulator, options, &error) < 0)
                r = fail(&error);
        else
                r = options->truth ? print_truth(&simulator) : serve(&simulator);
        simulator_release(&simulator);
        return r;
}

int main(int argc, char **argv) {
        struct options options;
        (void) signal(SIGPIPE, SIG_IGN);
        int r = options_parse(&options, argc, argv);
        if (r < 0) {
                (void) fprintf(stderr, "ec2sim: %s\n", strerror(-r));
                return EXIT_FAILURE;
        }
        r = run(&options);
        options_release(&options);
        return r;
}
