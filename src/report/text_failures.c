/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/remedy.h"
#include "report/table.h"
#include "report/text_parts.h"

/* name NULL: the run itself. */
static void add_failure(struct text *t, const char *account, const char *name, const struct error *e) {
        const char *what = failure_remedy(e, name == NULL);
        _cleanup_(freep) char *code = text_printable(e->code), *message = text_printable(e->message),
                              *request_id = text_printable(e->request_id);
        if (code == NULL || message == NULL || request_id == NULL) {
                t->r = t->r < 0 ? t->r : -ENOMEM;
                return;
        }
        text_add_name(t, account, name != NULL ? name : "The run", " failed: ");
        text_printf(t, "%s", error_kind_name(e->kind));
        if (code[0] != '\0')
                text_printf(t, " %s", code);
        if (message[0] != '\0')
                text_printf(t, ": %s", message);
        if (request_id[0] != '\0')
                text_printf(t, " (request id %s)", request_id);
        if (what != NULL)
                text_printf(t, "; remedy: %s", what);
        text_printf(t, "\n");
}

void text_add_failures(struct text *t, const struct run *run) {
        if (run->throttles > 0)
                text_printf(t, "Throttled: AWS answered %" PRIu64 " call%s with \"slow down\"\n", run->throttles,
                            run->throttles == 1 ? "" : "s");
        if (run->notice[0] != '\0') {
                _cleanup_(freep) char *notice = text_printable(run->notice);
                text_printf(t, "Note: %s\n", notice != NULL ? notice : "");
        }
        size_t disabled = region_list_count_disabled(&run->listed);
        if (disabled > 0)
                text_printf(t, "Not asked: %zu region%s that the account has not enabled\n", disabled,
                            disabled == 1 ? "" : "s");
        if (run->error.kind != ERROR_NONE)
                add_failure(t, "", NULL, &run->error);
        bool accounts = text_shows_accounts(run);
        for (size_t i = 0; i < run->n_regions; i++) {
                const struct region_result *region = &run->regions[i];
                if (region->failed)
                        add_failure(t, accounts ? region->account : "", region->region, &region->error);
        }
}
