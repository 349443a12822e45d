/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "model/remedy.h"
#include "store/db.h"
#include "store/merge.h"
#include "store/place_account.h"
#include "store/rollup.h"
#include "store/rollup_total.h"
#include "store/store.h"
#include "store/totals.h"
#include "store/transaction.h"

static const char storing[] = "storing the run";

/* Readers have the message alone, so what to do is in it. run: as in failure_remedy(). */
static void bind_error(struct query *q, const struct error *e, bool run) {
        char text[FAILURE_TEXT_SIZE];
        query_bind_text(q, ":error_kind", error_kind_name(e->kind));
        query_bind_text_or_null(q, ":error_code", e->code);
        if (e->message[0] != '\0')
                query_bind_text(q, ":error_message", failure_format(e, run, text));
        query_bind_text_or_null(q, ":error_request_id", e->request_id);
        if (e->http_status > 0)
                query_bind_uint(q, ":error_http_status", (uint64_t) e->http_status);
}

static uint64_t unix_seconds(usec_t t) {
        return t / USEC_PER_SEC;
}

static int insert_run(struct store *s, const struct run *run, int64_t *ret_run_id, struct error *reterr) {
        struct query q = query_prepare(
                s, "INSERT INTO run (started_at, mode, status, workers, regions_ok, regions_failed, wall_us, busy_us, "
                   "cpu_us, peak_pss_kib, calls, retries, throttles, regions_assumed, notice, error_kind, error_code, "
                   "error_http_status, error_message, error_request_id, instances, instance_sum_gib, attached_volumes, "
                   "attached_gib, multi_attach_extra_gib, unknown_instance_volumes, unknown_instance_gib, "
                   "unattached_volumes, unattached_gib, managed_volumes, managed_gib, currency, attached_cost_micros, "
                   "unattached_cost_micros, managed_cost_micros, unpriced_volumes, prices_oldest, prices_newest) "
                   "VALUES (:started_at, :mode, :status, :workers, :regions_ok, :regions_failed, :wall_us, :busy_us, "
                   ":cpu_us, :peak_pss_kib, :calls, :retries, :throttles, :regions_assumed, :notice, :error_kind, "
                   ":error_code, :error_http_status, :error_message, :error_request_id, :instances, :instance_sum_gib, "
                   ":attached_volumes, :attached_gib, :multi_attach_extra_gib, :unknown_instance_volumes, "
                   ":unknown_instance_gib, :unattached_volumes, :unattached_gib, :managed_volumes, :managed_gib, "
                   ":currency, :attached_cost_micros, :unattached_cost_micros, :managed_cost_micros, "
                   ":unpriced_volumes, :prices_oldest, :prices_newest)");
        usec_t busy = 0;
        for (size_t i = 0; i < run->n_regions; i++)
                busy += run->regions[i].busy_usec;
        query_bind_uint(&q, ":started_at", unix_seconds(run->started_at));
        query_bind_text(&q, ":mode", run_mode_name(run->mode));
        query_bind_text(&q, ":status", run_status_name(run->status));
        query_bind_uint(&q, ":workers", run->workers);
        query_bind_uint(&q, ":regions_ok", run->n_regions - run->n_failed);
        query_bind_uint(&q, ":regions_failed", run->n_failed);
        query_bind_uint(&q, ":wall_us", run->wall_usec);
        query_bind_uint(&q, ":busy_us", busy);
        query_bind_uint(&q, ":cpu_us", run->cpu_usec);
        if (run->peak_pss_kib > 0)
                query_bind_uint(&q, ":peak_pss_kib", run->peak_pss_kib);
        query_bind_uint(&q, ":calls", run->calls);
        query_bind_uint(&q, ":retries", run->retries);
        query_bind_uint(&q, ":throttles", run->throttles);
        query_bind_uint(&q, ":regions_assumed", run->regions_assumed);
        query_bind_text_or_null(&q, ":notice", run->notice);
        if (run->error.kind != ERROR_NONE)
                bind_error(&q, &run->error, true);
        if (run->status != RUN_FAILED)
                totals_bind(&q, &run->totals);
        query_run(&q);
        int64_t id = sqlite3_last_insert_rowid(s->db);
        int r = query_finish(&q, storing, reterr);
        if (r == 0)
                *ret_run_id = id;
        return r;
}

/* Points the account's region at its newest run, and at its newest good one. With an account of its own for runs that
 * could not learn theirs, the region would have two newest runs. Only a strategy that lists all volumes has a say in
 * listed_volumes. */
static int upsert_place(struct store *s, int64_t run_id, const struct region_result *region, int64_t *ret_place_id,
                        struct error *reterr) {
        const struct totals *t = &region->totals;
        bool listed_all = !region->failed && t->lists_all_volumes;
        struct query q = query_prepare(
                s, "INSERT INTO place (account, region, newest_run_id, good_run_id, listed_volumes) "
                   "VALUES (" SQL_ACCOUNT_OF_PLACE ", :region, :run, :good, :listed) "
                   "ON CONFLICT (region, account) DO UPDATE SET newest_run_id = excluded.newest_run_id, "
                   "good_run_id = coalesce(excluded.good_run_id, good_run_id), "
                   "listed_volumes = iif(:listed_all, excluded.listed_volumes, listed_volumes) RETURNING place_id");
        query_bind_text(&q, ":account", region->account);
        query_bind_text(&q, ":region", region->region);
        query_bind_uint(&q, ":run", (uint64_t) run_id);
        if (!region->failed)
                query_bind_uint(&q, ":good", (uint64_t) run_id);
        query_bind_uint(&q, ":listed_all", listed_all);
        if (listed_all && region->volume_ids_are_hex)
                query_bind_uint(&q, ":listed", t->attached_volumes + t->unattached_volumes + t->managed_volumes);
        int64_t id = query_run_int64(&q);
        int r = query_finish(&q, storing, reterr);
        if (r == 0)
                *ret_place_id = id;
        return r;
}

static int insert_region_total(struct store *s, int64_t run_id, int64_t place_id, usec_t started_at,
                               const struct region_result *region, struct error *reterr) {
        struct query q = query_prepare(
                s, "INSERT INTO region_total (run_id, place_id, started_at, status, start_us, wall_us, busy_us, calls, "
                   "retries, throttles, error_kind, error_code, error_http_status, error_message, error_request_id, "
                   "instances, instance_sum_gib, attached_volumes, attached_gib, multi_attach_extra_gib, "
                   "unknown_instance_volumes, unknown_instance_gib, unattached_volumes, unattached_gib, "
                   "managed_volumes, managed_gib, currency, attached_cost_micros, unattached_cost_micros, "
                   "managed_cost_micros, unpriced_volumes, prices_oldest, prices_newest) "
                   "VALUES (:run, :place, :started_at, :status, :start_us, :wall_us, :busy_us, :calls, :retries, "
                   ":throttles, :error_kind, :error_code, :error_http_status, :error_message, :error_request_id, "
                   ":instances, :instance_sum_gib, :attached_volumes, :attached_gib, :multi_attach_extra_gib, "
                   ":unknown_instance_volumes, :unknown_instance_gib, :unattached_volumes, :unattached_gib, "
                   ":managed_volumes, :managed_gib, :currency, :attached_cost_micros, :unattached_cost_micros, "
                   ":managed_cost_micros, :unpriced_volumes, :prices_oldest, :prices_newest)");
        query_bind_uint(&q, ":run", (uint64_t) run_id);
        query_bind_uint(&q, ":place", (uint64_t) place_id);
        query_bind_uint(&q, ":started_at", unix_seconds(started_at));
        query_bind_text(&q, ":status", region->failed ? "failed" : "ok");
        query_bind_uint(&q, ":start_us", region->start_usec);
        query_bind_uint(&q, ":wall_us", region->wall_usec);
        query_bind_uint(&q, ":busy_us", region->busy_usec);
        query_bind_uint(&q, ":calls", region->calls);
        query_bind_uint(&q, ":retries", region->retries);
        query_bind_uint(&q, ":throttles", region->throttles);
        if (region->failed)
                bind_error(&q, &region->error, false);
        else
                totals_bind(&q, &region->totals);
        query_run(&q);
        return query_finish(&q, storing, reterr);
}

static int insert_types(struct store *s, int64_t run_id, int64_t place_id, const struct region_result *region,
                        struct error *reterr) {
        struct query class = query_prepare(
                s, "INSERT INTO volume_class (zone, volume_type, state, holder) VALUES (:zone, :type, :state, :holder) "
                   "ON CONFLICT DO NOTHING");
        struct query total = query_prepare(
                s, "INSERT INTO type_total (run_id, place_id, class_id, volumes, gib, iops, throughput_mibps, "
                   "cost_micros, unpriced_volumes) "
                   "SELECT :run, :place, class_id, :volumes, :gib, :iops, :throughput, :cost_micros, "
                   ":unpriced_volumes FROM volume_class "
                   "WHERE zone = :zone AND volume_type = :type AND state = :state AND holder = :holder");
        for (size_t i = 0; i < region->n_types; i++) {
                const struct type_total *t = &region->types[i];
                struct query *both[] = { &class, &total };
                for (size_t k = 0; k < ARRAY_SIZE(both); k++) {
                        query_bind_text(both[k], ":zone", t->zone);
                        query_bind_text(both[k], ":type", t->type);
                        query_bind_text(both[k], ":state", t->state);
                        query_bind_text(both[k], ":holder", holder_name(t->holder));
                }
                query_run(&class);
                query_bind_uint(&total, ":run", (uint64_t) run_id);
                query_bind_uint(&total, ":place", (uint64_t) place_id);
                query_bind_uint(&total, ":volumes", t->volumes);
                query_bind_uint(&total, ":gib", t->gib);
                query_bind_uint(&total, ":iops", t->iops);
                query_bind_uint(&total, ":throughput", t->throughput);
                if (t->cost.currency[0] != '\0')
                        query_bind_uint(&total, ":cost_micros", t->cost.micros);
                if (t->cost.known)
                        query_bind_uint(&total, ":unpriced_volumes", t->cost.unpriced_volumes);
                query_run(&total);
        }
        int r = query_finish(&class, storing, reterr);
        int r2 = query_finish(&total, storing, r == 0 ? reterr : NULL);
        return r < 0 ? r : r2;
}

static int insert_timings(struct store *s, int64_t run_id, const struct run *run, struct error *reterr) {
        struct query q = query_prepare(
                s, "INSERT INTO task_timing (run_id, task, worker, region, action, start_us, duration_us, outcome) "
                   "VALUES (:run, :task, :worker, :region, :action, :start_us, :duration_us, :outcome)");
        for (size_t i = 0; i < run->n_timings; i++) {
                const struct task_timing *t = &run->timings[i];
                query_bind_uint(&q, ":run", (uint64_t) run_id);
                query_bind_uint(&q, ":task", i);
                query_bind_uint(&q, ":worker", t->worker);
                query_bind_text(&q, ":region", t->region);
                query_bind_text(&q, ":action", t->action);
                query_bind_uint(&q, ":start_us", t->start_usec);
                query_bind_uint(&q, ":duration_us", t->duration_usec);
                query_bind_text(&q, ":outcome", t->outcome == ERROR_NONE ? "ok" : error_kind_name(t->outcome));
                query_run(&q);
        }
        return query_finish(&q, storing, reterr);
}

/* Of all runs but the last keep ones. */
static int delete_old_timings(struct store *s, unsigned keep, struct error *reterr) {
        struct query q = query_prepare(s, "DELETE FROM task_timing WHERE run_id <= "
                                          "(SELECT run_id FROM run ORDER BY run_id DESC LIMIT 1 OFFSET :keep)");
        query_bind_uint(&q, ":keep", keep);
        query_run(&q);
        return query_finish(&q, "deleting old call timings", reterr);
}

static int write_run(struct store *s, const struct run *run, unsigned keep_timings, int64_t *ret_run_id,
                     struct error *reterr) {
        int64_t run_id;
        bool named = false;
        int r = insert_run(s, run, &run_id, reterr);
        for (size_t i = 0; r == 0 && i < run->n_regions; i++) {
                const struct region_result *region = &run->regions[i];
                int64_t place_id;
                r = place_name_account(s, region->account, region->region, &named, reterr);
                if (r == 0)
                        r = upsert_place(s, run_id, region, &place_id, reterr);
                if (r == 0)
                        r = insert_region_total(s, run_id, place_id, run->started_at, region, reterr);
                if (r == 0 && !region->failed)
                        r = insert_types(s, run_id, place_id, region, reterr);
                if (r == 0 && !region->failed && region->inventory != NULL) {
                        struct listing listing = { .run_id = run_id, .place_id = place_id,
                                                   .started_at = (int64_t) unix_seconds(run->started_at),
                                                   .inventory = region->inventory,
                                                   .cost = &region->totals.cost };
                        r = merge_listing(s, &listing, reterr);
                }
        }
        if (r == 0 && named)
                r = rollup_total_renew_all(s, reterr);
        if (r == 0 && keep_timings > 0)
                r = insert_timings(s, run_id, run, reterr);
        if (r == 0)
                r = delete_old_timings(s, keep_timings, reterr);
        if (r == 0)
                *ret_run_id = run_id;
        return r;
}

static int insert_comparison(struct store *s, const struct comparison *c, const int64_t ids[COMPARISON_RUNS],
                             struct error *reterr) {
        struct query q = query_prepare(
                s, "INSERT INTO comparison (started_at, sequential_run_id, parallel_run_id, sweep_run_id, regions, "
                   "instances, sequential_wall_us, sequential_calls, parallel_wall_us, parallel_calls, "
                   "parallel_workers, sweep_wall_us, sweep_calls, speedup, agree) "
                   "VALUES (:started_at, :sequential, :parallel, :sweep, :regions, :instances, :sequential_wall_us, "
                   ":sequential_calls, :parallel_wall_us, :parallel_calls, :parallel_workers, :sweep_wall_us, "
                   ":sweep_calls, :speedup, :agree)");
        query_bind_uint(&q, ":started_at", unix_seconds(c->sequential.started_at));
        query_bind_uint(&q, ":sequential", (uint64_t) ids[0]);
        query_bind_uint(&q, ":parallel", (uint64_t) ids[1]);
        query_bind_uint(&q, ":sweep", (uint64_t) ids[2]);
        query_bind_uint(&q, ":regions", c->sequential.n_regions);
        if (c->sequential.status != RUN_FAILED)
                query_bind_uint(&q, ":instances", c->sequential.totals.instances);
        query_bind_uint(&q, ":sequential_wall_us", c->sequential.wall_usec);
        query_bind_uint(&q, ":sequential_calls", c->sequential.calls);
        query_bind_uint(&q, ":parallel_wall_us", c->parallel.wall_usec);
        query_bind_uint(&q, ":parallel_calls", c->parallel.calls);
        query_bind_uint(&q, ":parallel_workers", c->parallel.workers);
        query_bind_uint(&q, ":sweep_wall_us", c->sweep.wall_usec);
        query_bind_uint(&q, ":sweep_calls", c->sweep.calls);
        if (c->speedup > 0)
                query_bind_real(&q, ":speedup", c->speedup);
        query_bind_uint(&q, ":agree", c->agree);
        query_run(&q);
        return query_finish(&q, "storing the comparison", reterr);
}

int store_write_run(struct store *s, const struct run *run, unsigned keep_timings, int64_t *ret_run_id,
                    struct error *reterr) {
        int64_t run_id = 0;
        struct transaction t;
        int r = transaction_begin(&t, s, storing, reterr);
        if (r == 0)
                r = write_run(s, run, keep_timings, &run_id, reterr);
        if (r == 0)
                r = rollup_add_run(s, run_id, reterr);
        r = transaction_end(&t, r, storing, reterr);
        if (r == 0 && ret_run_id != NULL)
                *ret_run_id = run_id;
        return r;
}

int store_write_comparison(struct store *s, const struct comparison *c, unsigned keep_timings,
                           int64_t ret_run_ids[COMPARISON_RUNS], struct error *reterr) {
        /* The sweep last: it saw the most, and the newest run is what v1_latest shows. */
        const struct run *const runs[COMPARISON_RUNS] = { &c->sequential, &c->parallel, &c->sweep };
        int64_t ids[COMPARISON_RUNS] = { 0 };
        struct transaction t;
        int r = transaction_begin(&t, s, storing, reterr);
        for (size_t i = 0; r == 0 && i < ARRAY_SIZE(runs); i++)
                r = write_run(s, runs[i], keep_timings, &ids[i], reterr);
        if (r == 0)
                r = insert_comparison(s, c, ids, reterr);
        if (r == 0)
                r = rollup_add_run(s, ids[2], reterr);
        r = transaction_end(&t, r, storing, reterr);
        if (r == 0 && ret_run_ids != NULL)
                memcpy(ret_run_ids, ids, sizeof(ids));
        return r;
}
