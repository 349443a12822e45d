/* SPDX-License-Identifier: MIT */
#include "fleet_reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "resource_id.h"

int reader_refuse(const struct reader *r, const char *format, ...) {
        char text[200];
        va_list ap;
        va_start(ap, format);
        (void) vsnprintf(text, sizeof(text), format, ap);
        va_end(ap);
        return error_set(r->reterr, ERROR_CONFIG, EINVAL, "%.200s: %s: %s", r->path,
                         r->fleet != NULL ? r->fleet->region : "regions", text);
}

static bool list_holds(const char *list, const char *name) {
        size_t length = strlen(name);
        while (*list != '\0') {
                size_t n = strcspn(list, " ");
                if (n == length && strncmp(list, name, n) == 0)
                        return true;
                list += n + (list[n] == ' ');
        }
        return false;
}

int reader_check_members(const struct reader *r, const json_t *object, const char *what, const char *known) {
        const char *name;
        json_t *value;
        if (!json_is_object(object))
                return reader_refuse(r, "each of %s must be an object", what);
        json_object_foreach ((json_t *) (uintptr_t) object, name, value) {
                if (!list_holds(known, name))
                        return reader_refuse(r, "%s know no '%s', but: %s", what, name, known);
        }
        return 0;
}

int reader_text(const struct reader *r, const json_t *object, const char *name, const char *fallback,
                const char **ret) {
        const json_t *value = json_object_get(object, name);
        const char *text = value == NULL ? fallback : json_string_value(value);
        if (text == NULL)
                return reader_refuse(r, "'%s' must be there, and a string", name);
        *ret = text;
        return 0;
}

int reader_word(const struct reader *r, const json_t *object, const char *name, const char *fallback, uint16_t *ret) {
        const char *text = NULL;
        int k = reader_text(r, object, name, fallback, &text);
        return k < 0 ? k : fleet_intern(r->fleet, text, ret);
}

int reader_number(const struct reader *r, const json_t *object, const char *name, uint64_t fallback, uint64_t high,
                  uint64_t *ret) {
        const json_t *value = json_object_get(object, name);
        json_int_t n = json_integer_value(value);
        if (value != NULL && (!json_is_integer(value) || n < 0 || (uint64_t) n > high))
                return reader_refuse(r, "'%s' must be an integer from 0 to %llu", name, (unsigned long long) high);
        *ret = value != NULL ? (uint64_t) n : fallback;
        return 0;
}

int reader_flag(const struct reader *r, const json_t *object, const char *name, uint8_t flag, uint8_t *flags) {
        const json_t *value = json_object_get(object, name);
        if (value != NULL && !json_is_boolean(value))
                return reader_refuse(r, "'%s' must be true or false", name);
        if (json_is_true(value))
                *flags |= flag;
        return 0;
}

int reader_time(const struct reader *r, const json_t *object, const char *name, uint32_t *ret) {
        const char *text = NULL;
        usec_t time;
        int k = reader_text(r, object, name, "2026-01-01T00:00:00Z", &text);
        if (k < 0)
                return k;
        if (clock_parse_iso8601(text, &time) < 0 || time / USEC_PER_SEC > UINT32_MAX)
                return reader_refuse(r, "'%s' must be like 2026-01-01T00:00:00Z", name);
        *ret = (uint32_t) (time / USEC_PER_SEC);
        return 0;
}

int reader_id(const struct reader *r, const json_t *object, const char *name, const char *prefix, uint64_t *ret) {
        const char *text = NULL;
        int k = reader_text(r, object, name, NULL, &text);
        if (k < 0)
                return k;
        return resource_id_parse(prefix, text, ret) < 0 ? reader_refuse(r, "'%s' is no id of %s-", text, prefix) : 0;
}

int reader_tags(const struct reader *r, const json_t *object, uint32_t *ret_extra) {
        json_t *tags = json_object_get(object, "tags"), *value;
        const char *key;
        int k = fleet_add_extra(r->fleet, ret_extra);
        if (k < 0 || tags == NULL)
                return k;
        if (!json_is_object(tags))
                return reader_refuse(r, "'tags' must be an object");
        struct sim_extra *extra = &r->fleet->extras[*ret_extra];
        json_object_foreach (tags, key, value) {
                if (!json_is_string(value))
                        return reader_refuse(r, "the tag '%s' must be a string", key);
                k = string_list_add(&extra->keys, key);
                if (k >= 0)
                        k = string_list_add(&extra->values, json_string_value(value));
                if (k < 0)
                        return k;
        }
        return 0;
}
