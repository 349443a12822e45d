/* SPDX-License-Identifier: MIT */
#include "aws/aws_error.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "aws/xml.h"
#include "base/macros.h"

/* EC2 rejects a signature 15 minutes off, other services earlier; the SDKs correct from 5 on. */
#define SKEW_MIN (5 * 60 * USEC_PER_SEC)

struct known_code {
        const char *code;
        enum error_kind kind;
        bool maybe_expired; /* may also mean a wrong clock or outdated keys */
};

/* The error codes common to AWS's query services and those of EC2 and STS that concern this program. */
static const struct known_code known_codes[] = {
        { "RequestLimitExceeded", ERROR_THROTTLED, false },
        { "EC2ThrottledException", ERROR_THROTTLED, false },
        { "Throttling", ERROR_THROTTLED, false },
        { "ThrottlingException", ERROR_THROTTLED, false },
        { "ThrottledException", ERROR_THROTTLED, false },
        { "RequestThrottled", ERROR_THROTTLED, false },
        { "RequestThrottledException", ERROR_THROTTLED, false },
        { "TooManyRequestsException", ERROR_THROTTLED, false },
        { "SlowDown", ERROR_THROTTLED, false },
        { "BandwidthLimitExceeded", ERROR_THROTTLED, false },
        { "PriorRequestNotComplete", ERROR_THROTTLED, false },
        { "LimitExceededException", ERROR_THROTTLED, false },

        { "RequestTimeout", ERROR_SERVER, false },
        { "RequestTimeoutException", ERROR_SERVER, false },
        { "InternalError", ERROR_SERVER, false },
        { "InternalFailure", ERROR_SERVER, false },
        { "ServerInternal", ERROR_SERVER, false },
        { "Unavailable", ERROR_SERVER, false },
        { "ServiceUnavailable", ERROR_SERVER, false },
        { "IDPCommunicationError", ERROR_SERVER, false },

        { "ExpiredToken", ERROR_EXPIRED, false },
        { "ExpiredTokenException", ERROR_EXPIRED, false },
        { "RequestExpired", ERROR_EXPIRED, true },
        { "RequestTimeTooSkewed", ERROR_EXPIRED, true },
        { "RequestInTheFuture", ERROR_EXPIRED, true },

        { "AuthFailure", ERROR_DENIED, true },
        { "InvalidClientTokenId", ERROR_DENIED, true },
        { "UnrecognizedClientException", ERROR_DENIED, true },
        { "SignatureDoesNotMatch", ERROR_DENIED, true },
        { "InvalidSignatureException", ERROR_DENIED, true },
        { "AccessDenied", ERROR_DENIED, true },
        { "AccessDeniedException", ERROR_DENIED, true },
        { "UnauthorizedOperation", ERROR_DENIED, false },
        { "OptInRequired", ERROR_DENIED, false },
        { "RegionDisabledException", ERROR_DENIED, false },
        { "IncompleteSignature", ERROR_DENIED, false },
        { "MissingAuthenticationToken", ERROR_DENIED, false },
        { "Blocked", ERROR_DENIED, false },
        { "PendingVerification", ERROR_DENIED, false },

        { "InvalidPaginationToken", ERROR_PAGINATION, false },
        { "InvalidNextToken", ERROR_PAGINATION, false },
};

static const struct known_code *find_code(const char *code) {
        for (size_t i = 0; i < ARRAY_SIZE(known_codes); i++)
                if (strcmp(known_codes[i].code, code) == 0)
                        return &known_codes[i];
        return NULL;
}

static enum error_kind classify_status(long status, bool has_code) {
        if (status == 429)
                return ERROR_THROTTLED;
        if (status == 408)
                return ERROR_TIMEOUT;
        if (status >= 500)
                return ERROR_SERVER;
        if (has_code)
                return ERROR_REFUSED;
        if (status == 401 || status == 403 || status == 407)
                return ERROR_DENIED;
        return status >= 400 ? ERROR_REFUSED : ERROR_PROTOCOL;
}

enum error_kind aws_error_classify(const char *code, long status) {
        const struct known_code *known = find_code(code);
        return known != NULL ? known->kind : classify_status(status, code[0] != '\0');
}

/* The two envelopes: <Response><Errors><Error> of EC2, <ErrorResponse><Error> of STS. */
enum {
        RESPONSE = 1,
        ERRORS,
        ERROR,
        CODE,
        MESSAGE,
        REQUEST_ID,
};

static const struct xml_rule rules[] = {
        { XML_TOP, "Response", RESPONSE, false },
        { RESPONSE, "Errors", ERRORS, false },
        { ERRORS, "Error", ERROR, false },
        { XML_TOP, "ErrorResponse", RESPONSE, false },
        { RESPONSE, "Error", ERROR, false },
        { ERROR, "Code", CODE, true },
        { ERROR, "Message", MESSAGE, true },
        { RESPONSE, "RequestID", REQUEST_ID, true },
        { RESPONSE, "RequestId", REQUEST_ID, true },
};

struct envelope {
        char code[sizeof(((struct error *) NULL)->code)];
        char message[sizeof(((struct error *) NULL)->message)];
        char request_id[sizeof(((struct error *) NULL)->request_id)];
};

/* EC2 ends some messages with a full stop or a blank; ours go on behind them. */
static void copy_trimmed(char *to, size_t size, const char *text) {
        error_copy_text(to, size, text);
        for (size_t n = strlen(to); n > 0 && strchr(" .", to[n - 1]) != NULL; n--)
                to[n - 1] = '\0';
}

static int on_end(int node, const char *text, void *userdata, struct error *reterr _unused_) {
        struct envelope *e = userdata;
        /* Of several errors the first counts. */
        if (node == CODE && e->code[0] == '\0')
                error_copy_text(e->code, sizeof(e->code), text);
        else if (node == MESSAGE && e->message[0] == '\0')
                copy_trimmed(e->message, sizeof(e->message), text);
        else if (node == REQUEST_ID)
                error_copy_text(e->request_id, sizeof(e->request_id), text);
        return 0;
}

static const struct xml_schema schema = { .rules = rules, .n_rules = ARRAY_SIZE(rules), .on_end = on_end };

/* Whether the refusal is one of outdated time or keys rather than of wrong ones. */
static bool is_outdated(const struct known_code *known, const struct aws_error_context *c) {
        if (known == NULL || !known->maybe_expired || c->request_time == 0)
                return false;
        usec_t apart = c->server_date > c->request_time ? c->server_date - c->request_time
                                                        : c->request_time - c->server_date;
        if (c->server_date > 0 && apart >= SKEW_MIN)
                return true;
        return c->expiration > 0 && c->expiration < c->request_time + SKEW_MIN;
}

static int describe_without_code(const struct aws_error_context *c, size_t n, struct error *reterr) {
        static const struct {
                long status;
                const char *remedy;
        } remedies[] = {
                { 401, "check proxy and gateway: EC2 itself refuses in other words" },
                { 403, "check proxy and gateway: EC2 itself refuses in other words" },
                { 404, "check that --endpoint-url is EC2's" },
                { 407, "put a user and a password in the proxy's URL" },
        };
        bool redirect = c->status >= 300 && c->status < 400;
        const char *remedy = redirect ? "check --endpoint-url" : NULL;
        for (size_t i = 0; i < ARRAY_SIZE(remedies); i++)
                if (remedies[i].status == c->status)
                        remedy = remedies[i].remedy;
        return error_set_with_remedy(reterr, classify_status(c->status, false), EREMOTEIO, remedy, "HTTP status %ld %s%s",
                                     c->status, n > 0 ? "with a body that is no error of this API" : "with an empty body",
                                     redirect ? ": a redirect, and none is followed" : "");
}

/* The words for a wrong signature are those for a region that the service does not know, too. */
static const char *remedy_of(const char *message) {
        return strstr(message, "scoped to a valid region") != NULL ? "check the region's name and --endpoint-url"
                                                                   : NULL;
}

int aws_error_set(const struct aws_error_context *context, const void *body, size_t n, struct error *reterr) {
        struct envelope e = { 0 };
        /* What stood before the document broke off is still worth telling. */
        (void) xml_parse(&schema, body, n, &e, NULL);
        enum error_kind kind = aws_error_classify(e.code, context->status);
        if (is_outdated(find_code(e.code), context))
                kind = ERROR_EXPIRED;
        /* Some services refuse an outdated page token as they refuse any bad parameter. */
        if (kind == ERROR_REFUSED && context->has_page_token && strcasestr(e.message, "token") != NULL)
                kind = ERROR_PAGINATION;

        int r = -EREMOTEIO;
        if (e.code[0] == '\0')
                r = describe_without_code(context, n, reterr);
        else
                (void) error_set_with_remedy(reterr, kind, EREMOTEIO, remedy_of(e.message), "%s",
                                             e.message[0] != '\0' ? e.message : e.code);
        if (reterr != NULL) {
                reterr->http_status = (int) context->status;
                error_copy_text(reterr->code, sizeof(reterr->code), e.code);
                error_copy_text(reterr->request_id, sizeof(reterr->request_id), e.request_id);
        }
        return r;
}
