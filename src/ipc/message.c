/* SPDX-License-Identifier: MIT */
#include "ipc/message.h"

#include <errno.h>
#include <string.h>

#include "ipc/wire.h"

const char *task_action_name(enum task_action action) {
        static const char *const names[_ACTION_MAX] = {
                [ACTION_CREDENTIALS] = "Credentials",
                [ACTION_IDENTITY] = "GetCallerIdentity",
                [ACTION_REGIONS] = "DescribeRegions",
                [ACTION_INSTANCES] = "DescribeInstances",
                [ACTION_VOLUMES] = "DescribeVolumes",
        };
        return (unsigned) action < _ACTION_MAX ? names[action] : "unknown";
}

/* A frame being written: begin, put the fields, finish. */
struct frame_writer {
        struct wire_writer wire;
        size_t mark;
};

static struct frame_writer begin(struct buffer *b, enum message_type type) {
        struct frame_writer f = { .wire = { .to = b }, .mark = b->len };
        f.wire.error = frame_begin(b, (uint8_t) type, &f.mark);
        return f;
}

static int finish(struct frame_writer *f) {
        if (f->wire.error == 0)
                return frame_end(f->wire.to, f->mark);
        f->wire.to->len = f->mark;
        return f->wire.error;
}

static struct wire_reader open_frame(const struct frame *f, enum message_type type) {
        return (struct wire_reader){ .data = f->payload, .n = f->len, .bad = f->type != type };
}

static void put_keys(struct wire_writer *w, const struct keys_message *k) {
        wire_put_string(w, k->access_key_id);
        wire_put_string(w, k->secret_access_key);
        wire_put_string(w, k->session_token);
        wire_put_string(w, k->account_id);
        wire_put_string(w, k->home_region);
        wire_put_string(w, k->source);
        wire_put_u64(w, k->expiration);
}

static struct keys_message get_keys(struct wire_reader *r) {
        struct keys_message k = { 0 };
        k.access_key_id = wire_get_string(r);
        k.secret_access_key = wire_get_string(r);
        k.session_token = wire_get_string(r);
        k.account_id = wire_get_string(r);
        k.home_region = wire_get_string(r);
        k.source = wire_get_string(r);
        k.expiration = wire_get_u64(r);
        return k;
}

int message_put_task(struct buffer *b, const struct task_message *m) {
        struct frame_writer f = begin(b, MESSAGE_TASK);
        wire_put_u64(&f.wire, m->action);
        wire_put_string(&f.wire, m->region);
        wire_put_string(&f.wire, m->page_token);
        wire_put_string(&f.wire, m->instance_id);
        wire_put_string(&f.wire, m->volume_ids);
        wire_put_u64(&f.wire, m->include_managed);
        wire_put_u64(&f.wire, m->probe);
        wire_put_u64(&f.wire, m->all_regions);
        wire_put_u64(&f.wire, (uint64_t) m->clock_offset_usec);
        put_keys(&f.wire, &m->keys);
        return finish(&f);
}

int message_get_task(const struct frame *f, struct task_message *ret) {
        struct wire_reader r = open_frame(f, MESSAGE_TASK);
        struct task_message m = { 0 };
        m.action = (enum task_action) wire_get_bounded(&r, _ACTION_MAX - 1);
        m.region = wire_get_string(&r);
        m.page_token = wire_get_string(&r);
        m.instance_id = wire_get_string(&r);
        m.volume_ids = wire_get_string(&r);
        m.include_managed = wire_get_bool(&r);
        m.probe = wire_get_bool(&r);
        m.all_regions = wire_get_bool(&r);
        m.clock_offset_usec = (int64_t) wire_get_u64(&r);
        m.keys = get_keys(&r);
        if (wire_finish(&r) < 0)
                return -EBADMSG;
        *ret = m;
        return 0;
}

int message_put_credentials(struct buffer *b, const struct keys_message *m) {
        struct frame_writer f = begin(b, MESSAGE_CREDENTIALS);
        put_keys(&f.wire, m);
        return finish(&f);
}

int message_get_credentials(const struct frame *f, struct keys_message *ret) {
        struct wire_reader r = open_frame(f, MESSAGE_CREDENTIALS);
        struct keys_message m = get_keys(&r);
        if (wire_finish(&r) < 0)
                return -EBADMSG;
        *ret = m;
        return 0;
}

int message_put_region(struct buffer *b, const struct region *region) {
        struct frame_writer f = begin(b, MESSAGE_REGION);
        wire_put_string(&f.wire, region->name);
        wire_put_string(&f.wire, region->opt_in_status);
        return finish(&f);
}

int message_get_region(const struct frame *f, struct region *ret) {
        struct wire_reader r = open_frame(f, MESSAGE_REGION);
        struct region region = { 0 };
        wire_copy_string(&r, region.name, sizeof(region.name));
        wire_copy_string(&r, region.opt_in_status, sizeof(region.opt_in_status));
        if (wire_finish(&r) < 0)
                return -EBADMSG;
        *ret = region;
        return 0;
}

int message_put_instance(struct buffer *b, const struct instance *instance) {
        struct frame_writer f = begin(b, MESSAGE_INSTANCE);
        wire_put_string(&f.wire, instance->id);
        wire_put_string(&f.wire, instance->type);
        wire_put_string(&f.wire, instance->zone);
        wire_put_string(&f.wire, instance->owner_id);
        wire_put_u64(&f.wire, instance->state);
        wire_put_u64(&f.wire, instance->managed);
        wire_put_string(&f.wire, instance->name);
        return finish(&f);
}

int message_get_instance(const struct frame *f, struct instance *ret) {
        struct wire_reader r = open_frame(f, MESSAGE_INSTANCE);
        struct instance i = { 0 };
        wire_copy_string(&r, i.id, sizeof(i.id));
        wire_copy_string(&r, i.type, sizeof(i.type));
        wire_copy_string(&r, i.zone, sizeof(i.zone));
        wire_copy_string(&r, i.owner_id, sizeof(i.owner_id));
        i.state = (uint8_t) wire_get_bounded(&r, UINT8_MAX);
        i.managed = wire_get_bool(&r);
        wire_copy_string(&r, i.name, sizeof(i.name));
        if (wire_finish(&r) < 0)
                return -EBADMSG;
        *ret = i;
        return 0;
}

int message_put_volume(struct buffer *b, const struct volume *v) {
        struct frame_writer f = begin(b, MESSAGE_VOLUME);
        wire_put_string(&f.wire, v->id);
        wire_put_string(&f.wire, v->type);
        wire_put_string(&f.wire, v->state);
        wire_put_string(&f.wire, v->zone);
        wire_put_u64(&f.wire, v->size_gib);
        wire_put_u64(&f.wire, v->iops);
        wire_put_u64(&f.wire, v->throughput);
        wire_put_u64(&f.wire, (uint64_t) v->create_time);
        wire_put_u64(&f.wire, v->encrypted);
        wire_put_u64(&f.wire, v->multi_attach_enabled);
        wire_put_u64(&f.wire, v->managed);
        wire_put_string(&f.wire, v->managed_by);
        wire_put_string(&f.wire, v->tags);
        wire_put_u64(&f.wire, v->n_attachments);
        for (size_t i = 0; i < v->n_attachments; i++) {
                wire_put_string(&f.wire, v->attachments[i].instance_id);
                wire_put_string(&f.wire, v->attachments[i].status);
        }
        return finish(&f);
}

int message_get_volume(const struct frame *f, struct volume *ret) {
        struct wire_reader r = open_frame(f, MESSAGE_VOLUME);
        struct volume v = { 0 };
        wire_copy_string(&r, v.id, sizeof(v.id));
        wire_copy_string(&r, v.type, sizeof(v.type));
        wire_copy_string(&r, v.state, sizeof(v.state));
        wire_copy_string(&r, v.zone, sizeof(v.zone));
        v.size_gib = wire_get_u64(&r);
        v.iops = wire_get_u64(&r);
        v.throughput = wire_get_u64(&r);
        v.create_time = (int64_t) wire_get_u64(&r);
        v.encrypted = wire_get_bool(&r);
        v.multi_attach_enabled = wire_get_bool(&r);
        v.managed = wire_get_bool(&r);
        wire_copy_string(&r, v.managed_by, sizeof(v.managed_by));
        const char *tags = wire_get_string(&r);
        uint64_t n = wire_get_bounded(&r, MODEL_ATTACHMENTS_MAX);
        int e = !r.bad && tags[0] != '\0' && (v.tags = strdup(tags)) == NULL ? -ENOMEM : 0;
        for (uint64_t i = 0; i < n && !r.bad && e == 0; i++) {
                struct attachment a = { 0 };
                wire_copy_string(&r, a.instance_id, sizeof(a.instance_id));
                wire_copy_string(&r, a.status, sizeof(a.status));
                e = volume_add_attachment(&v, &a);
        }
        if (e == 0)
                e = wire_finish(&r);
        if (e < 0) {
                volume_release(&v);
                return e;
        }
        *ret = v;
        return 0;
}

int message_put_result(struct buffer *b, const struct result_message *m) {
        struct frame_writer f = begin(b, MESSAGE_RESULT);
        wire_put_u64(&f.wire, m->error.kind);
        wire_put_u64(&f.wire, (uint64_t) m->error.errnum);
        wire_put_u64(&f.wire, (uint64_t) m->error.http_status);
        wire_put_string(&f.wire, m->error.code);
        wire_put_string(&f.wire, m->error.request_id);
        wire_put_string(&f.wire, m->error.message);
        wire_put_string(&f.wire, m->error.remedy);
        wire_put_string(&f.wire, m->next_token);
        wire_put_string(&f.wire, m->account_id);
        wire_put_string(&f.wire, m->arn);
        wire_put_u64(&f.wire, m->records);
        wire_put_u64(&f.wire, m->start);
        wire_put_u64(&f.wire, m->duration);
        wire_put_u64(&f.wire, m->server_date);
        wire_put_u64(&f.wire, m->times.connected);
        wire_put_u64(&f.wire, m->times.secured);
        wire_put_u64(&f.wire, m->times.answered);
        return finish(&f);
}

int message_get_result(const struct frame *f, struct result_message *ret) {
        struct wire_reader r = open_frame(f, MESSAGE_RESULT);
        struct result_message m = { 0 };
        m.error.kind = (enum error_kind) wire_get_bounded(&r, _ERROR_KIND_MAX - 1);
        m.error.errnum = (int) wire_get_bounded(&r, INT32_MAX);
        m.error.http_status = (int) wire_get_bounded(&r, INT32_MAX);
        wire_copy_string(&r, m.error.code, sizeof(m.error.code));
        wire_copy_string(&r, m.error.request_id, sizeof(m.error.request_id));
        wire_copy_string(&r, m.error.message, sizeof(m.error.message));
        wire_copy_string(&r, m.error.remedy, sizeof(m.error.remedy));
        m.next_token = wire_get_string(&r);
        m.account_id = wire_get_string(&r);
        m.arn = wire_get_string(&r);
        m.records = wire_get_u64(&r);
        m.start = wire_get_u64(&r);
        m.duration = wire_get_u64(&r);
        m.server_date = wire_get_u64(&r);
        m.times.connected = wire_get_u64(&r);
        m.times.secured = wire_get_u64(&r);
        m.times.answered = wire_get_u64(&r);
        if (wire_finish(&r) < 0)
                return -EBADMSG;
        *ret = m;
        return 0;
}
