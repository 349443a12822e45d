/* SPDX-License-Identifier: MIT */
#pragma once

#include "config/config.h"

/* The keys of the configuration file: their names, what each may hold, and where it goes. */

bool config_has_key(const char *name);

/* The key that a mistyped name is likely to mean; NULL if none is like it. */
const char *config_similar_key(const char *name);

/* Sets the key, which must be one, from text. ERROR_CONFIG says what is allowed; what tells where the text stands,
 * "FILE:LINE: KEY" or an option, and starts the message. */
int config_set(struct config *config, const char *name, const char *text, const char *what, struct error *reterr);

/* Replaces an owned string; "" becomes NULL. -ENOMEM leaves it as it was. */
int config_replace_text(char **field, const char *text);

/* Whether a region may have that name: a host label that fits. Whether there is such a region only AWS knows. */
bool config_is_region_name(const char *name);
