/* SPDX-License-Identifier: MIT */
#include "daemon/metrics_file.h"

#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "report/metrics.h"
#include "report/output.h"
#include "store/store.h"

/* node_exporter runs as another user. */
#define METRICS_FILE_MODE 0644

static int read_pasts(const char *database, const struct run *run, struct region_past *ret, struct error *reterr) {
        _cleanup_(store_closep) struct store *store = NULL;
        int r = store_open_readonly(database, &store, reterr);
        return r < 0 ? r : store_read_pasts(store, run, ret, reterr);
}

static int write_file(const char *path, const struct run *run, const struct region_past *pasts, bool stored,
                      struct error *reterr) {
        struct buffer text = BUFFER_INIT(REPORT_MAX);
        int r = report_metrics(run, pasts, stored, &text);
        if (r == -E2BIG)
                r = error_set(reterr, ERROR_SYSTEM, E2BIG, "%s would be larger than %zu MiB", path,
                              (size_t) REPORT_MAX >> 20);
        else if (r < 0)
                r = error_oom(reterr);
        else
                r = file_replace(path, text.data, text.len, METRICS_FILE_MODE, reterr);
        buffer_release(&text);
        if (r < 0)
                (void) error_set(reterr, ERROR_CONFIG, -r, "%.300s: no metrics of this run: see to the file's "
                                 "directory, or change metrics_file", reterr->message);
        return r;
}

int metrics_file_write(const struct config *config, const struct run *run, bool stored, struct error *reterr) {
        if (config->metrics_file == NULL)
                return 0;
        _cleanup_(freep) struct region_past *pasts = calloc(run->n_regions + 1, sizeof(*pasts));
        if (pasts == NULL)
                return error_oom(reterr);
        int r = stored ? read_pasts(config->database, run, pasts, reterr) : 0;
        int r2 = write_file(config->metrics_file, run, pasts, stored, r == 0 ? reterr : &(struct error){ 0 });
        return r < 0 ? r : r2;
}
