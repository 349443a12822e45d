/* SPDX-License-Identifier: MIT */
#pragma once

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

/* What was served, for the tests to ask. */
struct stats {
        pthread_mutex_t lock; /* over the objects */
        json_t *by_action;    /* name -> count */
        json_t *by_region;
        json_t *by_status;
        json_t *by_code;
        json_t *by_fault;
        uint64_t calls;
        atomic_uint concurrent;
        atomic_uint peak_concurrent;
        atomic_uint connections; /* accepted so far */
        atomic_uint open_connections;
};

int stats_open(struct stats *s);

/* A call begins and ends being worked on; between the two it counts as concurrent. */
void stats_begin(struct stats *s);
void stats_end(struct stats *s);

/* "" is not counted under its heading. */
void stats_count(struct stats *s, const char *action, const char *region, unsigned status, const char *code,
                 const char *fault);

/* NULL when out of memory. */
json_t *stats_json(struct stats *s);
void stats_release(struct stats *s);
