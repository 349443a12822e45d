/* SPDX-License-Identifier: MIT */
#pragma once

#include "simulator.h"
#include "xml.h"

/* The actions, called once the request was found to be allowed. Each returns 0 (the reply is complete, an error of
 * EC2's perhaps) or a negative errno. */
int describe_regions(struct call *c);
int describe_instances(struct call *c);
int describe_volumes(struct call *c);

/* Writes the parts that every answer begins and ends with. */
void ec2_open_response(struct xml *x, const struct call *c, const char *element);
void ec2_close_response(struct xml *x, const char *element);

/* An error of EC2's. 0 or -ENOMEM. */
#define ec2_error(c, status, code, ...) reply_error(&(c)->reply, PROTOCOL_EC2, status, code, __VA_ARGS__)

/* The ids of a list parameter, checked for form, as slots in ascending order without doubles. *ret_slots is NULL
 * when none was given. 0, -EINVAL with EC2's error in the reply, or -ENOMEM. */
struct id_rules {
        const char *parameter; /* "VolumeId" */
        const char *prefix;    /* "vol" */
        const char *malformed; /* the codes */
        const char *not_found;
        const char *noun; /* "volume": as EC2 words it */
};
int ec2_read_ids(struct call *c, const struct id_rules *rules, const struct id_map *ids, uint32_t **ret_slots,
                 size_t *ret_n);

/* Whether hidden-by-default resources are to be listed. 0, or -EINVAL with the error in the reply. */
int ec2_read_include_managed(struct call *c, bool *ret);

/* Sorts slots and drops doubles; returns how many are left. */
size_t slots_sort(uint32_t *slots, size_t n);
