/* SPDX-License-Identifier: MIT */
#include "collect/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void probe_note_keys(struct preflight *p, const struct account *account) {
        p->keys.state = CHECK_OK;
        p->keys.expiration = account->keys.expiration;
        error_copy_text(p->keys.source, sizeof(p->keys.source), account->keys.source);
}

/* Where the outcome of a call belongs. NULL when out of memory. */
static struct call_check *find_call(struct preflight *p, const struct task *task) {
        if (task->action == ACTION_IDENTITY)
                return &p->identity_call;
        if (task->action == ACTION_REGIONS)
                return &p->regions_call;
        struct region_check *region = preflight_region(p, task->region);
        if (region == NULL)
                return NULL;
        return task->action == ACTION_INSTANCES ? &region->instances : &region->volumes;
}

/* The Date header has whole seconds, of which half a one is over on average; it was made when the answer began. */
static void note_clock(struct preflight *p, const struct result_message *result, usec_t realtime, usec_t monotonic) {
        if (result->server_date == 0 || result->times.answered == 0)
                return;
        usec_t ago = monotonic - (result->start + result->times.answered);
        int64_t offset = (int64_t) (result->server_date + USEC_PER_SEC / 2) - (int64_t) (realtime - ago);
        int64_t seconds = (offset + (offset < 0 ? -1 : 1) * (int64_t) (USEC_PER_SEC / 2)) / (int64_t) USEC_PER_SEC;
        /* The least of them is the one that waited least. */
        if (!p->clock_known || llabs(seconds) < llabs(p->clock_offset_s))
                p->clock_offset_s = seconds;
        p->clock_known = true;
}

static void note_credentials_failure(struct preflight *p, const struct error *error) {
        /* Keys that could not be renewed while others are in use. */
        if (p->keys.state == CHECK_OK)
                return;
        p->keys.state = CHECK_FAILED;
        p->keys.error = *error;
}

int probe_note_outcome(struct preflight *p, const struct task *task, const struct result_message *result,
                       usec_t realtime, usec_t monotonic) {
        bool failed = result->error.kind != ERROR_NONE;
        if (task->action == ACTION_CREDENTIALS) {
                if (failed)
                        note_credentials_failure(p, &result->error);
                return 0;
        }
        struct call_check *call = find_call(p, task);
        if (call == NULL)
                return -ENOMEM;
        call->state = failed ? CHECK_FAILED : CHECK_OK;
        call->error = result->error;
        call->times = result->times;
        if (task->action == ACTION_IDENTITY && !failed) {
                error_copy_text(p->identity.account, sizeof(p->identity.account), result->account_id);
                error_copy_text(p->identity.arn, sizeof(p->identity.arn), result->arn);
        }
        if (task->scan == NULL)
                error_copy_text(p->keys.home_region, sizeof(p->keys.home_region), task->region);
        note_clock(p, result, realtime, monotonic);
        return 0;
}
