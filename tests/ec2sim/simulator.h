/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdatomic.h>

#include "bucket.h"
#include "fleets.h"
#include "options.h"
#include "reply.h"
#include "request.h"
#include "signature.h"
#include "stats.h"

/* All that the threads share. */
struct simulator {
        struct options *options; /* its faults count their calls; the rest stays as it is */
        struct fleets fleets;
        struct buckets buckets;
        struct stats stats;
        atomic_uint_least64_t requests; /* so far; numbers them */
        atomic_uint_least64_t ec2_calls;
        int log_fd;  /* -1: none */
        int stop_fd; /* readable once the program is to end */
};

/* After a failure, too, the simulator is to be released. */
int simulator_open(struct simulator *s, struct options *options, struct error *reterr);
void simulator_release(struct simulator *s);

/* The simulated time, in seconds since the epoch. */
uint64_t simulator_now(const struct simulator *s);

/* One request on its way through. */
struct call {
        struct simulator *simulator;
        struct request *request;
        uint64_t number;
        usec_t arrived; /* monotonic */
        enum protocol protocol;
        struct identity identity;
        const char *service; /* for the log: ec2, sts, organizations, imds, ... */
        const char *action;  /* "" if none */
        struct fault fault;  /* what goes wrong with this one */
        struct reply reply;
};

/* Waits until the call is due by latency, jitter and then more. Returns early when the program ends or, where it
 * can be seen, the client has hung up. */
void call_wait(const struct call *c, usec_t until);

/* Answers an API call. 0, or a negative errno that becomes a 500. */
int ec2_answer(struct call *c);
int sts_answer(struct call *c);
int organizations_answer(struct call *c);

/* The path of what is asked of ec2sim itself; such calls are neither delayed, counted nor logged. */
#define CONTROL_PATH "/_ec2sim/"

/* Answers one of the services that are told by their path. */
int metadata_answer(struct call *c);
int container_answer(struct call *c);
int sso_answer(struct call *c);
int control_answer(struct call *c);

/* Replaces the answer where the call's fault wants that; returns whether it did. *ret_r as above. */
bool fault_answer(struct call *c, int *ret_r);

/* Finds out who is asked and lets them answer: the whole of one request but the waiting and the sending. */
void service_answer(struct call *c);

/* Writes the call's line to the log. */
void call_log_write(const struct call *c);
