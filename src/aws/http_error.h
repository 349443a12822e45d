/* SPDX-License-Identifier: MIT */
#pragma once

#include <curl/curl.h>

#include "base/error.h"

/* What libcurl's failures are told as. */

/* How long the start of the URL is that a message needs: scheme://host:port. */
int http_origin_length(const char *url);

/* Turns the failure of a transfer into an error that names the URL's origin. words: libcurl's own for it, "" where it
 * has none; os_errno: the system's, 0 where it told none. Returns the negative errno. */
int http_error(CURLcode code, const char *words, int os_errno, const char *url, struct error *reterr);
