/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Faults on request: "region=eu-west-1,action=DescribeVolumes,kind=throttle,probability=0.2,count=3,skip=5". */

enum fault_kind {
        FAULT_NONE,
        /* instead of the answer */
        FAULT_THROTTLE,
        FAULT_UNAVAILABLE_HTML,
        FAULT_ERROR,
        FAULT_EXPIRED_CREDENTIALS,
        FAULT_REDIRECT,
        FAULT_HANG,
        FAULT_HUGE,
        FAULT_BOMB,
        FAULT_DEEP,
        FAULT_LONGTEXT,
        FAULT_GARBAGE,
        /* to the answer's bytes */
        FAULT_RESET,
        FAULT_TRUNCATE,
        FAULT_DRIP,
        /* to the page */
        FAULT_REPEAT_TOKEN,
        FAULT_EMPTY_PAGE,
        FAULT_SHORT_PAGE,
        FAULT_LAST_TOKEN,
        FAULT_DUPLICATE,
        _FAULT_MAX,
};

struct fault {
        enum fault_kind kind;
        char region[64];  /* "": any */
        char action[64];  /* "": any */
        char account[16]; /* "": any */
        char code[64];    /* of FAULT_ERROR */
        unsigned status;  /* of FAULT_ERROR; 0: the usual one of the code */
        double probability;
        uint64_t count; /* at most so many times */
        uint64_t skip;  /* let so many matching calls pass first */
        uint64_t bytes_per_second;
        uint64_t matched; /* calls so far, for the seeded draw */
        uint64_t applied;
};

struct faults {
        struct fault *items; /* owned */
        size_t n;
        uint64_t seed;
        pthread_mutex_t lock;
};

/* 0, or -EINVAL with *ret_why telling what is wrong (static). */
int faults_add(struct faults *f, const char *spec, const char **ret_why);

/* Decides for one call: copies the first fault that strikes. The n-th matching call of a rule always decides the
 * same for the same seed. */
struct fault faults_decide(struct faults *f, const char *account, const char *region, const char *action);

const char *fault_kind_name(enum fault_kind kind);
void faults_release(struct faults *f);
