/* SPDX-License-Identifier: MIT */
#include "tui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/macros.h"

static const int caught[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH };
static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

/* A handler has no argument of ours, so this is what it knows. */
static struct {
        int pipe[2];
        int terminal; /* -1: not guarded */
        struct termios modes;
        char restore[256];
        size_t n_restore;
        struct sigaction before[ARRAY_SIZE(caught)];
        struct sigaction before_crash[ARRAY_SIZE(crashes)];
} state = { .pipe = { -1, -1 }, .terminal = -1 };

static void on_signal(int signal) {
        int e = errno;
        unsigned char byte = (unsigned char) signal;
        /* A full pipe holds enough to be read already. */
        ssize_t n = write(state.pipe[1], &byte, 1);
        (void) n;
        errno = e;
}

/* Gives the signal back to who had it, and sends it again: it comes when this returns. */
static void on_crash(int signal) {
        ssize_t n = write(state.terminal, state.restore, state.n_restore);
        (void) n;
        (void) tcsetattr(state.terminal, TCSANOW, &state.modes);
        for (size_t i = 0; i < ARRAY_SIZE(crashes); i++)
                if (crashes[i] == signal)
                        (void) sigaction(signal, &state.before_crash[i], NULL);
        (void) raise(signal);
}

int signals_catch(void) {
        if (pipe2(state.pipe, O_CLOEXEC | O_NONBLOCK) < 0)
                return -errno;
        struct sigaction action = { .sa_handler = on_signal };
        (void) sigfillset(&action.sa_mask);
        for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
                if (sigaction(caught[i], &action, &state.before[i]) < 0)
                        return -errno;
        return state.pipe[0];
}

void signals_guard_terminal(int fd, const char *restore, size_t n) {
        if (tcgetattr(fd, &state.modes) < 0)
                return;
        state.terminal = fd;
        state.n_restore = n < sizeof(state.restore) ? n : sizeof(state.restore);
        memcpy(state.restore, restore, state.n_restore);
        struct sigaction action = { .sa_handler = on_crash };
        (void) sigfillset(&action.sa_mask);
        for (size_t i = 0; i < ARRAY_SIZE(crashes); i++)
                (void) sigaction(crashes[i], &action, &state.before_crash[i]);
}

void signals_release(void) {
        for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
                (void) sigaction(caught[i], &state.before[i], NULL);
        for (size_t i = 0; state.terminal >= 0 && i < ARRAY_SIZE(crashes); i++)
                (void) sigaction(crashes[i], &state.before_crash[i], NULL);
        state.terminal = -1;
        for (size_t i = 0; i < 2; i++) {
                (void) close(state.pipe[i]);
                state.pipe[i] = -1;
        }
}
