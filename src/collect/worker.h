/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/http.h"
#include "aws/settings.h"
#include "base/clock.h"

/* The child's side: reads a task, makes that one API call, writes the records and a result, takes the next. */

/* What a worker inherits over the fork; all borrowed, all read only. */
struct worker_context {
        const struct settings *settings;
        struct http_options http;
        const struct clock *clock;
};

/* Serves tasks until the task pipe ends. Returns the exit status: 0 at the end of the pipe, 1 when the pipes or the
 * HTTP handle fail. Both descriptors are blocking and stay open. */
int worker_serve(const struct worker_context *context, int task_fd, int result_fd);
