/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "aws/settings.h"
#include "base/log.h"
#include "config/config.h"
#include "daemon/changes.h"
#include "daemon/export.h"
#include "daemon/once.h"
#include "daemon/options.h"
#include "price/list.h"

/* The configuration file, then the command line above it. The default file may be missing, a named one may not. */
static int load_config(const struct options *o, struct config *config, struct error *reterr) {
        int r = config_load(config, o->config_path != NULL ? o->config_path : CONFIG_DEFAULT_PATH, reterr);
        if (r < 0 && !(r == -ENOENT && o->config_path == NULL))
                return r;
        if (o->workers != NULL) {
                r = config_set_workers(config, o->workers, "--workers", reterr);
                if (r < 0)
                        return r;
        }
        for (size_t i = 0; i < o->n_regions; i++) {
                r = config_add_region(config, o->regions[i], i == 0, reterr);
                if (r < 0)
                        return r;
        }
        return o->database != NULL ? config_set_database(config, o->database, reterr) : 0;
}

static int load_settings(const struct options *o, const struct config *config, struct settings *ret,
                         struct error *reterr) {
        const struct settings_override override = {
                .profile = o->profile != NULL ? o->profile : config->profile,
                .endpoint_url = o->endpoint_url != NULL ? o->endpoint_url : config->endpoint_url,
                .allow_plain_http = config->allow_plain_http,
        };
        return settings_load(&override, ret, reterr);
}

static int load_prices(const struct config *config, struct price_list **ret, struct error *reterr) {
        return config->prices != NULL ? price_list_load(config->prices, ret, reterr) : price_list_builtin(ret, reterr);
}

static int run(const struct options *o, const struct config *config, const struct settings *settings,
               const struct price_list *prices) {
        const struct worker_context worker = { .settings = settings, .config = config, .clock = clock_system() };
        struct error error;
        if (worker_prepare(&worker, &error) < 0) {
                log_message(LOG_ERR, "%s", error.message);
                return EXIT_USAGE;
        }
        int status = EXIT_ALL_REGIONS;
        if (o->check_config)
                (void) puts("ebsreportd: the configuration is good");
        else
                status = once(o, config, &worker, prices);
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
        struct config config = { 0 };
        struct settings settings = { 0 };
        struct price_list *prices = NULL;
        struct error error;
        int status = EXIT_USAGE;

        /* Keys pass through this process: no core of it is written. */
        (void) setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
        (void) signal(SIGPIPE, SIG_IGN);
        /* A limit on the size of files is then an error that can be told. */
        (void) signal(SIGXFSZ, SIG_IGN);
        (void) atexit(flush_output);
        options_parse(argc, argv, &options);
        if (config_init(&config, &error) < 0 || load_config(&options, &config, &error) < 0)
                log_message(LOG_ERR, "%s", error.message);
        else if (options.export != EXPORT_NONE)
                status = print_export(&options, &config);
        else if (options.diff || options.since > 0)
                status = print_changes(&options, &config);
        else if (load_prices(&config, &prices, &error) < 0 || load_settings(&options, &config, &settings, &error) < 0)
                log_message(LOG_ERR, "%s", error.message);
        else
                status = run(&options, &config, &settings, prices);
        price_list_free(prices);
        settings_release(&settings);
        config_release(&config);
        options_release(&options);
        return status;
}
