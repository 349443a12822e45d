/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "simulator.h"

/* IAM Identity Center: the portal's role credentials, and renewal of its access token.
 *
 * The access token "ec2sim-sso-access" and the refresh token "ec2sim-sso-refresh" are good from the start; a renewal
 * gives out further access tokens "ec2sim-sso-access-" and a digest. */

#define ACCESS_TOKEN "ec2sim-sso-access"
#define REFRESH_TOKEN "ec2sim-sso-refresh"
#define TOKEN_SECONDS 28800

static int error(struct call *c, unsigned status, const char *code, const char *member, const char *text) {
        json_t *json = json_pack("{s:s, s:s}", member, code, "message", text);
        _cleanup_(freep) char *body = json_dumps(json, JSON_COMPACT);
        json_decref(json);
        (void) snprintf(c->reply.code, sizeof(c->reply.code), "%s", code);
        return body != NULL ? reply_text(&c->reply, status, "application/json", body) : -ENOMEM;
}

static char *renewed_token(uint64_t number, char *ret, size_t size) {
        char text[24], digest[DIGEST_SIZE];
        int n = snprintf(text, sizeof(text), "%" PRIu64, number);
        (void) snprintf(ret, size, ACCESS_TOKEN "-%s-%s", text, digest_hex(text, (size_t) n, digest));
        return ret;
}

static bool access_token_is_good(const char *token) {
        char expected[96];
        if (strcmp(token, ACCESS_TOKEN) == 0)
                return true;
        if (strncmp(token, ACCESS_TOKEN "-", sizeof(ACCESS_TOKEN)) != 0)
                return false;
        return strcmp(token,
                      renewed_token(strtoull(token + sizeof(ACCESS_TOKEN), NULL, 10), expected, sizeof(expected))) == 0;
}

static int role_credentials(struct call *c) {
        const struct options *o = c->simulator->options;
        const char *token = request_header(c->request, "x-amz-sso_bearer_token");
        const char *account = params_get(&c->request->params, "account_id");
        const char *role = params_get(&c->request->params, "role_name");
        if (token == NULL || !access_token_is_good(token))
                return error(c, 401, "UnauthorizedException", "__type", "Session token not found or invalid");
        if (account == NULL || !account_is_valid(account) || role == NULL || role[0] == '\0')
                return error(c, 400, "InvalidRequestException", "__type", "account_id and role_name are required");
        struct session s;
        int r = session_make(account, simulator_now(c->simulator) + o->session_seconds, o->token_bytes, &s);
        if (r < 0)
                return r;
        json_t *json = json_pack("{s:{s:s, s:s, s:s, s:I}}", "roleCredentials", "accessKeyId", s.id, "secretAccessKey",
                                 s.secret, "sessionToken", buffer_string(&s.token), "expiration",
                                 (json_int_t) (s.expires * 1000));
        buffer_release(&s.token);
        _cleanup_(freep) char *body = json_dumps(json, JSON_COMPACT);
        json_decref(json);
        return body != NULL ? reply_text(&c->reply, 200, "application/json", body) : -ENOMEM;
}

static int create_token(struct call *c) {
        json_t *sent = json_loadb((const char *) c->request->body.data, c->request->body.len, 0, NULL);
        const char *grant = "", *refresh = "", *client = "", *secret = "";
        bool complete = json_unpack(sent, "{s:s, s:s, s:s, s:s}", "grantType", &grant, "refreshToken", &refresh,
                                    "clientId", &client, "clientSecret", &secret) == 0 &&
                        client[0] != '\0' && secret[0] != '\0';
        bool refreshing = strcmp(grant, "refresh_token") == 0, good = strcmp(refresh, REFRESH_TOKEN) == 0;
        json_decref(sent);
        if (!complete)
                return error(c, 400, "invalid_request", "error", "a member is missing");
        if (!refreshing)
                return error(c, 400, "unsupported_grant_type", "error", "only refresh_token is");
        if (!good)
                return error(c, 400, "invalid_grant", "error", "the refresh token is not valid");
        char token[96];
        json_t *json = json_pack("{s:s, s:s, s:i, s:s}", "accessToken", renewed_token(c->number, token, sizeof(token)),
                                 "tokenType", "Bearer", "expiresIn", TOKEN_SECONDS, "refreshToken", REFRESH_TOKEN);
        _cleanup_(freep) char *body = json_dumps(json, JSON_COMPACT);
        json_decref(json);
        return body != NULL ? reply_text(&c->reply, 200, "application/json", body) : -ENOMEM;
}

int sso_answer(struct call *c) {
        bool portal = strcmp(c->action, "GetRoleCredentials") == 0;
        if (strcmp(c->request->method, portal ? "GET" : "POST") != 0)
                return error(c, 405, "MethodNotAllowed", "__type", "method not allowed");
        return portal ? role_credentials(c) : create_token(c);
}
