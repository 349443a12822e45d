/* SPDX-License-Identifier: MIT */
#include "organization.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_seed.h"
#include "simulator.h"

/* AWS Organizations, JSON 1.1: ListAccounts. */

#define PAGE_MAX 20

void organization_account(const struct options *o, uint64_t n, char ret[static ACCOUNT_SIZE]) {
        if (n == 0)
                memcpy(ret, o->account, ACCOUNT_SIZE);
        else
                (void) snprintf(ret, ACCOUNT_SIZE, "%012" PRIu64,
                                fleet_hash(o->seed, 12, n, 0) % UINT64_C(800000000000) + UINT64_C(100000000000));
}

/* The last of more than three is suspended, as one always is. */
static json_t *account_json(const struct options *o, uint64_t n) {
        char account[ACCOUNT_SIZE], arn[128], name[32], email[64];
        organization_account(o, n, account);
        (void) snprintf(arn, sizeof(arn), "arn:aws:organizations::%s:account/o-ec2sim0000/%s", o->account, account);
        (void) snprintf(name, sizeof(name), n == 0 ? "Management%.0" PRIu64 : "Workload %" PRIu64, n);
        (void) snprintf(email, sizeof(email), "aws-%s@example.com", account);
        const char *state = n > 2 && n + 1 == o->accounts ? "SUSPENDED" : "ACTIVE";
        return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:f}", "Id", account, "Arn", arn, "Name", name, "Email",
                         email, "State", state, "Status", state, "JoinedMethod", n == 0 ? "INVITED" : "CREATED",
                         "JoinedTimestamp", 1500000000.123 + 86400.0 * (double) n);
}

static int refuse(struct call *c, const char *code, const char *text) {
        return reply_error(&c->reply, PROTOCOL_JSON, 400, code, "%s", text);
}

/* A token is "after-" and the index of the next account. */
static int read_paging(struct call *c, const json_t *body, uint64_t *ret_first, uint64_t *ret_size) {
        const json_t *size = json_object_get(body, "MaxResults"), *token = json_object_get(body, "NextToken");
        json_int_t n = size != NULL ? json_integer_value(size) : PAGE_MAX;
        if (n < 1 || n > PAGE_MAX)
                return refuse(c, "InvalidInputException", "MaxResults must be from 1 to 20");
        *ret_size = (uint64_t) n;
        if (token == NULL)
                return 0;
        const char *text = json_string_value(token);
        char *end = NULL;
        if (text != NULL && strncmp(text, "after-", 6) == 0)
                *ret_first = strtoull(text + 6, &end, 10);
        if (end == NULL || *end != '\0' || *ret_first > c->simulator->options->accounts)
                return refuse(c, "InvalidInputException", "You specified an invalid pagination token.");
        return 0;
}

static int list_accounts(struct call *c, const json_t *body) {
        const struct options *o = c->simulator->options;
        uint64_t first = 0, size = 0;
        int r = read_paging(c, body, &first, &size);
        if (r < 0 || c->reply.code[0] != '\0')
                return r;
        if (strcmp(c->identity.account, o->account) != 0)
                return refuse(c, "AccessDeniedException",
                              "You don't have permissions to access this resource.");
        json_t *accounts = json_array(), *answer = json_object();
        for (uint64_t i = first; i < o->accounts && i < first + size; i++, c->reply.items++)
                (void) json_array_append_new(accounts, account_json(o, i));
        (void) json_object_set_new(answer, "Accounts", accounts);
        if (first + size < o->accounts) {
                char token[32];
                (void) snprintf(token, sizeof(token), "after-%" PRIu64, first + size);
                (void) json_object_set_new(answer, "NextToken", json_string(token));
        }
        _cleanup_(freep) char *text = json_dumps(answer, JSON_COMPACT);
        json_decref(answer);
        return text != NULL ? reply_text(&c->reply, 200, "application/x-amz-json-1.1", text) : -ENOMEM;
}

int organizations_answer(struct call *c) {
        if (strcmp(c->action, "ListAccounts") != 0)
                return refuse(c, "UnknownOperationException", "");
        json_t *body = json_loadb((const char *) c->request->body.data, c->request->body.len, 0, NULL);
        if (!json_is_object(body)) {
                json_decref(body);
                return refuse(c, "SerializationException", "The body is not a JSON object");
        }
        int r = list_accounts(c, body);
        json_decref(body);
        return r;
}
