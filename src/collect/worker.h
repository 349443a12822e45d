/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/settings.h"
#include "base/clock.h"
#include "base/error.h"
#include "config/config.h"

/* The child's side: reads a task, makes that one API call, writes the records and a result, takes the next. */

/* What a worker inherits over the fork; all borrowed, all read only. */
struct worker_context {
        const struct settings *settings;
        const struct config *config; /* its timeouts */
        const struct clock *clock;
};

/* In the parent, before the first fork: sets up whatever the workers can share, the trust store above all. No network,
 * no libcurl handle. ERROR_CONFIG when the CA bundle cannot be read. */
int worker_prepare(const struct worker_context *context, struct error *reterr);

/* The CA bundle that workers check servers by; NULL where no endpoint is https. */
const char *worker_ca_bundle(const struct worker_context *context);

/* In the parent, between two runs: what workers share is renewed where context or files have changed since. Fails as
 * above, and leaves the old one in place. */
int worker_refresh(const struct worker_context *context, struct error *reterr);

/* In the parent, when no more workers are to come. */
void worker_unprepare(void);

/* Serves tasks until the task pipe ends. Returns the exit status: 0 at the end of the pipe, 1 when the pipes or the
 * HTTP handle fail. Both descriptors are blocking and stay open. */
int worker_serve(const struct worker_context *context, int task_fd, int result_fd);
