/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t) 4096)
#define MIB ((size_t) 1024 * 1024)

static int read_error(const char *path, struct error *reterr) {
        int e = errno;
        return error_set(reterr, ERROR_CONFIG, e, "cannot read %s: %s", path, strerror(e));
}

static int read_all(int fd, const char *path, size_t max, struct buffer *text, struct error *reterr) {
        struct stat st;
        if (fstat(fd, &st) < 0)
                return read_error(path, reterr);
        /* A FIFO could keep us waiting for ever. */
        if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
                return error_set(reterr, ERROR_CONFIG, EINVAL, "cannot read %s: it is no regular file", path);
        for (;;) {
                if (text->len > max)
                        return error_set(reterr, ERROR_CONFIG, EFBIG, "%s is longer than %zu MiB", path, max / MIB);
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
