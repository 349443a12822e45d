/* SPDX-License-Identifier: MIT */
#include "store/path.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"

int path_error(const char *database, int e, struct error *reterr) {
        const char *remedy;
        switch (e) {
        case ENOENT:
        case ENOTDIR:
                remedy = "the directory does not exist: create it, or name another file with --db or \"database\"";
                break;
        case EACCES:
        case EPERM:
                remedy = "no permission: run as the directory's owner, or name another file with --db or \"database\"";
                break;
        case EROFS:
                remedy = "the file system is read-only: name another file with --db or \"database\"";
                break;
        case ENOSPC:
        case EDQUOT:
                remedy = "no space left: free some, or name another file with --db or \"database\"";
                break;
        default:
                return error_set(reterr, ERROR_DATABASE, e, "%s: cannot create the database: %s: see to the directory, "
                                 "or name another file with --db or \"database\"", database, strerror(e));
        }
        return error_set(reterr, ERROR_DATABASE, e, "%s: cannot create the database: %s", database, remedy);
}

int path_give_to_owner(int fd, const char *path) {
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
