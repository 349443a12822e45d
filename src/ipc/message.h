/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "ipc/frame.h"
#include "model/call_times.h"
#include "model/instance.h"
#include "model/region.h"
#include "model/run.h"
#include "model/volume.h"

/* What parent and workers tell each other, one message a frame. For each task the worker answers with any number
 * of records and then one result; records count only once that result has arrived. */

enum message_type {
        MESSAGE_TASK = 1,    /* parent to worker */
        MESSAGE_REGION,      /* records ... */
        MESSAGE_INSTANCE,
        MESSAGE_VOLUME,
        MESSAGE_CREDENTIALS, /* ... of a task that resolves credentials */
        MESSAGE_RESULT,
};

enum task_action {
        ACTION_CREDENTIALS, /* resolve the provider chain: no API call of its own */
        ACTION_IDENTITY,    /* sts:GetCallerIdentity */
        ACTION_REGIONS,     /* ec2:DescribeRegions */
        ACTION_INSTANCES,   /* ec2:DescribeInstances, a page */
        ACTION_VOLUMES,     /* ec2:DescribeVolumes, a page */
        _ACTION_MAX,
};

/* The API's name of an action, for timings and messages. */
const char *task_action_name(enum task_action action);

/* Keys on their way from one process to the other. Strings are borrowed. */
struct keys_message {
        const char *access_key_id;
        const char *secret_access_key;
        const char *session_token; /* "" if none */
        const char *account_id;    /* "" if untold */
        const char *home_region;   /* "" if untold */
        const char *source;
        usec_t expiration; /* realtime, 0: never */
};

/* One signed API call. Strings are borrowed; "" means absent. */
struct task_message {
        enum task_action action;
        const char *region;
        const char *page_token;
        const char *instance_id;
        const char *volume_ids; /* patterns separated by ',' */
        bool include_managed;
        bool probe; /* ask for little, on a connection of its own */
        bool all_regions; /* DescribeRegions: those that are not enabled, too */
        int64_t clock_offset_usec; /* the server's clock minus ours */
        struct keys_message keys;  /* all "" for ACTION_CREDENTIALS */
};

struct result_message {
        struct error error; /* ERROR_NONE: the call succeeded */
        const char *next_token; /* borrowed; "" on the last page */
        const char *account_id; /* borrowed; ACTION_IDENTITY's answer, else "" */
        const char *arn;        /* borrowed; the same */
        uint64_t records;       /* how many record frames came before */
        usec_t start;           /* monotonic */
        usec_t duration;
        usec_t server_date; /* realtime by the server's Date header, 0 if none */
        struct call_times times;
};

/* Encoders append one frame to b: 0, -ENOMEM, or -E2BIG (then b is as before). */
int message_put_task(struct buffer *b, const struct task_message *m);
int message_put_credentials(struct buffer *b, const struct keys_message *m);
int message_put_region(struct buffer *b, const struct region *region);
int message_put_instance(struct buffer *b, const struct instance *instance);
int message_put_volume(struct buffer *b, const struct volume *volume);
int message_put_result(struct buffer *b, const struct result_message *m);

/* Decoders check every byte: 0, -EBADMSG for a frame of another type or with a lie in it, -ENOMEM. Strings in the
 * result are borrowed from the frame. A decoded volume must be released. */
int message_get_task(const struct frame *f, struct task_message *ret);
int message_get_credentials(const struct frame *f, struct keys_message *ret);
int message_get_region(const struct frame *f, struct region *ret);
int message_get_instance(const struct frame *f, struct instance *ret);
int message_get_volume(const struct frame *f, struct volume *ret);
int message_get_result(const struct frame *f, struct result_message *ret);
