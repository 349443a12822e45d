/* SPDX-License-Identifier: MIT */
#include "daemon/setup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "daemon/once.h"
#include "model/remedy.h"

static void load_file(const struct options *o, struct config *config, struct error_list *errors) {
        struct error_list found = { .n = 0 };
        const char *path = o->config_path != NULL ? o->config_path : CONFIG_DEFAULT_PATH;
        int r = config_load(config, path, &found);
        if (r != -ENOENT || o->config_path != NULL)
                error_list_add_all(errors, &found);
}

static void load_command_line(const struct options *o, struct config *config, struct error_list *errors) {
        struct error e;
        if (o->workers != NULL)
                error_list_note(errors, config_set_workers(config, o->workers, "--workers", &e), &e);
        for (size_t i = 0; i < o->n_regions; i++)
                error_list_note(errors, config_add_region(config, o->regions[i], i == 0, &e), &e);
        if (o->database != NULL)
                error_list_note(errors, config_set_database(config, o->database, &e), &e);
}

int setup_load_config(const struct options *options, struct config *ret, struct error_list *errors) {
        struct error e;
        int r = config_init(ret, &e);
        error_list_note(errors, r, &e);
        if (r < 0)
                return r;
        load_file(options, ret, errors);
        load_command_line(options, ret, errors);
        return error_list_result(errors);
}

static int load_settings(const struct options *o, const struct config *config, struct settings *ret,
                         struct error_list *errors) {
        const struct settings_override override = {
                .profile = o->profile != NULL ? o->profile : config->profile,
                .endpoint_url = o->endpoint_url != NULL ? o->endpoint_url : config->endpoint_url,
                .allow_plain_http = config->allow_plain_http,
        };
        return settings_load(&override, ret, errors);
}

static int load_prices(const struct config *config, struct price_list **ret, struct error_list *errors) {
        return config->prices != NULL ? price_list_load(config->prices, ret, errors) : price_list_builtin(ret, errors);
}

int setup_load_parts(const struct options *options, struct setup **ret,
                     struct error_list errors[static _SETUP_PART_MAX]) {
        struct setup *s = calloc(1, sizeof(*s));
        if (s == NULL)
                return -ENOMEM;
        s->worker = (struct worker_context){ .settings = &s->settings, .config = &s->config, .clock = clock_system() };
        (void) setup_load_config(options, &s->config, &errors[SETUP_CONFIG]);
        (void) load_prices(&s->config, &s->prices, &errors[SETUP_PRICES]);
        (void) load_settings(options, &s->config, &s->settings, &errors[SETUP_SETTINGS]);
        *ret = s;
        return 0;
}

int setup_load(const struct options *options, setup_ready ready, struct setup **ret, struct error_list *errors) {
        _cleanup_(setup_freep) struct setup *s = NULL;
        struct error_list of[_SETUP_PART_MAX] = { 0 };
        struct error e;
        if (setup_load_parts(options, &s, of) < 0) {
                error_list_note(errors, error_oom(&e), &e);
                return -ENOMEM;
        }
        for (unsigned i = 0; i < _SETUP_PART_MAX; i++)
                error_list_add_all(errors, &of[i]);
        if (of[SETUP_SETTINGS].n == 0)
                error_list_note(errors, ready(&s->worker, &e), &e);
        int r = error_list_result(errors);
        if (r == 0)
                *ret = TAKE_PTR(s);
        return r;
}

int setup_complain(const struct error_list *errors) {
        size_t kept = error_list_kept(errors);
        char text[FAILURE_TEXT_SIZE];
        for (size_t i = 0; i < kept; i++)
                log_message(LOG_ERR, "%s", failure_format(&errors->items[i], true, text));
        if (errors->n > kept)
                log_message(LOG_ERR, ERROR_LIST_MORE, errors->n - kept);
        return EXIT_USAGE;
}

int setup_refresh(struct setup *s, const struct options *options, struct error *reterr) {
        struct error_list errors = { .n = 0 };
        struct settings settings;
        int r = load_settings(options, &s->config, &settings, &errors);
        if (r < 0) {
                *reterr = error_list_summary(&errors);
                return r;
        }
        settings_release(&s->settings);
        s->settings = settings;
        return 0;
}

void setup_free(struct setup *s) {
        if (s == NULL)
                return;
        price_list_free(s->prices);
        settings_release(&s->settings);
        config_release(&s->config);
        free(s);
}
