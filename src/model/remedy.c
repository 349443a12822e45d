/* SPDX-License-Identifier: MIT */
#include "model/remedy.h"

#include <stdio.h>
#include <string.h>

#define NAME_THEM "name the regions in \"regions\" or with --region"

/* What a code of AWS's alone tells, whoever asked for what. */
static const struct {
        const char *code, *remedy;
} code_remedies[] = {
        { "SignatureDoesNotMatch", "check the secret access key" },
        { "InvalidSignatureException", "check the secret access key" },
        { "Blocked", "ask AWS support: the account is blocked" },
        { "PendingVerification", "wait until AWS has verified the account" },
};

static bool has_code(const struct error *e, const char *const codes[], size_t n) {
        for (size_t i = 0; i < n; i++)
                if (strcmp(e->code, codes[i]) == 0)
                        return true;
        return false;
}

bool error_is_of_permission(const struct error *e) {
        static const char *const codes[] = { "UnauthorizedOperation", "AccessDenied", "AccessDeniedException" };
        return has_code(e, codes, ARRAY_SIZE(codes));
}

static bool is_of_opt_in(const struct error *e) {
        static const char *const codes[] = { "OptInRequired", "RegionDisabledException" };
        return has_code(e, codes, ARRAY_SIZE(codes));
}

static const char *remedy_for_expiry(const struct error *e) {
        static const char *const of_session[] = { "ExpiredToken", "ExpiredTokenException" };
        static const char *const of_clock[] = { "RequestTimeTooSkewed", "RequestInTheFuture" };
        if (has_code(e, of_session, ARRAY_SIZE(of_session)))
                return "get new session credentials";
        if (has_code(e, of_clock, ARRAY_SIZE(of_clock)))
                return "set this machine's clock, by NTP";
        return "renew the credentials, and check this machine's clock";
}

/* A refusal may be about what is asked, or about who asks. The regions are asked for in the region that the settings
 * name, which need not be enabled. */
static const char *remedy_for_refusal(const struct error *e, bool run) {
        for (size_t i = 0; i < ARRAY_SIZE(code_remedies); i++)
                if (strcmp(e->code, code_remedies[i].code) == 0)
                        return code_remedies[i].remedy;
        if (error_is_of_permission(e))
                return run ? "allow ec2:DescribeRegions, or " NAME_THEM
                           : "allow ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to "
                             "exclude_regions";
        if (is_of_opt_in(e))
                return run ? "set AWS_REGION to a region that the account has enabled, or " NAME_THEM
                           : "enable the region for the account, or add it to exclude_regions";
        return run ? "check the credentials, --endpoint-url, and that the region of AWS_REGION or the profile is enabled"
                   : "check the credentials, and that the region is enabled, or add it to exclude_regions";
}

const char *failure_remedy(const struct error *e, bool run) {
        if (e->remedy[0] != '\0')
                return e->remedy;
        switch (e->kind) {
        case ERROR_EXPIRED:
                return remedy_for_expiry(e);
        case ERROR_DENIED:
                return remedy_for_refusal(e, run);
        case ERROR_REFUSED:
                return run ? "check --endpoint-url" : "check --endpoint-url, or add the region to exclude_regions";
        case ERROR_THROTTLED:
                return "lower api_rate or workers, or ask AWS for a higher limit";
        case ERROR_SERVER:
                return "AWS's side fails, try again later";
        case ERROR_NETWORK:
                return run ? "check network, DNS, proxy and --endpoint-url"
                           : "check network, DNS, proxy and --endpoint-url, or add the region to exclude_regions";
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
                return "where workers were killed, allow the service more memory (MemoryMax) or lower workers; report a crash";
        case ERROR_SYSTEM:
                return "free memory, processes or descriptors, or lower workers";
        default:
                return NULL;
        }
}

char *remedy_clause(const struct error *e, bool run, char buf[static REMEDY_CLAUSE_SIZE]) {
        const char *remedy = failure_remedy(e, run);
        buf[0] = '\0';
        if (remedy != NULL)
                (void) snprintf(buf, REMEDY_CLAUSE_SIZE, "; remedy: %s", remedy);
        return buf;
}

char *failure_format(const struct error *e, bool run, char buf[static FAILURE_TEXT_SIZE]) {
        char clause[REMEDY_CLAUSE_SIZE];
        (void) snprintf(buf, FAILURE_TEXT_SIZE, "%s%s", e->message, remedy_clause(e, run, clause));
        return buf;
}
