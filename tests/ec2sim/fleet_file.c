/* SPDX-License-Identifier: MIT */
#include "fleet_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "fleet_seed.h"
#include "resource_id.h"

/* One region of the file being read. */
struct reader {
        const char *path;
        struct fleet *fleet;
        struct error *reterr;
};

static int refuse(const struct reader *r, const char *format, ...) _printf_(2, 3);
static int refuse(const struct reader *r, const char *format, ...) {
        char text[200];
        va_list ap;
        va_start(ap, format);
        (void) vsnprintf(text, sizeof(text), format, ap);
        va_end(ap);
        return error_set(r->reterr, ERROR_CONFIG, EINVAL, "%.80s: %s: %s", r->path,
                         r->fleet != NULL ? r->fleet->region : "regions", text);
}

/* Every member of the object must be in the list, which is separated by blanks. */
static int check_members(const struct reader *r, const json_t *object, const char *what, const char *known) {
        const char *name;
        json_t *value;
        if (!json_is_object(object))
                return refuse(r, "each of %s must be an object", what);
        json_object_foreach ((json_t *) (uintptr_t) object, name, value) {
                const char *at = strstr(known, name);
                size_t n = strlen(name);
                if (n == 0 || at == NULL || (at != known && at[-1] != ' ') || (at[n] != ' ' && at[n] != '\0'))
                        return refuse(r, "%s know no '%s', but: %s", what, name, known);
        }
        return 0;
}

static int get_text(const struct reader *r, const json_t *object, const char *name, const char *fallback, const char **ret) {
        const json_t *value = json_object_get(object, name);
        *ret = value == NULL ? fallback : json_string_value(value);
        return *ret != NULL ? 0 : refuse(r, "'%s' must be there, and a string", name);
}

static int get_word(const struct reader *r, const json_t *object, const char *name, const char *fallback, uint16_t *ret) {
        const char *text;
        int k = get_text(r, object, name, fallback, &text);
        return k < 0 ? k : fleet_intern(r->fleet, text, ret);
}

static int get_number(const struct reader *r, const json_t *object, const char *name, uint64_t fallback, uint64_t high,
                      uint64_t *ret) {
        const json_t *value = json_object_get(object, name);
        json_int_t n = json_integer_value(value);
        if (value != NULL && (!json_is_integer(value) || n < 0 || (uint64_t) n > high))
                return refuse(r, "'%s' must be an integer from 0 to %llu", name, (unsigned long long) high);
        *ret = value != NULL ? (uint64_t) n : fallback;
        return 0;
}

static int get_flag(const struct reader *r, const json_t *object, const char *name, uint8_t flag, uint8_t *flags) {
        const json_t *value = json_object_get(object, name);
        if (value != NULL && !json_is_boolean(value))
                return refuse(r, "'%s' must be true or false", name);
        if (json_is_true(value))
                *flags |= flag;
        return 0;
}

static int get_time(const struct reader *r, const json_t *object, const char *name, uint32_t *ret) {
        const char *text;
        usec_t time;
        int k = get_text(r, object, name, "2026-01-01T00:00:00Z", &text);
        if (k < 0)
                return k;
        if (clock_parse_iso8601(text, &time) < 0 || time / USEC_PER_SEC > UINT32_MAX)
                return refuse(r, "'%s' must be like 2026-01-01T00:00:00Z", name);
        *ret = (uint32_t) (time / USEC_PER_SEC);
        return 0;
}

static int get_id(const struct reader *r, const json_t *object, const char *name, const char *prefix, uint64_t *ret) {
        const char *text;
        int k = get_text(r, object, name, NULL, &text);
        if (k < 0)
                return k;
        return resource_id_parse(prefix, text, ret) < 0 ? refuse(r, "'%s' is no id of %s-", text, prefix) : 0;
}

/* "tags": {"Name": "..."}; always makes an extra, so that nothing is made up. */
static int get_tags(const struct reader *r, const json_t *object, uint32_t *ret_extra) {
        json_t *tags = json_object_get(object, "tags"), *value;
        const char *key;
        int k = fleet_add_extra(r->fleet, ret_extra);
        if (k < 0 || tags == NULL)
                return k;
        if (!json_is_object(tags))
                return refuse(r, "'tags' must be an object");
        struct sim_extra *extra = &r->fleet->extras[*ret_extra];
        json_object_foreach (tags, key, value) {
                if (!json_is_string(value))
                        return refuse(r, "the tag '%s' must be a string", key);
                k = string_list_add(&extra->keys, key);
                if (k >= 0)
                        k = string_list_add(&extra->values, json_string_value(value));
                if (k < 0)
                        return k;
        }
        return 0;
}

static int read_state(const struct reader *r, const json_t *object, uint8_t *ret) {
        static const struct {
                const char *name;
                uint8_t code;
        } states[] = { { "pending", 0 },     { "running", 16 },  { "shutting-down", 32 },
                       { "terminated", 48 }, { "stopping", 64 }, { "stopped", 80 } };
        const char *name;
        int k = get_text(r, object, "state", "running", &name);
        if (k < 0)
                return k;
        for (size_t i = 0; i < ARRAY_SIZE(states); i++)
                if (strcmp(states[i].name, name) == 0) {
                        *ret = states[i].code;
                        return 0;
                }
        return refuse(r, "'%s' is no state of an instance", name);
}

static int read_instance(const struct reader *r, const json_t *object, const char *zone) {
        struct sim_instance i = { 0 };
        uint32_t slot;
        int k = check_members(r, object, "instances", "id type zone state reservation launched managed hidden tags");
        if (k >= 0)
                k = get_id(r, object, "id", "i", &i.id);
        if (k >= 0)
                k = get_word(r, object, "type", "m6i.large", &i.type);
        if (k >= 0)
                k = get_word(r, object, "zone", zone, &i.zone);
        if (k >= 0)
                k = read_state(r, object, &i.state);
        if (k >= 0)
                k = get_time(r, object, "launched", &i.launched);
        if (k >= 0)
                k = get_flag(r, object, "managed", FLEET_MANAGED, &i.flags);
        if (k >= 0)
                k = get_flag(r, object, "hidden", FLEET_HIDDEN, &i.flags);
        if (k >= 0)
                k = get_tags(r, object, &i.extra);
        i.reservation = i.id | 1ull << 40;
        if (k >= 0 && json_object_get(object, "reservation") != NULL)
                k = get_id(r, object, "reservation", "r", &i.reservation);
        if (k >= 0)
                k = fleet_add_instance(r->fleet, &i, &slot);
        return k == -EEXIST ? refuse(r, "two instances have one id") : k;
}

static int read_attachment(const struct reader *r, const json_t *object, uint32_t volume) {
        struct sim_attachment a = { .volume = volume };
        int k = check_members(r, object, "attachments",
                              "instance device status attached delete_on_termination resource service");
        if (k >= 0 && json_object_get(object, "instance") != NULL)
                k = get_id(r, object, "instance", "i", &a.instance_id);
        else if (k >= 0 && json_object_get(object, "service") == NULL)
                k = refuse(r, "an attachment needs an 'instance' or a 'service'");
        if (k >= 0)
                k = get_word(r, object, "device", a.instance_id != 0 ? "/dev/sdf" : "", &a.device);
        if (k >= 0)
                k = get_word(r, object, "status", "attached", &a.status);
        if (k >= 0)
                k = get_word(r, object, "resource", "", &a.resource);
        if (k >= 0)
                k = get_word(r, object, "service", "", &a.service);
        if (k >= 0)
                k = get_time(r, object, "attached", &a.attached_at);
        if (k >= 0)
                k = get_flag(r, object, "delete_on_termination", FLEET_DELETE_ON_TERMINATION, &a.flags);
        return k >= 0 ? fleet_attach(r->fleet, &a) : k;
}

static int read_numbers(const struct reader *r, const json_t *object, struct sim_volume *v) {
        uint64_t size, iops, throughput;
        int k = json_object_get(object, "size") == NULL ? refuse(r, "a volume needs a 'size'") : 0;
        if (k >= 0)
                k = get_number(r, object, "size", 0, UINT32_MAX, &size);
        if (k >= 0)
                k = get_number(r, object, "iops", 0, UINT32_MAX, &iops);
        if (k >= 0)
                k = get_number(r, object, "throughput", 0, UINT16_MAX, &throughput);
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
        int k = check_members(r, object, "volumes", "id size type iops throughput state zone created encrypted "
                                                    "multi_attach managed hidden tags attachments");
        if (k >= 0 && attachments != NULL && !json_is_array(attachments))
                k = refuse(r, "'attachments' must be an array");
        if (k >= 0)
                k = get_id(r, object, "id", "vol", &v.id);
        if (k >= 0)
                k = read_numbers(r, object, &v);
        if (k >= 0)
                k = get_word(r, object, "type", "gp3", &v.type);
        if (k >= 0)
                k = get_word(r, object, "zone", zone, &v.zone);
        if (k >= 0)
                k = get_word(r, object, "state", json_array_size(attachments) > 0 ? "in-use" : "available", &v.state);
        if (k >= 0)
                k = get_time(r, object, "created", &v.created);
        static const struct {
                const char *name;
                uint8_t flag;
        } flags[] = { { "encrypted", FLEET_ENCRYPTED },
                      { "multi_attach", FLEET_MULTI_ATTACH },
                      { "managed", FLEET_MANAGED },
                      { "hidden", FLEET_HIDDEN } };
        for (size_t i = 0; i < ARRAY_SIZE(flags) && k >= 0; i++)
                k = get_flag(r, object, flags[i].name, flags[i].flag, &v.flags);
        if (k >= 0)
                k = get_tags(r, object, &v.extra);
        if (k >= 0)
                k = fleet_add_volume(r->fleet, &v, &slot);
        if (k == -EEXIST)
                return refuse(r, "two volumes have one id");
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
        int k = check_members(r, region, "regions", "instances volumes");
        if (k >= 0 && ((instances != NULL && !json_is_array(instances)) || (volumes != NULL && !json_is_array(volumes))))
                k = refuse(r, "'instances' and 'volumes' must be arrays");
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
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%.80s:%d: %s", path, why.line, why.text);
        int k = check_members(&r, root, "fleet files", "regions");
        if (k >= 0 && !json_is_object(json_object_get(root, "regions")))
                k = refuse(&r, "'regions' must be an object");
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
