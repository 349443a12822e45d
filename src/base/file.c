/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t) 4096)
#define MIB ((size_t) 1024 * 1024)

static int read_error(const char *path, struct error *reterr) {
        int e = errno;
        const char *remedy = "";
        if (e == ENOENT || e == ENOTDIR)
                remedy = ": make it, or name another file";
        else if (e == EACCES || e == EPERM)
                remedy = ": let this user read it, or name another file";
        return error_set(reterr, ERROR_CONFIG, e, "cannot read %s: %s%s", path, strerror(e), remedy);
}

static int read_all(int fd, const char *path, size_t max, struct buffer *text, struct error *reterr) {
        struct stat st;
        if (fstat(fd, &st) < 0)
                return read_error(path, reterr);
        /* A FIFO could keep us waiting for ever. */
        if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
                return error_set(reterr, ERROR_CONFIG, EINVAL, "cannot read %s: it is no regular file: name one that is", path);
        for (;;) {
                if (text->len > max)
                        return error_set(reterr, ERROR_CONFIG, EFBIG, "%s is longer than %zu MiB: name the right file",
                                         path, max / MIB);
                if (buffer_reserve(text, CHUNK) < 0)
                        return error_oom(reterr);
                ssize_t n = read(fd, text->data + text->len, CHUNK);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return read_error(path, reterr);
                if (n == 0)
                        return 0;
                text->len += (size_t) n;
        }
}

int file_read(const char *path, size_t max, struct buffer *text, struct error *reterr) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
                return read_error(path, reterr);
        int r = read_all(fd, path, max, text, reterr);
        (void) close(fd);
        return r;
}

static int write_all(int fd, const char *data, size_t n) {
        while (n > 0) {
                ssize_t written = write(fd, data, n);
                if (written < 0 && errno == EINTR)
                        continue;
                if (written < 0)
                        return -errno;
                data += written;
                n -= (size_t) written;
        }
        return 0;
}

/* The rename must not reach the disk before the bytes do. Should it not reach it at all, the old file is there. */
static int fill(int fd, const void *data, size_t n, mode_t mode) {
        int r = write_all(fd, data, n);
        if (r == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0))
                r = -errno;
        if (close(fd) < 0 && r == 0)
                r = -errno;
        return r;
}

/* A device must not be replaced by a file, and a directory cannot. */
static int check_replaceable(const char *path) {
        struct stat st;
        if (lstat(path, &st) < 0)
                return errno == ENOENT ? 0 : -errno;
        return S_ISREG(st.st_mode) || S_ISLNK(st.st_mode) ? 0 : -EINVAL;
}

int file_replace(const char *path, const void *data, size_t n, mode_t mode, struct error *reterr) {
        _cleanup_(freep) char *temporary = NULL;
        int r = check_replaceable(path);
        if (r == -EINVAL)
                return error_set(reterr, ERROR_SYSTEM, EINVAL, "cannot write %s: it is no regular file", path);
        if (r == 0 && asprintf(&temporary, "%s.XXXXXX", path) < 0) {
                temporary = NULL;
                r = -ENOMEM;
        }
        int fd = r == 0 ? mkostemp(temporary, O_CLOEXEC) : -1;
        if (r == 0 && fd < 0)
                r = -errno;
        if (fd >= 0) {
                r = fill(fd, data, n, mode);
                if (r == 0 && rename(temporary, path) < 0)
                        r = -errno;
                if (r < 0)
                        (void) unlink(temporary);
        }
        return r == 0 ? 0 : error_set(reterr, ERROR_SYSTEM, -r, "cannot write %s: %s", path, strerror(-r));
}
