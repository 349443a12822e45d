/* SPDX-License-Identifier: MIT */
#include "collect/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macros.h"

/* Where the child keeps its two descriptors, right behind the standard streams. */
#define CHILD_TASK_FD 3
#define CHILD_RESULT_FD 4

struct pipes {
        int task[2];   /* parent writes [1], child reads [0] */
        int result[2]; /* child writes [1], parent reads [0] */
};

static void close_fd(int *fd) {
        if (*fd >= 0)
                (void) close(*fd);
        *fd = -1;
}

static void pipes_close(struct pipes *p) {
        for (unsigned i = 0; i < 2; i++) {
                close_fd(&p->task[i]);
                close_fd(&p->result[i]);
        }
}

static int pipes_open(struct pipes *ret) {
        struct pipes p = { .task = { -1, -1 }, .result = { -1, -1 } };
        if (pipe2(p.task, O_CLOEXEC) < 0 || pipe2(p.result, O_CLOEXEC) < 0 ||
            fcntl(p.task[1], F_SETFL, O_NONBLOCK) < 0 || fcntl(p.result[0], F_SETFL, O_NONBLOCK) < 0) {
                int r = -errno;
                pipes_close(&p);
                return r;
        }
        *ret = p;
        return 0;
}

/* The parent's signal dispositions mean nothing here. SIGINT is the exception: a terminal sends it to parent and
 * workers alike, and the parent decides. */
static void reset_signals(void) {
        const struct sigaction by_default = { .sa_handler = SIG_DFL };
        const struct sigaction ignored = { .sa_handler = SIG_IGN };
        for (int signo = 1; signo < _NSIG; signo++)
                if (signo != SIGKILL && signo != SIGSTOP)
                        (void) sigaction(signo, &by_default, NULL);
        (void) sigaction(SIGINT, &ignored, NULL);
        (void) sigaction(SIGPIPE, &ignored, NULL);
        sigset_t none;
        (void) sigemptyset(&none);
        (void) sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Where memory is short, of the machine or of the control group, the kernel kills a worker before any other process:
 * that costs one call, and the parent would cost the whole run. */
static void volunteer_for_oom_killer(void) {
        static const char highest[] = "1000";
        int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
        if (fd < 0)
                return;
        /* Where that cannot be written, it is killed by its size, as others are. */
        ssize_t n _unused_ = write(fd, highest, strlen(highest));
        (void) close(fd);
}

/* Closes the descriptors from first to last, both included. */
static int close_between(int first, int last) {
        return first > last || close_range((unsigned) first, (unsigned) last, 0) == 0 ? 0 : -errno;
}

/* Moves the child's descriptors to their places and closes every other one: an inherited pipe end of another worker
 * would keep its end of file from coming. Closing comes first, for the table may be full. */
static int arrange_descriptors(int task_fd, int result_fd, int null_fd) {
        int low = task_fd < result_fd ? task_fd : result_fd, high = task_fd < result_fd ? result_fd : task_fd;
        for (int fd = 0; fd <= 2; fd++)
                if (dup2(null_fd, fd) < 0)
                        return -errno;
        if (close_between(3, low - 1) < 0 || close_between(low + 1, high - 1) < 0 ||
            close_between(high + 1, INT_MAX) < 0)
                return -errno;
        /* Out of the way, so that no dup2 lands on one that is still needed. */
        int task = fcntl(task_fd, F_DUPFD, CHILD_RESULT_FD + 1),
            result = fcntl(result_fd, F_DUPFD, CHILD_RESULT_FD + 1);
        if (task < 0 || result < 0 || dup2(task, CHILD_TASK_FD) < 0 || dup2(result, CHILD_RESULT_FD) < 0)
                return -errno;
        return close_between(CHILD_RESULT_FD + 1, INT_MAX);
}

_Noreturn static void child_main(const struct worker_context *context, const struct pipes *pipes, int null_fd,
                                 pid_t parent) {
        reset_signals();
        /* Should the parent have died before PDEATHSIG was set, nobody would tell us. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
                _exit(EXIT_FAILURE);
        volunteer_for_oom_killer();
        /* The service manager's words are for the parent alone. */
        static const char *const private_variables[] = { "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC" };
        for (size_t i = 0; i < ARRAY_SIZE(private_variables); i++)
                (void) unsetenv(private_variables[i]);
        if (arrange_descriptors(pipes->task[0], pipes->result[1], null_fd) < 0)
                _exit(EXIT_FAILURE);
        _exit(worker_serve(context, CHILD_TASK_FD, CHILD_RESULT_FD));
}

int process_fork(const struct worker_context *context, int null_fd, struct process *ret, struct error *reterr) {
        struct pipes pipes;
        int r = pipes_open(&pipes);
        if (r < 0)
                return error_set(reterr, ERROR_SYSTEM, -r, "cannot make a worker's pipes: %s", strerror(-r));
        pid_t parent = getpid();
        sigset_t all, before;
        (void) sigfillset(&all);
        (void) sigprocmask(SIG_SETMASK, &all, &before);
        pid_t pid = fork();
        if (pid == 0)
                child_main(context, &pipes, null_fd, parent);
        r = -errno;
        (void) sigprocmask(SIG_SETMASK, &before, NULL);
        if (pid < 0) {
                pipes_close(&pipes);
                return error_set(reterr, ERROR_SYSTEM, -r, "cannot fork a worker: %s", strerror(-r));
        }
        *ret = (struct process){ .pid = pid, .task_fd = TAKE_FD(pipes.task[1]), .result_fd = TAKE_FD(pipes.result[0]) };
        pipes_close(&pipes);
        return 0;
}

bool process_has_exited(const struct process *p) {
        siginfo_t info = { 0 };
        return waitid(P_PID, (id_t) p->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == p->pid;
}

void process_close_pipes(struct process *p) {
        if (p->pid == 0)
                return;
        close_fd(&p->task_fd);
        close_fd(&p->result_fd);
}

void process_ask(struct process *p, int signo) {
        if (p->pid != 0)
                (void) kill(p->pid, signo);
}

void process_wait(const struct process *p, usec_t grace) {
        int fd = p->pid != 0 ? pidfd_open(p->pid, 0) : -1;
        if (fd < 0)
                return;
        struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
        (void) poll(&poll_fd, 1, (int) (grace / USEC_PER_MSEC));
        (void) close(fd);
}

int process_end(struct process *p) {
        int status = 0;
        if (p->pid == 0)
                return status;
        process_close_pipes(p);
        (void) kill(p->pid, SIGKILL); /* of one that has left already this is without effect: it is not yet reaped */
        while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
                ;
        *p = (struct process){ .task_fd = -1, .result_fd = -1 };
        return status;
}

bool process_was_killed(int status) {
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

char *process_describe_end(int status, char buf[static PROCESS_WORDS_MAX]) {
        if (process_was_killed(status))
                (void) snprintf(buf, PROCESS_WORDS_MAX,
                                "was killed during the call, as the kernel does where memory is short");
        else if (WIFEXITED(status))
                (void) snprintf(buf, PROCESS_WORDS_MAX, "ended during the call (exit status %d)", WEXITSTATUS(status));
        else
                (void) snprintf(buf, PROCESS_WORDS_MAX, "died of SIG%s during the call",
                                sigabbrev_np(WTERMSIG(status)));
        return buf;
}
