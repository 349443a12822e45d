/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/run.h"

/* Whose keys a run has, as STS tells it. */
struct identity {
        char account[MODEL_ACCOUNT_SIZE];
        char arn[640]; /* an IAM user's has a path of up to 512 characters; "" if untold */
};
