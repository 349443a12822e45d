/* SPDX-License-Identifier: MIT */
#include "daemon/setup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int load_over(const struct options *o, struct config *config, struct error *reterr) {
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

int setup_load_config(const struct options *options, struct config *ret, struct error *reterr) {
        struct config config;
        int r = config_init(&config, reterr);
        if (r < 0)
                return r;
        r = load_over(options, &config, reterr);
        if (r < 0) {
                config_release(&config);
                return r;
        }
        *ret = config;
        return 0;
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

/* A success may have left something in it: that a file is missing which need not be there, say. */
static int keep_failure(int r, struct error *error) {
        if (r >= 0)
                *error = (struct error){ 0 };
        return r;
}

int setup_load_parts(const struct options *options, struct setup **ret, struct error errors[static _SETUP_PART_MAX]) {
        struct setup *s = calloc(1, sizeof(*s));
        if (s == NULL)
                return -ENOMEM;
        memset(errors, 0, _SETUP_PART_MAX * sizeof(*errors));
        s->worker = (struct worker_context){ .settings = &s->settings, .config = &s->config, .clock = clock_system() };
        struct error *config = &errors[SETUP_CONFIG], *prices = &errors[SETUP_PRICES], *settings = &errors[SETUP_SETTINGS];
        if (keep_failure(setup_load_config(options, &s->config, config), config) == 0) {
                (void) keep_failure(load_prices(&s->config, &s->prices, prices), prices);
                (void) keep_failure(load_settings(options, &s->config, &s->settings, settings), settings);
        }
        *ret = s;
        return 0;
}

int setup_load(const struct options *options, struct setup **ret, struct error *reterr) {
        _cleanup_(setup_freep) struct setup *s = NULL;
        struct error errors[_SETUP_PART_MAX];
        if (setup_load_parts(options, &s, errors) < 0)
                return error_oom(reterr);
        for (unsigned i = 0; i < _SETUP_PART_MAX; i++)
                if (errors[i].kind != ERROR_NONE) {
                        *reterr = errors[i];
                        return -(errors[i].errnum != 0 ? errors[i].errnum : EINVAL);
                }
        *ret = TAKE_PTR(s);
        return 0;
}

int setup_refresh(struct setup *s, const struct options *options, struct error *reterr) {
        struct settings settings;
        int r = load_settings(options, &s->config, &settings, reterr);
        if (r < 0)
                return r;
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
