/* SPDX-License-Identifier: MIT */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/path.h"
#include "store/store.h"

struct store_lock {
        int fd;
        char *path; /* owned; of the lock's file, without links */
};

static int format_path(char **ret, const char *format, ...) _printf_(2, 3);
static int format_path(char **ret, const char *format, ...) {
        va_list ap;
        va_start(ap, format);
        int n = vasprintf(ret, format, ap);
        va_end(ap);
        if (n < 0)
                *ret = NULL;
        return n < 0 ? -ENOMEM : 0;
}

/* The path of the lock's file. A database that is not there yet will be in its directory. */
static int lock_path(const char *database, char **ret) {
        _cleanup_(freep) char *real = realpath(database, NULL);
        if (real != NULL)
                return format_path(ret, "%s.lock", real);
        if (errno != ENOENT)
                return -errno;
        _cleanup_(freep) char *directory = strdup(database), *name = strdup(database);
        if (directory == NULL || name == NULL)
                return -ENOMEM;
        real = realpath(dirname(directory), NULL);
        if (real == NULL)
                return -errno;
        return format_path(ret, "%s/%s.lock", real, basename(name));
}

static int open_file(const char *path) {
        int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (fd >= 0 || errno != ENOENT)
                return fd >= 0 ? fd : -errno;
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
        if (fd < 0)
                return -errno;
        int r = path_give_to_owner(fd, path);
        if (r < 0) {
                (void) close(fd);
                return r;
        }
        return fd;
}

/* The kernel names the holder, so that nothing in the file can be out of date; 0 where we cannot see it. */
static bool is_held(int fd, pid_t *ret_pid) {
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        bool held = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
        *ret_pid = held && lock.l_pid > 0 ? lock.l_pid : 0;
        return held;
}

int store_lock_look(const char *database, bool *ret_taken, pid_t *ret_pid) {
        _cleanup_(freep) char *path = NULL;
        int r = lock_path(database, &path);
        if (r < 0)
                return r;
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0 && errno != ENOENT)
                return -errno;
        *ret_pid = 0;
        *ret_taken = fd >= 0 && is_held(fd, ret_pid);
        if (fd >= 0)
                (void) close(fd);
        return 0;
}

static int refuse(const char *database, pid_t pid, struct error *reterr) {
        if (pid > 0)
                return error_set(reterr, ERROR_DATABASE, EBUSY,
                                 "%s: an ebsreportd is already running on it, process %d: stop that one, or name "
                                 "another file with " STORE_NAMED_BY, database, (int) pid);
        return error_set(reterr, ERROR_DATABASE, EBUSY,
                         "%s: an ebsreportd is already running on it, in another container or on another host: stop "
                         "that one, or name another file with " STORE_NAMED_BY, database);
}

int store_lock_take(const char *database, struct store_lock **ret, struct error *reterr) {
        _cleanup_(store_lock_freep) struct store_lock *l = calloc(1, sizeof(*l));
        if (l == NULL)
                return error_oom(reterr);
        l->fd = -1;
        int r = lock_path(database, &l->path);
        if (r == 0)
                r = l->fd = open_file(l->path);
        if (r < 0)
                return path_error(database, -r, reterr);
        const struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        if (fcntl(l->fd, F_SETLK, &lock) < 0) {
                int e = errno;
                pid_t pid;
                if (e == EAGAIN || e == EACCES)
                        return refuse(database, is_held(l->fd, &pid) ? pid : 0, reterr);
                return error_set(reterr, ERROR_DATABASE, e, "%s: cannot be locked: %s: put the database on a local file "
                                 "system", l->path, strerror(e));
        }
        *ret = TAKE_PTR(l);
        return 0;
}

bool store_lock_is_for(const struct store_lock *l, const char *database) {
        _cleanup_(freep) char *path = NULL;
        return lock_path(database, &path) == 0 && strcmp(path, l->path) == 0;
}

void store_lock_free(struct store_lock *l) {
        if (l == NULL)
                return;
        if (l->fd >= 0)
                (void) close(l->fd);
        free(l->path);
        free(l);
}
