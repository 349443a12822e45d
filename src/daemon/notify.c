/* SPDX-License-Identifier: MIT */
#include "daemon/notify.h"

#include <inttypes.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

#include "report/table.h"

/* What the network sent may be in a status: a line break in it would begin a new assignment. */
static void notify(const char *assignments, const char *status) {
        _cleanup_(freep) char *text = text_printable(status);
        if (text != NULL)
                (void) sd_notifyf(0, "%sSTATUS=%s", assignments, text);
}

void notify_starting(const char *status, usec_t extend_timeout) {
        (void) sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" PRIu64 "\nSTATUS=%s", extend_timeout, status);
}

void notify_ready(const char *status) {
        notify("READY=1\n", status);
}

void notify_status(const char *status) {
        notify("", status);
}

void notify_reloading(usec_t monotonic) {
        (void) sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, monotonic);
}

void notify_stopping(const char *status) {
        notify("STOPPING=1\n", status);
}

void notify_failure(const struct error *error) {
        _cleanup_(freep) char *text = text_printable(error->message);
        if (text != NULL)
                (void) sd_notifyf(0, "STATUS=%s\nERRNO=%d", text, error->errnum);
}

void notify_watchdog(void) {
        (void) sd_notify(0, "WATCHDOG=1");
}

usec_t notify_watchdog_interval(void) {
        uint64_t usec;
        return sd_watchdog_enabled(0, &usec) > 0 ? usec : 0;
}
