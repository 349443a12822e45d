/* SPDX-License-Identifier: MIT */
#include "model/daemon_state.h"

#include <errno.h>
#include <string.h>

static const char *const phase_names[_DAEMON_PHASE_MAX] = {
        [DAEMON_STARTING] = "starting",
        [DAEMON_IDLE] = "idle",
        [DAEMON_RUNNING] = "running",
        [DAEMON_STOPPED] = "stopped",
};

const char *daemon_phase_name(enum daemon_phase phase) {
        return phase_names[phase];
}

int daemon_phase_from_name(const char *name, enum daemon_phase *ret_phase) {
        for (unsigned p = 0; p < _DAEMON_PHASE_MAX; p++)
                if (strcmp(phase_names[p], name) == 0) {
                        *ret_phase = (enum daemon_phase) p;
                        return 0;
                }
        return -EINVAL;
}
