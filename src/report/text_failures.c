/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "model/remedy.h"
#include "report/table.h"
#include "report/text_parts.h"

/* name NULL: the run itself. remedy NULL: none, or it is told apart. */
static void add_failure(struct text *t, const char *account, const char *name, const struct error *e,
                        const char *remedy) {
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
        if (remedy != NULL)
                text_printf(t, "; remedy: %s", remedy);
        text_printf(t, "\n");
}

/* The remedy of a region that failed for a reason of its own and not for the run's; "" for none, NULL for other
 * regions. */
static const char *own_remedy(const struct run *run, const struct region_result *region) {
        const struct error *e = &region->error;
        if (!region->failed || (e->kind == run->error.kind && strcmp(e->message, run->error.message) == 0))
                return NULL;
        const char *remedy = failure_remedy(e, false);
        return remedy != NULL ? remedy : "";
}

static bool has_remedy(const struct run *run, size_t i, const char *remedy) {
        const char *own = own_remedy(run, &run->regions[i]);
        return own != NULL && strcmp(own, remedy) == 0;
}

/* The i-th region with all others behind it that have the same remedy, which is told once. */
static void add_failures_like(struct text *t, const struct run *run, size_t i, const char *remedy) {
        bool accounts = text_shows_accounts(run);
        size_t n = 0;
        for (size_t k = i; k < run->n_regions; k++)
                n += has_remedy(run, k, remedy);
        for (size_t k = i; k < run->n_regions; k++) {
                const struct region_result *region = &run->regions[k];
                if (has_remedy(run, k, remedy))
                        add_failure(t, accounts ? region->account : "", region->region, &region->error,
                                    n == 1 && remedy[0] != '\0' ? remedy : NULL);
        }
        if (n > 1 && remedy[0] != '\0')
                text_printf(t, "Remedy for these %zu regions: %s\n", n, remedy);
}

static void add_region_failures(struct text *t, const struct run *run) {
        for (size_t i = 0; i < run->n_regions; i++) {
                const char *remedy = own_remedy(run, &run->regions[i]);
                bool is_new = remedy != NULL;
                for (size_t k = 0; is_new && k < i; k++)
                        is_new = !has_remedy(run, k, remedy);
                if (is_new)
                        add_failures_like(t, run, i, remedy);
        }
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
                add_failure(t, "", NULL, &run->error, failure_remedy(&run->error, true));
        add_region_failures(t, run);
}
