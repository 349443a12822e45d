/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "credentials_json.h"
#include "digest.h"

/* The instance metadata service, version 2 only: a token first, then everything else with it. */

#define TOKEN_SECONDS_MAX 21600
#define TOKEN_HEADER "X-aws-ec2-metadata-token"
#define TTL_HEADER "X-aws-ec2-metadata-token-ttl-seconds"

static int plain(struct call *c, unsigned status, const char *text) {
        return reply_text(&c->reply, status, "text/plain", text);
}

/* EXPIRY-DIGEST */
static void make_token(uint64_t expires, char *ret, size_t size) {
        char text[24], digest[DIGEST_SIZE];
        int n = snprintf(text, sizeof(text), "%" PRIu64, expires);
        (void) snprintf(ret, size, "%s-%s", text, digest_hex(text, (size_t) n, digest));
}

static bool token_is_good(const char *token, uint64_t now) {
        char expected[64];
        uint64_t expires = strtoull(token, NULL, 10);
        make_token(expires, expected, sizeof(expected));
        return strcmp(token, expected) == 0 && now < expires;
}

static int put_token(struct call *c) {
        const char *text = request_header(c->request, TTL_HEADER);
        char *end = NULL;
        unsigned long seconds = text != NULL ? strtoul(text, &end, 10) : 0;
        if (strcmp(c->request->method, "PUT") != 0)
                return plain(c, 405, "405 - Method Not Allowed");
        if (request_header(c->request, "X-Forwarded-For") != NULL)
                return plain(c, 403, "403 - Forbidden");
        if (text == NULL || *end != '\0' || seconds < 1 || seconds > TOKEN_SECONDS_MAX)
                return plain(c, 400, "400 - Bad Request");
        char token[64];
        make_token(simulator_now(c->simulator) + seconds, token, sizeof(token));
        (void) snprintf(c->reply.token_ttl, sizeof(c->reply.token_ttl), "%lu", seconds);
        return plain(c, 200, token);
}

static int identity_document(struct call *c) {
        const struct options *o = c->simulator->options;
        char zone[80];
        (void) snprintf(zone, sizeof(zone), "%.64sa", o->metadata_region);
        json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "accountId", o->account,
                                 "architecture", "x86_64", "availabilityZone", zone, "imageId", "ami-0ec2510000000000a",
                                 "instanceId", "i-0ec2510000000000a", "instanceType", "t3.micro", "privateIp",
                                 "10.0.0.10", "region", o->metadata_region, "version", "2017-09-30");
        _cleanup_(freep) char *text = json_dumps(json, JSON_INDENT(2));
        json_decref(json);
        return text != NULL ? plain(c, 200, text) : -ENOMEM;
}

static int get(struct call *c, const char *path) {
        static const char credentials[] = "meta-data/iam/security-credentials/";
        const struct options *o = c->simulator->options;
        char zone[80];
        if (strcmp(path, "meta-data/placement/region") == 0)
                return plain(c, 200, o->metadata_region);
        if (strcmp(path, "meta-data/placement/availability-zone") == 0) {
                (void) snprintf(zone, sizeof(zone), "%.64sa", o->metadata_region);
                return plain(c, 200, zone);
        }
        if (strcmp(path, "meta-data/instance-id") == 0)
                return plain(c, 200, "i-0ec2510000000000a");
        if (strcmp(path, "dynamic/instance-identity/document") == 0)
                return identity_document(c);
        if (o->role[0] == '\0' || strncmp(path, credentials, sizeof(credentials) - 2) != 0)
                return plain(c, 404, "404 - Not Found");
        const char *role = path + sizeof(credentials) - 2;
        if (*role == '/')
                role++;
        if (*role == '\0')
                return plain(c, 200, o->role);
        if (strcmp(role, o->role) != 0)
                return plain(c, 404, "404 - Not Found");
        return credentials_json_answer(c, o->account, true);
}

int metadata_answer(struct call *c) {
        const char *path = c->request->path + strlen("/latest/");
        if (strcmp(path, "api/token") == 0)
                return put_token(c);
        const char *token = request_header(c->request, TOKEN_HEADER);
        if (token == NULL || !token_is_good(token, simulator_now(c->simulator)))
                return plain(c, 401, "401 - Unauthorized");
        if (strcmp(c->request->method, "GET") != 0)
                return plain(c, 405, "405 - Method Not Allowed");
        return get(c, path);
}
