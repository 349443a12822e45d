/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

#include "model/preflight.h"

/* What a preflight found, for people and for programs. Each writes to out and returns 0 or the negative errno of the
 * first failed write. */
int report_text_preflight(const struct preflight *p, FILE *out);
int report_json_preflight(const struct preflight *p, FILE *out);
