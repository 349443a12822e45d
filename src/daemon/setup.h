/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/settings.h"
#include "base/error_list.h"
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
 * not. 0 or a negative errno; errors has an ERROR_CONFIG for all that is wrong, and *ret what is good: it is to be
 * released by config_release() in any case. */
int setup_load_config(const struct options *options, struct config *ret, struct error_list *errors);

enum setup_part {
        SETUP_CONFIG,
        SETUP_PRICES,
        SETUP_SETTINGS,
        _SETUP_PART_MAX,
};

/* Reads everything that can be read, by what is good of the configuration: errors, empty before, has all that is wrong
 * with each part, which is then not whole. 0 or -ENOMEM. */
int setup_load_parts(const struct options *options, struct setup **ret,
                     struct error_list errors[static _SETUP_PART_MAX]);

/* What makes ready for workers by the settings, worker_prepare() or worker_refresh(). */
typedef int (*setup_ready)(const struct worker_context *context, struct error *reterr);

/* Reads everything, and makes ready where the settings are good, also if all in all it fails. 0 or a negative errno;
 * errors, empty before, has an ERROR_CONFIG with the file, the line and what is allowed for all that is wrong. */
int setup_load(const struct options *options, setup_ready ready, struct setup **ret, struct error_list *errors);

/* Says what is wrong on standard error, a line each. Returns the exit status for it. */
int setup_complain(const struct error_list *errors);

/* Reads the AWS settings again, whose files others edit; the old ones stay where the new ones cannot be used. */
int setup_refresh(struct setup *s, const struct options *options, struct error *reterr);

void setup_free(struct setup *s);
DEFINE_CLEANUP(struct setup *, setup_free);
