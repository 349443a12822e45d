/* SPDX-License-Identifier: MIT */
#include "simulator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

int simulator_open(struct simulator *s, struct options *options, struct error *reterr) {
        *s = (struct simulator){ .options = options, .log_fd = -1, .stop_fd = -1 };
        int r = fleets_open(&s->fleets, options, reterr);
        if (r < 0)
                return r;
        r = buckets_open(&s->buckets);
        if (r >= 0)
                r = stats_open(&s->stats);
        if (r < 0)
                return error_set(reterr, ERROR_SYSTEM, -r, "cannot start: %s", strerror(-r));
        s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (s->stop_fd < 0)
                return error_set(reterr, ERROR_SYSTEM, errno, "eventfd: %s", strerror(errno));
        if (options->log == NULL)
                return 0;
        s->log_fd = open(options->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (s->log_fd < 0)
                return error_set(reterr, ERROR_CONFIG, errno, "%s: cannot write the log: %s", options->log,
                                 strerror(errno));
        return 0;
}

void simulator_release(struct simulator *s) {
        fleets_release(&s->fleets);
        buckets_release(&s->buckets);
        stats_release(&s->stats);
        if (s->log_fd >= 0)
                (void) close(s->log_fd);
        if (s->stop_fd >= 0)
                (void) close(s->stop_fd);
}

uint64_t simulator_now(const struct simulator *s) {
        if (s->options->has_now)
                return s->options->now / USEC_PER_SEC;
        return (uint64_t) ((int64_t) (clock_realtime(clock_system()) / USEC_PER_SEC) + s->options->clock_skew);
}

void call_wait(const struct call *c, usec_t until) {
        usec_t now = clock_monotonic(clock_system());
        while (now < until) {
                usec_t left = until - now;
                struct timespec timeout = { .tv_sec = (time_t) (left / USEC_PER_SEC),
                                            .tv_nsec = (long) (left % USEC_PER_SEC * 1000) };
                struct pollfd fds[] = { { .fd = c->simulator->stop_fd, .events = POLLIN },
                                        { .fd = c->request->fd, .events = POLLRDHUP } };
                if (ppoll(fds, 2, &timeout, NULL) > 0)
                        return;
                now = clock_monotonic(clock_system());
        }
}
