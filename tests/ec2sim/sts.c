/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "simulator.h"
#include "xml.h"

/* AWS Security Token Service, version 2011-06-15. */

#define NAMESPACE "https://sts.amazonaws.com/doc/2011-06-15/"
#define sts_error(c, status, code, ...) reply_error(&(c)->reply, PROTOCOL_QUERY, status, code, __VA_ARGS__)

static void open_response(struct xml *x, const char *action) {
        xml_raw(x, "<");
        xml_raw(x, action);
        xml_raw(x, "Response xmlns=\"" NAMESPACE "\">\n<");
        xml_raw(x, action);
        xml_raw(x, "Result>\n");
}

static void close_response(struct xml *x, const struct call *c, const char *action) {
        xml_raw(x, "\n</");
        xml_raw(x, action);
        xml_raw(x, "Result>\n<ResponseMetadata>");
        xml_text(x, "RequestId", c->reply.request_id);
        xml_raw(x, "</ResponseMetadata>\n</");
        xml_raw(x, action);
        xml_raw(x, "Response>\n");
}

static int get_caller_identity(struct call *c) {
        struct xml x = { .out = &c->reply.body };
        char arn[128], user[160];
        if (c->identity.temporary) {
                (void) snprintf(arn, sizeof(arn), "arn:aws:sts::%s:assumed-role/%.40s/ec2sim", c->identity.account,
                                c->simulator->options->role);
                (void) snprintf(user, sizeof(user), "AROA%s:ec2sim", c->identity.account);
        } else {
                (void) snprintf(arn, sizeof(arn), "arn:aws:iam::%s:user/ec2sim", c->identity.account);
                (void) snprintf(user, sizeof(user), "AIDA%s", c->identity.account);
        }
        open_response(&x, "GetCallerIdentity");
        xml_text(&x, "Arn", arn);
        xml_text(&x, "UserId", user);
        xml_text(&x, "Account", c->identity.account);
        close_response(&x, c, "GetCallerIdentity");
        return x.r;
}

/* arn:aws:iam::ACCOUNT:role/NAME; points *ret_name at NAME. */
static int parse_role(const char *arn, char account[static ACCOUNT_SIZE], const char **ret_name) {
        static const char stem[] = "arn:aws:iam::";
        if (arn == NULL || strncmp(arn, stem, sizeof(stem) - 1) != 0)
                return -EINVAL;
        (void) snprintf(account, ACCOUNT_SIZE, "%s", arn + sizeof(stem) - 1);
        const char *rest = arn + sizeof(stem) - 1 + strlen(account);
        if (!account_is_valid(account) || strncmp(rest, ":role/", 6) != 0 || rest[6] == '\0')
                return -EINVAL;
        *ret_name = rest + 6;
        return 0;
}

static int write_session(struct call *c, const char *action, const char *account, const char *role, const char *name,
                         uint64_t seconds) {
        struct session session;
        int r = session_make(account, simulator_now(c->simulator) + seconds, c->simulator->options->token_bytes,
                             &session);
        if (r < 0)
                return r;
        struct xml x = { .out = &c->reply.body };
        open_response(&x, action);
        xml_open(&x, "AssumedRoleUser");
        char text[512];
        (void) snprintf(text, sizeof(text), "AROA%s:%.100s", account, name);
        xml_text(&x, "AssumedRoleId", text);
        (void) snprintf(text, sizeof(text), "arn:aws:sts::%s:assumed-role/%.100s/%.100s", account, role, name);
        xml_text(&x, "Arn", text);
        xml_close(&x, "AssumedRoleUser");
        xml_open(&x, "Credentials");
        xml_text(&x, "AccessKeyId", session.id);
        xml_text(&x, "SecretAccessKey", session.secret);
        xml_text(&x, "SessionToken", buffer_string(&session.token));
        char expiration[CLOCK_ISO8601_MAX];
        xml_text(&x, "Expiration", clock_format_iso8601(session.expires * USEC_PER_SEC, expiration));
        xml_close(&x, "Credentials");
        close_response(&x, c, action);
        buffer_release(&session.token);
        return x.r;
}

static bool session_name_is_valid(const char *name) {
        size_t n = name != NULL ? strlen(name) : 0;
        return n >= 2 && n <= 64 &&
               strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-") == n;
}

static int assume(struct call *c, bool web_identity) {
        const struct options *o = c->simulator->options;
        const struct params *p = &c->request->params;
        const char *arn = params_get(p, "RoleArn"), *name = params_get(p, "RoleSessionName"), *role;
        const char *duration = params_get(p, "DurationSeconds"), *external = params_get(p, "ExternalId");
        const char *token = params_get(p, "WebIdentityToken");
        char account[ACCOUNT_SIZE];
        if (parse_role(arn, account, &role) < 0)
                return sts_error(c, 400, "ValidationError", "%s is invalid", arn != NULL ? arn : "RoleArn");
        if (!session_name_is_valid(name))
                return sts_error(c, 400, "ValidationError", "1 validation error detected: Value at 'roleSessionName' "
                                 "failed to satisfy constraint");
        unsigned long seconds = 3600;
        if (duration != NULL) {
                char *end;
                seconds = strtoul(duration, &end, 10);
                if (*end != '\0' || seconds < 900 || seconds > 43200)
                        return sts_error(c, 400, "ValidationError", "1 validation error detected: Value '%s' at "
                                         "'durationSeconds' failed to satisfy constraint", duration);
        }
        if (web_identity) {
                if (token == NULL || strlen(token) < 4 || strlen(token) > 20000)
                        return sts_error(c, 400, "InvalidIdentityToken",
                                         "No OpenIDConnect provider found for the token");
        } else if (c->identity.temporary && seconds > 3600)
                return sts_error(c, 400, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session "
                                 "limit for roles assumed by role chaining");
        else if (o->external_id != NULL && (external == NULL || strcmp(external, o->external_id) != 0))
                return sts_error(c, 403, "AccessDenied", "User: arn:aws:iam::%s:user/ec2sim is not authorized to "
                                 "perform: sts:AssumeRole on resource: %s", c->identity.account, arn);
        return write_session(c, web_identity ? "AssumeRoleWithWebIdentity" : "AssumeRole", account, role, name,
                             seconds);
}

int sts_answer(struct call *c) {
        const char *version = params_get(&c->request->params, "Version");
        c->reply.content_type = "text/xml";
        if (version == NULL || strcmp(version, "2011-06-15") != 0)
                return sts_error(c, 400, "InvalidAction", "Could not find operation %s for version %s", c->action,
                                 version != NULL ? version : "NO_VERSION_SPECIFIED");
        if (strcmp(c->action, "GetCallerIdentity") == 0)
                return get_caller_identity(c);
        if (strcmp(c->action, "AssumeRole") == 0)
                return assume(c, false);
        if (strcmp(c->action, "AssumeRoleWithWebIdentity") == 0)
                return assume(c, true);
        return sts_error(c, 400, "InvalidAction", "Could not find operation %s for version %s", c->action, version);
}
