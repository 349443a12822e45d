/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/setup.h"
#include "model/preflight.h"

/* What the file of that kind is called among the files. */
#define CHECK_CA_BUNDLE "CA bundle"

/* Looks at the files that options and setup name, as this user, and writes none: configuration, price list, AWS files,
 * CA bundle, the directory of the metrics file. errors: what setup_load_parts() gave. 0 or -ENOMEM. */
int check_files(struct preflight *p, const struct options *options, const struct setup *setup,
                const struct error_list errors[static _SETUP_PART_MAX]);
