/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"
#include "base/error.h"

/* What the service manager is told, by the protocol of sd_notify(3). Without one (NOTIFY_SOCKET), nothing happens. */

/* Start-up may take so much longer, because of what is being done. */
void notify_starting(const char *status, usec_t extend_timeout);

/* Start-up, or a reload, is over; and how it is now. */
void notify_ready(const char *status);
void notify_status(const char *status);

/* A reload begins; notify_ready() ends it. monotonic: now. */
void notify_reloading(usec_t monotonic);

/* The daemon ends because it was told to. */
void notify_stopping(const char *status);

/* The daemon gives up. */
void notify_failure(const struct error *error);

/* We are alive. */
void notify_watchdog(void);

/* How often the manager wants to hear that, at least; 0 if not at all. */
usec_t notify_watchdog_interval(void);
