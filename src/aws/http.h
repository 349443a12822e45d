/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/call_times.h"

/* HTTP by libcurl, which nobody else uses: one easy handle with kept-alive connections, owned by one process. */

struct http; /* opaque */

struct http_options {
        unsigned connect_timeout_ms;
        unsigned call_timeout_ms;
        unsigned stall_timeout_ms; /* no byte for so long ends the call */
        const char *ca_bundle;     /* PEM; NULL: the system's */
        bool plain_http_only;      /* no endpoint is https: the trust store is not read, and https calls fail */
};

/* Everything that may be shared by forked children without a connection: libcurl's and OpenSSL's global state and the
 * trust store, parsed and touched once so that its pages stay shared (HACKING.md, "What makes a worker cheap"). Call
 * once in the parent before the first fork. Creates no libcurl handle and no connection. ERROR_CONFIG when the CA
 * bundle cannot be read; that the system has none is no error, then no https server is trusted. */
int http_global_init(const struct http_options *options, struct error *reterr);
void http_global_cleanup(void);

/* The CA bundle that servers are checked by; NULL where none is, because no endpoint is https. */
const char *http_trusted_bundle(const struct http_options *options);

/* Reads the trust store again if its file has changed since, or if the options name another. Fails as above, and leaves
 * the old one in place. */
int http_global_refresh(const struct http_options *options, struct error *reterr);

/* Creates a handle in this process; the options must outlive it. The process must ignore SIGPIPE: a server may close a
 * connection that TLS still writes to. */
int http_new(const struct http_options *options, struct http **ret, struct error *reterr);
void http_free(struct http *h);
DEFINE_CLEANUP(struct http *, http_free);

struct http_request {
        const char *method; /* GET, POST, PUT */
        const char *url;
        const char *const *headers; /* "Name: value", NULL-terminated; one with a line break is refused */
        const void *body;           /* POST and PUT only */
        size_t body_len;
        bool metadata;       /* instance metadata: never through a proxy, own short timeout */
        bool fresh_connection; /* not one that was kept, so that its times are told */
        unsigned timeout_ms; /* 0: the handle's call timeout */
        size_t max_body;     /* a longer answer is ERROR_PROTOCOL */
        /* Called with each piece of the body and the status already known; negative errno aborts the call. */
        int (*on_body)(const void *data, size_t n, long status, void *userdata);
        void *userdata;
};

struct http_response {
        long status;
        usec_t date;  /* the Date header, realtime; 0 if none */
        size_t bytes; /* body */
        struct call_times times;
};

/* Performs one request. Returns 0 when a complete answer of any status arrived; else ERROR_NETWORK, ERROR_TIMEOUT,
 * ERROR_PROTOCOL (too long, or no HTTP), ERROR_CONFIG (a certificate that is not trusted: trying again is no use) or,
 * when on_body aborted, its errno with *reterr untouched. *ret is always set, to what arrived. */
int http_perform(struct http *h, const struct http_request *request, struct http_response *ret,
                 struct error *reterr);

/* An on_body for short answers: appends to the struct buffer that is userdata. -E2BIG beyond its max. */
int http_collect(const void *data, size_t n, long status, void *userdata);
