/* SPDX-License-Identifier: MIT */
#include "daemon/deliver.h"

#include "daemon/history.h"
#include "daemon/metrics_file.h"

int deliver(const struct config *config, struct job_result *result, const struct store_patience *patience,
            struct error *reterr) {
        bool is_run = !job_result_is_refused(result);
        int r = is_run ? history_append(config, result, patience, reterr) : 0;
        /* The other regions' metrics are not to vanish for a comparison. */
        if (result->some_regions)
                return r;
        struct error error;
        int r2 = metrics_file_write(config, job_result_run(result), is_run && r == 0, &error);
        if (r2 < 0 && r < 0)
                (void) error_set(reterr, reterr->kind, -r, "%.250s; %.250s", reterr->message, error.message);
        else if (r2 < 0)
                *reterr = error;
        return r < 0 ? r : r2;
}
