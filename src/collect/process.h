/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/error.h"
#include "collect/worker.h"

/* One forked worker and the parent's ends of its two pipes. */
struct process {
        pid_t pid;     /* 0: none */
        int task_fd;   /* write end, non-blocking */
        int result_fd; /* read end, non-blocking */
};

/* Forks a worker: signals as after exec, no descriptor but its two pipe ends and null_fd as standard streams, dies with
 * the parent. In the child this does not return. */
int process_fork(const struct worker_context *context, int null_fd, struct process *ret, struct error *reterr);

/* True if the process has exited and waits to be reaped. */
bool process_has_exited(const struct process *p);

/* Closes the parent's ends, which asks an idle worker to leave. */
void process_close_pipes(struct process *p);

/* Asks it by a signal. */
void process_ask(struct process *p, int signo);

/* Waits up to grace for the process to leave. */
void process_wait(const struct process *p, usec_t grace);

/* Closes the pipes, kills the process if it is still there, and reaps it. Returns how it ended, as waitpid(2) has
 * it. */
int process_end(struct process *p);

/* True if it was killed, by the kernel unless by somebody here. */
bool process_was_killed(int status);

/* That in words, "died of SIGSEGV during the call", of one that nobody here has ended. Returns buf. */
#define PROCESS_WORDS_MAX 128
char *process_describe_end(int status, char buf[static PROCESS_WORDS_MAX]);
