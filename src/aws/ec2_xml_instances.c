/* SPDX-License-Identifier: MIT */
/* DescribeInstancesResponse */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_records.h"

enum {
        RESERVATION_SET = EC2_NODES,
        RESERVATION,
        RESERVATION_OWNER,
        INSTANCES_SET,
        INSTANCE,
        INSTANCE_ID,
        INSTANCE_TYPE,
        INSTANCE_STATE,
        INSTANCE_STATE_CODE,
        INSTANCE_PLACEMENT,
        INSTANCE_ZONE,
        INSTANCE_OPERATOR,
        INSTANCE_MANAGED,
        INSTANCE_TAG_SET,
        TAG,
        TAG_KEY,
        TAG_VALUE,
};

static const struct xml_rule rules[] = {
        EC2_COMMON_RULES("DescribeInstancesResponse"),
        { EC2_ROOT, "reservationSet", RESERVATION_SET, false },
        { RESERVATION_SET, "item", RESERVATION, false },
        { RESERVATION, "ownerId", RESERVATION_OWNER, true },
        { RESERVATION, "instancesSet", INSTANCES_SET, false },
        { INSTANCES_SET, "item", INSTANCE, false },
        { INSTANCE, "instanceId", INSTANCE_ID, true },
        { INSTANCE, "instanceType", INSTANCE_TYPE, true },
        { INSTANCE, "instanceState", INSTANCE_STATE, false },
        { INSTANCE_STATE, "code", INSTANCE_STATE_CODE, true },
        { INSTANCE, "placement", INSTANCE_PLACEMENT, false },
        { INSTANCE_PLACEMENT, "availabilityZone", INSTANCE_ZONE, true },
        { INSTANCE, "operator", INSTANCE_OPERATOR, false },
        { INSTANCE_OPERATOR, "managed", INSTANCE_MANAGED, true },
        { INSTANCE, "tagSet", INSTANCE_TAG_SET, false },
        { INSTANCE_TAG_SET, "item", TAG, false },
        { TAG, "key", TAG_KEY, true },
        { TAG, "value", TAG_VALUE, true },
};

static int on_start(int node, void *userdata, struct error *reterr _unused_) {
        struct ec2_records *r = userdata;
        switch (node) {
        case RESERVATION:
                r->owner_id[0] = '\0';
                r->n_held = 0;
                break;
        case INSTANCE:
                r->instance = (struct instance){ 0 };
                r->instance_has_state = false;
                break;
        case TAG:
                r->tag_is_name = false;
                r->tag_value[0] = '\0';
                break;
        default:
                break;
        }
        return 0;
}

/* The low byte alone: the high one is Amazon's. */
static int set_state(struct ec2_records *r, const char *text, struct error *reterr) {
        uint64_t code;
        int c = ec2_parse_number(text, UINT32_MAX, "an instanceState's code", &code, reterr);
        if (c < 0)
                return c;
        r->instance.state = (uint8_t) (code & 0xff);
        r->instance_has_state = true;
        return 0;
}

static int hand_over(struct ec2_records *r, struct instance *i, struct error *reterr) {
        memcpy(i->owner_id, r->owner_id, sizeof(i->owner_id));
        return ec2_sink_error(r->sink->on_instance(i, r->sink->userdata), reterr);
}

/* Keeps the instance until its reservation's owner is known. */
static int hold(struct ec2_records *r, struct error *reterr) {
        if (r->n_held == EC2_HELD_MAX)
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG,
                                 "unusable answer: a reservation of more than %d instances", EC2_HELD_MAX);
        if (r->n_held == r->held_allocated) {
                size_t n = r->held_allocated > 0 ? r->held_allocated * 2 : 4;
                struct instance *grown = realloc(r->held, n * sizeof(*grown));
                if (grown == NULL)
                        return error_oom(reterr);
                r->held = grown;
                r->held_allocated = n;
        }
        r->held[r->n_held++] = r->instance;
        return 0;
}

static int finish_instance(struct ec2_records *r, struct error *reterr) {
        if (r->instance.id[0] == '\0')
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: an instance without an id");
        if (!r->instance_has_state)
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: instance %s without a state",
                                 r->instance.id);
        return r->owner_id[0] != '\0' ? hand_over(r, &r->instance, reterr) : hold(r, reterr);
}

static int finish_reservation(struct ec2_records *r, struct error *reterr) {
        for (size_t i = 0; i < r->n_held; i++) {
                int c = hand_over(r, &r->held[i], reterr);
                if (c < 0)
                        return c;
        }
        r->n_held = 0;
        return 0;
}

static int on_end(int node, const char *text, void *userdata, struct error *reterr) {
        struct ec2_records *r = userdata;
        struct instance *i = &r->instance;
        switch (node) {
        case RESERVATION_OWNER:
                return ec2_copy_id(r->owner_id, sizeof(r->owner_id), text, "an ownerId", reterr);
        case INSTANCE_ID:
                return ec2_copy_id(i->id, sizeof(i->id), text, "an instanceId", reterr);
        case INSTANCE_TYPE:
                return ec2_copy_word(i->type, sizeof(i->type), text, "an instanceType", reterr);
        case INSTANCE_STATE_CODE:
                return set_state(r, text, reterr);
        case INSTANCE_ZONE:
                return ec2_copy_word(i->zone, sizeof(i->zone), text, "an availabilityZone", reterr);
        case INSTANCE_MANAGED:
                return ec2_parse_bool(text, "an instance's operator.managed", &i->managed, reterr);
        case TAG_KEY:
                r->tag_is_name = strcmp(text, "Name") == 0;
                return 0;
        case TAG_VALUE:
                ec2_copy_tag_value(r->tag_value, sizeof(r->tag_value), text);
                return 0;
        case TAG:
                if (r->tag_is_name)
                        memcpy(i->name, r->tag_value, strlen(r->tag_value) + 1);
                return 0;
        case INSTANCE:
                return finish_instance(r, reterr);
        case RESERVATION:
                return finish_reservation(r, reterr);
        default:
                return ec2_common_end(r, node, text, reterr);
        }
}

const struct xml_schema ec2_instances_schema = {
        .rules = rules, .n_rules = ARRAY_SIZE(rules), .on_start = on_start, .on_end = on_end,
};
