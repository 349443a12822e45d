/* SPDX-License-Identifier: MIT */
#pragma once

#include "simulator.h"

/* The HTTP side: a thread a connection, kept alive. */
struct server;

/* Listens. ERROR_CONFIG or ERROR_SYSTEM with a message that names the address or file. */
int server_start(struct simulator *simulator, struct server **ret, struct error *reterr);

/* The port it listens on. */
unsigned server_port(const struct server *s);

/* Breaks off whatever is being answered and waits for the threads. */
struct server *server_stop(struct server *s);
