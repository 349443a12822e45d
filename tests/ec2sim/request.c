/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BODY_MAX (1u << 20)

struct request *request_new(const char *uri) {
        struct request *r = calloc(1, sizeof(*r));
        if (r == NULL)
                return NULL;
        r->body = BUFFER_INIT(BODY_MAX);
        r->fd = -1;
        r->uri = strdup(uri);
        r->path = strndup(uri, strcspn(uri, "?"));
        if (r->uri == NULL || r->path == NULL)
                return request_free(r);
        const char *mark = strchr(r->uri, '?');
        r->query = mark != NULL ? mark + 1 : "";
        return r;
}

struct request *request_free(struct request *r) {
        if (r == NULL)
                return NULL;
        for (size_t i = 0; i < r->n_headers; i++) {
                free((char *) (uintptr_t) r->headers[i].name);
                free((char *) (uintptr_t) r->headers[i].value);
        }
        free(r->headers);
        free(r->method);
        free(r->uri);
        free(r->path);
        buffer_release(&r->body);
        params_release(&r->params);
        free(r);
        return NULL;
}

int request_add_header(struct request *r, const char *name, const char *value) {
        struct sigv4_header *headers = reallocarray(r->headers, r->n_headers + 1, sizeof(*headers));
        if (headers == NULL)
                return -ENOMEM;
        r->headers = headers;
        struct sigv4_header h = { .name = strdup(name), .value = strdup(value != NULL ? value : "") };
        r->headers[r->n_headers++] = h;
        return h.name != NULL && h.value != NULL ? 0 : -ENOMEM;
}

const char *request_header(const struct request *r, const char *name) {
        for (size_t i = 0; i < r->n_headers; i++)
                if (strcasecmp(r->headers[i].name, name) == 0)
                        return r->headers[i].value;
        return NULL;
}

int request_parse_params(struct request *r) {
        int k = params_parse(&r->params, r->query, strlen(r->query));
        const char *type = request_header(r, "Content-Type");
        if (k < 0 || r->body.len == 0 || type == NULL ||
            strncasecmp(type, "application/x-www-form-urlencoded", strlen("application/x-www-form-urlencoded")) != 0)
                return k;
        return params_parse(&r->params, (const char *) r->body.data, r->body.len);
}
