/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simulator.h"

static void set(json_t *o, const char *key, const char *value) {
        if (value != NULL && value[0] != '\0')
                (void) json_object_set_new(o, key, json_string(value));
}

/* The parameters that tell the calls of one action apart. */
static void set_parameters(json_t *o, const struct params *p) {
        static const char *const names[] = { "MaxResults", "NextToken", "IncludeManagedResources", "RoleArn" };
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                set(o, names[i], params_get(p, names[i]));
        json_t *filters = json_object();
        for (size_t i = 0; i < p->n; i++) {
                const char *rest;
                unsigned index = params_index(p->items[i].name, "Filter", &rest);
                if (index == 0 || strcmp(rest, ".Name") != 0)
                        continue;
                json_t *values = json_array();
                for (size_t k = 0; k < p->n; k++) {
                        const char *end;
                        if (params_index(p->items[k].name, "Filter", &end) == index &&
                            params_index(end, ".Value", NULL) > 0)
                                (void) json_array_append_new(values, json_string(p->items[k].value));
                }
                (void) json_object_set_new(filters, p->items[i].value, values);
        }
        if (json_object_size(filters) > 0)
                (void) json_object_set(o, "filters", filters);
        json_decref(filters);
}

static json_t *line_of(const struct call *c) {
        usec_t now = clock_monotonic(clock_system());
        char time[CLOCK_ISO8601_MAX];
        json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:i, s:I, s:f, s:f}", "number", (json_int_t) c->number, "time",
                              clock_format_iso8601(simulator_now(c->simulator) * USEC_PER_SEC, time), "service",
                              c->service, "method", c->request->method, "path", c->request->path, "status",
                              (int) c->reply.status, "items", (json_int_t) c->reply.items, "start_ms",
                              (double) c->arrived / 1000.0, "duration_ms", (double) (now - c->arrived) / 1000.0);
        set(o, "account", c->identity.account);
        set(o, "region", c->identity.region);
        set(o, "access_key", c->identity.access_key);
        set(o, "action", c->action);
        set(o, "code", c->reply.code);
        set(o, "request_id", c->reply.request_id);
        if (c->fault.kind != FAULT_NONE)
                set(o, "fault", fault_kind_name(c->fault.kind));
        set_parameters(o, &c->request->params);
        return o;
}

void call_log_write(const struct call *c) {
        if (c->simulator->log_fd < 0)
                return;
        json_t *o = line_of(c);
        struct buffer line = BUFFER_INIT(1u << 20);
        _cleanup_(freep) char *text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(13));
        json_decref(o);
        /* One write a line: with O_APPEND the lines of several threads do not mix. */
        if (text != NULL && buffer_printf(&line, "%s\n", text) >= 0 &&
            write(c->simulator->log_fd, line.data, line.len) < 0)
                perror("ec2sim: log");
        buffer_release(&line);
}
