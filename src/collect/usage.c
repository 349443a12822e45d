/* SPDX-License-Identifier: MIT */
#include "collect/usage.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/macros.h"

uint64_t usage_pss_kib(pid_t pid) {
        char path[sizeof("/proc/-2147483648/smaps_rollup")];
        (void) snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int) pid);
        FILE *f = fopen(path, "re");
        if (f == NULL)
                return 0;
        uint64_t kib = 0;
        char line[256];
        while (fgets(line, sizeof(line), f) != NULL)
                if (sscanf(line, "Pss: %" SCNu64 " kB", &kib) == 1)
                        break;
        (void) fclose(f);
        return kib;
}

static usec_t cpu_of(int who) {
        struct rusage u;
        if (getrusage(who, &u) < 0)
                return 0;
        return (usec_t) (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * USEC_PER_SEC +
               (usec_t) (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

usec_t usage_cpu(void) {
        return cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN);
}
