/* SPDX-License-Identifier: MIT */
#include "model/daemon_state.h"

const char *daemon_phase_name(enum daemon_phase phase) {
        switch (phase) {
        case DAEMON_STARTING:
                return "starting";
        case DAEMON_IDLE:
                return "idle";
        case DAEMON_RUNNING:
                return "running";
        default:
                return "stopped";
        }
}
