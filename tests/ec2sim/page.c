/* SPDX-License-Identifier: MIT */
#include "page.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"

/* A token is base64 of: slot (8 hex digits), a number that makes each token differ (16), digest of the request it
 * belongs to (32), digest of all that (32). */
#define TOKEN_TEXT (8 + 16 + 32 + 32)
#define TOKEN_SIZE ((TOKEN_TEXT + 2) / 3 * 4 + 4)

static int compare_params(const void *a, const void *b) {
        const struct param *x = *(const struct param *const *) a, *y = *(const struct param *const *) b;
        int c = strcmp(x->name, y->name);
        return c != 0 ? c : strcmp(x->value, y->value);
}

/* What a token is bound to: caller, region and every parameter but the paging ones, in any order. */
static int digest_request(const struct call *c, char *ret) {
        const struct params *params = &c->request->params;
        _cleanup_(freep) const struct param **sorted = calloc(params->n + 1, sizeof(struct param *));
        struct buffer text = BUFFER_INIT(4u << 20);
        if (sorted == NULL)
                return -ENOMEM;
        size_t n = 0;
        for (size_t i = 0; i < params->n; i++)
                if (strcmp(params->items[i].name, "NextToken") != 0 && strcmp(params->items[i].name, "MaxResults") != 0)
                        sorted[n++] = &params->items[i];
        qsort(sorted, n, sizeof(*sorted), compare_params);
        int r = buffer_printf(&text, "%s %s\n", c->identity.account, c->identity.region);
        for (size_t i = 0; i < n && r >= 0; i++)
                r = buffer_printf(&text, "%s=%s\n", sorted[i]->name, sorted[i]->value);
        if (r >= 0)
                (void) digest_hex(text.data, text.len, ret);
        buffer_release(&text);
        return r;
}

static int make_token(const struct call *c, uint32_t slot, char **ret) {
        char request[DIGEST_SIZE], seal[DIGEST_SIZE], text[TOKEN_TEXT + 1];
        int r = digest_request(c, request);
        if (r < 0)
                return r;
        (void) snprintf(text, sizeof(text), "%08" PRIx32 "%016" PRIx64 "%s", slot, c->number, request);
        (void) digest_hex(text, 8 + 16 + 32, seal);
        memcpy(text + 8 + 16 + 32, seal, sizeof(seal));
        unsigned char *token = malloc(TOKEN_SIZE + 1);
        if (token == NULL)
                return -ENOMEM;
        (void) EVP_EncodeBlock(token, (const unsigned char *) text, TOKEN_TEXT);
        *ret = (char *) token;
        return 0;
}

enum token_result { TOKEN_GOOD, TOKEN_GARBLED, TOKEN_OF_OTHER_REQUEST };

static enum token_result read_token(const char *token, const char *request_digest, uint32_t *ret_slot) {
        unsigned char text[TOKEN_SIZE + 4];
        char seal[DIGEST_SIZE];
        size_t len = strlen(token);
        if (len != (TOKEN_TEXT + 2) / 3 * 4 ||
            EVP_DecodeBlock(text, (const unsigned char *) token, (int) len) < TOKEN_TEXT)
                return TOKEN_GARBLED;
        (void) digest_hex(text, 8 + 16 + 32, seal);
        if (memcmp(text + 8 + 16 + 32, seal, 32) != 0)
                return TOKEN_GARBLED;
        if (memcmp(text + 8 + 16, request_digest, 32) != 0)
                return TOKEN_OF_OTHER_REQUEST;
        text[8] = '\0';
        *ret_slot = (uint32_t) strtoul((const char *) text, NULL, 16);
        return TOKEN_GOOD;
}

#define REFUSE(c, code, ...)                                                                       \
        __extension__({                                                                            \
                int _r = reply_error(&(c)->reply, PROTOCOL_EC2, 400, code, __VA_ARGS__);           \
                _r < 0 ? _r : -EINVAL;                                                             \
        })

static int read_size(struct call *c, const struct page_rules *rules, uint64_t *ret) {
        const char *text = params_get(&c->request->params, "MaxResults");
        *ret = c->simulator->options->unpaginated_limit;
        if (text == NULL)
                return 0;
        char *end;
        errno = 0;
        long long n = strtoll(text, &end, 10);
        if (errno != 0 || end == text || *end != '\0')
                return REFUSE(c, "InvalidParameterValue", "Value ( %s ) for parameter maxResults is invalid. "
                              "Parameter must be an integer.", text);
        if (n < 5)
                return REFUSE(c, "InvalidParameterValue", "Value ( %lld ) for parameter maxResults is invalid. "
                              "Expecting a value greater than 5.", n);
        if ((uint64_t) n > rules->most)
                return REFUSE(c, "InvalidParameterValue", "Value ( %lld ) for parameter maxResults is invalid. "
                              "Expecting a value smaller than %" PRIu64 ".", n, rules->most);
        *ret = (uint64_t) n < rules->cut ? (uint64_t) n : rules->cut;
        return 0;
}

int page_read(struct call *c, const struct page_rules *rules, struct page *ret) {
        struct page page = { .token = params_get(&c->request->params, "NextToken") };
        int r = read_size(c, rules, &page.size);
        if (r < 0)
                return r;
        for (size_t i = 0; i < c->request->params.n; i++)
                if (params_index(c->request->params.items[i].name, rules->ids_parameter, NULL) > 0 &&
                    (page.token != NULL || params_get(&c->request->params, "MaxResults") != NULL))
                        return REFUSE(c, "InvalidParameterCombination",
                                      "The parameter %s cannot be used with the parameter %s", rules->ids_word,
                                      page.token != NULL ? "nextToken" : "maxResults");
        if (page.token != NULL) {
                char request[DIGEST_SIZE];
                r = digest_request(c, request);
                if (r < 0)
                        return r;
                switch (read_token(page.token, request, &page.cursor)) {
                case TOKEN_GARBLED:
                        return REFUSE(c, "InvalidParameterValue", "Unable to parse pagination token");
                case TOKEN_OF_OTHER_REQUEST:
                        return REFUSE(c, "InvalidPaginationToken",
                                      "The specified pagination token is not valid or is expired.");
                case TOKEN_GOOD:
                        break;
                }
        }
        *ret = page;
        return 0;
}

/* The first matching slot from cursor on, or n_slots. */
static uint32_t next_match(const struct page_source *s, uint32_t cursor, size_t *candidate) {
        if (s->candidates == NULL) {
                while (cursor < s->n_slots && !s->matches(cursor, s->userdata))
                        cursor++;
                return cursor < s->n_slots ? cursor : s->n_slots;
        }
        for (; *candidate < s->n_candidates; (*candidate)++)
                if (s->candidates[*candidate] >= cursor && s->matches(s->candidates[*candidate], s->userdata))
                        return s->candidates[*candidate];
        return s->n_slots;
}

/* Takes matches from the cursor on; returns the first that did not fit, or n_slots. */
static uint32_t take(const struct page_source *s, struct page *page) {
        size_t candidate = 0;
        uint32_t slot = next_match(s, page->cursor, &candidate);
        while (slot < s->n_slots && page->n < page->size) {
                page->slots[page->n++] = slot;
                slot = next_match(s, slot + 1, &candidate);
        }
        return slot;
}

/* Bends the page as the fault says; returns where the next one begins, or n_slots for none. */
static uint32_t bend(const struct call *c, const struct page_source *s, struct page *page, uint32_t next) {
        bool last = next >= s->n_slots;
        switch (c->fault.kind) {
        case FAULT_EMPTY_PAGE:
                if (page->n == 0)
                        return next;
                next = page->slots[0];
                page->n = 0;
                return next;
        case FAULT_SHORT_PAGE:
                if (page->n < 2)
                        return next;
                page->n /= 2;
                return page->slots[page->n];
        case FAULT_DUPLICATE:
                return !last && page->n > 1 ? page->slots[page->n - 1] : next;
        default:
                return next;
        }
}

int page_fill(struct call *c, const struct page_source *source, struct page *page) {
        uint64_t most = source->candidates != NULL ? source->n_candidates : source->n_slots;
        page->slots = calloc((page->size < most ? page->size : most) + 1, sizeof(*page->slots));
        if (page->slots == NULL)
                return -ENOMEM;
        uint32_t next = bend(c, source, page, take(source, page));
        c->reply.items = page->n;
        if (c->fault.kind == FAULT_REPEAT_TOKEN && page->token != NULL) {
                page->next_token = strdup(page->token);
                return page->next_token != NULL ? 0 : -ENOMEM;
        }
        if (next >= source->n_slots && (c->fault.kind != FAULT_LAST_TOKEN || page->n == 0))
                return 0;
        return make_token(c, next, &page->next_token);
}

void page_release(struct page *p) {
        free(p->slots);
        free(p->next_token);
}
