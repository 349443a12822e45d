/* SPDX-License-Identifier: MIT */
#include "daemon/setup.h"

#include <errno.h>
#include <stdlib.h>

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

int setup_load(const struct options *options, struct setup **ret, struct error *reterr) {
        _cleanup_(setup_freep) struct setup *s = calloc(1, sizeof(*s));
        if (s == NULL)
                return error_oom(reterr);
        s->worker = (struct worker_context){ .settings = &s->settings, .config = &s->config, .clock = clock_system() };
        int r = setup_load_config(options, &s->config, reterr);
        if (r == 0)
                r = load_prices(&s->config, &s->prices, reterr);
        if (r == 0)
                r = load_settings(options, &s->config, &s->settings, reterr);
        if (r < 0)
                return r;
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
