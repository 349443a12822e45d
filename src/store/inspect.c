/* SPDX-License-Identifier: MIT */
#include "store/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "store/db.h"
#include "store/lock.h"
#include "store/path.h"
#include "store/schema.h"
#include "store/store.h"

#define BUSY_TIMEOUT_MS 5000u
#define POLL_MS 50u

/* SQLite's "WAL-index format": the byte of -shm that a writer has locked as long as its transaction is open. */
#define WAL_WRITE_LOCK 120

static void name_owner(const struct stat *st, struct database_check *d) {
        char buf[4096];
        struct passwd user, *found_user = NULL;
        struct group group, *found_group = NULL;
        (void) snprintf(d->owner, sizeof(d->owner), "%u", (unsigned) st->st_uid);
        (void) snprintf(d->group, sizeof(d->group), "%u", (unsigned) st->st_gid);
        if (getpwuid_r(st->st_uid, &user, buf, sizeof(buf), &found_user) == 0 && found_user != NULL)
                error_copy_text(d->owner, sizeof(d->owner), user.pw_name);
        if (getgrgid_r(st->st_gid, &group, buf, sizeof(buf), &found_group) == 0 && found_group != NULL)
                error_copy_text(d->group, sizeof(d->group), group.gr_name);
        d->mode = st->st_mode & 07777;
}

static void look_at_space(const char *directory, struct database_check *d) {
        struct statvfs fs;
        if (statvfs(directory, &fs) < 0)
                return;
        d->free_known = true;
        d->free_bytes = (uint64_t) (geteuid() == 0 ? fs.f_bfree : fs.f_bavail) * fs.f_frsize;
}

static int no_access(const char *file, const struct database_check *d, int mode, int e, struct error *reterr) {
        if (e != EACCES && e != EPERM)
                return error_set(reterr, ERROR_DATABASE, e, "%s: cannot be %s: %s", file,
                                 mode == R_OK ? "read" : "written", strerror(e));
        return error_set(reterr, ERROR_DATABASE, e,
                         "%s: this user may not %s it: the history belongs to %s:%s (mode %04o): run this as %s", file,
                         mode == R_OK ? "read" : "write", d->owner, d->group, (unsigned) d->mode, d->owner);
}

/* A file that may be missing. */
static int check_access(const char *path, const char *suffix, const struct database_check *d, int mode,
                        struct error *reterr) {
        _cleanup_(freep) char *file = NULL;
        if (asprintf(&file, "%s%s", path, suffix) < 0) {
                file = NULL;
                return error_oom(reterr);
        }
        if (faccessat(AT_FDCWD, file, mode, AT_EACCESS) == 0 || errno == ENOENT)
                return 0;
        return no_access(file, d, mode, errno, reterr);
}

/* SQLite makes files beside it, and a daemon its lock. */
static int check_files(const char *path, const char *directory, const struct database_check *d, struct error *reterr) {
        static const char *const written[] = { "", "-wal", "-shm", ".lock" };
        int r = check_access(path, "", d, R_OK, reterr);
        for (size_t i = 0; r == 0 && i < ARRAY_SIZE(written); i++)
                r = check_access(path, written[i], d, W_OK, reterr);
        return r == 0 ? check_access(directory, "", d, W_OK | X_OK, reterr) : r;
}

/* Where there is none it is to be made. */
static int check_directory(const char *path, const char *directory, struct database_check *d, struct error *reterr) {
        struct stat st;
        if (stat(directory, &st) < 0)
                return path_error(path, errno, reterr);
        name_owner(&st, d);
        if (!S_ISDIR(st.st_mode))
                return path_error(path, ENOTDIR, reterr);
        if (lstat(path, &st) == 0)
                return error_set(reterr, ERROR_DATABASE, EEXIST, "%s: a symbolic link to nothing: remove it", path);
        if (faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) < 0)
                return path_error(path, errno, reterr);
        return 0;
}

/* Older files have these columns as well. */
static int read_last_run(struct store *s, struct database_check *d, struct error *reterr) {
        struct query q = query_prepare(s, "SELECT run_id, started_at, status FROM run ORDER BY run_id DESC LIMIT 1");
        if (query_step(&q)) {
                d->run_id = sqlite3_column_int64(q.stmt, 0);
                d->run_at = (usec_t) sqlite3_column_int64(q.stmt, 1) * USEC_PER_SEC;
                query_copy_text(&q, 2, d->run_status, sizeof(d->run_status));
        }
        return query_finish(&q, "reading its last run", reterr);
}

static int read_contents(const char *path, struct database_check *d, struct error *reterr) {
        _cleanup_(store_closep) struct store *s = NULL;
        bool immutable;
        int r = store_open_reader(path, STORE_NAMED_BY, BUSY_TIMEOUT_MS, &s, &immutable, reterr);
        if (r == 0)
                r = schema_read_version(s, schema_current(), &d->schema_version, reterr);
        return r == 0 && d->schema_version > 0 ? read_last_run(s, d, reterr) : r;
}

/* The process that has a transaction open; 0: none, -1: one that cannot be seen from here. Must not be called while
 * this process has the database open: closing -shm drops SQLite's locks on it. */
static pid_t find_writer(const char *shm) {
        int fd = open(shm, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0)
                return 0;
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = WAL_WRITE_LOCK, .l_len = 1 };
        bool locked = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
        (void) close(fd);
        return !locked ? 0 : lock.l_pid > 0 ? lock.l_pid : -1;
}

static int locked_error(const char *path, pid_t pid, struct error *reterr) {
        char who[32] = "another process";
        if (pid > 0)
                (void) snprintf(who, sizeof(who), "process %d", (int) pid);
        return error_set(reterr, ERROR_DATABASE, EBUSY,
                         "%s: locked by %s, which has a transaction open for more than %u s: is it an sqlite3 that writes? "
                         "A run would not be stored: end it", path, who, BUSY_TIMEOUT_MS / 1000);
}

static int wait_for_writer(const char *path, struct error *reterr) {
        _cleanup_(freep) char *shm = NULL;
        if (asprintf(&shm, "%s-shm", path) < 0) {
                shm = NULL;
                return error_oom(reterr);
        }
        for (unsigned waited = 0;; waited += POLL_MS) {
                pid_t pid = find_writer(shm);
                if (pid == 0)
                        return 0;
                if (waited >= BUSY_TIMEOUT_MS)
                        return locked_error(path, pid, reterr);
                (void) nanosleep(&(struct timespec){ .tv_nsec = POLL_MS * 1000000L }, NULL);
        }
}

static int check_space(const struct database_check *d, struct error *reterr) {
        if (!d->free_known || d->free_bytes > 0)
                return 0;
        return error_set(reterr, ERROR_DATABASE, ENOSPC, "%s: no space left: free some on that file system or move the "
                         "database", d->path);
}

/* The directory that a path is in; the caller frees it. NULL when out of memory. */
static char *directory_of(const char *path) {
        _cleanup_(freep) char *copy = strdup(path);
        return copy != NULL ? strdup(dirname(copy)) : NULL;
}

static int inspect_missing(const char *path, struct database_check *d, struct error *reterr) {
        _cleanup_(freep) char *directory = directory_of(path);
        if (directory == NULL)
                return error_oom(reterr);
        look_at_space(directory, d);
        int r = check_directory(path, directory, d, reterr);
        return r == 0 ? check_space(d, reterr) : r;
}

/* st: the file's. path has no links, because SQLite's other files are beside what they lead to. */
static int inspect_file(const char *path, const struct stat *st, struct database_check *d, struct error *reterr) {
        _cleanup_(freep) char *directory = directory_of(path);
        if (directory == NULL)
                return error_oom(reterr);
        d->exists = true;
        d->size = (uint64_t) st->st_size;
        name_owner(st, d);
        look_at_space(directory, d);
        int r = store_check_file(path, STORE_NAMED_BY, reterr);
        if (r == 0)
                r = check_files(path, directory, d, reterr);
        /* What is in it is worth telling also where it can only be read. */
        struct error unreadable;
        int r2 = read_contents(path, d, r == 0 ? reterr : &unreadable);
        if (r == 0)
                r = r2;
        (void) store_lock_look(path, &d->daemon_runs, &d->daemon_pid);
        if (r == 0)
                r = wait_for_writer(path, reterr);
        return r == 0 ? check_space(d, reterr) : r;
}

static int inspect(const char *path, struct database_check *d, struct error *reterr) {
        struct stat st;
        _cleanup_(freep) char *real = realpath(path, NULL);
        if (real != NULL && stat(real, &st) == 0)
                return inspect_file(real, &st, d, reterr);
        if (errno == ENOENT)
                return inspect_missing(path, d, reterr);
        if (errno == EACCES)
                return error_set(reterr, ERROR_DATABASE, EACCES, "%s: this user may not even look into the directory: run this "
                                 "as its owner", path);
        return path_error(path, errno, reterr);
}

int store_inspect(const char *path, struct database_check *ret, struct error *reterr) {
        struct database_check d = { .schema_newest = schema_current()->version };
        /* As store_open() has it, for the messages as well. */
        if (asprintf(&d.path, "%s%s", path[0] == '/' ? "" : "./", path) < 0)
                return error_oom(reterr);
        d.state = inspect(d.path, &d, &d.error) < 0 ? CHECK_FAILED : CHECK_OK;
        *ret = d;
        return 0;
}
