/* SPDX-License-Identifier: MIT */
#include "store/owner.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"

int owner_as_directory(int fd, const char *path) {
        if (geteuid() != 0)
                return 0;
        _cleanup_(freep) char *directory = strndup(path, (size_t) (strrchr(path, '/') - path) + 1);
        if (directory == NULL)
                return -ENOMEM;
        struct stat st;
        if (stat(directory, &st) < 0 || fchown(fd, st.st_uid, st.st_gid) < 0)
                return -errno;
        return 0;
}
