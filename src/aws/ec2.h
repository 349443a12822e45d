/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/http.h"
#include "model/instance.h"
#include "model/region.h"
#include "model/volume.h"

/* EC2's Query API, version 2016-11-15: one function call is one signed API call, without any retry. */

enum ec2_action {
        EC2_DESCRIBE_REGIONS,
        EC2_DESCRIBE_INSTANCES,
        EC2_DESCRIBE_VOLUMES,
};

struct ec2_request {
        enum ec2_action action;
        const char *region;
        const char *page_token;  /* NULL or "" for the first page; never sent empty */
        const char *instance_id; /* DescribeVolumes: filter attachment.instance-id; NULL or "": none */
        const char *volume_ids;  /* DescribeVolumes: filter volume-id, patterns separated by ','; NULL or "": none */
        bool include_managed;    /* IncludeManagedResources=true */
        unsigned max_results;    /* a page of at most so many, 5 at least; 0: as many as EC2 gives */
        bool all_regions;        /* DescribeRegions: also those that the account has not enabled (AllRegions) */
        bool fresh_connection;
        usec_t time;             /* to sign with, realtime, skew already corrected */
};

/* Where records go as they are parsed; only the one of the action is called. A negative errno ends the call. */
struct ec2_sink {
        int (*on_region)(const struct region *region, void *userdata);
        int (*on_instance)(const struct instance *instance, void *userdata);
        int (*on_volume)(const struct volume *volume, void *userdata);
        void *userdata;
        char *const *keep_tags; /* keys of the volumes' tags that are wanted, NULL-terminated, at most MODEL_TAGS_MAX;
                                 * NULL: none */
};

struct ec2_reply {
        char *next_token; /* owned; NULL on the last page (absent or empty element) */
        char request_id[64];
        usec_t server_date; /* Date header, 0 if none; set on errors too, as are the times */
        struct call_times times;
};

void ec2_reply_release(struct ec2_reply *r);

/* Performs the call. Records already handed to the sink before an error are void. Every error is classified
 * into *reterr by AWS code first, then by status (ERROR_THROTTLED, _SERVER, _EXPIRED, _DENIED, _REFUSED,
 * _PAGINATION, _NETWORK, _TIMEOUT, _PROTOCOL). *ret is always set and must be released. */
int ec2_call(struct http *http, const struct settings *settings, const struct credentials *credentials,
             const struct ec2_request *request, const struct ec2_sink *sink, struct ec2_reply *ret,
             struct error *reterr);
