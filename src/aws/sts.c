/* SPDX-License-Identifier: MIT */
#include "aws/sts.h"

#include <errno.h>
#include <string.h>

#include "aws/query.h"
#include "aws/signed_call.h"
#include "aws/xml.h"

#define API_VERSION "2011-06-15"

enum {
        RESPONSE = 1,
        RESULT,
        ACCOUNT,
        ARN,
};

static const struct xml_rule rules[] = {
        { XML_TOP, "GetCallerIdentityResponse", RESPONSE, false },
        { RESPONSE, "GetCallerIdentityResult", RESULT, false },
        { RESULT, "Account", ACCOUNT, true },
        { RESULT, "Arn", ARN, true },
};

/* Account ids are 12 digits; nothing else than digits is believed. The ARN is only shown. */
static int on_end(int node, const char *text, void *userdata, struct error *reterr) {
        struct identity *id = userdata;
        if (node == ARN)
                error_copy_text(id->arn, sizeof(id->arn), text);
        if (node != ACCOUNT)
                return 0;
        if (text[0] == '\0' || strlen(text) >= sizeof(id->account) || text[strspn(text, "0123456789")] != '\0')
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: account \"%.40s\"", text);
        memcpy(id->account, text, strlen(text) + 1);
        return 0;
}

static const struct xml_schema schema = { .rules = rules, .n_rules = ARRAY_SIZE(rules), .on_end = on_end };

static int on_data(const void *data, size_t n, void *userdata, struct error *reterr) {
        return xml_feed(userdata, data, n, reterr);
}

int sts_get_caller_identity(struct http *http, const struct settings *settings,
                            const struct credentials *credentials, const char *region, usec_t time,
                            struct identity *ret, struct http_response *ret_response, struct error *reterr) {
        struct identity identity = { 0 };
        _cleanup_(buffer_release) struct buffer body = BUFFER_INIT(QUERY_BODY_MAX);
        _cleanup_(xml_freep) struct xml *xml = NULL;
        *ret_response = (struct http_response){ 0 };
        if (query_start(&body, "GetCallerIdentity", API_VERSION) < 0)
                return error_oom(reterr);
        int r = xml_new(&schema, &identity, &xml, reterr);
        if (r < 0)
                return r;
        const struct signed_call call = {
                .service = SERVICE_STS, .region = region, .time = time, .body = body.data, .body_len = body.len,
                .on_data = on_data, .userdata = xml,
        };
        if ((r = signed_call_perform(http, settings, credentials, &call, ret_response, reterr)) < 0 ||
            (r = xml_finish(xml, reterr)) < 0)
                return r;
        if (identity.account[0] == '\0')
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: no account in it");
        *ret = identity;
        return 0;
}
