/* SPDX-License-Identifier: MIT */
#include "year_database.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"
#include "store/totals.h"
#include "year_fail.h"

static void check(int r, const struct error *error) {
        if (r < 0)
                year_fail(error->message);
}

void year_database_exec(struct year_database *d, const char *sql) {
        struct error error;
        check(db_exec(d->store, sql, "making up a history", &error), &error);
}

void year_database_finish(struct query *q) {
        struct error error;
        check(query_finish(q, "making up a history", &error), &error);
}

static void prepare_all(struct year_database *d) {
        d->run = query_prepare(
                d->store, "INSERT INTO run VALUES (:id, :at, :mode, :status, :workers, :ok, :failed, :wall, :busy, :cpu, "
                          ":pss, :calls, :retries, :throttles, 0, :notice, :error_kind, NULL, NULL, :error_message, NULL, "
                          ":instances, :instance_sum_gib, :attached_volumes, :attached_gib, :multi_attach_extra_gib, "
                          ":unknown_instance_volumes, :unknown_instance_gib, :unattached_volumes, :unattached_gib, "
                          ":managed_volumes, :managed_gib, :currency, :attached_cost_micros, :unattached_cost_micros, "
                          ":managed_cost_micros, :unpriced_volumes, :prices_oldest, :prices_newest)");
        d->region = query_prepare(
                d->store, "INSERT INTO region_total VALUES (:run, :place, :at, :status, :start, :wall, :busy, :calls, "
                          ":retries, :throttles, :error_kind, :error_code, :error_http_status, :error_message, "
                          ":error_request_id, :instances, :instance_sum_gib, :attached_volumes, :attached_gib, "
                          ":multi_attach_extra_gib, :unknown_instance_volumes, :unknown_instance_gib, "
                          ":unattached_volumes, :unattached_gib, :managed_volumes, :managed_gib, :currency, "
                          ":attached_cost_micros, :unattached_cost_micros, :managed_cost_micros, :unpriced_volumes, "
                          ":prices_oldest, :prices_newest, :repriced)");
        d->type = query_prepare(d->store, "INSERT INTO type_total VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        d->timing = query_prepare(d->store, "INSERT INTO task_timing VALUES (:run, :task, :worker, :region, :action, "
                                            ":start, :duration, :outcome)");
        d->comparison = query_prepare(
                d->store, "INSERT INTO comparison VALUES (NULL, :at, :sequential, :parallel, :sweep, :regions, :instances, "
                          ":sequential_wall, :sequential_calls, :parallel_wall, :parallel_calls, :parallel_workers, "
                          ":sweep_wall, :sweep_calls, :speedup, :agree)");
        d->class = query_prepare(d->store, "INSERT INTO volume_class (zone, volume_type, state, holder) VALUES (:zone, "
                                           ":type, :state, :holder) RETURNING class_id");
        d->event = query_prepare(
                d->store, "INSERT INTO volume_event VALUES (NULL, :run, :place, :at, :after, :volume, :cause, :gib_before, "
                          ":gib_after, :class_before, :class_after, :iops_before, :iops_after, :throughput_before, "
                          ":throughput_after, :instance_before, :instance_after, :name, :tags, :cost_before, :cost_after, "
                          ":currency)");
}

void year_database_open(struct year_database *d, const char *path) {
        struct error error;
        if (access(path, F_OK) == 0)
                year_fail("the database is there already");
        *d = (struct year_database){ 0 };
        check(store_open(path, &d->store, &error), &error);
        /* Nobody else knows the file, and one that is not finished is of no use. */
        year_database_exec(d, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072;"
                              "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE");
        prepare_all(d);
}

void year_database_close(struct year_database *d) {
        struct query *all[] = { &d->run, &d->region, &d->type, &d->timing, &d->comparison, &d->class, &d->event };
        for (size_t i = 0; i < ARRAY_SIZE(all); i++)
                year_database_finish(all[i]);
        year_database_exec(d, "COMMIT; PRAGMA journal_mode = WAL");
        store_close(d->store);
}

int64_t year_database_class(struct year_database *d, const struct estate *e, unsigned zone, unsigned kind,
                            unsigned holder) {
        int64_t *id = &d->class_ids[e->region_index][zone][kind][holder];
        if (*id > 0)
                return *id;
        char name[MODEL_ZONE_SIZE];
        (void) snprintf(name, sizeof(name), "%s%c", e->region->name, (char) ('a' + zone));
        query_bind_text(&d->class, ":zone", name);
        query_bind_text(&d->class, ":type", kind_name((enum kind) kind));
        query_bind_text(&d->class, ":state", holder == HOLDER_NONE ? "available" : "in-use");
        query_bind_text(&d->class, ":holder", holder_name((enum holder) holder));
        *id = query_run_int64(&d->class);
        return *id;
}

static void bind_error(struct query *q, const struct error *error, bool whole) {
        query_bind_text(q, ":error_kind", error_kind_name(error->kind));
        query_bind_text_or_null(q, ":error_message", error->message);
        if (!whole)
                return;
        query_bind_text_or_null(q, ":error_code", error->code);
        query_bind_text_or_null(q, ":error_request_id", error->request_id);
        if (error->http_status > 0)
                query_bind_uint(q, ":error_http_status", (uint64_t) error->http_status);
}

static void add_run_row(struct year_database *d, int64_t run_id, const struct run *run) {
        struct query *q = &d->run;
        usec_t busy = 0;
        for (size_t i = 0; i < run->n_regions; i++)
                busy += run->regions[i].busy_usec;
        query_bind_uint(q, ":id", (uint64_t) run_id);
        query_bind_uint(q, ":at", run->started_at / USEC_PER_SEC);
        query_bind_text(q, ":mode", run_mode_name(run->mode));
        query_bind_text(q, ":status", run_status_name(run->status));
        query_bind_uint(q, ":workers", run->workers);
        query_bind_uint(q, ":ok", run->n_regions - run->n_failed);
        query_bind_uint(q, ":failed", run->n_failed);
        query_bind_uint(q, ":wall", run->wall_usec);
        query_bind_uint(q, ":busy", busy);
        query_bind_uint(q, ":cpu", run->cpu_usec);
        query_bind_uint(q, ":pss", run->peak_pss_kib);
        query_bind_uint(q, ":calls", run->calls);
        query_bind_uint(q, ":retries", run->retries);
        query_bind_uint(q, ":throttles", run->throttles);
        query_bind_text_or_null(q, ":notice", run->notice);
        if (run->error.kind != ERROR_NONE)
                bind_error(q, &run->error, false);
        if (run->status != RUN_FAILED)
                totals_bind(q, &run->totals);
        query_run(q);
}

static void add_region_row(struct year_database *d, int64_t run_id, const struct run *run,
                           const struct region_result *r, const struct estate *e) {
        struct query *q = &d->region;
        query_bind_uint(q, ":run", (uint64_t) run_id);
        query_bind_uint(q, ":place", (uint64_t) e->place_id);
        query_bind_uint(q, ":at", run->started_at / USEC_PER_SEC);
        query_bind_text(q, ":status", r->failed ? "failed" : "ok");
        query_bind_uint(q, ":start", r->start_usec);
        query_bind_uint(q, ":wall", r->wall_usec);
        query_bind_uint(q, ":busy", r->busy_usec);
        query_bind_uint(q, ":calls", r->calls);
        query_bind_uint(q, ":retries", r->retries);
        query_bind_uint(q, ":throttles", r->throttles);
        if (r->failed) {
                bind_error(q, &r->error, true);
        } else {
                totals_bind(q, &r->totals);
                if (r->totals.lists_all_volumes)
                        query_bind_uint(q, ":repriced", 0);
        }
        query_run(q);
}

/* By position: there are many millions of them. */
static void add_type_row(struct query *q, const int64_t (*key)[3], const struct estate_sum *s) {
        const int64_t values[] = { (*key)[0], (*key)[1], (*key)[2], (int64_t) s->volumes, (int64_t) s->gib,
                                   (int64_t) s->iops, (int64_t) s->throughput, (int64_t) s->cost_micros,
                                   (int64_t) s->unpriced };
        for (int i = 0; i < (int) ARRAY_SIZE(values) && q->rc == SQLITE_OK; i++)
                q->rc = i == 7 && s->unpriced == s->volumes ? sqlite3_bind_null(q->stmt, i + 1)
                                                           : sqlite3_bind_int64(q->stmt, i + 1, values[i]);
        query_run(q);
}

static void add_type_rows(struct year_database *d, int64_t run_id, enum run_mode mode, const struct estate *e) {
        for (unsigned zone = 0; zone < e->zones; zone++)
                for (unsigned kind = 0; kind < _KIND_MAX; kind++)
                        for (unsigned holder = 0; holder < _HOLDER_MAX; holder++) {
                                const struct estate_sum *s = &e->sums[zone][kind][holder];
                                if (s->volumes == 0 || (mode != MODE_SWEEP && holder != HOLDER_INSTANCE))
                                        continue;
                                const int64_t key[3] = { run_id, e->place_id,
                                                         year_database_class(d, e, zone, kind, holder) };
                                add_type_row(&d->type, &key, s);
                        }
}

static void add_timing_rows(struct year_database *d, int64_t run_id, const struct run *run) {
        struct query *q = &d->timing;
        for (size_t i = 0; i < run->n_timings; i++) {
                const struct task_timing *t = &run->timings[i];
                query_bind_uint(q, ":run", (uint64_t) run_id);
                query_bind_uint(q, ":task", i);
                query_bind_uint(q, ":worker", t->worker);
                query_bind_text(q, ":region", t->region);
                query_bind_text(q, ":action", t->action);
                query_bind_uint(q, ":start", t->start_usec);
                query_bind_uint(q, ":duration", t->duration_usec);
                query_bind_text(q, ":outcome", t->outcome == ERROR_NONE ? "ok" : error_kind_name(t->outcome));
                query_run(q);
        }
}

void year_database_add_run(struct year_database *d, int64_t run_id, const struct run *run,
                           struct estate *const *estates) {
        add_run_row(d, run_id, run);
        for (size_t i = 0; i < run->n_regions; i++) {
                add_region_row(d, run_id, run, &run->regions[i], estates[i]);
                if (!run->regions[i].failed)
                        add_type_rows(d, run_id, run->mode, estates[i]);
        }
        add_timing_rows(d, run_id, run);
}

void year_database_add_comparison(struct year_database *d, const struct comparison *c, const int64_t *run_ids) {
        struct query *q = &d->comparison;
        query_bind_uint(q, ":at", c->sequential.started_at / USEC_PER_SEC);
        if (run_ids != NULL) {
                query_bind_uint(q, ":sequential", (uint64_t) run_ids[0]);
                query_bind_uint(q, ":parallel", (uint64_t) run_ids[1]);
                query_bind_uint(q, ":sweep", (uint64_t) run_ids[2]);
        }
        query_bind_uint(q, ":regions", c->sequential.n_regions);
        if (c->sequential.status != RUN_FAILED)
                query_bind_uint(q, ":instances", c->sequential.totals.instances);
        query_bind_uint(q, ":sequential_wall", c->sequential.wall_usec);
        query_bind_uint(q, ":sequential_calls", c->sequential.calls);
        query_bind_uint(q, ":parallel_wall", c->parallel.wall_usec);
        query_bind_uint(q, ":parallel_calls", c->parallel.calls);
        query_bind_uint(q, ":parallel_workers", c->parallel.workers);
        query_bind_uint(q, ":sweep_wall", c->sweep.wall_usec);
        query_bind_uint(q, ":sweep_calls", c->sweep.calls);
        if (c->speedup > 0)
                query_bind_real(q, ":speedup", c->speedup);
        query_bind_uint(q, ":agree", c->agree);
        query_run(q);
}

/* One side of an event: names are those of its parameters. */
static void bind_state(struct year_database *d, const struct estate *e, const struct life_state *s,
                       const char *const names[4]) {
        struct query *q = &d->event;
        query_bind_uint(q, names[0], (uint64_t) year_database_class(d, e, s->zone, s->kind, s->holder));
        query_bind_uint(q, names[1], s->iops);
        query_bind_uint(q, names[2], s->throughput);
        if (s->priced)
                query_bind_uint(q, names[3], s->cost_micros);
}

static void bind_sides(struct year_database *d, const struct estate *e, const struct life_event *v) {
        static const char *const before[] = { ":class_before", ":iops_before", ":throughput_before", ":cost_before" };
        static const char *const after[] = { ":class_after", ":iops_after", ":throughput_after", ":cost_after" };
        struct query *q = &d->event;
        if (v->has_before)
                bind_state(d, e, &v->before, before);
        else
                query_bind_uint(q, ":cost_before", 0);
        if (v->has_after)
                bind_state(d, e, &v->after, after);
        else
                query_bind_uint(q, ":cost_after", 0);
        query_bind_uint(q, ":gib_before", v->has_before ? v->before.gib : 0);
        query_bind_uint(q, ":gib_after", v->has_after ? v->after.gib : 0);
        bool priced = (v->has_before && v->before.priced) || (v->has_after && v->after.priced);
        const struct rates *rates = e->rates[KIND_GP3];
        if (priced && rates != NULL)
                query_bind_text(q, ":currency", rates->currency);
        if (!v->has_before || !v->has_after || strcmp(v->before.instance, v->after.instance) == 0)
                return;
        query_bind_text_or_null(q, ":instance_before", v->before.instance);
        query_bind_text_or_null(q, ":instance_after", v->after.instance);
}

void year_database_add_events(struct year_database *d, const struct estate *e, const struct life_events *events,
                              int64_t run_id, int64_t found_at, int64_t after_at) {
        struct query *q = &d->event;
        for (size_t i = 0; i < events->n; i++) {
                const struct life_event *v = &events->items[i];
                char tags[96];
                (void) snprintf(tags, sizeof(tags), "{\"Name\":\"%s\"}", v->name);
                query_bind_uint(q, ":run", (uint64_t) run_id);
                query_bind_uint(q, ":place", (uint64_t) e->place_id);
                query_bind_uint(q, ":at", (uint64_t) found_at);
                query_bind_uint(q, ":after", (uint64_t) after_at);
                query_bind_text(q, ":volume", v->volume_id);
                query_bind_text(q, ":cause", churn_cause_name(v->cause));
                query_bind_text(q, ":name", v->name);
                query_bind_text(q, ":tags", tags);
                bind_sides(d, e, v);
                query_run(q);
        }
}
