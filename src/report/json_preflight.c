/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "report/json_parts.h"
#include "report/preflight.h"
#include "report/problems.h"

/* ok, failed, or null for what was not asked. */
static json_t *state_or_null(enum check_state state) {
        return state == CHECK_NOT_MADE ? json_null() : json_string(state == CHECK_OK ? "ok" : "failed");
}

static json_t *path_or_null(const char *path) {
        return path != NULL ? json_text_or_null(path) : json_null();
}

static json_t *time_or_null(usec_t at) {
        char text[CLOCK_ISO8601_MAX];
        return at > 0 ? json_string(clock_format_iso8601(at, text)) : json_null();
}

static void put_error(json_t **object, enum check_state state, const struct error *e) {
        json_put(object, "error", state == CHECK_FAILED ? json_error(e) : json_null());
}

static json_t *file_object(const struct file_check *f) {
        json_t *object = json_object();
        json_put(&object, "what", json_string(f->what));
        json_put(&object, "path", path_or_null(f->path));
        json_put(&object, "status", state_or_null(f->state));
        json_put(&object, "note", json_text_or_null(f->note));
        json_put(&object, "prices_oldest", json_date_or_null(f->oldest));
        json_put(&object, "prices_newest", json_date_or_null(f->newest));
        put_error(&object, f->state, &f->error);
        return object;
}

static json_t *files_array(const struct preflight *p) {
        json_t *array = json_array();
        for (size_t i = 0; i < p->n_files; i++)
                json_append(&array, file_object(&p->files[i]));
        return array;
}

static json_t *database_object(const struct database_check *d) {
        char mode[16];
        if (d->path == NULL)
                return json_null();
        (void) snprintf(mode, sizeof(mode), "%04o", (unsigned) d->mode);
        json_t *object = json_object();
        json_put(&object, "path", path_or_null(d->path));
        json_put(&object, "status", state_or_null(d->state));
        put_error(&object, d->state, &d->error);
        json_put(&object, "exists", json_boolean(d->exists));
        json_put(&object, "owner", json_text_or_null(d->owner));
        json_put(&object, "group", json_text_or_null(d->group));
        json_put(&object, "mode", d->owner[0] != '\0' ? json_string(mode) : json_null());
        json_put(&object, "bytes", json_number_if(d->exists, d->size));
        json_put(&object, "free_bytes", json_number_if(d->free_known, d->free_bytes));
        json_put(&object, "schema_version", json_number_if(d->schema_version > 0, (uint64_t) d->schema_version));
        json_put(&object, "schema_newest", json_number((uint64_t) d->schema_newest));
        json_put(&object, "daemon_runs", json_boolean(d->daemon_runs));
        json_put(&object, "daemon_pid", json_number_if(d->daemon_pid > 0, (uint64_t) d->daemon_pid));
        json_put(&object, "last_run_id", json_number_if(d->run_id > 0, (uint64_t) d->run_id));
        json_put(&object, "last_run_at", time_or_null(d->run_at));
        json_put(&object, "last_run_status", json_text_or_null(d->run_status));
        return object;
}

static json_t *keys_object(const struct keys_check *k) {
        json_t *object = json_object();
        json_put(&object, "status", state_or_null(k->state));
        put_error(&object, k->state, &k->error);
        json_put(&object, "source", json_text_or_null(k->source));
        json_put(&object, "profile", json_text_or_null(k->profile));
        json_put(&object, "home_region", json_text_or_null(k->home_region));
        json_put(&object, "expires_at", time_or_null(k->expiration));
        return object;
}

/* Milliseconds with three decimals; null where the call did not get there or needed not to. */
static json_t *ms_or_null(usec_t usec) {
        return usec > 0 ? json_real((double) usec / (double) USEC_PER_MSEC) : json_null();
}

static json_t *call_object(const struct call_check *c) {
        json_t *object = json_object();
        json_put(&object, "status", state_or_null(c->state));
        put_error(&object, c->state, &c->error);
        return object;
}

static json_t *identity_object(const struct preflight *p) {
        json_t *object = call_object(&p->identity_call);
        json_put(&object, "account", json_text_or_null(p->identity.account));
        json_put(&object, "arn", json_text_or_null(p->identity.arn));
        return object;
}

static json_t *listing_object(const struct preflight *p) {
        json_t *object = call_object(&p->regions_call), *disabled = json_array();
        size_t enabled = p->listed.n - region_list_count_disabled(&p->listed);
        for (size_t i = 0; i < p->listed.n; i++)
                if (!region_is_enabled(&p->listed.items[i]))
                        json_append(&disabled, json_text_or_null(p->listed.items[i].name));
        json_put(&object, "is_needed", json_boolean(!p->regions_named));
        json_put(&object, "enabled", json_number_if(p->regions_call.state == CHECK_OK, enabled));
        json_put(&object, "not_enabled", disabled);
        return object;
}

static json_t *region_object(const struct preflight *p, const struct region_check *r) {
        const struct region *listed = region_list_find(&p->listed, r->name);
        const struct call_times *times = region_check_times(r);
        json_t *object = json_object();
        json_put(&object, "account", json_text_or_null(p->identity.account));
        json_put(&object, "region", json_text_or_null(r->name));
        json_put(&object, "opt_in_status", json_text_or_null(listed != NULL ? listed->opt_in_status : ""));
        json_put(&object, "status", state_or_null(region_check_works(r) ? CHECK_OK : CHECK_FAILED));
        json_put(&object, "DescribeInstances", call_object(&r->instances));
        json_put(&object, "DescribeVolumes", call_object(&r->volumes));
        json_put(&object, "connect_ms", ms_or_null(times->connected));
        json_put(&object, "tls_ms",
                 ms_or_null(times->secured > times->connected ? times->secured - times->connected : 0));
        json_put(&object, "answer_ms", ms_or_null(times->answered));
        return object;
}

static json_t *regions_array(const struct preflight *p) {
        json_t *array = json_array();
        for (size_t i = 0; i < p->n_regions; i++)
                json_append(&array, region_object(p, &p->regions[i]));
        return array;
}

static json_t *problem_object(const struct problem *p) {
        json_t *object = json_object();
        json_put(&object, "severity", json_string(p->is_warning ? "warning" : "problem"));
        json_put(&object, "subject", json_text_or_null(p->subject));
        json_put(&object, "message", json_text_or_null(p->message));
        json_put(&object, "remedy", json_text_or_null(p->remedy));
        return object;
}

/* NULL when out of memory. */
static json_t *problems_array(const struct preflight *p) {
        struct problems problems;
        if (problems_find(p, &problems) < 0)
                return NULL;
        json_t *array = json_array();
        for (size_t i = 0; i < problems.n; i++)
                json_append(&array, problem_object(&problems.items[i]));
        problems_release(&problems);
        return array;
}

int report_json_preflight(const struct preflight *p, FILE *out) {
        enum preflight_verdict verdict = preflight_verdict(p);
        json_t *object = json_object();
        json_put(&object, "format_version", json_integer(JSON_FORMAT_VERSION));
        json_put(&object, "verdict", json_string(preflight_verdict_name(verdict)));
        json_put(&object, "exit_status", json_integer((json_int_t) verdict));
        json_put(&object, "checked_at", time_or_null(p->checked_at));
        json_put(&object, "user", json_text_or_null(p->user));
        json_put(&object, "uid", json_number(p->uid));
        json_put(&object, "files", files_array(p));
        json_put(&object, "proxies", json_text_or_null(p->proxies));
        json_put(&object, "database", database_object(&p->database));
        json_put(&object, "credentials", keys_object(&p->keys));
        json_put(&object, "GetCallerIdentity", identity_object(p));
        json_put(&object, "DescribeRegions", listing_object(p));
        json_put(&object, "clock_offset_s",
                 p->clock_known ? json_integer((json_int_t) p->clock_offset_s) : json_null());
        json_put(&object, "regions_assumed", json_boolean(p->regions_assumed));
        json_put(&object, "regions_ok", json_number(preflight_count_working(p)));
        json_put(&object, "regions_total", json_number(p->n_regions));
        json_put(&object, "regions", regions_array(p));
        json_put(&object, "problems", problems_array(p));
        return json_write(object, out);
}
