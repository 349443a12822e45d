/* SPDX-License-Identifier: MIT */
#include "collect/refusals.h"

#include <string.h>

#define WORK_ELSEWHERE "the same keys work in other regions"

static bool some_region_worked(const struct run *run) {
        for (size_t i = 0; i < run->n_regions; i++)
                if (!run->regions[i].failed)
                        return true;
        return false;
}

#define ENABLE_IT "enable the region for the account, or add it to exclude_regions"

/* Other words, and perhaps another code, for the same failed call. */
static void reword(struct error *e, const char *code, const char *message, const char *remedy) {
        error_copy_text(e->code, sizeof(e->code), code);
        error_copy_text(e->message, sizeof(e->message), message);
        error_copy_text(e->remedy, sizeof(e->remedy), remedy);
}

static void explain(struct error *e, const struct region *status, bool others_worked, bool has_session_token) {
        if (status != NULL && !region_is_enabled(status)) {
                reword(e, "OptInRequired", "the account has not enabled the region (EC2 answered AuthFailure)",
                       ENABLE_IT);
                return;
        }
        /* Then the keys may just be wrong, as EC2's own words have it. */
        if (!others_worked)
                return;
        if (status == NULL || status->opt_in_status[0] == '\0')
                reword(e, e->code, WORK_ELSEWHERE ": the account has probably not enabled this one", ENABLE_IT);
        else if (strcmp(status->opt_in_status, "opted-in") == 0 && has_session_token)
                reword(e, e->code, WORK_ELSEWHERE ": session tokens of the global STS endpoint are not valid in regions "
                                   "that had to be enabled", "get the session token from a regional STS endpoint");
        else
                reword(e, e->code, WORK_ELSEWHERE ", and this one is enabled",
                       "try again later, or add the region to exclude_regions");
}

void explain_refusals(struct run *run, const struct region_list *statuses, bool has_session_token) {
        bool others_worked = some_region_worked(run);
        for (size_t i = 0; i < run->n_regions; i++) {
                struct region_result *r = &run->regions[i];
                if (r->failed && strcmp(r->error.code, "AuthFailure") == 0)
                        explain(&r->error, region_list_find(statuses, r->region), others_worked, has_session_token);
        }
}
