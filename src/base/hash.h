/* SPDX-License-Identifier: MIT */
#pragma once

/* uthash, but a lack of memory is the caller's to handle instead of the process's end: after HASH_ADD, an element whose
 * hh.tbl is NULL was not added. Include this, never uthash.h. */

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(element) ((void) (element))

#include <uthash.h>
