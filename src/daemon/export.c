/* SPDX-License-Identifier: MIT */
#include "daemon/export.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "daemon/once.h"
#include "daemon/stream.h"
#include "report/export.h"
#include "store/export.h"
#include "store/store.h"

/* Rows are collected to this size before they are written, and written between two units where they fit in: then no
 * transaction is open while standard output may make us wait. */
#define WRITE_SIZE ((size_t) 64 << 10)
#define BUFFER_SIZE ((size_t) 256 << 10)

/* No row is as long: EC2 allows 50 tags a volume, each of at most 1.5 KiB as UTF-8. */
#define ROW_SIZE_MAX ((size_t) 1 << 20)

struct printer {
        const struct export_format *format;
        struct stream stream;
        struct buffer buffer;
        bool has_row;
        int r; /* why rows could not be printed, a negative errno; 0: they could */
};

/* Writes what is collected if that is at least so much, and looks for a signal in any case. */
static int flush(struct printer *p, size_t least) {
        size_t n = p->buffer.len >= least ? p->buffer.len : 0;
        p->r = stream_write(&p->stream, p->buffer.data, n);
        buffer_consume(&p->buffer, n);
        return p->r;
}

static int on_row(const struct row *row, void *userdata) {
        struct printer *p = userdata;
        p->r = p->format->row(&p->buffer, row, !p->has_row);
        p->has_row = true;
        return p->r < 0 || p->buffer.len < BUFFER_SIZE ? p->r : flush(p, BUFFER_SIZE);
}

/* Prints everything. *reterr tells what the database failed with; p->r has the rest. */
static int print_rows(struct printer *p, const struct options *o, struct store_export *e, struct error *reterr) {
        struct row columns = store_export_columns(e);
        p->r = p->format->begin(&p->buffer, o->export, &columns);
        int r = p->r < 0 ? p->r : 1;
        while (r > 0) {
                r = store_export_unit(e, on_row, p, reterr);
                if (r > 0 && flush(p, WRITE_SIZE) < 0)
                        r = p->r;
        }
        if (r == 0)
                r = p->r = p->format->end(&p->buffer);
        return r < 0 ? r : flush(p, 0);
}

static int print_all(struct printer *p, const struct options *o, const struct config *config, struct error *reterr) {
        const struct export_filter filter = {
                .what = o->export,
                .since = o->since,
                /* Those of the command line; the configuration file's do not hide what the history has. */
                .regions = o->n_regions > 0 ? (const char *const *) config->regions : NULL,
        };
        _cleanup_(store_closep) struct store *store = NULL;
        _cleanup_(store_export_closep) struct store_export *e = NULL;
        int r = store_open_readonly(config->database, &store, reterr);
        if (r == 0)
                r = store_export_open(store, &filter, &e, reterr);
        return r < 0 ? r : print_rows(p, o, e, reterr);
}

/* Says why the rows could not be printed. */
static int complain(const struct printer *p) {
        int signal = p->stream.signal;
        if (signal == 0) {
                log_message(LOG_ERR, "cannot write the export to standard output: %s", strerror(-p->r));
                return EXIT_USAGE;
        }
        log_message(LOG_ERR, "interrupted by %s: the export is not whole", signal == SIGINT ? "SIGINT" : "SIGTERM");
        return EXIT_SIGNALLED + signal;
}

int print_export(const struct options *options, const struct config *config) {
        struct printer p = {
                .format = options->export_format == OUTPUT_JSON ? &export_json : &export_csv,
                .buffer = BUFFER_INIT(BUFFER_SIZE + ROW_SIZE_MAX),
        };
        struct error error = { 0 };
        p.r = stream_open(&p.stream);
        if (p.r < 0)
                return complain(&p);
        int r = print_all(&p, options, config, &error);
        stream_close(&p.stream);
        buffer_release(&p.buffer);
        if (p.r < 0)
                return complain(&p);
        if (r == 0)
                return EXIT_ALL_REGIONS;
        log_message(LOG_ERR, "%s", error.message);
        return error.kind == ERROR_CONFIG ? EXIT_USAGE : EXIT_DATABASE;
}
