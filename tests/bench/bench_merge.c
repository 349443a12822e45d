/* SPDX-License-Identifier: MIT */
/* How long the merge of a listing takes, what it writes and how much memory it needs: bench_merge DATABASE [VOLUMES
 * [PERCENT]]. Makes a region of so many volumes (1,000,000), and stores it as it is, twice with PERCENT (0.5) of them
 * changed, and with other prices for all. */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "collect/aggregate.h"
#include "price/list.h"
#include "store/db.h"
#include "store/store.h"

static void fail(const char *what) {
        (void) fprintf(stderr, "bench_merge: %s\n", what);
        exit(EXIT_FAILURE);
}

/* Processor time, so that other load on the machine does not count. */
static usec_t cpu_time(void) {
        struct timespec t;
        (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return (usec_t) t.tv_sec * USEC_PER_SEC + (usec_t) t.tv_nsec / 1000;
}

static double seconds_since(usec_t start) {
        return (double) (cpu_time() - start) / 1e6;
}

static void add_volume(struct aggregate *a, uint64_t n, uint64_t volumes, bool changed, unsigned round) {
        static const char *const types[] = { "gp3", "gp2", "io2", "st1" };
        struct random r = { .state = n };
        struct volume v = { .size_gib = 8 + random_below(&r, 500), .iops = 3000, .throughput = 125, .zone = "us-east-1a",
                            .state = "in-use", .create_time = 1700000000 };
        struct attachment at = { .status = "attached" };
        (void) snprintf(v.id, sizeof(v.id), "vol-0%016" PRIx64, random_next(&r));
        (void) snprintf(v.type, sizeof(v.type), "%s", types[random_below(&r, 4)]);
        (void) snprintf(at.instance_id, sizeof(at.instance_id), "i-0%016" PRIx64, n % (volumes / 4 + 1));
        if (asprintf(&v.tags, "{\"Name\":\"db-replica-%03u-data\"}", (unsigned) random_below(&r, 1000)) < 0 ||
            volume_add_attachment(&v, &at) < 0)
                fail("out of memory");
        if (changed)
                v.size_gib += round;
        if (aggregate_add_volume(a, &v) < 0)
                fail("out of memory");
        volume_release(&v);
}

static struct aggregate *make_region(uint64_t volumes, uint64_t changed, unsigned round) {
        struct aggregate *a;
        if (aggregate_new(&a) < 0)
                fail("out of memory");
        for (uint64_t n = 0; n <= volumes / 4; n++) {
                struct instance i = {
                        .state = INSTANCE_RUNNING, .type = "m6i.large", .zone = "us-east-1a", .name = "web"
                };
                bool fresh;
                (void) snprintf(i.id, sizeof(i.id), "i-0%016" PRIx64, n);
                if (aggregate_add_instance(a, &i, &fresh) < 0)
                        fail("out of memory");
        }
        for (uint64_t n = 0; n < volumes; n++)
                add_volume(a, n, volumes, n < changed, round);
        return a;
}

/* So much a GiB of each type that add_volume() makes. */
static struct price_list *make_prices(unsigned cents) {
        char *text;
        struct price_list *list;
        struct error_list errors = { .n = 0 };
        if (asprintf(&text, "region,volume_type,dimension,price,currency,as_of\n"
                            "us-east-1,gp2,gib_month,0.%02u,USD,2022-02-10\n"
                            "us-east-1,gp3,gib_month,0.%02u,USD,2022-02-10\n"
                            "us-east-1,st1,gib_month,0.%02u,USD,2022-02-10\n"
                            "us-east-1,io2,gib_month,0.%02u,USD,2022-02-10\n"
                            "us-east-1,gp3,throughput_mibps_month,0.04,USD,2022-02-10\n"
                            "us-east-1,io2,iops_month_tier1,0.065,USD,2022-02-10\n", cents, cents, cents, cents) < 0)
                fail("out of memory");
        if (price_list_parse("prices", text, strlen(text), &list, &errors) < 0)
                fail(errors.items[0].message);
        free(text);
        return list;
}

/* Most memory that the process had in RAM since the last call, MiB; 0 if the kernel does not tell. */
static long take_peak(void) {
        char line[128];
        long kib = 0;
        FILE *status = fopen("/proc/self/status", "re");
        while (status != NULL && fgets(line, sizeof(line), status) != NULL)
                if (strncmp(line, "VmHWM:", 6) == 0)
                        kib = strtol(line + 6, NULL, 10);
        if (status != NULL)
                (void) fclose(status);
        FILE *clear = fopen("/proc/self/clear_refs", "we");
        if (clear != NULL) {
                (void) fputs("5", clear);
                (void) fclose(clear);
        }
        return kib / 1024;
}

static void run_once(struct store *s, const char *what, uint64_t volumes, uint64_t changed, unsigned cents,
                     unsigned round) {
        struct run run = { .mode = MODE_SWEEP, .n_regions = 1, .regions = calloc(1, sizeof(*run.regions)),
                           .started_at = (1795442467 + 300 * (usec_t) round) * USEC_PER_SEC };
        if (run.regions == NULL)
                fail("out of memory");
        struct region_result *region = &run.regions[0];
        (void) snprintf(region->account, sizeof(region->account), "123456789012");
        (void) snprintf(region->region, sizeof(region->region), "us-east-1");
        size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
        usec_t start = cpu_time();
        struct aggregate *a = make_region(volumes, changed, round);
        _cleanup_(price_list_freep) struct price_list *prices = make_prices(cents);
        aggregate_set_prices(a, prices, "us-east-1");
        double made = seconds_since(start);
        start = cpu_time();
        if (aggregate_finish(a, true, &region->totals, &region->types, &region->n_types) < 0 ||
            aggregate_take_inventory(a, &region->inventory) < 0 || run_summarize(&run) < 0)
                fail("out of memory");
        double finished = seconds_since(start);
        size_t held = mallinfo2().uordblks + mallinfo2().hblkhd - before;
        struct error error;
        int64_t rows = sqlite3_total_changes64(s->db);
        long collected = take_peak();
        start = cpu_time();
        if (store_write_run(s, &run, 0, NULL, &error) < 0)
                fail(error.message);
        double stored = seconds_since(start);
        rows = sqlite3_total_changes64(s->db) - rows;
        (void) printf("%s: processor time: collect %.2f s, totals and sort %.2f s, store %.2f s; %" PRId64 " rows "
                      "written; %.0f bytes a volume with its share of the instances; peak RSS %ld MiB collecting, "
                      "%ld MiB storing\n",
                      what, made, finished, stored, rows, (double) held / (double) volumes, collected, take_peak());
        aggregate_free(a);
        run_release(&run);
}

int main(int argc, char **argv) {
        if (argc < 2)
                fail("usage: bench_merge DATABASE [VOLUMES [PERCENT]]");
        uint64_t volumes = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
        double percent = argc > 3 ? strtod(argv[3], NULL) : 0.5;
        struct store *s;
        struct error error;
        if (store_open(argv[1], &s, &error) < 0)
                fail(error.message);
        uint64_t changed = (uint64_t) ((double) volumes * percent / 100);
        run_once(s, "first listing", volumes, 0, 8, 0);
        run_once(s, "nothing changed", volumes, 0, 8, 1);
        run_once(s, "changes", volumes, changed, 8, 2);
        run_once(s, "changes again", volumes, changed, 8, 3);
        run_once(s, "other prices", volumes, changed, 9, 3);
        store_close(s);
        return 0;
}
