/* SPDX-License-Identifier: MIT */
#include "report/remedy.h"

#include <string.h>

bool error_is_of_permission(const struct error *e) {
        static const char *const codes[] = { "UnauthorizedOperation", "AccessDenied", "AccessDeniedException" };
        for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
                if (strcmp(e->code, codes[i]) == 0)
                        return true;
        return false;
}

/* A refusal may be about what is asked, or about who asks. */
static const char *remedy_for_refusal(const struct error *e, bool run) {
        if (error_is_of_permission(e))
                return run ? "allow ec2:DescribeRegions, or name the regions with --region"
                           : "allow ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to "
                             "exclude_regions";
        if (!run && strcmp(e->code, "OptInRequired") == 0)
                return "enable the region for the account, or leave it out";
        /* The regions are asked for in the region that the settings name, which need not be enabled. */
        return run ? "check the credentials, --endpoint-url, and that the region of AWS_REGION or the profile is enabled"
                   : "check the credentials, and that the region is enabled, or add it to exclude_regions";
}

const char *failure_remedy(const struct error *e, bool run) {
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
