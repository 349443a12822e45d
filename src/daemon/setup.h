/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/settings.h"
#include "collect/worker.h"
#include "config/config.h"
#include "daemon/options.h"
#include "price/list.h"

/* All that files, environment and command line say, checked: what runs are made with, and what a reload replaces as a
 * whole. */
struct setup {
        struct config config;
        struct settings settings;
        struct price_list *prices; /* owned */
        struct worker_context worker; /* points into this setup */
};

/* The configuration alone: the file, then the command line above it. The default file may be missing, a named one may
 * not. *ret is released by config_release(). ERROR_CONFIG. */
int setup_load_config(const struct options *options, struct config *ret, struct error *reterr);

enum setup_part {
        SETUP_CONFIG,
        SETUP_PRICES,
        SETUP_SETTINGS,
        _SETUP_PART_MAX,
};

/* Reads everything that can be read, for who wants to know all that is wrong: errors has what is wrong with each part, which
 * is then absent, or ERROR_NONE. Without a configuration nothing else is read. 0 or -ENOMEM. */
int setup_load_parts(const struct options *options, struct setup **ret, struct error errors[static _SETUP_PART_MAX]);

/* Reads everything. ERROR_CONFIG with the file, the line and what is allowed. */
int setup_load(const struct options *options, struct setup **ret, struct error *reterr);

/* Reads the AWS settings again, whose files others edit; the old ones stay where the new ones cannot be used. */
int setup_refresh(struct setup *s, const struct options *options, struct error *reterr);

void setup_free(struct setup *s);
DEFINE_CLEANUP(struct setup *, setup_free);
