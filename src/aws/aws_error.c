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
        const char *hint;   /* the remedy, for people; NULL where the service's own message says it */
};

#define KEYS_HINT "check the access key, and that the region is enabled"
#define CLOCK_HINT "check this machine's clock"
#define REGION_HINT "check the region's name and the endpoint's URL"

/* The error codes common to AWS's query services and those of EC2 and STS that concern this program. */
static const struct known_code known_codes[] = {
        { "RequestLimitExceeded", ERROR_THROTTLED, false, NULL },
        { "EC2ThrottledException", ERROR_THROTTLED, false, NULL },
        { "Throttling", ERROR_THROTTLED, false, NULL },
        { "ThrottlingException", ERROR_THROTTLED, false, NULL },
        { "ThrottledException", ERROR_THROTTLED, false, NULL },
        { "RequestThrottled", ERROR_THROTTLED, false, NULL },
        { "RequestThrottledException", ERROR_THROTTLED, false, NULL },
        { "TooManyRequestsException", ERROR_THROTTLED, false, NULL },
        { "SlowDown", ERROR_THROTTLED, false, NULL },
        { "BandwidthLimitExceeded", ERROR_THROTTLED, false, NULL },
        { "PriorRequestNotComplete", ERROR_THROTTLED, false, NULL },
        { "LimitExceededException", ERROR_THROTTLED, false, NULL },

        { "RequestTimeout", ERROR_SERVER, false, NULL },
        { "RequestTimeoutException", ERROR_SERVER, false, NULL },
        { "InternalError", ERROR_SERVER, false, NULL },
        { "InternalFailure", ERROR_SERVER, false, NULL },
        { "ServerInternal", ERROR_SERVER, false, NULL },
        { "Unavailable", ERROR_SERVER, false, NULL },
        { "ServiceUnavailable", ERROR_SERVER, false, NULL },
        { "IDPCommunicationError", ERROR_SERVER, false, NULL },

        { "ExpiredToken", ERROR_EXPIRED, false, "get new session credentials" },
        { "ExpiredTokenException", ERROR_EXPIRED, false, "get new session credentials" },
        { "RequestExpired", ERROR_EXPIRED, true, "check this machine's clock and the session credentials" },
        { "RequestTimeTooSkewed", ERROR_EXPIRED, true, CLOCK_HINT },
        { "RequestInTheFuture", ERROR_EXPIRED, true, CLOCK_HINT },

        { "AuthFailure", ERROR_DENIED, true, KEYS_HINT },
        { "InvalidClientTokenId", ERROR_DENIED, true, KEYS_HINT },
        { "UnrecognizedClientException", ERROR_DENIED, true, KEYS_HINT },
        { "SignatureDoesNotMatch", ERROR_DENIED, true, "check the secret access key" },
        { "InvalidSignatureException", ERROR_DENIED, true, "check the secret access key" },
        { "AccessDenied", ERROR_DENIED, true, NULL },
        { "AccessDeniedException", ERROR_DENIED, true, NULL },
        { "UnauthorizedOperation", ERROR_DENIED, false, "the identity lacks the permission for this action" },
        { "OptInRequired", ERROR_DENIED, false, "enable the region for the account or leave it out" },
        { "RegionDisabledException", ERROR_DENIED, false, "enable the region for the account or leave it out" },
        { "IncompleteSignature", ERROR_DENIED, false, NULL },
        { "MissingAuthenticationToken", ERROR_DENIED, false, NULL },
        { "Blocked", ERROR_DENIED, false, NULL },
        { "PendingVerification", ERROR_DENIED, false, NULL },

        { "InvalidPaginationToken", ERROR_PAGINATION, false, NULL },
        { "InvalidNextToken", ERROR_PAGINATION, false, NULL },
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

/* EC2 ends some messages with a blank. */
static void copy_trimmed(char *to, size_t size, const char *text) {
        error_copy_text(to, size, text);
        for (size_t n = strlen(to); n > 0 && to[n - 1] == ' '; n--)
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
                const char *hint;
        } hints[] = {
                { 401, ": refused, by a proxy or a gateway?" },
                { 403, ": refused, by a proxy or a gateway?" },
                { 404, ": is the endpoint one of this API?" },
                { 407, ": the proxy wants a user and a password in its URL" },
        };
        bool redirect = c->status >= 300 && c->status < 400;
        const char *hint = redirect ? ": a redirect, and none is followed; check the endpoint's URL" : "";
        for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
                if (hints[i].status == c->status)
                        hint = hints[i].hint;
        return error_set(reterr, classify_status(c->status, false), EREMOTEIO, "HTTP status %ld %s%s", c->status,
                         n > 0 ? "with a body that is no error of this API" : "with an empty body", hint);
}

/* The words for a wrong signature are those for a region that the service does not know, too. */
static const char *hint_for(const struct known_code *known, const char *message) {
        if (known == NULL || known->hint == NULL)
                return NULL;
        return strstr(message, "scoped to a valid region") != NULL ? REGION_HINT : known->hint;
}

int aws_error_set(const struct aws_error_context *context, const void *body, size_t n, struct error *reterr) {
        struct envelope e = { 0 };
        /* What stood before the document broke off is still worth telling. */
        (void) xml_parse(&schema, body, n, &e, NULL);
        const struct known_code *known = find_code(e.code);
        const char *hint = hint_for(known, e.message);
        enum error_kind kind = aws_error_classify(e.code, context->status);
        if (is_outdated(known, context))
                kind = ERROR_EXPIRED;
        /* Some services refuse an outdated page token as they refuse any bad parameter. */
        if (kind == ERROR_REFUSED && context->has_page_token && strcasestr(e.message, "token") != NULL)
                kind = ERROR_PAGINATION;

        int r = -EREMOTEIO;
        if (e.code[0] == '\0')
                r = describe_without_code(context, n, reterr);
        else if (hint != NULL)
                /* The remedy stays even where the service's own text is long. */
                (void) error_set(reterr, kind, EREMOTEIO, "%.180s (%s)", e.message, hint);
        else
                (void) error_set(reterr, kind, EREMOTEIO, "%s", e.message[0] != '\0' ? e.message : e.code);
        if (reterr != NULL) {
                reterr->http_status = (int) context->status;
                error_copy_text(reterr->code, sizeof(reterr->code), e.code);
                error_copy_text(reterr->request_id, sizeof(reterr->request_id), e.request_id);
        }
        return r;
}
