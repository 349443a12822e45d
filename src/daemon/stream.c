/* SPDX-License-Identifier: MIT */
#include "daemon/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t watched_signals(void) {
        sigset_t watched;
        (void) sigemptyset(&watched);
        (void) sigaddset(&watched, SIGINT);
        (void) sigaddset(&watched, SIGTERM);
        return watched;
}

int stream_open(struct stream *ret) {
        /* Else the signalfd would be standard output. */
        if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
                return -errno;
        sigset_t watched = watched_signals();
        if (sigprocmask(SIG_BLOCK, &watched, NULL) < 0)
                return -errno;
        int fd = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
        if (fd < 0)
                return -errno;
        *ret = (struct stream){ .signals = fd };
        return 0;
}

/* Waits until standard output takes something, unless nothing is to be written, or a signal is there. */
static int wait_for(struct stream *s, int timeout_ms) {
        struct pollfd fds[] = {
                { .fd = s->signals, .events = POLLIN },
                { .fd = timeout_ms == 0 ? -1 : STDOUT_FILENO, .events = POLLOUT },
        };
        if (poll(fds, ARRAY_SIZE(fds), timeout_ms) < 0)
                return errno == EINTR ? 0 : -errno;
        struct signalfd_siginfo info;
        if (fds[0].revents == 0 || read(s->signals, &info, sizeof(info)) != (ssize_t) sizeof(info))
                return 0;
        s->signal = (int) info.ssi_signo;
        return -ECANCELED;
}

int stream_write(struct stream *s, const void *data, size_t n) {
        if (n == 0)
                return wait_for(s, 0);
        for (const char *next = data; n > 0;) {
                int r = wait_for(s, -1);
                if (r < 0)
                        return r;
                /* A pipe that is ready takes so many bytes at once: the write does not block. */
                ssize_t written = write(STDOUT_FILENO, next, n < PIPE_BUF ? n : PIPE_BUF);
                if (written < 0 && errno != EINTR && errno != EAGAIN)
                        return -errno;
                if (written > 0) {
                        next += written;
                        n -= (size_t) written;
                }
        }
        return 0;
}

void stream_close(struct stream *s) {
        sigset_t watched = watched_signals();
        (void) close(s->signals);
        (void) sigprocmask(SIG_UNBLOCK, &watched, NULL);
}
