/* SPDX-License-Identifier: MIT */
#include "report/metrics.h"

#include "config.h"
#include "report/metrics_parts.h"
#include "report/output.h"

/* When a region's number is known; else there is no sample of it, which is not 0 and no older value either. */
enum known {
        KNOWN_ALWAYS,
        KNOWN_IF_OK,
        KNOWN_IF_ALL_LISTED,
        KNOWN_IF_PRICED,
};

#define TOTAL(name) offsetof(struct region_result, totals.name)
#define RESULT(name) offsetof(struct region_result, name)

static const struct region_metric {
        const char *name;
        enum known known;
        enum exposition_unit unit;
        size_t offset; /* of a uint64_t in struct region_result */
        const char *help;
} region_metrics[] = {
        { "ebs_instances", KNOWN_IF_OK, EXPOSITION_PLAIN, TOTAL(instances),
          "EC2 instances, without the terminated ones." },
        { "ebs_instance_sum_bytes", KNOWN_IF_OK, EXPOSITION_GIB, TOTAL(instance_sum_gib),
          "Sizes of the attached volumes, added up instance by instance: Multi-Attach counts once an instance." },
        { "ebs_multi_attach_extra_bytes", KNOWN_IF_OK, EXPOSITION_GIB, TOTAL(multi_attach_extra_gib),
          "What ebs_instance_sum_bytes counts more than once." },
        { "ebs_attached_volumes", KNOWN_IF_OK, EXPOSITION_PLAIN, TOTAL(attached_volumes),
          "Volumes attached to an instance." },
        { "ebs_attached_bytes", KNOWN_IF_OK, EXPOSITION_GIB, TOTAL(attached_gib),
          "Sizes of the volumes attached to an instance, each volume once." },
        { "ebs_unknown_instance_volumes", KNOWN_IF_ALL_LISTED, EXPOSITION_PLAIN, TOTAL(unknown_instance_volumes),
          "Of the attached volumes: those of instances that were not listed." },
        { "ebs_unknown_instance_bytes", KNOWN_IF_ALL_LISTED, EXPOSITION_GIB, TOTAL(unknown_instance_gib),
          "Sizes of the attached volumes of instances that were not listed." },
        { "ebs_unattached_volumes", KNOWN_IF_ALL_LISTED, EXPOSITION_PLAIN, TOTAL(unattached_volumes),
          "Volumes attached to nothing." },
        { "ebs_unattached_bytes", KNOWN_IF_ALL_LISTED, EXPOSITION_GIB, TOTAL(unattached_gib),
          "Sizes of the volumes attached to nothing." },
        { "ebs_managed_volumes", KNOWN_IF_ALL_LISTED, EXPOSITION_PLAIN, TOTAL(managed_volumes),
          "Volumes held by an AWS service, without an instance of the account." },
        { "ebs_managed_bytes", KNOWN_IF_ALL_LISTED, EXPOSITION_GIB, TOTAL(managed_gib),
          "Sizes of the volumes held by an AWS service." },
        { "ebs_unpriced_volumes", KNOWN_IF_PRICED, EXPOSITION_PLAIN, TOTAL(cost.unpriced_volumes),
          "Volumes without a price in the list: the costs are without them." },
        { "ebsreportd_region_duration_seconds", KNOWN_ALWAYS, EXPOSITION_MILLIONTHS, RESULT(wall_usec),
          "The last run's time for the region, from its first call to its last answer." },
        { "ebsreportd_region_calls", KNOWN_ALWAYS, EXPOSITION_PLAIN, RESULT(calls),
          "Calls of the last run for the region, retries included." },
        { "ebsreportd_region_retries", KNOWN_ALWAYS, EXPOSITION_PLAIN, RESULT(retries),
          "Calls of the last run for the region that repeated a failed one." },
        { "ebsreportd_region_throttles", KNOWN_ALWAYS, EXPOSITION_PLAIN, RESULT(throttles),
          "Calls of the last run for the region that AWS answered with slow down." },
};

static bool is_known(const struct region_result *r, enum known known) {
        switch (known) {
        case KNOWN_IF_OK:
                return !r->failed;
        case KNOWN_IF_ALL_LISTED:
                return !r->failed && r->totals.lists_all_volumes;
        case KNOWN_IF_PRICED:
                return !r->failed && r->totals.cost.known;
        default:
                return true;
        }
}

static void add_numbers(struct exposition *e, const struct run *run, const struct region_past *pasts) {
        for (size_t m = 0; m < ARRAY_SIZE(region_metrics); m++) {
                const struct region_metric *metric = &region_metrics[m];
                exposition_begin(e, metric->name, metric->help);
                for (size_t i = 0; i < run->n_regions; i++) {
                        const struct region_result *region = &run->regions[i];
                        const struct label labels[] = { REGION_LABELS(run, pasts, i) };
                        if (is_known(region, metric->known))
                                exposition_add(e, labels, ARRAY_SIZE(labels), metric->unit,
                                               *(const uint64_t *) ((const char *) region + metric->offset));
                }
        }
}

static void add_region_states(struct exposition *e, const struct run *run, const struct region_past *pasts) {
        exposition_begin(e, "ebsreportd_region_status",
                         "1 for how the last run's numbers of the region stand, 0 for the other states.");
        for (size_t i = 0; i < run->n_regions; i++)
                for (unsigned c = 0; c < _COMPLETENESS_MAX; c++) {
                        const struct label labels[] = { REGION_LABELS(run, pasts, i),
                                                        { "status", completeness_name((enum completeness) c) } };
                        exposition_add(e, labels, ARRAY_SIZE(labels), EXPOSITION_PLAIN,
                                       region_result_completeness(&run->regions[i]) == (enum completeness) c);
                }
        exposition_begin(e, "ebsreportd_region_error", "1 with the kind of error that the region failed with.");
        for (size_t i = 0; i < run->n_regions; i++) {
                const struct label labels[] = { REGION_LABELS(run, pasts, i),
                                                { "kind", error_kind_name(run->regions[i].error.kind) } };
                if (run->regions[i].failed)
                        exposition_add(e, labels, ARRAY_SIZE(labels), EXPOSITION_PLAIN, 1);
        }
        exposition_begin(e, "ebsreportd_region_last_success_timestamp_seconds",
                         "The start of the newest run in which the region worked.");
        for (size_t i = 0; i < run->n_regions; i++) {
                const struct label labels[] = { REGION_LABELS(run, pasts, i) };
                usec_t at = run->regions[i].failed ? pasts[i].good_at : run->started_at;
                if (at > 0)
                        exposition_add(e, labels, ARRAY_SIZE(labels), EXPOSITION_PLAIN, at / USEC_PER_SEC);
        }
}

/* A metric with one sample. label may be NULL. */
static void add_single(struct exposition *e, const char *name, const char *help, const struct label *label,
                       enum exposition_unit unit, uint64_t value) {
        exposition_begin(e, name, help);
        exposition_add(e, label, label != NULL, unit, value);
}

static void add_run(struct exposition *e, const struct run *run, bool stored) {
        add_single(e, "ebsreportd_build_info", "1 with the version of ebsreportd.",
                   &(struct label){ "version", PACKAGE_VERSION }, EXPOSITION_PLAIN, 1);
        add_single(e, "ebsreportd_run_info", "1 with the mode of the last run.",
                   &(struct label){ "mode", run_mode_name(run->mode) }, EXPOSITION_PLAIN, 1);
        exposition_begin(e, "ebsreportd_run_status",
                         "1 for how the last run ended, 0 for the other states; partial: some regions failed.");
        for (unsigned s = 0; s < _RUN_STATUS_MAX; s++)
                exposition_add(e, &(struct label){ "status", run_status_name((enum run_status) s) }, 1,
                               EXPOSITION_PLAIN, run->status == (enum run_status) s);
        if (run->error.kind != ERROR_NONE)
                add_single(e, "ebsreportd_run_error", "1 with the kind of error that kept the run from any region.",
                           &(struct label){ "kind", error_kind_name(run->error.kind) }, EXPOSITION_PLAIN, 1);
        add_single(e, "ebsreportd_run_stored", "1 if the history has the last run.", NULL, EXPOSITION_PLAIN, stored);
        add_single(e, "ebsreportd_run_start_timestamp_seconds", "The start of the last run.", NULL, EXPOSITION_PLAIN,
                   run->started_at / USEC_PER_SEC);
        add_single(e, "ebsreportd_run_duration_seconds", "The last run's time.", NULL, EXPOSITION_MILLIONTHS,
                   run->wall_usec);
        add_single(e, "ebsreportd_run_cpu_seconds", "The last run's processor time, workers included.", NULL,
                   EXPOSITION_MILLIONTHS, run->cpu_usec);
        if (run->peak_pss_kib > 0)
                add_single(e, "ebsreportd_run_peak_memory_bytes",
                           "Most memory of the last run, workers included, shared pages counted once (PSS).", NULL,
                           EXPOSITION_KIB, run->peak_pss_kib);
        add_single(e, "ebsreportd_run_workers", "Most worker processes of the last run at once.", NULL,
                   EXPOSITION_PLAIN, run->workers);
        add_single(e, "ebsreportd_run_calls", "Calls of the last run, discovery and retries included.", NULL,
                   EXPOSITION_PLAIN, run->calls);
        add_single(e, "ebsreportd_run_retries", "Calls of the last run that repeated a failed one.", NULL,
                   EXPOSITION_PLAIN, run->retries);
        add_single(e, "ebsreportd_run_throttles", "Calls of the last run that AWS answered with slow down.", NULL,
                   EXPOSITION_PLAIN, run->throttles);
        add_single(e, "ebsreportd_run_regions_assumed",
                   "1 if AWS did not tell the regions and the list is configured or remembered.", NULL,
                   EXPOSITION_PLAIN, run->regions_assumed);
}

int report_metrics(const struct run *run, const struct region_past *pasts, bool stored, struct buffer *ret) {
        struct exposition e = { .buffer = ret };
        add_numbers(&e, run, pasts);
        metrics_add_types(&e, run, pasts);
        metrics_add_costs(&e, run, pasts);
        add_region_states(&e, run, pasts);
        add_run(&e, run, stored);
        exposition_end(&e);
        return e.r;
}
