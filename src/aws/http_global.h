/* SPDX-License-Identifier: MIT */
#pragma once

#include <openssl/x509_vfy.h>

/* What one process has of http once, beside what http.h gives to all: made in the parent, inherited by each worker. */

/* The certificates that servers are checked against; borrowed. NULL before http_global_init() and where no endpoint is
 * https. */
X509_STORE *http_global_trust(void);
