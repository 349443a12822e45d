/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "simulator.h"

/* Which service a request is for, and whether it may speak to it. */

#define TARGET "AWSOrganizationsV20161128."
#define STS_VERSION "2011-06-15"

static const struct path_service {
        const char *prefix;
        const char *service;
        const char *action;
        int (*answer)(struct call *c);
} path_services[] = {
        { CONTROL_PATH, "control", "", control_answer },
        { "/latest/api/token", "imds", "PutToken", metadata_answer },
        { "/latest/", "imds", "GetMetadata", metadata_answer },
        { "/v2/credentials/", "container", "GetContainerCredentials", container_answer },
        { "/v1/credentials", "container", "GetContainerCredentials", container_answer },
        { "/federation/credentials", "sso", "GetRoleCredentials", sso_answer },
        { "/token", "sso-oidc", "CreateToken", sso_answer },
};

/* Each way to be refused, in the words of each protocol. */
struct refusal {
        unsigned status;
        const char *code;
        const char *message;
};

#define NOT_VALIDATED "AWS was not able to validate the provided access credentials"
#define TOKEN_INVALID "The security token included in the request is invalid."
#define TOKEN_EXPIRED "The security token included in the request is expired"
#define MISMATCH                                                                                                  \
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret "   \
        "Access Key and signing method. Consult the service documentation for details."
#define BAD_SCOPE "Credential should be scoped to a valid date, region and service, ending in aws4_request."
#define UNSIGNED "'Host' and every x-amz- header must be a 'SignedHeader' in the AWS Authorization."
#define INCOMPLETE "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders', and an X-Amz-Date."
#define NO_TOKEN "Request is missing Authentication Token"

static const struct refusal refusals[][3] = {
        /* EC2, STS, Organizations */
        [SIGNATURE_MISSING] = { { 400, "MissingAuthenticationToken", NO_TOKEN },
                                { 403, "MissingAuthenticationToken", NO_TOKEN },
                                { 400, "MissingAuthenticationTokenException", NO_TOKEN } },
        [SIGNATURE_INCOMPLETE] = { { 400, "IncompleteSignature", INCOMPLETE },
                                   { 400, "IncompleteSignature", INCOMPLETE },
                                   { 400, "IncompleteSignatureException", INCOMPLETE } },
        [SIGNATURE_UNKNOWN_KEY] = { { 401, "AuthFailure", NOT_VALIDATED },
                                    { 403, "InvalidClientTokenId", TOKEN_INVALID },
                                    { 400, "UnrecognizedClientException", TOKEN_INVALID } },
        [SIGNATURE_BAD_TOKEN] = { { 401, "AuthFailure", NOT_VALIDATED },
                                  { 403, "InvalidClientTokenId", TOKEN_INVALID },
                                  { 400, "UnrecognizedClientException", TOKEN_INVALID } },
        [SIGNATURE_EXPIRED_TOKEN] = { { 400, "RequestExpired", "Request has expired." },
                                      { 403, "ExpiredToken", TOKEN_EXPIRED },
                                      { 400, "ExpiredTokenException", TOKEN_EXPIRED } },
        [SIGNATURE_EXPIRED] = { { 400, "RequestExpired", "Request has expired." },
                                { 403, "SignatureDoesNotMatch",
                                  "Signature expired: the date is more than 15 minutes old." },
                                { 400, "InvalidSignatureException",
                                  "Signature expired: the date is more than 15 minutes old." } },
        [SIGNATURE_EARLY] = { { 400, "RequestExpired", "Request has expired." },
                              { 403, "SignatureDoesNotMatch", "Signature not yet current." },
                              { 400, "InvalidSignatureException", "Signature not yet current." } },
        [SIGNATURE_BAD_SCOPE] = { { 403, "SignatureDoesNotMatch", BAD_SCOPE },
                                  { 403, "SignatureDoesNotMatch", BAD_SCOPE },
                                  { 400, "InvalidSignatureException", BAD_SCOPE } },
        [SIGNATURE_UNSIGNED_HEADER] = { { 403, "SignatureDoesNotMatch", UNSIGNED },
                                        { 403, "SignatureDoesNotMatch", UNSIGNED },
                                        { 400, "InvalidSignatureException", UNSIGNED } },
        [SIGNATURE_MISMATCH] = { { 403, "SignatureDoesNotMatch", MISMATCH },
                                 { 403, "SignatureDoesNotMatch", MISMATCH },
                                 { 400, "InvalidSignatureException", MISMATCH } },
};

static int refuse(struct call *c, enum signature_result why) {
        size_t column = c->protocol == PROTOCOL_EC2 ? 0 : c->protocol == PROTOCOL_QUERY ? 1 : 2;
        const struct refusal *refusal = &refusals[why][column];
        return reply_error(&c->reply, c->protocol, refusal->status, refusal->code, "%s", refusal->message);
}

static const struct path_service *find_path_service(const char *path) {
        for (size_t i = 0; i < ARRAY_SIZE(path_services); i++)
                if (strncmp(path, path_services[i].prefix, strlen(path_services[i].prefix)) == 0)
                        return &path_services[i];
        return NULL;
}

/* Decides on the fault and, if it leaves the answer alone, gets that. */
static int answer_with_faults(struct call *c, int (*answer)(struct call *c)) {
        c->fault = faults_decide(&c->simulator->options->faults, c->identity.account, c->identity.region, c->action);
        int r;
        if (fault_answer(c, &r))
                return r;
        r = answer(c);
        if (c->fault.kind == FAULT_RESET || c->fault.kind == FAULT_DRIP)
                c->reply.mangle = c->fault.kind;
        c->reply.bytes_per_second = c->fault.bytes_per_second;
        if (c->fault.kind == FAULT_TRUNCATE)
                c->reply.body.len /= 2;
        return r;
}

/* The API services: who is asked shows in the target header, the scope or the version. */
static int answer_api(struct call *c) {
        static const struct {
                const char *service;
                enum protocol protocol;
                int (*answer)(struct call *c);
        } services[] = { { "ec2", PROTOCOL_EC2, ec2_answer },
                         { "sts", PROTOCOL_QUERY, sts_answer },
                         { "organizations", PROTOCOL_JSON, organizations_answer } };
        const struct options *o = c->simulator->options;
        const struct signature_rules rules = { .keys = &o->keys,
                                               .now = simulator_now(c->simulator),
                                               .verify = !o->no_verify };
        enum signature_result result = signature_check(c->request, &rules, &c->identity);
        const char *target = request_header(c->request, "X-Amz-Target");
        const char *action = params_get(&c->request->params, "Action");
        const char *version = params_get(&c->request->params, "Version");
        size_t i = 0;
        if (target != NULL && strncmp(target, TARGET, strlen(TARGET)) == 0) {
                i = 2;
                action = target + strlen(TARGET);
        } else if (strcmp(c->identity.service, "sts") == 0 || (version != NULL && strcmp(version, STS_VERSION) == 0))
                i = 1;
        c->service = services[i].service;
        c->protocol = services[i].protocol;
        c->action = action != NULL ? action : "";
        /* The one call that proves who it is in its body. */
        if (result == SIGNATURE_MISSING && i == 1 && strcmp(c->action, "AssumeRoleWithWebIdentity") == 0)
                result = SIGNATURE_OK;
        else if (result == SIGNATURE_OK && strcmp(c->identity.service, c->service) != 0)
                result = SIGNATURE_BAD_SCOPE;
        if (result != SIGNATURE_OK)
                return refuse(c, result);
        return answer_with_faults(c, services[i].answer);
}

void service_answer(struct call *c) {
        const struct path_service *service = find_path_service(c->request->path);
        int r = request_parse_params(c->request);
        if (r == -EINVAL || r == -E2BIG)
                r = reply_error(&c->reply, PROTOCOL_EC2, 400, "MalformedQueryString",
                                "The query string contains a syntax error");
        else if (r >= 0 && service != NULL) {
                c->protocol = PROTOCOL_PLAIN;
                c->service = service->service;
                c->action = service->action;
                r = service->answer == control_answer ? control_answer(c) : answer_with_faults(c, service->answer);
        } else if (r >= 0 && strcmp(c->request->path, "/") != 0)
                r = reply_error(&c->reply, PROTOCOL_EC2, 404, "InvalidAction", "There is nothing at %.100s",
                                c->request->path);
        else if (r >= 0)
                r = answer_api(c);
        if (r < 0)
                (void) reply_error(&c->reply, c->protocol, 500, "InternalError", "An internal error has occurred: %s",
                                   strerror(-r));
}
