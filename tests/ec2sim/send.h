/* SPDX-License-Identifier: MIT */
#pragma once

#include <microhttpd.h>

#include "simulator.h"

/* Queues the call's reply on its connection, whole or as its fault mangles it. Takes over the body. */
enum MHD_Result send_reply(struct call *c, struct MHD_Connection *connection);
