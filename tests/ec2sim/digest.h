/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* Lower-case hex of the first 16 bytes of an HMAC-SHA256 under a key of ec2sim's own: proves that a token was made
 * here. ret holds DIGEST_SIZE. */
#define DIGEST_SIZE 33
char *digest_hex(const void *data, size_t n, char *ret);
