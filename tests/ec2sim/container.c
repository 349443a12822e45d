/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "credentials_json.h"

/* The container credentials endpoint of ECS (a relative URI) and EKS Pod Identity (a full one). */

int container_answer(struct call *c) {
        const char *wanted = c->simulator->options->container_token;
        const char *sent = request_header(c->request, "Authorization");
        if (wanted != NULL && (sent == NULL || strcmp(sent, wanted) != 0))
                return reply_text(&c->reply, 401, "application/json",
                                  "{\"code\":\"AccessDenied\",\"message\":\"Invalid authorization token\"}");
        return credentials_json_answer(c, c->simulator->options->account, false);
}
