/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/volume.h"

/* Low byte of EC2's instance state code; the high byte is Amazon's own. */
enum instance_state {
        INSTANCE_PENDING = 0,
        INSTANCE_RUNNING = 16,
        INSTANCE_SHUTTING_DOWN = 32,
        INSTANCE_TERMINATED = 48,
        INSTANCE_STOPPING = 64,
        INSTANCE_STOPPED = 80,
};

/* Room for a Name tag: 256 characters of UTF-8. */
#define MODEL_NAME_SIZE 1025

/* One EC2 instance as DescribeInstances tells it. */
struct instance {
        char id[MODEL_ID_SIZE];
        char type[MODEL_WORD_SIZE + 8];
        char zone[MODEL_ZONE_SIZE];
        char owner_id[MODEL_WORD_SIZE]; /* the reservation's account, "" if untold */
        uint8_t state;                  /* enum instance_state */
        bool managed;
        char name[MODEL_NAME_SIZE]; /* the Name tag, "" if none; bytes as they came, not made printable */
};
