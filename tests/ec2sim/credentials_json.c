/* SPDX-License-Identifier: MIT */
#include "credentials_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int credentials_json_answer(struct call *c, const char *account, bool with_code) {
        const struct options *o = c->simulator->options;
        struct session session;
        uint64_t now = simulator_now(c->simulator);
        char expiration[CLOCK_ISO8601_MAX], updated[CLOCK_ISO8601_MAX];
        int r = session_make(account, now + o->session_seconds, o->token_bytes, &session);
        if (r < 0)
                return r;
        json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "AccessKeyId", session.id, "SecretAccessKey", session.secret,
                                 "Token", buffer_string(&session.token), "Expiration",
                                 clock_format_iso8601(session.expires * USEC_PER_SEC, expiration));
        buffer_release(&session.token);
        if (with_code) {
                (void) json_object_set_new(json, "Code", json_string("Success"));
                (void) json_object_set_new(json, "Type", json_string("AWS-HMAC"));
                (void) json_object_set_new(json, "LastUpdated",
                                           json_string(clock_format_iso8601(now * USEC_PER_SEC, updated)));
        }
        _cleanup_(freep) char *text = json_dumps(json, JSON_INDENT(2));
        json_decref(json);
        return text != NULL ? reply_text(&c->reply, 200, with_code ? "text/plain" : "application/json", text) : -ENOMEM;
}
