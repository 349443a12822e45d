/* SPDX-License-Identifier: MIT */
#include "daemon/deliver.h"

#include "daemon/history.h"
#include "daemon/metrics_file.h"

static int append_to_history(const struct config *config, struct job_result *result, struct error *reterr) {
        const struct run *run = job_result_run(result);
        return history_append(config, result->compared ? NULL : run, result->compared ? &result->comparison : NULL,
                              result->some_regions ? NULL : run, &result->run_id, reterr);
}

int deliver(const struct config *config, struct job_result *result, struct error *reterr) {
        bool is_run = !job_result_is_refused(result);
        int r = is_run ? append_to_history(config, result, reterr) : 0;
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
