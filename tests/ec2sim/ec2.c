/* SPDX-License-Identifier: MIT */
#include "ec2.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regions.h"
#include "resource_id.h"

#define NAMESPACE "http://ec2.amazonaws.com/doc/2016-11-15/"
#define IDS_MAX 1000

void ec2_open_response(struct xml *x, const struct call *c, const char *element) {
        xml_raw(x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
        xml_raw(x, element);
        xml_raw(x, " xmlns=\"" NAMESPACE "\">\n");
        xml_text(x, "requestId", c->reply.request_id);
}

void ec2_close_response(struct xml *x, const char *element) {
        xml_close(x, element);
}

static int compare_slots(const void *a, const void *b) {
        uint32_t x = *(const uint32_t *) a, y = *(const uint32_t *) b;
        return x < y ? -1 : x > y;
}

size_t slots_sort(uint32_t *slots, size_t n) {
        qsort(slots, n, sizeof(*slots), compare_slots);
        size_t kept = 0;
        for (size_t i = 0; i < n; i++)
                if (kept == 0 || slots[kept - 1] != slots[i])
                        slots[kept++] = slots[i];
        return kept;
}

int ec2_read_ids(struct call *c, const struct id_rules *rules, const struct id_map *ids, uint32_t **ret_slots,
                 size_t *ret_n) {
        struct string_list texts = { 0 };
        int r = params_get_list(&c->request->params, rules->parameter, &texts);
        _cleanup_(freep) uint32_t *slots = calloc(texts.n + 1, sizeof(*slots));
        if (r >= 0 && slots == NULL)
                r = -ENOMEM;
        if (r >= 0 && texts.n > IDS_MAX) {
                r = ec2_error(c, 400, "InvalidParameterValue", "The maximum number of ids on a single call is %d",
                              IDS_MAX);
                r = r < 0 ? r : -EINVAL;
        }
        for (size_t i = 0; i < texts.n && r >= 0; i++) {
                uint64_t id;
                if (resource_id_parse(rules->prefix, texts.items[i], &id) < 0) {
                        r = ec2_error(c, 400, rules->malformed, "Invalid id: \"%s\"", texts.items[i]);
                        r = r < 0 ? r : -EINVAL;
                } else if ((slots[i] = id_map_get(ids, id)) == ID_MAP_NONE) {
                        r = ec2_error(c, 400, rules->not_found, "The %s '%s' does not exist%s", rules->noun,
                                      texts.items[i], rules->prefix[0] == 'v' ? "." : "");
                        r = r < 0 ? r : -EINVAL;
                }
        }
        size_t n = texts.n;
        string_list_release(&texts);
        if (r < 0)
                return r;
        *ret_n = slots_sort(slots, n);
        *ret_slots = n > 0 ? TAKE_PTR(slots) : NULL;
        return 0;
}

int ec2_read_include_managed(struct call *c, bool *ret) {
        bool include, reject = c->simulator->options->reject_managed;
        if (params_get_bool(&c->request->params, "IncludeManagedResources", reject, &include) < 0) {
                int r = ec2_error(c, 400, "InvalidParameterValue",
                                  "Invalid value for the boolean parameter IncludeManagedResources");
                return r < 0 ? r : -EINVAL;
        }
        *ret = include;
        return 0;
}

/* What each action understands, besides Action and Version; a name ending in "." is a list. */
static const struct action {
        const char *name;
        int (*answer)(struct call *c);
        const char *parameters[8];
} actions[] = {
        { "DescribeRegions", describe_regions, { "AllRegions", "RegionName.", "Filter.", "DryRun" } },
        { "DescribeInstances", describe_instances,
          { "InstanceId.", "Filter.", "MaxResults", "NextToken", "IncludeManagedResources", "DryRun" } },
        { "DescribeVolumes", describe_volumes,
          { "VolumeId.", "Filter.", "MaxResults", "NextToken", "IncludeManagedResources", "DryRun" } },
};

/* Real actions that ec2sim does not do: the neighbours of what it does. */
static bool is_unsupported_action(const char *name) {
        static const char *const names[] = {
                "AttachVolume",
                "CreateTags",
                "CreateVolume",
                "DeleteVolume",
                "DescribeAvailabilityZones",
                "DescribeImages",
                "DescribeInstanceStatus",
                "DescribeInstanceTypes",
                "DescribeSnapshots",
                "DescribeTags",
                "DescribeVolumeStatus",
                "DescribeVolumesModifications",
                "DetachVolume",
                "ModifyVolume",
                "RebootInstances",
                "RunInstances",
                "StartInstances",
                "StopInstances",
                "TerminateInstances",
        };
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (strcmp(names[i], name) == 0)
                        return true;
        return false;
}

static bool knows_parameter(const struct call *c, const struct action *action, const char *name) {
        if (strcmp(name, "Action") == 0 || strcmp(name, "Version") == 0)
                return true;
        if (strcmp(name, "IncludeManagedResources") == 0 && c->simulator->options->reject_managed)
                return false;
        for (size_t i = 0; i < ARRAY_SIZE(action->parameters) && action->parameters[i] != NULL; i++) {
                size_t len = strlen(action->parameters[i]);
                bool list = action->parameters[i][len - 1] == '.';
                if (list ? strncmp(name, action->parameters[i], len) == 0 : strcmp(name, action->parameters[i]) == 0)
                        return true;
        }
        return false;
}

static int answer_action(struct call *c, const struct action *action) {
        const struct params *params = &c->request->params;
        bool dry_run;
        for (size_t i = 0; i < params->n; i++)
                if (!knows_parameter(c, action, params->items[i].name))
                        return ec2_error(c, 400, "UnknownParameter", "The parameter %s is not recognized",
                                         params->items[i].name);
        if (params_get_bool(params, "DryRun", false, &dry_run) < 0)
                return ec2_error(c, 400, "InvalidParameterValue", "Invalid value for the boolean parameter DryRun");
        if (dry_run)
                return ec2_error(c, 412, "DryRunOperation",
                                 "Request would have succeeded, but DryRun flag is set.");
        int r = action->answer(c);
        return r == -EINVAL && c->reply.code[0] != '\0' ? 0 : r;
}

/* EC2 has a smaller bucket for calls that neither page nor filter. */
static bool throttled(struct call *c) {
        const struct options *o = c->simulator->options;
        const struct params *params = &c->request->params;
        if (o->bucket_capacity <= 0)
                return false;
        bool narrow = params_get(params, "MaxResults") != NULL || strcmp(c->action, "DescribeRegions") == 0;
        for (size_t i = 0; i < params->n; i++)
                narrow = narrow || strchr(params->items[i].name, '.') != NULL;
        char key[256];
        (void) snprintf(key, sizeof(key), "%s %s %.100s%s", c->identity.account, c->identity.region, c->action,
                        narrow ? "" : " wide");
        double share = narrow ? 1 : 0.5;
        return !buckets_take(&c->simulator->buckets, key, o->bucket_capacity * share, o->bucket_refill * share,
                             c->arrived);
}

static void count_call(struct simulator *s) {
        uint64_t calls = atomic_fetch_add(&s->ec2_calls, 1) + 1;
        if (s->options->tick_every > 0 && calls % s->options->tick_every == 0)
                fleets_tick(&s->fleets);
}

int ec2_answer(struct call *c) {
        const char *version = params_get(&c->request->params, "Version");
        switch (region_status(&c->simulator->options->regions, c->identity.region)) {
        case REGION_UNKNOWN:
                return ec2_error(c, 403, "SignatureDoesNotMatch",
                                 "Credential should be scoped to a valid region, not '%s'. ", c->identity.region);
        case REGION_NOT_OPTED_IN:
                return ec2_error(c, 401, "AuthFailure",
                                 "AWS was not able to validate the provided access credentials");
        default:
                break;
        }
        if (throttled(c))
                return ec2_error(c, 503, "RequestLimitExceeded", "Request limit exceeded.");
        count_call(c->simulator);
        if (c->action[0] == '\0')
                return ec2_error(c, 400, "MissingAction", "The request is missing an Action parameter");
        if (version == NULL)
                return ec2_error(c, 400, "MissingParameter", "The request must contain the parameter Version");
        if (strcmp(version, "2016-11-15") != 0)
                return ec2_error(c, 400, "NoSuchVersion",
                                 "The requested version (%s) of service AmazonEC2 does not exist", version);
        for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
                if (strcmp(actions[i].name, c->action) == 0)
                        return answer_action(c, &actions[i]);
        if (is_unsupported_action(c->action))
                return ec2_error(c, 400, "UnsupportedOperation", "ec2sim does not do %s.", c->action);
        return ec2_error(c, 400, "InvalidAction", "The action %s is not valid for this web service.", c->action);
}
