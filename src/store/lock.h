/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/macros.h"

/* One resident daemon a database. The lock is on a file of its own beside it, PATH.lock, which stays when the lock
 * goes: whoever closes any descriptor of the database itself drops SQLite's locks on it. Single runs do not take it. */
struct store_lock;

/* Takes the lock of a database, which need not exist yet, whatever link leads to it. -EBUSY, ERROR_DATABASE, names the
 * process that has it. Forked children do not have it. */
int store_lock_take(const char *database, struct store_lock **ret, struct error *reterr);

/* True if it is that database's. A process must not take a lock twice: letting go of one would drop both. */
bool store_lock_is_for(const struct store_lock *l, const char *database);

/* Whether another process has a database's lock, and which: *ret_pid is 0 where nobody has it, and where it cannot be
 * seen from here. Makes no file. 0 or a negative errno. */
int store_lock_look(const char *database, bool *ret_taken, pid_t *ret_pid);

/* Lets go of it. NULL is fine. */
void store_lock_free(struct store_lock *l);
DEFINE_CLEANUP(struct store_lock *, store_lock_free);
