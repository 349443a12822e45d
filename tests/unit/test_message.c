/* SPDX-License-Identifier: MIT */
/* Frames and messages between parent and workers: every split, every lie. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "ipc/message.h"

#define CEILING ((size_t) 4 * 1024 * 1024)

static struct volume sample_volume(void) {
        struct volume v = { .size_gib = 500, .iops = 3000, .throughput = 125, .create_time = 1700000000,
                            .encrypted = true, .multi_attach_enabled = true };
        strcpy(v.id, "vol-0123456789abcdef0");
        strcpy(v.type, "io2");
        strcpy(v.state, "in-use");
        strcpy(v.zone, "eu-west-1a");
        const struct attachment one = { .instance_id = "i-0aaaaaaaaaaaaaaa1", .status = "attached" };
        const struct attachment managed = { .instance_id = "", .status = "attached" };
        strcpy(v.managed_by, "eks.amazonaws.com");
        v.tags = strdup("{\"Name\":\"n\xc3\xa4me\"}");
        assert_non_null(v.tags);
        assert_int_equal(volume_add_attachment(&v, &one), 0);
        assert_int_equal(volume_add_attachment(&v, &managed), 0);
        return v;
}

static const struct task_message sample_task = {
        .action = ACTION_VOLUMES,
        .region = "eu-west-1",
        .page_token = "token/+=",
        .instance_id = "i-1",
        .volume_ids = "vol-01*,vol-1*",
        .include_managed = true,
        .probe = true,
        .all_regions = true,
        .clock_offset_usec = -300000000,
        .keys = { .access_key_id = "AKID", .secret_access_key = "SECRET", .session_token = "", .account_id = "",
                  .home_region = "", .source = "environment", .expiration = 5 },
};

/* One frame of each kind, as they follow each other on a pipe. */
static struct buffer sample_stream(void) {
        struct buffer b = BUFFER_INIT(CEILING);
        struct volume v = sample_volume();
        struct instance i = { .state = INSTANCE_RUNNING, .managed = true };
        strcpy(i.id, "i-1");
        strcpy(i.name, "n\xc3\xa4me");
        struct region r = { .name = "eu-west-1", .opt_in_status = "opted-in" };
        const struct result_message result = {
                .error = { .kind = ERROR_THROTTLED, .errnum = EAGAIN, .http_status = 503, .code = "RequestLimitExceeded",
                           .remedy = "slow down" },
                .next_token = "next",
                .account_id = "123456789012",
                .arn = "arn:aws:iam::123456789012:user/u",
                .records = 3,
                .start = 7,
                .duration = 8,
                .server_date = 9,
                .times = { .connected = 10, .secured = 11, .answered = 12 },
        };
        assert_int_equal(message_put_volume(&b, &v), 0);
        assert_int_equal(message_put_instance(&b, &i), 0);
        assert_int_equal(message_put_region(&b, &r), 0);
        assert_int_equal(message_put_task(&b, &sample_task), 0);
        assert_int_equal(message_put_credentials(&b, &sample_task.keys), 0);
        assert_int_equal(message_put_result(&b, &result), 0);
        volume_release(&v);
        return b;
}

static void check_frame(unsigned number, const struct frame *f) {
        struct volume v;
        struct instance i;
        struct region r;
        struct task_message t;
        struct keys_message k;
        struct result_message m;
        switch (number) {
        case 0:
                assert_int_equal(message_get_volume(f, &v), 0);
                assert_string_equal(v.id, "vol-0123456789abcdef0");
                assert_int_equal(v.size_gib, 500);
                assert_true(v.encrypted && v.multi_attach_enabled && !v.managed);
                assert_string_equal(v.managed_by, "eks.amazonaws.com");
                assert_string_equal(v.tags, "{\"Name\":\"n\xc3\xa4me\"}");
                assert_int_equal(v.n_attachments, 2);
                assert_string_equal(v.attachments[0].instance_id, "i-0aaaaaaaaaaaaaaa1");
                assert_string_equal(v.attachments[1].instance_id, "");
                volume_release(&v);
                break;
        case 1:
                assert_int_equal(message_get_instance(f, &i), 0);
                assert_string_equal(i.name, "n\xc3\xa4me");
                assert_int_equal(i.state, INSTANCE_RUNNING);
                assert_true(i.managed);
                break;
        case 2:
                assert_int_equal(message_get_region(f, &r), 0);
                assert_string_equal(r.opt_in_status, "opted-in");
                break;
        case 3:
                assert_int_equal(message_get_task(f, &t), 0);
                assert_int_equal(t.action, ACTION_VOLUMES);
                assert_int_equal(t.clock_offset_usec, -300000000);
                assert_string_equal(t.page_token, "token/+=");
                assert_true(t.include_managed && t.probe && t.all_regions);
                assert_string_equal(t.keys.secret_access_key, "SECRET");
                break;
        case 4:
                assert_int_equal(message_get_credentials(f, &k), 0);
                assert_string_equal(k.source, "environment");
                assert_int_equal(k.expiration, 5);
                break;
        default:
                assert_int_equal(message_get_result(f, &m), 0);
                assert_int_equal(m.error.kind, ERROR_THROTTLED);
                assert_string_equal(m.error.code, "RequestLimitExceeded");
                assert_string_equal(m.error.remedy, "slow down");
                assert_string_equal(m.account_id, "123456789012");
                assert_string_equal(m.arn, "arn:aws:iam::123456789012:user/u");
                assert_int_equal(m.duration, 8);
                assert_int_equal(m.server_date, 9);
                assert_true(m.times.connected == 10 && m.times.secured == 11 && m.times.answered == 12);
        }
}

/* Bytes come in two reads, cut anywhere: the same frames come out. */
static void test_split_at_every_byte(void **state) {
        (void) state;
        struct buffer stream = sample_stream();
        for (size_t cut = 0; cut <= stream.len; cut++) {
                size_t parsed = 0, available = cut;
                unsigned frames = 0;
                for (;;) {
                        struct frame f;
                        size_t size;
                        int r = frame_parse(stream.data + parsed, available - parsed, &f, &size);
                        if (r == 0 && available == stream.len)
                                break;
                        if (r == 0) {
                                available = stream.len;
                                continue;
                        }
                        assert_int_equal(r, 1);
                        check_frame(frames++, &f);
                        parsed += size;
                }
                assert_int_equal(frames, 6);
                assert_int_equal(parsed, stream.len);
        }
        buffer_release(&stream);
}

static void test_length_beyond_ceiling(void **state) {
        (void) state;
        const uint8_t lie[] = { 0xff, 0xff, 0xff, 0x7f, MESSAGE_RESULT, 0 };
        struct frame f;
        size_t size;
        assert_int_equal(frame_parse(lie, sizeof(lie), &f, &size), -EBADMSG);
}

static void decode_everything(const struct frame *f) {
        struct volume v;
        struct instance i;
        struct region r;
        struct task_message t;
        struct keys_message k;
        struct result_message m;
        if (message_get_volume(f, &v) == 0)
                volume_release(&v);
        (void) message_get_instance(f, &i);
        (void) message_get_region(f, &r);
        (void) message_get_task(f, &t);
        (void) message_get_credentials(f, &k);
        (void) message_get_result(f, &m);
}

/* A frame cut short, made longer or changed is refused or decoded within its bounds; the sanitizers watch. */
static void test_mutated_payloads(void **state) {
        (void) state;
        struct random random = { .state = 1 };
        struct buffer stream = sample_stream();
        for (size_t at = 0; at < stream.len;) {
                struct frame whole;
                size_t size;
                assert_int_equal(frame_parse(stream.data + at, stream.len - at, &whole, &size), 1);
                for (size_t len = 0; len < whole.len; len++) {
                        uint8_t *copy = test_malloc(len > 0 ? len : 1);
                        memcpy(copy, whole.payload, len);
                        const struct frame cut = { .type = whole.type, .payload = copy, .len = len };
                        struct volume v;
                        if (whole.type == MESSAGE_VOLUME)
                                assert_int_equal(message_get_volume(&cut, &v), -EBADMSG);
                        decode_everything(&cut);
                        test_free(copy);
                }
                for (unsigned round = 0; round < 2000; round++) {
                        uint8_t *copy = test_malloc(whole.len);
                        memcpy(copy, whole.payload, whole.len);
                        for (unsigned n = 0; n < 3; n++)
                                copy[random_below(&random, whole.len)] = (uint8_t) random_next(&random);
                        const struct frame mutated = { .type = whole.type, .payload = copy, .len = whole.len };
                        decode_everything(&mutated);
                        test_free(copy);
                }
                at += size;
        }
        buffer_release(&stream);
}

static void test_wrong_type_is_refused(void **state) {
        (void) state;
        struct buffer b = BUFFER_INIT(CEILING);
        struct region region = { .name = "eu-west-1" };
        assert_int_equal(message_put_region(&b, &region), 0);
        struct frame f;
        size_t size;
        assert_int_equal(frame_parse(b.data, b.len, &f, &size), 1);
        struct instance i;
        assert_int_equal(message_get_instance(&f, &i), -EBADMSG);
        buffer_release(&b);
}

/* What does not fit leaves the buffer as it was. */
static void test_too_long_a_task(void **state) {
        (void) state;
        struct buffer b = BUFFER_INIT(CEILING);
        char *token = test_malloc(FRAME_PAYLOAD_MAX + 1);
        memset(token, 'x', FRAME_PAYLOAD_MAX);
        token[FRAME_PAYLOAD_MAX] = '\0';
        struct task_message t = sample_task;
        t.page_token = token;
        assert_int_equal(message_put_task(&b, &t), -E2BIG);
        assert_int_equal(b.len, 0);
        test_free(token);
        buffer_release(&b);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_split_at_every_byte),
                cmocka_unit_test(test_length_beyond_ceiling),
                cmocka_unit_test(test_mutated_payloads),
                cmocka_unit_test(test_wrong_type_is_refused),
                cmocka_unit_test(test_too_long_a_task),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
