/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"
#include "store/patience.h"

/* The store's own thin cover over SQLite: errors in our words, and statements that are bound by name. */

struct store {
        sqlite3 *db; /* owned; NULL while not open */
        char *path;  /* owned; with a '/', so that SQLite sees no special name in it */
        const char *named_by; /* as in store.h */
        struct store_patience patience; /* give_up NULL: without end */
};

/* A store that is not open yet, of the file that path leads to; NULL when out of memory. Close with store_close(). */
struct store *store_new(const char *path, const char *named_by);

/* SQL for the account that a region's row of place has, where :account is what a run knows and :region the region: a
 * run that could not learn its account, because nothing answered, is one of the only account that the region is known
 * of. */
#define SQL_ACCOUNT_OF_PLACE                                                                                           \
        "iif(:account <> '', :account, coalesce((SELECT min(account) FROM place WHERE region = :region "               \
        "AND account <> '' HAVING count(*) = 1), ''))"

/* Turns an SQLite result code into ERROR_DATABASE with path and remedy; doing is a phrase like "storing the run".
 * Returns the negative errno that fits. */
int db_error(const struct store *s, int rc, const char *doing, struct error *reterr);

/* Runs SQL text that needs no parameters; doing as above. */
int db_exec(struct store *s, const char *sql, const char *doing, struct error *reterr);

/* Ends an open transaction without keeping any of it; does nothing if none is open. */
void db_rollback(struct store *s);

/* Ends an open transaction: keeps all of it if r is 0, else nothing. Returns r, or why it could not be kept. */
int db_end(struct store *s, int r, const char *doing, struct error *reterr);

/* A prepared statement. The first failure of any of its functions is kept in rc and makes the later ones do
 * nothing, so that a caller checks once, with query_finish(). */
struct query {
        struct store *store;
        sqlite3_stmt *stmt; /* owned */
        int rc;             /* SQLITE_OK, or the first error */
};

/* To be ended by query_finish(), which also tells should the SQL be wrong. */
struct query query_prepare(struct store *s, const char *sql);

/* Parameters not bound since the last query_run() are NULL. Sizes and counts beyond SQLite's signed 64 bits are an
 * error, as is a name that the statement does not have. */
void query_bind_uint(struct query *q, const char *name, uint64_t value);
void query_bind_uint_or_null(struct query *q, const char *name, uint64_t value, uint64_t null); /* null as NULL */
void query_bind_int(struct query *q, const char *name, int64_t value);
void query_bind_real(struct query *q, const char *name, double value);

/* Text is copied and made valid UTF-8. */
void query_bind_text(struct query *q, const char *name, const char *text);

/* The same, but "" is stored as NULL. */
void query_bind_text_or_null(struct query *q, const char *name, const char *text);

/* True for a row, which the sqlite3_column functions then read; false at the end and on errors. */
bool query_step(struct query *q);

/* Copies the row's text into a field of n bytes, by error_copy_text(); "" for NULL. */
void query_copy_text(const struct query *q, int column, char *field, size_t n);

/* Leaves the remaining rows, and makes the statement ready for other parameters. */
void query_reset(struct query *q);

/* Runs a statement that gives no rows, and query_reset(). */
void query_run(struct query *q);

/* The same for a statement that gives one row with one integer, which is returned; 0 without a row. */
int64_t query_run_int64(struct query *q);

/* Frees the statement. Returns 0, or what db_error() makes of the first failure. */
int query_finish(struct query *q, const char *doing, struct error *reterr);

/* Frees all of them; the first failure counts. */
int query_finish_all(struct query *const queries[], size_t n, const char *doing, struct error *reterr);

/* Prepares, query_run_int64() and query_finish() in one. */
int db_read_int64(struct store *s, const char *sql, const char *doing, int64_t *ret, struct error *reterr);
