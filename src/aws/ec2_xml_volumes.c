/* SPDX-License-Identifier: MIT */
/* DescribeVolumesResponse */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_records.h"

/* In GiB: more than any service will hold for long, and 2^24 such sums still fit 64 bits. */
#define SIZE_MAX_GIB ((uint64_t) 1 << 40)
#define RATE_MAX ((uint64_t) 1 << 40)

enum {
        VOLUME_SET = EC2_NODES,
        VOLUME,
        VOLUME_ID,
        VOLUME_SIZE,
        VOLUME_ZONE,
        VOLUME_STATUS,
        VOLUME_CREATE_TIME,
        VOLUME_TYPE,
        VOLUME_IOPS,
        VOLUME_THROUGHPUT,
        VOLUME_ENCRYPTED,
        VOLUME_MULTI_ATTACH,
        VOLUME_OPERATOR,
        VOLUME_MANAGED,
        VOLUME_PRINCIPAL,
        VOLUME_TAG_SET,
        TAG,
        TAG_KEY,
        TAG_VALUE,
        ATTACHMENT_SET,
        ATTACHMENT,
        ATTACHMENT_INSTANCE_ID,
        ATTACHMENT_STATUS,
        ATTACHMENT_SERVICE,
};

static const struct xml_rule rules[] = {
        EC2_COMMON_RULES("DescribeVolumesResponse"),
        { EC2_ROOT, "volumeSet", VOLUME_SET, false },
        { VOLUME_SET, "item", VOLUME, false },
        { VOLUME, "volumeId", VOLUME_ID, true },
        { VOLUME, "size", VOLUME_SIZE, true },
        { VOLUME, "availabilityZone", VOLUME_ZONE, true },
        { VOLUME, "status", VOLUME_STATUS, true },
        { VOLUME, "createTime", VOLUME_CREATE_TIME, true },
        { VOLUME, "volumeType", VOLUME_TYPE, true },
        { VOLUME, "iops", VOLUME_IOPS, true },
        { VOLUME, "throughput", VOLUME_THROUGHPUT, true },
        { VOLUME, "encrypted", VOLUME_ENCRYPTED, true },
        { VOLUME, "multiAttachEnabled", VOLUME_MULTI_ATTACH, true },
        { VOLUME, "operator", VOLUME_OPERATOR, false },
        { VOLUME_OPERATOR, "managed", VOLUME_MANAGED, true },
        { VOLUME_OPERATOR, "principal", VOLUME_PRINCIPAL, true },
        { VOLUME, "tagSet", VOLUME_TAG_SET, false },
        { VOLUME_TAG_SET, "item", TAG, false },
        { TAG, "key", TAG_KEY, true },
        { TAG, "value", TAG_VALUE, true },
        { VOLUME, "attachmentSet", ATTACHMENT_SET, false },
        { ATTACHMENT_SET, "item", ATTACHMENT, false },
        { ATTACHMENT, "instanceId", ATTACHMENT_INSTANCE_ID, true },
        { ATTACHMENT, "status", ATTACHMENT_STATUS, true },
        { ATTACHMENT, "instanceOwningService", ATTACHMENT_SERVICE, true },
};

static void forget_tags(struct ec2_records *r) {
        for (size_t i = 0; i < MODEL_TAGS_MAX; i++) {
                free(r->tag_values[i]);
                r->tag_values[i] = NULL;
        }
}

static int on_start(int node, void *userdata, struct error *reterr _unused_) {
        struct ec2_records *r = userdata;
        if (node == VOLUME) {
                volume_release(&r->volume);
                r->volume_has_size = false;
                r->holding_service[0] = '\0';
                forget_tags(r);
        }
        if (node == TAG) {
                r->tag_index = MODEL_TAGS_MAX;
                r->tag_value[0] = '\0';
        }
        if (node == ATTACHMENT)
                r->attachment = (struct attachment){ 0 };
        return 0;
}

static int set_size(struct ec2_records *r, const char *text, struct error *reterr) {
        if (r->volume_has_size)
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: a volume's size told twice");
        int c = ec2_parse_number(text, SIZE_MAX_GIB, "a volume's size", &r->volume.size_gib, reterr);
        r->volume_has_size = c == 0;
        return c;
}

/* Provisioned rates are absent, or empty, for types that have none. */
static int set_rate(uint64_t *ret, const char *text, const char *what, struct error *reterr) {
        return text[0] == '\0' ? 0 : ec2_parse_number(text, RATE_MAX, what, ret, reterr);
}

/* For people only, hence an odd one is unknown and no error. */
static void set_create_time(struct volume *v, const char *text) {
        usec_t t;
        if (clock_parse_iso8601(text, &t) == 0)
                v->create_time = (int64_t) (t / USEC_PER_SEC);
}

static int add_attachment(struct ec2_records *r, struct error *reterr) {
        int c = volume_add_attachment(&r->volume, &r->attachment);
        if (c == -E2BIG)
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG,
                                 "unusable answer: volume %s has more than %d attachments", r->volume.id,
                                 MODEL_ATTACHMENTS_MAX);
        return c < 0 ? error_oom(reterr) : 0;
}

static void set_tag_key(struct ec2_records *r, const char *text) {
        char *const *keys = r->sink->keep_tags;
        for (size_t i = 0; keys != NULL && keys[i] != NULL && i < MODEL_TAGS_MAX; i++)
                if (strcmp(keys[i], text) == 0)
                        r->tag_index = i;
}

static int keep_tag(struct ec2_records *r, struct error *reterr) {
        if (r->tag_index == MODEL_TAGS_MAX)
                return 0;
        char *value = strdup(r->tag_value);
        if (value == NULL)
                return error_oom(reterr);
        free(r->tag_values[r->tag_index]);
        r->tag_values[r->tag_index] = value;
        return 0;
}

static int finish_volume(struct ec2_records *r, struct error *reterr) {
        if (r->volume.id[0] == '\0')
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: a volume without an id");
        if (!r->volume_has_size)
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: volume %s without a size",
                                 r->volume.id);
        if (r->volume.managed_by[0] == '\0')
                memcpy(r->volume.managed_by, r->holding_service, sizeof(r->volume.managed_by));
        size_t n_keys = 0;
        while (r->sink->keep_tags != NULL && r->sink->keep_tags[n_keys] != NULL && n_keys < MODEL_TAGS_MAX)
                n_keys++;
        if (tags_to_json(r->sink->keep_tags, r->tag_values, n_keys, &r->volume.tags) < 0)
                return error_oom(reterr);
        return ec2_sink_error(r->sink->on_volume(&r->volume, r->sink->userdata), reterr);
}

static int on_end(int node, const char *text, void *userdata, struct error *reterr) {
        struct ec2_records *r = userdata;
        struct volume *v = &r->volume;
        struct attachment *a = &r->attachment;
        switch (node) {
        case VOLUME_ID:
                return ec2_copy_id(v->id, sizeof(v->id), text, "a volumeId", reterr);
        case VOLUME_SIZE:
                return set_size(r, text, reterr);
        case VOLUME_ZONE:
                return ec2_copy_word(v->zone, sizeof(v->zone), text, "an availabilityZone", reterr);
        case VOLUME_STATUS:
                return ec2_copy_word(v->state, sizeof(v->state), text, "a volume's status", reterr);
        case VOLUME_CREATE_TIME:
                set_create_time(v, text);
                return 0;
        case VOLUME_TYPE:
                return ec2_copy_word(v->type, sizeof(v->type), text, "a volumeType", reterr);
        case VOLUME_IOPS:
                return set_rate(&v->iops, text, "a volume's iops", reterr);
        case VOLUME_THROUGHPUT:
                return set_rate(&v->throughput, text, "a volume's throughput", reterr);
        case VOLUME_ENCRYPTED:
                return ec2_parse_bool(text, "a volume's encrypted", &v->encrypted, reterr);
        case VOLUME_MULTI_ATTACH:
                return ec2_parse_bool(text, "a volume's multiAttachEnabled", &v->multi_attach_enabled, reterr);
        case VOLUME_MANAGED:
                return ec2_parse_bool(text, "a volume's operator.managed", &v->managed, reterr);
        case VOLUME_PRINCIPAL:
                return ec2_copy_word(v->managed_by, sizeof(v->managed_by), text, "a volume's operator.principal",
                                     reterr);
        case TAG_KEY:
                set_tag_key(r, text);
                return 0;
        case TAG_VALUE:
                ec2_copy_tag_value(r->tag_value, sizeof(r->tag_value), text);
                return 0;
        case TAG:
                return keep_tag(r, reterr);
        case ATTACHMENT_SERVICE:
                return ec2_copy_word(r->holding_service, sizeof(r->holding_service), text,
                                     "an attachment's instanceOwningService", reterr);
        case ATTACHMENT_INSTANCE_ID:
                return ec2_copy_id(a->instance_id, sizeof(a->instance_id), text, "an attachment's instanceId", reterr);
        case ATTACHMENT_STATUS:
                return ec2_copy_word(a->status, sizeof(a->status), text, "an attachment's status", reterr);
        case ATTACHMENT:
                return add_attachment(r, reterr);
        case VOLUME:
                return finish_volume(r, reterr);
        default:
                return ec2_common_end(r, node, text, reterr);
        }
}

const struct xml_schema ec2_volumes_schema = {
        .rules = rules, .n_rules = ARRAY_SIZE(rules), .on_start = on_start, .on_end = on_end,
};
