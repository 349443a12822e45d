/* SPDX-License-Identifier: MIT */
#pragma once

#include <openssl/x509_vfy.h>
#include <stdbool.h>

#include "base/error.h"

/* The certificates that servers are checked against, read before the fork: children share the pages as long as nobody
 * writes to them. */

/* Reads the PEM file and touches every certificate, so that what OpenSSL caches lazily is cached now. required: that
 * it cannot be read, or holds no certificate, is ERROR_CONFIG; else the store is then empty and trusts nobody. Free
 * with X509_STORE_free(). */
int trust_store_load(const char *pem_path, bool required, X509_STORE **ret, struct error *reterr);
