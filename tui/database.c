/* SPDX-License-Identifier: MIT */
#include "tui/database.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/schema.h"
#include "store/store.h"
#include "tui/contains.h"

#define BACK_OFF_MIN (USEC_PER_SEC / 10)
#define BACK_OFF_MAX (2 * USEC_PER_SEC)

/* What ebstop's user names a database by. */
#define NAMED_BY "--db"

/* Steps of SQLite's machine between two looks at the clock and the keyboard: well under a millisecond. */
#define STEPS_BETWEEN_LOOKS 5000

static void close_store(struct database *d) {
        store_close(d->store);
        d->store = NULL;
        d->begun = false;
}

static void set_state(struct database *d, enum database_state state, const struct error *error) {
        d->state = state;
        d->error = *error;
}

/* What a column calls it: the file's name without ".db", or its directory's where all are called history. */
static char *make_name(const char *path) {
        const char *base = strrchr(path, '/');
        base = base != NULL ? base + 1 : path;
        size_t n = strlen(base);
        if (n > 3 && strcmp(base + n - 3, ".db") == 0)
                n -= 3;
        if (base - path > 1 && strncmp(base, "history", n) == 0) {
                const char *end = base - 1, *start = end;
                while (start > path && start[-1] != '/')
                        start--;
                return strndup(start, (size_t) (end - start));
        }
        return strndup(base, n);
}

int database_init(struct database *d, const char *path, int index, struct error *reterr) {
        *d = (struct database){ .index = index };
        d->path = strdup(path);
        d->name = make_name(path);
        return d->path == NULL || d->name == NULL ? error_oom(reterr) : 0;
}

void database_release(struct database *d) {
        close_store(d);
        free(d->path);
        free(d->name);
        *d = (struct database){ 0 };
}

/* ---- states --------------------------------------------------------------------------------------------------- */

const char *database_state_name(enum database_state state) {
        static const char *const names[] = {
                [DATABASE_UNKNOWN] = "unknown",   [DATABASE_READABLE] = "readable", [DATABASE_MISSING] = "missing",
                [DATABASE_DENIED] = "denied",     [DATABASE_FOREIGN] = "foreign",   [DATABASE_DAMAGED] = "damaged",
                [DATABASE_EMPTY] = "empty",       [DATABASE_OLDER] = "older",       [DATABASE_NEWER] = "newer",
                [DATABASE_BUSY] = "busy",         [DATABASE_FAILED] = "failed",
        };
        return names[state];
}

static enum database_state state_of_error(int r) {
        switch (-r) {
        case EBUSY:
                return DATABASE_BUSY;
        case ENOENT:
        case ENOTDIR:
                return DATABASE_MISSING;
        case EACCES:
        case EPERM:
                return DATABASE_DENIED;
        case EMEDIUMTYPE:
        case EINVAL: /* not a regular file */
                return DATABASE_FOREIGN;
        case EUCLEAN:
                return DATABASE_DAMAGED;
        default:
                return DATABASE_FAILED;
        }
}

/* A file that is locked stays open, so that its lock is met and not its absence; all others are opened anew next time. */
static void fail(struct database *d, usec_t now, int r, const struct error *error) {
        enum database_state state = state_of_error(r);
        if (state == DATABASE_BUSY) {
                if (d->state != DATABASE_BUSY) {
                        d->busy_since = now;
                        d->back_off = BACK_OFF_MIN;
                } else {
                        d->back_off = d->back_off * 2 < BACK_OFF_MAX ? d->back_off * 2 : BACK_OFF_MAX;
                }
                d->retry_at = now + d->back_off;
        } else {
                close_store(d);
        }
        set_state(d, state, error);
}

void database_note_failure(struct database *d, int r, const struct error *error) {
        if (r != -EINTR)
                set_state(d, state_of_error(r), error);
        if (r == -EUCLEAN && d->immutable)
                d->changed = true; /* somebody wrote while it was read as immutable: look again */
}

/* ---- is there something new? ---------------------------------------------------------------------------------- */

static bool is_same_file(const struct stat *a, const struct stat *b) {
        return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

static bool is_untouched(const struct stat *a, const struct stat *b) {
        return is_same_file(a, b) && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
               a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

void database_poll(struct database *d, usec_t now) {
        if (d->changed || now < d->retry_at)
                return;
        struct stat st;
        if (stat(d->path, &st) < 0) {
                /* Only the first look says it; database_begin() finds the words. */
                d->changed = d->state != state_of_error(-errno);
                return;
        }
        if (d->state != DATABASE_READABLE) {
                d->changed = true;
                return;
        }
        if (!is_same_file(&st, &d->seen)) {
                d->replaced = true;
                d->changed = true;
                return;
        }
        if (d->store == NULL) {
                d->changed = !is_untouched(&st, &d->seen) || store_has_log(d->path);
                return;
        }
        int64_t version;
        struct error error;
        int r = db_read_int64(d->store, "PRAGMA data_version", "looking for changes", &version, &error);
        d->changed = r < 0 || version != d->data_version;
}

/* ---- a refresh ------------------------------------------------------------------------------------------------ */

static int check_identity(struct database *d, struct error *reterr) {
        int64_t application_id, version, objects;
        int r = db_read_int64(d->store, "PRAGMA application_id", "reading its header", &application_id, reterr);
        if (r == 0)
                r = db_read_int64(d->store, "PRAGMA user_version", "reading its header", &version, reterr);
        if (r == 0)
                r = db_read_int64(d->store, "SELECT count(*) FROM sqlite_schema", "reading its header", &objects, reterr);
        if (r < 0)
                return r;
        d->schema_version = version;
        if (application_id == 0 && version == 0 && objects == 0) {
                d->state = DATABASE_EMPTY;
                return error_set(reterr, ERROR_DATABASE, ENODATA, "%s: nothing is stored yet: start ebsreportd, or make a run "
                                 "with ebsreportd --once", d->path);
        }
        if (application_id != SCHEMA_APPLICATION_ID || version < 1)
                return error_set(reterr, ERROR_DATABASE, EMEDIUMTYPE,
                                 "%s: a database of another program: name another file with " NAMED_BY, d->path);
        if (version > SCHEMA_VERSION) {
                d->state = DATABASE_NEWER;
                return error_set(reterr, ERROR_DATABASE, EPROTONOSUPPORT,
                                 "%s: written by a newer ebsreportd (schema %lld, this ebstop knows %d): upgrade ebstop",
                                 d->path, (long long) version, SCHEMA_VERSION);
        }
        if (version < SCHEMA_VERSION) {
                d->state = DATABASE_OLDER;
                return error_set(reterr, ERROR_DATABASE, EPROTONOSUPPORT,
                                 "%s: written by an older ebsreportd (schema %lld, this ebstop reads %d): the next run "
                                 "of a present ebsreportd brings it up to date", d->path, (long long) version,
                                 SCHEMA_VERSION);
        }
        return 0;
}

/* e: a positive errno. */
static int read_error(const char *path, int e, struct error *reterr) {
        const char *remedy = "see to the file, or name another one with " NAMED_BY;
        if (e == ENOENT || e == ENOTDIR)
                remedy = "ebsreportd makes it with its first run; another file is named with " NAMED_BY;
        else if (e == EACCES || e == EPERM)
                remedy = "its owner has to put you into its group, and you to log in anew";
        return error_set(reterr, ERROR_DATABASE, e, "%s: cannot be read: %s: %s", path, strerror(e), remedy);
}

static int open_store(struct database *d, struct error *reterr) {
        struct stat st;
        if (stat(d->path, &st) < 0 || access(d->path, R_OK) < 0)
                return read_error(d->path, errno, reterr);
        if (d->store != NULL && is_same_file(&st, &d->seen) && !d->immutable)
                return 0;
        close_store(d);
        d->seen = st;
        int r = store_open_reader(d->path, NAMED_BY, 0, &d->store, &d->immutable, reterr);
        /* What is sorted of a million rows would else go to a file, for which there may be no room. */
        if (r == 0)
                r = db_exec(d->store, "PRAGMA temp_store = MEMORY", "opening it", reterr);
        return r < 0 ? r : contains_register(d->store, reterr);
}

/* Which of two ways to the same rows is taken should not hang on what else the machine does. */
static usec_t processor_time(void) {
        struct timespec t = { 0 };
        (void) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return (usec_t) t.tv_sec * USEC_PER_SEC + (usec_t) t.tv_nsec / 1000;
}

static int look(void *userdata) {
        struct database *d = userdata;
        d->is_over = d->deadline != USEC_INFINITY && processor_time() >= d->deadline;
        if (d->is_over)
                return 1;
        return d->patience == NULL || d->patience->go_on(d->patience->userdata) ? 0 : 1;
}

void database_limit(struct database *d, usec_t duration) {
        d->is_over = false;
        d->deadline = duration == USEC_INFINITY ? USEC_INFINITY : processor_time() + duration;
}

bool database_is_over_limit(const struct database *d) {
        return d->is_over;
}

static int begin(struct database *d, const struct patience *patience, struct error *reterr) {
        int r = open_store(d, reterr);
        if (r < 0)
                return r;
        d->patience = patience;
        database_limit(d, USEC_INFINITY);
        sqlite3_progress_handler(d->store->db, STEPS_BETWEEN_LOOKS, look, d);
        r = db_exec(d->store, "BEGIN", "reading", reterr);
        if (r < 0)
                return r;
        d->begun = true;
        /* The first read takes the snapshot; a version that is read before it would miss a change in between. */
        r = check_identity(d, reterr);
        return r < 0 ? r : db_read_int64(d->store, "PRAGMA data_version", "reading", &d->data_version, reterr);
}

/* data_version tells changes to the same connection alone. */
static bool has_news(const struct database *d, const struct database *before) {
        if (d->changed || before->state != DATABASE_READABLE || !is_same_file(&d->seen, &before->seen))
                return true;
        if (d->immutable)
                return !before->immutable || !is_untouched(&d->seen, &before->seen);
        return before->store == NULL || d->data_version != before->data_version;
}

int database_begin(struct database *d, usec_t now, const struct patience *patience) {
        if (d->begun)
                return 0;
        if (now < d->retry_at)
                return -EBUSY;
        const struct database before = *d;
        struct error error = { 0 };
        d->state = DATABASE_UNKNOWN;
        int r = begin(d, patience, &error);
        if (r == 0) {
                d->state = DATABASE_READABLE;
                d->news = has_news(d, &before);
                d->changed = false;
                d->retry_at = 0;
                return 0;
        }
        bool is_about_schema = d->state != DATABASE_UNKNOWN;
        database_end(d);
        d->changed = false;
        if (is_about_schema) {
                d->error = error;
                close_store(d);
        } else {
                d->state = before.state;
                fail(d, now, r, &error);
        }
        return r;
}

void database_end(struct database *d) {
        if (!d->begun)
                return;
        db_rollback(d->store);
        sqlite3_progress_handler(d->store->db, 0, NULL, NULL);
        d->patience = NULL;
        d->begun = false;
        if (d->immutable)
                close_store(d);
}

/* ---- sets ----------------------------------------------------------------------------------------------------- */

int database_set_init(struct database_set *set, const char *const *paths, size_t n, struct error *reterr) {
        *set = (struct database_set){ .items = calloc(n, sizeof(*set->items)) };
        if (set->items == NULL)
                return error_oom(reterr);
        for (; set->n < n; set->n++) {
                int r = database_init(&set->items[set->n], paths[set->n], (int) set->n, reterr);
                if (r < 0) {
                        set->n++;
                        return r;
                }
        }
        return 0;
}

void database_set_release(struct database_set *set) {
        for (size_t i = 0; i < set->n; i++)
                database_release(&set->items[i]);
        free(set->items);
        *set = (struct database_set){ 0 };
}
