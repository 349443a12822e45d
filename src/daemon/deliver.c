/* SPDX-License-Identifier: MIT */
#include "daemon/deliver.h"

#include "daemon/history.h"

int deliver(const struct config *config, const struct job_result *result, struct error *reterr) {
        const struct run *run = job_result_run(result);
        return history_append(config, result->compared ? NULL : run, result->compared ? &result->comparison : NULL,
                              result->some_regions ? NULL : run, reterr);
}
