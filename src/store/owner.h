/* SPDX-License-Identifier: MIT */
#pragma once

/* A file that root makes in the service's directory belongs to the service, which could not write it otherwise: gives an
 * open file to the owner of its directory if we are root. path has a '/'. 0 or a negative errno. */
int owner_as_directory(int fd, const char *path);
