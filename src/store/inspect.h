/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/preflight.h"

/* Looks at the database of a path, or at the place where it would be made, as this user: whether runs can be stored
 * there, what is in it, who else uses it. Writes nothing, neither to it nor beside it, but for a reader's marks in
 * SQLite's -shm. Waits up to 5 s for another writer, as a run does. What is wrong is in ret->error. *ret is released by
 * preflight_release(). 0, or -ENOMEM with *reterr. */
int store_inspect(const char *path, struct database_check *ret, struct error *reterr);
