/* SPDX-License-Identifier: MIT */
#include "tui/scope.h"

#include <stdio.h>

#include "base/utf8.h"

void scope_set(char field[static SCOPE_TEXT_SIZE], const char *text) {
        (void) snprintf(field, SCOPE_TEXT_SIZE, "%s", text);
        utf8_sanitize(field);
}

void scope_set_account(struct scope *s, const char *account) {
        s->any_account = false;
        scope_set(s->account, account);
}

static int parameter(struct query *q, const char *name) {
        return q->rc == SQLITE_OK ? sqlite3_bind_parameter_index(q->stmt, name) : 0;
}

static void bind_text(struct query *q, const char *name, const char *text) {
        int i = parameter(q, name);
        if (i > 0 && text[0] != '\0')
                q->rc = sqlite3_bind_text(q->stmt, i, text, -1, SQLITE_TRANSIENT);
}

static void bind_integer(struct query *q, const char *name, int64_t value) {
        int i = parameter(q, name);
        if (i > 0 && value != 0)
                q->rc = sqlite3_bind_int64(q->stmt, i, value);
}

void scope_bind(const struct scope *s, struct query *q) {
        bind_text(q, ":account", s->account);
        bind_integer(q, ":any_account", s->any_account);
        bind_text(q, ":region", s->region);
        bind_text(q, ":instance_id", s->instance_id);
        bind_text(q, ":volume_id", s->volume_id);
        bind_text(q, ":metric", s->metric);
        bind_integer(q, ":run_id", s->run_id);
        bind_integer(q, ":from_at", s->from_at);
        bind_integer(q, ":until_at", s->until_at);
}
