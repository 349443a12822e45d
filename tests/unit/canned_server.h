/* SPDX-License-Identifier: MIT */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

/* An HTTP server in a thread on a port of 127.0.0.1 that the kernel chose: it reads one request after the other and
 * gives the next of its canned answers, whatever was asked. One connection at a time. */

struct canned_answer {
        const char *text; /* the whole answer, header and all */
        bool close;       /* close the connection behind it */
        bool hang;        /* say no more until the client closes */
};

/* An answer that ends with its connection; headers as "Name: value\r\n" or "". Literals only. */
#define CANNED(status, headers, body)                                                                    \
        { .text = "HTTP/1.1 " status "\r\n" headers "Connection: close\r\n\r\n" body, .close = true }

struct canned_server; /* opaque */

/* The answers must outlive the server; when they are used up connections are closed. tls may be NULL. */
struct canned_server *canned_server_start(const struct canned_answer *answers, size_t n, SSL_CTX *tls);

unsigned canned_server_port(const struct canned_server *s);

/* Ends the server, whose clients must be gone, and returns all requests it got, one after the other. Owned by the
 * caller. *ret_connections (may be NULL): how many there were. */
char *canned_server_stop(struct canned_server *s, unsigned *ret_connections);

/* A context with a new self-signed certificate for subject_alt_name ("IP:127.0.0.1"), written to pem_path as well. */
SSL_CTX *canned_tls_new(const char *subject_alt_name, const char *pem_path);
