/* SPDX-License-Identifier: MIT */
#include "fleet_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fleet_reader.h"

static int read_state(const struct reader *r, const json_t *object, uint8_t *ret) {
        static const struct {
                const char *name;
                uint8_t code;
        } states[] = { { "pending", 0 },     { "running", 16 },  { "shutting-down", 32 },
                       { "terminated", 48 }, { "stopping", 64 }, { "stopped", 80 } };
        const char *name;
        int k = reader_text(r, object, "state", "running", &name);
        if (k < 0)
                return k;
        for (size_t i = 0; i < ARRAY_SIZE(states); i++)
                if (strcmp(states[i].name, name) == 0) {
                        *ret = states[i].code;
                        return 0;
                }
        return reader_refuse(r, "'%s' is no state of an instance", name);
}

static int read_instance(const struct reader *r, const json_t *object, const char *zone) {
        struct sim_instance i = { 0 };
        uint32_t slot;
        int k = reader_check_members(r, object, "instances",
                                     "id type zone state reservation launched managed hidden tags");
        if (k >= 0)
                k = reader_id(r, object, "id", "i", &i.id);
        if (k >= 0)
                k = reader_word(r, object, "type", "m6i.large", &i.type);
        if (k >= 0)
                k = reader_word(r, object, "zone", zone, &i.zone);
        if (k >= 0)
                k = read_state(r, object, &i.state);
        if (k >= 0)
                k = reader_time(r, object, "launched", &i.launched);
        if (k >= 0)
                k = reader_flag(r, object, "managed", FLEET_MANAGED, &i.flags);
        if (k >= 0)
                k = reader_flag(r, object, "hidden", FLEET_HIDDEN, &i.flags);
        if (k >= 0)
                k = reader_tags(r, object, &i.extra);
        i.reservation = i.id | 1ull << 40;
        if (k >= 0 && json_object_get(object, "reservation") != NULL)
                k = reader_id(r, object, "reservation", "r", &i.reservation);
        if (k >= 0)
                k = fleet_add_instance(r->fleet, &i, &slot);
        return k == -EEXIST ? reader_refuse(r, "two instances have one id") : k;
}

static int read_attachment(const struct reader *r, const json_t *object, uint32_t volume) {
        struct sim_attachment a = { .volume = volume };
        int k = reader_check_members(r, object, "attachments",
                              "instance device status attached delete_on_termination resource service");
        if (k >= 0 && json_object_get(object, "instance") != NULL)
                k = reader_id(r, object, "instance", "i", &a.instance_id);
        else if (k >= 0 && json_object_get(object, "service") == NULL)
                k = reader_refuse(r, "an attachment needs an 'instance' or a 'service'");
        if (k >= 0)
                k = reader_word(r, object, "device", a.instance_id != 0 ? "/dev/sdf" : "", &a.device);
        if (k >= 0)
                k = reader_word(r, object, "status", "attached", &a.status);
        if (k >= 0)
                k = reader_word(r, object, "resource", "", &a.resource);
        if (k >= 0)
                k = reader_word(r, object, "service", "", &a.service);
        if (k >= 0)
                k = reader_time(r, object, "attached", &a.attached_at);
        if (k >= 0)
                k = reader_flag(r, object, "delete_on_termination", FLEET_DELETE_ON_TERMINATION, &a.flags);
        return k >= 0 ? fleet_attach(r->fleet, &a) : k;
}

static int read_numbers(const struct reader *r, const json_t *object, struct sim_volume *v) {
        uint64_t size, iops, throughput;
        int k = json_object_get(object, "size") == NULL ? reader_refuse(r, "a volume needs a 'size'") : 0;
        if (k >= 0)
                k = reader_number(r, object, "size", 0, UINT32_MAX, &size);
        if (k >= 0)
                k = reader_number(r, object, "iops", 0, UINT32_MAX, &iops);
        if (k >= 0)
                k = reader_number(r, object, "throughput", 0, UINT16_MAX, &throughput);
        if (k < 0)
                return k;
        v->size_gib = (uint32_t) size;
        v->iops = (uint32_t) iops;
        v->throughput = (uint16_t) throughput;
        return 0;
}

static int read_volume(const struct reader *r, const json_t *object, const char *zone) {
        struct sim_volume v = { 0 };
        uint32_t slot;
        json_t *attachments = json_object_get(object, "attachments"), *attachment;
        size_t index;
        int k = reader_check_members(r, object, "volumes",
                                     "id size type iops throughput state zone created encrypted "
                                     "multi_attach managed hidden tags attachments");
        if (k >= 0 && attachments != NULL && !json_is_array(attachments))
                k = reader_refuse(r, "'attachments' must be an array");
        if (k >= 0)
                k = reader_id(r, object, "id", "vol", &v.id);
        if (k >= 0)
                k = read_numbers(r, object, &v);
        if (k >= 0)
                k = reader_word(r, object, "type", "gp3", &v.type);
        if (k >= 0)
                k = reader_word(r, object, "zone", zone, &v.zone);
        if (k >= 0)
                k = reader_word(r, object, "state", json_array_size(attachments) > 0 ? "in-use" : "available",
                                &v.state);
        if (k >= 0)
                k = reader_time(r, object, "created", &v.created);
        static const struct {
                const char *name;
                uint8_t flag;
        } flags[] = { { "encrypted", FLEET_ENCRYPTED },
                      { "multi_attach", FLEET_MULTI_ATTACH },
                      { "managed", FLEET_MANAGED },
                      { "hidden", FLEET_HIDDEN } };
        for (size_t i = 0; i < ARRAY_SIZE(flags) && k >= 0; i++)
                k = reader_flag(r, object, flags[i].name, flags[i].flag, &v.flags);
        if (k >= 0)
                k = reader_tags(r, object, &v.extra);
        if (k >= 0)
                k = fleet_add_volume(r->fleet, &v, &slot);
        if (k == -EEXIST)
                return reader_refuse(r, "two volumes have one id");
        if (k >= 0)
                json_array_foreach (attachments, index, attachment) {
                        k = read_attachment(r, attachment, slot);
                        if (k < 0)
                                break;
                }
        return k;
}

static int read_region(const struct reader *r, const json_t *region) {
        json_t *instances = json_object_get(region, "instances"), *volumes = json_object_get(region, "volumes"), *item;
        size_t index;
        char zone[80];
        (void) snprintf(zone, sizeof(zone), "%sa", r->fleet->region);
        int k = reader_check_members(r, region, "regions", "instances volumes");
        if (k >= 0 &&
            ((instances != NULL && !json_is_array(instances)) || (volumes != NULL && !json_is_array(volumes))))
                k = reader_refuse(r, "'instances' and 'volumes' must be arrays");
        if (k < 0)
                return k;
        json_array_foreach (instances, index, item) {
                k = read_instance(r, item, zone);
                if (k < 0)
                        return k;
        }
        json_array_foreach (volumes, index, item) {
                k = read_volume(r, item, zone);
                if (k < 0)
                        return k;
        }
        return 0;
}

static int load(const char *path, json_t **ret, struct error *reterr) {
        json_error_t why;
        json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
        const struct reader r = { .path = path, .reterr = reterr };
        if (root == NULL)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%.200s:%d: %s", path, why.line, why.text);
        int k = reader_check_members(&r, root, "fleet files", "regions");
        if (k >= 0 && !json_is_object(json_object_get(root, "regions")))
                k = reader_refuse(&r, "'regions' must be an object");
        if (k < 0) {
                json_decref(root);
                return k;
        }
        *ret = root;
        return 0;
}

int fleet_file_read(const char *path, const char *account, uint64_t seed,
                    int (*on_fleet)(struct fleet *f, void *userdata), void *userdata, struct error *reterr) {
        json_t *root, *region;
        const char *name;
        int k = load(path, &root, reterr);
        if (k < 0)
                return k;
        json_object_foreach (json_object_get(root, "regions"), name, region) {
                _cleanup_(fleet_freep) struct fleet *f = NULL;
                k = fleet_new(account, name, seed, &f);
                const struct reader r = { .path = path, .fleet = f, .reterr = reterr };
                if (k >= 0)
                        k = read_region(&r, region);
                if (k >= 0)
                        k = on_fleet(f, userdata);
                if (k < 0)
                        break;
                f = NULL;
        }
        json_decref(root);
        return k == -ENOMEM ? error_oom(reterr) : k;
}

int fleet_file_regions(const char *path, struct string_list *ret, struct error *reterr) {
        json_t *root, *region;
        const char *name;
        int k = load(path, &root, reterr);
        if (k < 0)
                return k;
        json_object_foreach (json_object_get(root, "regions"), name, region) {
                k = string_list_add(ret, name);
                if (k < 0)
                        break;
        }
        json_decref(root);
        return k < 0 ? error_oom(reterr) : 0;
}
