/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Has the libraries set up, in this process and before a fork, what they would otherwise set up in each child: a
 * signature, a document and, with tls, one handshake of a client with a server in memory, with a certificate made for
 * it. No network. Best effort; it only saves memory and time. */
void warm_up(bool tls);
