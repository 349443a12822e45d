/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/error.h"

/* The files beside each other that make up a database. Paths have a '/'. */

/* Says why a file of the database cannot be made, e being a positive errno, and what to do. Returns -e. */
int path_error(const char *database, int e, struct error *reterr);

/* A file that root makes in the service's directory belongs to the service, which could not write it otherwise: gives
 * an open file to the owner of its directory if we are root. 0 or a negative errno. */
int path_give_to_owner(int fd, const char *path);
