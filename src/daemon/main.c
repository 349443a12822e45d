/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/changes.h"
#include "daemon/check.h"
#include "daemon/export.h"
#include "daemon/manager.h"
#include "daemon/once.h"
#include "daemon/options.h"
#include "daemon/rebuild.h"
#include "daemon/setup.h"

static int print_history(const struct options *o) {
        struct config config = { 0 };
        struct error_list errors = { .n = 0 };
        int status;
        if (setup_load_config(o, &config, &errors) < 0)
                status = setup_complain(&errors);
        else
                status = o->export != EXPORT_NONE ? print_export(o, &config) : print_changes(o, &config);
        config_release(&config);
        return status;
}

static int run(const struct options *o) {
        _cleanup_(setup_freep) struct setup *setup = NULL;
        struct error_list errors = { .n = 0 };
        int status = EXIT_ALL_REGIONS;
        if (setup_load(o, worker_prepare, &setup, &errors) < 0)
                status = setup_complain(&errors);
        else if (o->check_config)
                (void) puts("ebsreportd: the configuration is good");
        else
                status = once(o, setup);
        worker_unprepare();
        return status;
}

/* Output that is still in the buffer when the program ends: help, version, "the configuration is good". A report was
 * checked when it was written. */
static void flush_output(void) {
        if (ferror(stdout) != 0 || fflush(stdout) == 0)
                return;
        log_message(LOG_ERR, "cannot write to standard output: %s", strerror(errno));
        _exit(EXIT_USAGE);
}

int main(int argc, char **argv) {
        struct options options;
        int status;

        /* Keys pass through this process: no core of it is written. One byte and not none, because the kernel hands
         * cores to a program (core_pattern with a pipe) whatever the limit is, but for this one. Our memory stays
         * readable to our own user, which measures it. */
        (void) setrlimit(RLIMIT_CORE, &(struct rlimit){ 1, 1 });
        (void) signal(SIGPIPE, SIG_IGN);
        /* A limit on the size of files is then an error that can be told. */
        (void) signal(SIGXFSZ, SIG_IGN);
        (void) atexit(flush_output);
        options_parse(argc, argv, &options);
        if (options.rebuild_rollups)
                status = rebuild(&options);
        else if (options.export != EXPORT_NONE || options.diff || options.since_given)
                status = print_history(&options);
        else if (options.check)
                status = check(&options);
        else if (options.once || options.check_config)
                status = run(&options);
        else
                status = manage(&options);
        options_release(&options);
        return status;
}
