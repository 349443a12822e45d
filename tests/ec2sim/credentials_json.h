/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "simulator.h"

/* Answers with credentials of an account, in the words of the metadata and container services. with_code adds what
 * only metadata says: Code, LastUpdated, Type. */
int credentials_json_answer(struct call *c, const char *account, bool with_code);
