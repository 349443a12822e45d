/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "fault.h"
#include "fleet_seed.h"
#include "keys.h"
#include "string_list.h"

#define DEFAULT_ACCOUNT "123456789012"

/* Everything the command line says; strings are argv's own. */
struct options {
        /* serving */
        const char *address;
        uint16_t port; /* 0: the kernel chooses */
        const char *tls_cert;
        const char *tls_key;
        const char *log;
        unsigned connections;

        /* time and identity */
        bool has_now;
        usec_t now;         /* the clock stands still there */
        int64_t clock_skew; /* seconds ahead of the real time */
        bool no_verify;
        struct keys keys;
        char account[ACCOUNT_SIZE];
        uint64_t accounts; /* in the organization */
        uint64_t token_bytes;
        uint64_t session_seconds;
        const char *role;
        const char *external_id;
        const char *metadata_region;
        const char *container_token;

        /* the fleet */
        uint64_t seed;
        struct string_list regions;
        const char *fleet_file;
        bool demo;
        struct fleet_plan plan; /* the same for every region unless demo */
        double churn;           /* per cent of a region's volumes a tick */
        uint64_t tick_every;    /* EC2 calls, 0: never */
        bool truth;

        /* behaviour */
        uint64_t volume_page_limit;
        uint64_t unpaginated_limit;
        bool reject_managed;
        bool no_keep_alive;
        usec_t latency;
        usec_t jitter;
        double bucket_capacity; /* 0: no bucket */
        double bucket_refill;   /* tokens a second */
        struct faults faults;
};

/* Parses argv; usage errors, --help and --version end the program. 0 or -ENOMEM. */
int options_parse(struct options *o, int argc, char **argv);
void options_release(struct options *o);
