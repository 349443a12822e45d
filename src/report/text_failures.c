/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>

#include "report/table.h"
#include "report/text_parts.h"

/* What to do about an error of that kind, for messages that are AWS's own. */
static const char *remedy(enum error_kind kind) {
        switch (kind) {
        case ERROR_CREDENTIALS:
                return "check the credentials and --profile";
        case ERROR_EXPIRED:
                return "renew the credentials, and check this machine's clock";
        case ERROR_DENIED:
                return "allow ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to "
                       "exclude_regions";
        case ERROR_REFUSED:
                return "check --endpoint-url, or add the region to exclude_regions";
        case ERROR_THROTTLED:
                return "lower api_rate or workers, or ask AWS for a higher limit";
        case ERROR_SERVER:
                return "AWS's side fails, try again later";
        case ERROR_NETWORK:
                return "check network, proxy and --endpoint-url, or add the region to exclude_regions";
        case ERROR_TIMEOUT:
                return "check the network, raise connect_timeout, call_timeout or stall_timeout, or add the region to "
                       "exclude_regions";
        case ERROR_DEADLINE:
                return "raise region_timeout";
        case ERROR_PROTOCOL:
                return "check proxy and --endpoint-url: this is not how EC2 answers";
        case ERROR_PAGINATION:
        case ERROR_CANCELLED:
                return "run it again";
        case ERROR_WORKER:
                return "see the log for what its workers died of";
        case ERROR_SYSTEM:
                return "free memory, processes or descriptors, or lower workers";
        default:
                return NULL;
        }
}

static void add_failure(struct text *t, const char *account, const char *name, const struct error *e) {
        _cleanup_(freep) char *code = text_printable(e->code), *message = text_printable(e->message),
                              *request_id = text_printable(e->request_id);
        if (code == NULL || message == NULL || request_id == NULL) {
                t->r = t->r < 0 ? t->r : -ENOMEM;
                return;
        }
        text_add_name(t, account, name, " failed: ");
        text_printf(t, "%s", error_kind_name(e->kind));
        if (code[0] != '\0')
                text_printf(t, " %s", code);
        if (message[0] != '\0')
                text_printf(t, ": %s", message);
        if (request_id[0] != '\0')
                text_printf(t, " (request id %s)", request_id);
        if (remedy(e->kind) != NULL)
                text_printf(t, "; remedy: %s", remedy(e->kind));
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
        if (run->error.kind != ERROR_NONE)
                add_failure(t, "", "The run", &run->error);
        bool accounts = text_shows_accounts(run);
        for (size_t i = 0; i < run->n_regions; i++) {
                const struct region_result *region = &run->regions[i];
                if (region->failed)
                        add_failure(t, accounts ? region->account : "", region->region, &region->error);
        }
}
