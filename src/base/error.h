/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "base/macros.h"

/* What went wrong, in the words a user acts on. Decides retry (collect/retry.h) and exit status. */
enum error_kind {
        ERROR_NONE,
        ERROR_CONFIG,      /* our configuration, arguments or an AWS file: nothing to retry */
        ERROR_CREDENTIALS, /* no credentials, or a provider that is configured but broken */
        ERROR_EXPIRED,     /* credentials (or the clock) out of date: refresh once */
        ERROR_DENIED,      /* the API refused who we are or what we asked: permission, signature */
        ERROR_REFUSED,     /* the API refused the request itself: bad parameter, unknown action */
        ERROR_THROTTLED,   /* slow down and retry */
        ERROR_SERVER,      /* 5xx or an internal error on their side: retry */
        ERROR_NETWORK,     /* DNS, connect, TLS, reset: retry */
        ERROR_TIMEOUT,     /* connect, stall or whole-call timeout: retry */
        ERROR_PROTOCOL,    /* an answer that cannot be understood: truncated, not XML, out of bounds */
        ERROR_PAGINATION,  /* a page token repeated or refused: restart the region */
        ERROR_DEADLINE,    /* the region's time was up */
        ERROR_WORKER,      /* worker processes died on it */
        ERROR_CANCELLED,   /* the run was told to stop */
        ERROR_DATABASE,
        ERROR_SYSTEM, /* out of memory, descriptors, processes */
        _ERROR_KIND_MAX,
};

/* Fixed size, so that it crosses a pipe as it is; strings are NUL-terminated and clipped. */
struct error {
        enum error_kind kind;
        int errnum;      /* positive errno, 0 if none */
        int http_status; /* 0 if no HTTP answer arrived */
        char code[64];   /* the AWS error code, "" if none */
        char request_id[64];
        char message[512]; /* one line, no secret, names the thing and the remedy, ... */
        char remedy[128];  /* ... unless that stands here; or is in the kind and the code, see model/remedy.h */
};

/* The kind's word in reports and in the database ("throttled"); stable. */
const char *error_kind_name(enum error_kind kind);

/* Fills *reterr (may be NULL) and returns -errnum, so that callers write "return error_set(...)".
 * errnum must be positive. Control characters in the text become blanks: it may quote hostile bytes. */
int error_set(struct error *reterr, enum error_kind kind, int errnum, const char *format, ...) _printf_(4, 5);

/* The same with what to do about it, which is then not in the message: static text. */
int error_set_with_remedy(struct error *reterr, enum error_kind kind, int errnum, const char *remedy,
                          const char *format, ...) _printf_(5, 6);

/* Puts words before the message and leaves the rest as it is. */
void error_add_prefix(struct error *e, const char *format, ...) _printf_(2, 3);

/* ENOMEM in one word. */
int error_oom(struct error *reterr);

/* Copies text into a field of n bytes: clipped, NUL-terminated, control characters to blanks. NULL is "". */
void error_copy_text(char *field, size_t n, const char *text);
