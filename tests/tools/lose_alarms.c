/* SPDX-License-Identifier: MIT */
/* To be preloaded: the alarms that sd-event is asked for between 2 and 10 s from now are never rung, which nothing from
 * outside could bring about. Those are the ones that end a worker's call, in a daemon of a short call_timeout. */
#include <dlfcn.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#define SECOND UINT64_C(1000000)

int sd_event_source_set_time_relative(sd_event_source *source, uint64_t usec) {
        int (*set_time)(sd_event_source *source, uint64_t usec);
        *(void **) &set_time = dlsym(RTLD_NEXT, "sd_event_source_set_time_relative");
        return set_time(source, usec > 2 * SECOND && usec < 10 * SECOND ? 1000000 * SECOND : usec);
}
