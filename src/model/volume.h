/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* Room for the API's identifiers with their NUL. A longer one is refused, never clipped: two clipped ids
 * could become one and a total wrong. */
#define MODEL_ID_SIZE 48
#define MODEL_ZONE_SIZE 48
#define MODEL_WORD_SIZE 24 /* volume type, state, attachment status: unknown words are kept as they come */

/* Room for the name of a service, such as eks.amazonaws.com. */
#define MODEL_SERVICE_SIZE 136

/* More attachments on one volume are refused; io2 Multi-Attach allows 16. */
#define MODEL_ATTACHMENTS_MAX 256

struct attachment {
        char instance_id[MODEL_ID_SIZE]; /* "" for an attachment that AWS manages */
        char status[MODEL_WORD_SIZE];    /* attaching, attached, detaching, detached, busy */
};

/* One EBS volume as DescribeVolumes tells it. Zeroed means empty. */
struct volume {
        char id[MODEL_ID_SIZE];
        char type[MODEL_WORD_SIZE];
        char state[MODEL_WORD_SIZE];
        char zone[MODEL_ZONE_SIZE];
        uint64_t size_gib;
        uint64_t iops;       /* 0 where the API tells none */
        uint64_t throughput; /* MiB/s, 0 where the API tells none */
        int64_t create_time; /* seconds since the epoch, 0 if unknown */
        bool encrypted;
        bool multi_attach_enabled;
        bool managed; /* operator.managed */
        char managed_by[MODEL_SERVICE_SIZE]; /* the service that manages or holds it, "" if none is told */
        char *tags;                          /* owned; those to be kept, see model/tags.h; NULL: none */
        struct attachment *attachments; /* owned */
        size_t n_attachments;
};

/* Frees what the volume owns and zeroes it. */
void volume_release(struct volume *v);

/* Appends an attachment. Returns 0, -ENOMEM, or -E2BIG beyond MODEL_ATTACHMENTS_MAX. */
int volume_add_attachment(struct volume *v, const struct attachment *a);

/* Who holds a volume. Disjoint and complete: every listed volume is exactly one of them. */
enum holder {
        HOLDER_INSTANCE,         /* attached to at least one instance of the listing */
        HOLDER_UNKNOWN_INSTANCE, /* attached, but only to instances that the listing does not hold */
        HOLDER_MANAGED,          /* held by an AWS service without an instance of ours */
        HOLDER_NONE,             /* unattached */
        _HOLDER_MAX,
};

/* The words of the database and of reports: instance, unknown_instance, managed, none. */
const char *holder_name(enum holder holder);
