/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_names[_ERROR_KIND_MAX] = {
        [ERROR_NONE] = "none",
        [ERROR_CONFIG] = "config",
        [ERROR_CREDENTIALS] = "credentials",
        [ERROR_EXPIRED] = "expired",
        [ERROR_DENIED] = "denied",
        [ERROR_REFUSED] = "refused",
        [ERROR_THROTTLED] = "throttled",
        [ERROR_SERVER] = "server",
        [ERROR_NETWORK] = "network",
        [ERROR_TIMEOUT] = "timeout",
        [ERROR_PROTOCOL] = "protocol",
        [ERROR_PAGINATION] = "pagination",
        [ERROR_DEADLINE] = "deadline",
        [ERROR_WORKER] = "worker",
        [ERROR_CANCELLED] = "cancelled",
        [ERROR_DATABASE] = "database",
        [ERROR_SYSTEM] = "system",
};

const char *error_kind_name(enum error_kind kind) {
        return (unsigned) kind < _ERROR_KIND_MAX ? kind_names[kind] : "unknown";
}

static void blank_control_characters(char *s) {
        for (; *s != '\0'; s++)
                if ((unsigned char) *s < 0x20 || *s == 0x7f)
                        *s = ' ';
}

void error_copy_text(char *field, size_t n, const char *text) {
        size_t len = text != NULL ? strnlen(text, n - 1) : 0;
        if (len > 0)
                memcpy(field, text, len);
        field[len] = '\0';
        blank_control_characters(field);
}

_printf_(5, 0)
static int set(struct error *reterr, enum error_kind kind, int errnum, const char *remedy, const char *format,
               va_list ap) {
        if (reterr == NULL)
                return -errnum;
        /* The text may quote an older state of *reterr, so it is made before the rest is cleared. */
        char message[sizeof(reterr->message)];
        (void) vsnprintf(message, sizeof(message), format, ap);
        *reterr = (struct error){ .kind = kind, .errnum = errnum };
        error_copy_text(reterr->message, sizeof(reterr->message), message);
        error_copy_text(reterr->remedy, sizeof(reterr->remedy), remedy);
        return -errnum;
}

int error_set(struct error *reterr, enum error_kind kind, int errnum, const char *format, ...) {
        va_list ap;
        va_start(ap, format);
        int r = set(reterr, kind, errnum, NULL, format, ap);
        va_end(ap);
        return r;
}

int error_set_with_remedy(struct error *reterr, enum error_kind kind, int errnum, const char *remedy,
                          const char *format, ...) {
        va_list ap;
        va_start(ap, format);
        int r = set(reterr, kind, errnum, remedy, format, ap);
        va_end(ap);
        return r;
}

void error_add_prefix(struct error *e, const char *format, ...) {
        char message[sizeof(e->message)];
        va_list ap;
        va_start(ap, format);
        int n = vsnprintf(message, sizeof(message), format, ap);
        va_end(ap);
        if (n < 0 || (size_t) n >= sizeof(message))
                return;
        (void) snprintf(message + n, sizeof(message) - (size_t) n, "%s", e->message);
        error_copy_text(e->message, sizeof(e->message), message);
}

int error_oom(struct error *reterr) {
        return error_set(reterr, ERROR_SYSTEM, ENOMEM, "out of memory");
}
