/* SPDX-License-Identifier: MIT */
#include "collect/discovery.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aws/endpoint.h"
#include "collect/probe.h"
#include "model/remedy.h"

/* A region that is named twice is still one. */
static int add_region(struct discovery *d, const char *name) {
        struct region region = { 0 };
        error_copy_text(region.name, sizeof(region.name), name);
        return region_list_add(&d->regions, &region);
}

static int ask(struct discovery *d, enum task_action action, struct task_queue *out) {
        struct task *t = task_new(action, d->home_region, NULL, NULL);
        if (t == NULL)
                return -ENOMEM;
        TAILQ_INSERT_TAIL(out, t, link);
        return 0;
}

struct task *discovery_ask_keys(const struct discovery *d) {
        return task_new(ACTION_CREDENTIALS, d->home_region, NULL, NULL);
}

void discovery_init(struct discovery *d, const struct cycle_options *options, struct account *account) {
        *d = (struct discovery){ .options = options, .account = account };
        retry_budget_init(&d->budget);
}

void discovery_release(struct discovery *d) {
        region_list_release(&d->regions);
        region_list_release(&d->listed);
        *d = (struct discovery){ 0 };
}

/* The regions that nobody needs to ask for: those of an earlier discovery, or the configured ones. */
static int take_given_regions(struct discovery *d) {
        const struct run *discovered = d->options->discovered;
        int r = 0;
        if (discovered != NULL) {
                for (size_t i = 0; i < discovered->n_regions && r == 0; i++)
                        r = add_region(d, discovered->regions[i].region);
                if (r == 0)
                        r = region_list_add_all(&d->listed, &discovered->listed);
                if (d->account->id[0] == '\0' && discovered->n_regions > 0)
                        memcpy(d->account->id, discovered->regions[0].account, sizeof(d->account->id));
                d->regions_assumed = discovered->regions_assumed;
                error_copy_text(d->notice, sizeof(d->notice), discovered->notice);
        } else {
                char *const *names = d->options->config->regions;
                for (size_t i = 0; names != NULL && names[i] != NULL && r == 0; i++)
                        r = add_region(d, names[i]);
        }
        d->regions_known = d->regions.n > 0;
        return r;
}

/* STS answers only where it belongs to the same provider as EC2: keys of a private cloud are not Amazon's business. */
static bool can_ask_identity(const struct discovery *d) {
        struct endpoint sts;
        return endpoint_resolve(d->options->worker->settings, SERVICE_STS, d->home_region, &sts, NULL) == 0;
}

static int take_keys(struct discovery *d, const uint8_t *records, size_t n, usec_t now, struct task_queue *out,
                     struct error *reterr) {
        struct frame frame;
        size_t size;
        struct keys_message keys;
        if (frame_parse(records, n, &frame, &size) <= 0 || message_get_credentials(&frame, &keys) < 0)
                return error_set(reterr, ERROR_WORKER, EBADMSG, "a worker's credentials cannot be understood");
        bool first = d->account->resolved_at == 0;
        if (account_set_keys(d->account, &keys, now) < 0)
                return error_oom(reterr);
        if (!first)
                return 0;
        struct preflight *probe = d->options->preflight;
        if (probe != NULL)
                probe_note_keys(probe, d->account);
        int r = take_given_regions(d);
        const char *region = d->options->worker->settings->region;
        if (region == NULL && keys.home_region[0] != '\0')
                region = d->account->keys.home_region;
        if (region == NULL)
                region = endpoint_global_region(d->regions_known ? d->regions.items[0].name : NULL);
        error_copy_text(d->home_region, sizeof(d->home_region), region);
        if (r == 0 && d->account->id[0] == '\0' && can_ask_identity(d)) {
                d->identity_pending = true;
                r = ask(d, ACTION_IDENTITY, out);
        }
        if (r == 0 && (!d->regions_known || probe != NULL)) {
                d->listing_pending = true;
                r = ask(d, ACTION_REGIONS, out);
        }
        return r < 0 ? error_oom(reterr) : 0;
}

/* A region that is listed and that a run asks. Where the regions are given, a probe lists them nevertheless. */
static int take_region(struct discovery *d, const struct region *region) {
        if (region_list_add(&d->listed, region) < 0)
                return -ENOMEM;
        if (d->regions_known || !region_is_enabled(region) || config_excludes_region(d->options->config, region->name))
                return 0;
        return add_region(d, region->name);
}

static int take_regions(struct discovery *d, const uint8_t *records, size_t n, struct error *reterr) {
        size_t enabled = 0;
        d->listing_pending = false;
        while (n > 0) {
                struct frame frame;
                size_t size;
                struct region region;
                if (frame_parse(records, n, &frame, &size) <= 0 || message_get_region(&frame, &region) < 0)
                        return error_set(reterr, ERROR_WORKER, EBADMSG, "a worker's regions cannot be understood");
                records += size;
                n -= size;
                enabled += region_is_enabled(&region);
                if (take_region(d, &region) < 0)
                        return error_oom(reterr);
        }
        if (d->regions.n == 0)
                return error_set(reterr, ERROR_CONFIG, ENOENT,
                                 "none of the account's %zu regions is left to look at: check exclude_regions",
                                 enabled);
        d->regions_known = true;
        return 0;
}

int discovery_take_answer(struct discovery *d, const struct task *task, const struct result_message *result,
                          const uint8_t *records, size_t n_bytes, usec_t now, struct task_queue *out,
                          struct error *reterr) {
        switch (task->action) {
        case ACTION_CREDENTIALS:
                return take_keys(d, records, n_bytes, now, out, reterr);
        case ACTION_IDENTITY:
                d->identity_pending = false;
                error_copy_text(d->account->id, sizeof(d->account->id), result->account_id);
                return 0;
        default:
                return take_regions(d, records, n_bytes, reterr);
        }
}

static int assume_home_region(struct discovery *d, struct error *reterr) {
        d->regions_known = true;
        return add_region(d, d->home_region) < 0 ? error_oom(reterr) : 0;
}

/* Falls back to the list of an earlier run: a permission that is missing, or an API that is down in one region, must
 * not void what the others would tell. */
static int assume_regions(struct discovery *d, const struct error *error, struct error *reterr) {
        bool keys_are_bad = error_refuses_keys(error);
        const struct region_list *known = d->options->known_regions;
        for (size_t i = 0; known != NULL && i < known->n && !keys_are_bad; i++)
                if (region_is_enabled(&known->items[i]) &&
                    !config_excludes_region(d->options->config, known->items[i].name) &&
                    add_region(d, known->items[i].name) < 0)
                        return error_oom(reterr);
        if (d->regions.n == 0) {
                /* Whether the other permissions are there is told by any region. */
                if (d->options->preflight != NULL && error->kind == ERROR_DENIED && !keys_are_bad)
                        return assume_home_region(d, reterr);
                *reterr = *error;
                error_add_prefix(reterr, "ec2:DescribeRegions in %s: ", d->home_region);
                return -(error->errnum != 0 ? error->errnum : EIO);
        }
        d->regions_known = true;
        d->regions_assumed = true;
        char listed_at[CLOCK_ISO8601_MAX];
        /* A preflight tells the call's own failure, with its remedy. */
        char clause[REMEDY_CLAUSE_SIZE];
        (void) snprintf(d->notice, sizeof(d->notice),
                        "the regions could not be listed (%s): these are the %zu that were listed at %s%s",
                        error->code[0] != '\0' ? error->code : error_kind_name(error->kind), d->regions.n,
                        clock_format_iso8601(d->options->known_regions_at, listed_at),
                        d->options->preflight == NULL ? remedy_clause(error, true, clause) : "");
        return 0;
}

int discovery_take_failure(struct discovery *d, const struct task *task, const struct error *error, usec_t now,
                           struct error *reterr) {
        switch (task->action) {
        case ACTION_IDENTITY:
                /* Whose keys these are is also told by the instances' owner. */
                d->identity_pending = false;
                return 0;
        case ACTION_REGIONS:
                d->listing_pending = false;
                return d->regions_known ? 0 : assume_regions(d, error, reterr);
        default:
                if (d->account->resolved_at != 0) {
                        account_keep_keys(d->account, now);
                        return 0;
                }
                *reterr = *error;
                return -(error->errnum != 0 ? error->errnum : EIO);
        }
}
