/* SPDX-License-Identifier: MIT */
#include "sample_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct region_result sample_region(const char *name, usec_t start_usec) {
        struct region_result region = {
                .account = "123456789012",
                .start_usec = start_usec,
                .wall_usec = 500000,
                .busy_usec = 900000,
                .calls = 14,
        };
        (void) snprintf(region.region, sizeof(region.region), "%s", name);
        return region;
}

static void add_types(struct region_result *region, bool lists_all_volumes) {
        static const struct type_total types[] = {
                { "us-east-1a", "gp3", "available", HOLDER_NONE, 2, 30, 6000, 250,
                  { true, "USD", 2400000, 0 } },
                { "us-east-1a", "gp3", "in-use", HOLDER_INSTANCE, 7, 189, 21000, 875,
                  { true, "USD", 15120000, 0 } },
                { "us-east-1a", "gp3", "in-use", HOLDER_UNKNOWN_INSTANCE, 1, 50, 3000, 125,
                  { true, "USD", 4000000, 0 } },
                { "us-east-1b", "io2", "in-use", HOLDER_INSTANCE, 1, 100, 5000, 0,
                  { true, "USD", 337500000, 0 } },
                { "us-east-1b", "standard", "in-use", HOLDER_MANAGED, 1, 8, 0, 0,
                  { true, "USD", 400000, 0 } },
        };
        region->types = calloc(ARRAY_SIZE(types), sizeof(*region->types));
        if (region->types == NULL)
                abort();
        for (size_t i = 0; i < ARRAY_SIZE(types); i++)
                if (lists_all_volumes || types[i].holder == HOLDER_INSTANCE)
                        region->types[region->n_types++] = types[i];
}

/* What the rows of types make, and eu-west-1 with prices of another currency and date, and a volume without any. */
static void add_costs(struct run *run, bool lists_all_volumes) {
        for (size_t i = 0; i < run->n_regions; i++)
                run->regions[i].totals.cost.known = true;
        run->regions[1].totals.cost = (struct cost){
                .known = true, .unpriced_volumes = 1, .n_sums = 1,
                .sums = { { .currency = "EUR", .prices_oldest = 20220210, .prices_newest = 20240102,
                            .attached_micros = UINT64_C(1234567890123) } },
        };
        run->regions[2].totals.cost = (struct cost){
                .known = true, .n_sums = 1,
                .sums = { { .currency = "USD", .prices_oldest = 20220210, .prices_newest = 20220210,
                            .attached_micros = 352620000,
                            .as_gp3 = { 3, 1230000, 1, 100000 } } },
        };
        if (lists_all_volumes) {
                struct cost_sum *usd = &run->regions[2].totals.cost.sums[0];
                usd->attached_micros += 4000000;
                usd->unattached_micros = 2400000;
                usd->managed_micros = 400000;
        }
}

static void add_timings(struct run *run) {
        static const struct task_timing timings[] = {
                { 0, "", "DescribeRegions", 0, 60000, ERROR_NONE },
                { 0, "us-east-1", "DescribeInstances", 60000, 50000, ERROR_NONE },
                { 1, "eu-west-1", "DescribeInstances", 61000, 51000, ERROR_THROTTLED },
        };
        run->timings = calloc(ARRAY_SIZE(timings), sizeof(*run->timings));
        if (run->timings == NULL)
                abort();
        memcpy(run->timings, timings, sizeof(timings));
        run->n_timings = ARRAY_SIZE(timings);
}

struct run sample_run(enum run_mode mode) {
        struct run run = {
                .mode = mode,
                .workers = mode == MODE_SEQUENTIAL ? 1 : 16,
                .started_at = (usec_t) 1795442467 * USEC_PER_SEC,
                .wall_usec = 1890000,
                .calls = 43,
                .peak_pss_kib = 11 * 1024,
                .cpu_usec = 123456,
                .regions = calloc(3, sizeof(*run.regions)),
                .n_regions = 3,
        };
        if (run.regions == NULL)
                abort();
        bool all = mode == MODE_SWEEP;
        run.regions[0] = sample_region("ap-south-1", 60000);
        run.regions[0].totals = (struct totals){ .lists_all_volumes = all };
        run.regions[1] = sample_region("eu-west-1", 61000);
        run.regions[1].totals = (struct totals){
                .instances = 3, .instance_sum_gib = 200, .attached_volumes = 4, .attached_gib = 200,
                .lists_all_volumes = all,
        };
        run.regions[2] = sample_region("us-east-1", 62000);
        run.regions[2].totals = (struct totals){
                .instances = 5, .instance_sum_gib = 389, .attached_volumes = 8, .attached_gib = 289,
                .multi_attach_extra_gib = 100, .lists_all_volumes = all,
        };
        if (all) {
                struct totals *t = &run.regions[2].totals;
                t->attached_volumes += 1;
                t->attached_gib += 50;
                t->unknown_instance_volumes = 1;
                t->unknown_instance_gib = 50;
                t->unattached_volumes = 2;
                t->unattached_gib = 30;
                t->managed_volumes = 1;
                t->managed_gib = 8;
        }
        add_costs(&run, all);
        add_types(&run.regions[2], all);
        add_timings(&run);
        if (run_summarize(&run) < 0)
                abort();
        return run;
}

void sample_run_fail(struct run *run, size_t i, enum error_kind kind, const char *code, const char *message) {
        struct region_result *region = &run->regions[i];
        region->failed = true;
        region->error = (struct error){ .kind = kind, .http_status = 403 };
        error_copy_text(region->error.code, sizeof(region->error.code), code);
        error_copy_text(region->error.message, sizeof(region->error.message), message);
        error_copy_text(region->error.request_id, sizeof(region->error.request_id), "59dbff89-35bd-4eac-99ed-be587");
        region->retries = 2;
        run->retries += 2;
        if (run_summarize(run) < 0)
                abort();
}

struct comparison sample_comparison(void) {
        struct comparison c = {
                .sequential = sample_run(MODE_SEQUENTIAL),
                .parallel = sample_run(MODE_PARALLEL),
                .sweep = sample_run(MODE_SWEEP),
        };
        c.sequential.wall_usec = 3800000;
        c.parallel.started_at += 4 * USEC_PER_SEC;
        c.sweep.started_at += 6 * USEC_PER_SEC;
        c.sweep.wall_usec = 250000;
        c.sweep.calls = 7;
        comparison_conclude(&c);
        return c;
}

void sample_run_list_regions(struct run *run) {
        static const struct region listed[] = {
                { "us-east-1", "opt-in-not-required" }, { "af-south-1", "not-opted-in" }, { "eu-west-1", "" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(listed); i++)
                if (region_list_add(&run->listed, &listed[i]) < 0)
                        abort();
}
