/* SPDX-License-Identifier: MIT */
#include "report/json_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "model/cost.h"
#include "model/remedy.h"
#include "report/output.h"

/* Takes over value. After a failure (out of memory) *object is NULL and stays so, and the caller checks once. */
void json_put(json_t **object, const char *key, json_t *value) {
        if (json_object_set_new(*object, key, value) < 0) {
                json_decref(*object);
                *object = NULL;
        }
}

void json_append(json_t **array, json_t *value) {
        if (json_array_append_new(*array, value) < 0) {
                json_decref(*array);
                *array = NULL;
        }
}

/* jansson refuses text that is not UTF-8, and what comes from the network may be anything. */
json_t *json_text_or_null(const char *text) {
        if (text[0] == '\0')
                return json_null();
        _cleanup_(freep) char *copy = strdup(text);
        if (copy == NULL)
                return NULL;
        utf8_sanitize(copy);
        return json_string_nocheck(copy);
}

json_t *json_number(uint64_t value) {
        return value <= INT64_MAX ? json_integer((json_int_t) value) : json_real((double) value);
}

json_t *json_number_if(bool known, uint64_t value) {
        return known ? json_number(value) : json_null();
}

json_t *json_date_or_null(uint32_t date) {
        char buf[COST_DATE_SIZE];
        return date > 0 ? json_string(cost_format_date(date, buf)) : json_null();
}

json_t *json_error(const struct error *e) {
        json_t *object = json_object();
        json_put(&object, "kind", json_string(error_kind_name(e->kind)));
        json_put(&object, "code", json_text_or_null(e->code));
        json_put(&object, "http_status", e->http_status > 0 ? json_integer(e->http_status) : json_null());
        json_put(&object, "message", json_text_or_null(e->message));
        json_put(&object, "request_id", json_text_or_null(e->request_id));
        return object;
}

json_t *json_failure(const struct error *e, bool run) {
        const char *remedy = failure_remedy(e, run);
        json_t *object = json_error(e);
        json_put(&object, "remedy", json_text_or_null(remedy != NULL ? remedy : ""));
        return object;
}

static int append_to_buffer(const char *data, size_t n, void *userdata) {
        return buffer_append(userdata, data, n);
}

/* Takes over root, which is NULL after running out of memory. */
int json_write(json_t *root, FILE *out) {
        struct buffer b = BUFFER_INIT(REPORT_MAX);
        int r = -ENOMEM;
        if (root != NULL && json_dump_callback(root, append_to_buffer, &b, JSON_INDENT(2)) == 0)
                r = buffer_append_string(&b, "\n");
        json_decref(root);
        return report_write(&b, r, out);
}
