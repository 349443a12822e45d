/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/clock.h"
#include "model/run.h"

enum daemon_phase {
        DAEMON_STARTING,
        DAEMON_IDLE,
        DAEMON_RUNNING,
        DAEMON_STOPPED,
        _DAEMON_PHASE_MAX,
};

const char *daemon_phase_name(enum daemon_phase phase);

/* 0 or -EINVAL. */
int daemon_phase_from_name(const char *name, enum daemon_phase *ret_phase);

/* How the resident daemon is, as it tells its supervisor and the readers of the database. Times are realtime, 0:
 * none. */
struct daemon_state {
        enum daemon_phase phase;
        pid_t pid;
        const char *version;
        usec_t started_at;
        usec_t heartbeat_at;
        usec_t interval;
        usec_t next_run_at;
        usec_t run_started_at; /* this and the following: of the run in progress */
        enum run_mode run_mode;
        size_t regions_done;
        size_t regions_total; /* 0 until they are known */
        char status[1024];    /* a line for people */
        char problem[1536];   /* what is wrong, in words; "" if nothing is */
};
