/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/table.h"
#include "report/text_parts.h"

/* A refusal may be about what is asked, or about who asks. */
static const char *remedy_for_refusal(const struct error *e, bool run) {
        static const char *const codes[] = { "UnauthorizedOperation", "AccessDenied", "AccessDeniedException" };
        for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
                if (strcmp(e->code, codes[i]) == 0)
                        return run ? "allow ec2:DescribeRegions, or name the regions with --region"
                                   : "allow ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to "
                                     "exclude_regions";
        if (!run && strcmp(e->code, "OptInRequired") == 0)
                return "enable the region for the account, or leave it out";
        return run ? "check the credentials, proxy and --endpoint-url"
                   : "check the credentials, and that the region is enabled, or add it to exclude_regions";
}

/* What to do about an error, for messages that are AWS's own. run: it is the whole run's, not a region's. */
static const char *remedy(const struct error *e, bool run) {
        switch (e->kind) {
        case ERROR_CREDENTIALS:
                return "check the credentials and --profile";
        case ERROR_EXPIRED:
                return "renew the credentials, and check this machine's clock";
        case ERROR_DENIED:
                return remedy_for_refusal(e, run);
        case ERROR_REFUSED:
                return run ? "check --endpoint-url" : "check --endpoint-url, or add the region to exclude_regions";
        case ERROR_THROTTLED:
                return "lower api_rate or workers, or ask AWS for a higher limit";
        case ERROR_SERVER:
                return "AWS's side fails, try again later";
        case ERROR_NETWORK:
                return run ? "check network, proxy and --endpoint-url"
                           : "check network, proxy and --endpoint-url, or add the region to exclude_regions";
        case ERROR_TIMEOUT:
                return run ? "check the network, or raise connect_timeout, call_timeout or stall_timeout"
                           : "check the network, raise connect_timeout, call_timeout or stall_timeout, or add the "
                             "region to exclude_regions";
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

/* name NULL: the run itself. */
static void add_failure(struct text *t, const char *account, const char *name, const struct error *e) {
        const char *what = remedy(e, name == NULL);
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
