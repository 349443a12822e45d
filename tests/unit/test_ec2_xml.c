/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/ec2_xml.h"
#include "base/buffer.h"
#include "base/random.h"

#define XML_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define VOLUMES(content)                                                                                  \
        XML_DECLARATION "<DescribeVolumesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"    \
                        "<requestId>req-1</requestId>" content "</DescribeVolumesResponse>"
#define INSTANCES(content) "<DescribeInstancesResponse>" content "</DescribeInstancesResponse>"
#define VOLUME_SET(items) VOLUMES("<volumeSet>" items "</volumeSet>")
#define MINIMAL "<item><volumeId>vol-1</volumeId><size>8</size></item>"

static int write_region(const struct region *r, void *userdata) {
        return buffer_printf(userdata, "region %s %s\n", r->name, r->opt_in_status);
}

static int write_instance(const struct instance *i, void *userdata) {
        return buffer_printf(userdata, "instance %s %s %s owner=%s state=%u managed=%d name=%s\n", i->id, i->type,
                             i->zone, i->owner_id, i->state, i->managed, i->name);
}

static int write_volume(const struct volume *v, void *userdata) {
        int r = buffer_printf(userdata, "volume %s %llu %s %s %s iops=%llu/%llu t=%lld enc=%d multi=%d managed=%d",
                              v->id, (unsigned long long) v->size_gib, v->type, v->state, v->zone,
                              (unsigned long long) v->iops, (unsigned long long) v->throughput,
                              (long long) v->create_time, v->encrypted, v->multi_attach_enabled, v->managed);
        if (r == 0 && v->managed_by[0] != '\0')
                r = buffer_printf(userdata, " by=%s", v->managed_by);
        if (r == 0 && v->tags != NULL)
                r = buffer_printf(userdata, " tags=%s", v->tags);
        for (size_t i = 0; r == 0 && i < v->n_attachments; i++)
                r = buffer_printf(userdata, " [%s %s]", v->attachments[i].instance_id, v->attachments[i].status);
        return r == 0 ? buffer_append(userdata, "\n", 1) : r;
}

/* What an answer became: records as lines, then the token. */
struct outcome {
        struct buffer records;
        struct ec2_reply reply;
        struct error error;
        int result;
};

/* Feeds the text in pieces of step bytes, the first of first bytes. */
static void read_answer(enum ec2_action action, const char *text, size_t n, size_t first, size_t step,
                        struct outcome *ret) {
        *ret = (struct outcome){ .records = BUFFER_INIT((size_t) 1024 * 1024) };
        char name[] = "Name", cost_center[] = "Cost Center";
        char *const keep[] = { name, cost_center, NULL };
        const struct ec2_sink sink = { write_region, write_instance, write_volume, &ret->records, keep };
        struct ec2_xml *x;
        assert_int_equal(ec2_xml_new(action, &sink, &x, &ret->error), 0);
        for (size_t at = 0, piece = first; ret->result == 0 && at < n; at += piece, piece = step) {
                if (piece > n - at)
                        piece = n - at;
                /* An exact copy, so that the sanitizer sees reads beyond the piece. */
                char *copy = malloc(piece);
                memcpy(copy, text + at, piece);
                ret->result = ec2_xml_feed(x, copy, piece, &ret->error);
                free(copy);
        }
        if (ret->result == 0)
                ret->result = ec2_xml_finish(x, &ret->reply, &ret->error);
        ec2_xml_free(x);
}

static void outcome_release(struct outcome *o) {
        buffer_release(&o->records);
        ec2_reply_release(&o->reply);
}

static void check(enum ec2_action action, const char *text, const char *records, const char *token) {
        struct outcome o;
        read_answer(action, text, strlen(text), strlen(text), 1, &o);
        if (o.result < 0)
                fail_msg("%s", o.error.message);
        assert_string_equal(buffer_string(&o.records), records);
        assert_string_equal(o.reply.next_token != NULL ? o.reply.next_token : "(none)", token);
        outcome_release(&o);
}

static void check_refused(enum ec2_action action, const char *text, const char *message) {
        struct outcome o;
        read_answer(action, text, strlen(text), strlen(text), 1, &o);
        assert_int_equal(o.result, -EBADMSG);
        assert_int_equal(o.error.kind, ERROR_PROTOCOL);
        if (strstr(o.error.message, message) == NULL)
                fail_msg("\"%s\" does not say \"%s\"", o.error.message, message);
        outcome_release(&o);
}

static const char full_volumes[] = VOLUMES(
                "<nextToken>to&amp;ken==</nextToken><volumeSet><item>\n"
                "  "
                "<attachmentSet><item><volumeId>vol-0a</volumeId><instanceId>i-01</instanceId><device>/dev/sda</device>"
                "<status>attached</status></item><item><status>busy</status><instanceId>i-02</instanceId></item>"
                "<item><associatedResource>arn:x</associatedResource><status>attached</status><instanceId/></item></"
                "attachmentSet>"
                "<encrypted>true</encrypted><multiAttachEnabled>true</multiAttachEnabled>"
                "<operator><hiddenByDefault>true</hiddenByDefault><managed>true</managed></operator>"
                "<throughput>250</throughput><iops>4000</iops><volumeType>io2</volumeType>"
                "<createTime>2026-01-02T03:04:05.678Z</createTime><status>in-use</status><size>100</size>"
                "<availabilityZone>eu-west-1a</availabilityZone><volumeId>vol-0a</volumeId><new><volumeId>no</"
                "volumeId></new>"
                "<tagSet><item><key>size</key><value>7</value></item></tagSet></item>"
                "<item><volumeId>vol-0b</volumeId><size>0</size><iops/><snapshotId/><createTime>soon</createTime></"
                "item>"
                "</volumeSet>");
static const char full_volumes_records[] =
        "volume vol-0a 100 io2 in-use eu-west-1a iops=4000/250 t=1767323045 enc=1 multi=1 managed=1 [i-01 attached] "
        "[i-02 busy] [ attached]\n"
        "volume vol-0b 0    iops=0/0 t=0 enc=0 multi=0 managed=0\n";

static void test_volumes(void **state) {
        (void) state;
        check(EC2_DESCRIBE_VOLUMES, full_volumes, full_volumes_records, "to&ken==");
        check(EC2_DESCRIBE_VOLUMES, VOLUME_SET(""), "", "(none)");
        check(EC2_DESCRIBE_VOLUMES, VOLUMES("<volumeSet/><nextToken>t</nextToken>"), "", "t");
        check(EC2_DESCRIBE_VOLUMES, VOLUMES("<nextToken/>"), "", "(none)");
        check(EC2_DESCRIBE_VOLUMES, VOLUMES("<nextToken></nextToken>"), "", "(none)");
        check(EC2_DESCRIBE_VOLUMES, "<x:DescribeVolumesResponse xmlns:x='u'><x:volumeSet><x:item><x:size>1</x:size>"
                                    "<x:volumeId><![CDATA[vol-]]>&#x31;</x:volumeId></x:item></x:volumeSet>"
                                    "</x:DescribeVolumesResponse>",
              "volume vol-1 1    iops=0/0 t=0 enc=0 multi=0 managed=0\n", "(none)");
}

/* The tags that are kept come in the order of their keys, whatever the answer's, and are valid JSON. */
static void test_volume_tags(void **state) {
        (void) state;
        check(EC2_DESCRIBE_VOLUMES,
              VOLUME_SET("<item><volumeId>vol-1</volumeId><size>8</size><tagSet>"
                         "<item><value>42</value><key>Cost Center</key></item>"
                         "<item><key>team</key><value>a</value></item>"
                         "<item><key>Name</key><value>say \"hi\"\\&#9;\xc3\xa4</value></item></tagSet></item>" MINIMAL),
              "volume vol-1 8    iops=0/0 t=0 enc=0 multi=0 managed=0 "
              "tags={\"Name\":\"say \\\"hi\\\"\\\\\\u0009\xc3\xa4\",\"Cost Center\":\"42\"}\n"
              "volume vol-1 8    iops=0/0 t=0 enc=0 multi=0 managed=0\n",
              "(none)");
}

/* The operator's principal, or else the service that holds an attachment. */
static void test_who_manages_a_volume(void **state) {
        (void) state;
        check(EC2_DESCRIBE_VOLUMES,
              VOLUME_SET("<item><volumeId>vol-1</volumeId><size>8</size><attachmentSet><item><status>attached</status>"
                         "<instanceOwningService>workspaces.amazonaws.com</instanceOwningService></item></attachmentSet>"
                         "</item><item><attachmentSet><item><status>attached</status><instanceOwningService>x"
                         "</instanceOwningService></item></attachmentSet><operator><managed>true</managed>"
                         "<principal>eks.amazonaws.com</principal></operator><volumeId>vol-2</volumeId><size>9</size>"
                         "</item>" MINIMAL),
              "volume vol-1 8    iops=0/0 t=0 enc=0 multi=0 managed=0 by=workspaces.amazonaws.com [ attached]\n"
              "volume vol-2 9    iops=0/0 t=0 enc=0 multi=0 managed=1 by=eks.amazonaws.com [ attached]\n"
              "volume vol-1 8    iops=0/0 t=0 enc=0 multi=0 managed=0\n",
              "(none)");
}

static void test_request_id(void **state) {
        (void) state;
        struct outcome o;
        read_answer(EC2_DESCRIBE_VOLUMES, full_volumes, strlen(full_volumes), 1, 1000, &o);
        assert_int_equal(o.result, 0);
        assert_string_equal(o.reply.request_id, "req-1");
        outcome_release(&o);
}

static void test_regions(void **state) {
        (void) state;
        check(EC2_DESCRIBE_REGIONS,
              "<DescribeRegionsResponse><regionInfo><item><regionName>eu-west-1</regionName><regionEndpoint>e"
              "</regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item><item><optInStatus>not-opted-in"
              "</optInStatus><geographySet><item><name>x</name></item></geographySet><regionName>af-south-1</"
              "regionName>"
              "</item></regionInfo></DescribeRegionsResponse>",
              "region eu-west-1 opt-in-not-required\nregion af-south-1 not-opted-in\n", "(none)");
        check_refused(EC2_DESCRIBE_REGIONS,
                      "<DescribeRegionsResponse><regionInfo><item/></regionInfo></DescribeRegionsResponse>",
                      "a region without a name");
}

static const char full_instances[] = INSTANCES(
        "<reservationSet><item><reservationId>r-1</reservationId><ownerId>111122223333</ownerId><instancesSet><item>"
        "<instanceId>i-01</instanceId><instanceState><name>running</name><code>272</code></instanceState>"
        "<instanceType>m5.large</instanceType><placement><availabilityZone>eu-west-1a</availabilityZone></placement>"
        "<tagSet><item><value>web 1</value><key>Name</key></item><item><key>name</key><value>x</value></item></tagSet>"
        "</item></instancesSet></item>"
        "<item><instancesSet><item><instanceId>i-02</instanceId><instanceState><code>48</code></instanceState>"
        "<operator><managed>true</managed></operator></item><item><instanceId>i-03</instanceId><instanceState><code>0"
        "</code></instanceState></item></instancesSet><ownerId>444455556666</ownerId></item>"
        "<item><instancesSet><item><instanceId>i-04</instanceId><instanceState><code>80</code></instanceState></item>"
        "</instancesSet></item></reservationSet><nextToken>n</nextToken>");
static const char full_instances_records[] =
        "instance i-01 m5.large eu-west-1a owner=111122223333 state=16 managed=0 name=web 1\n"
        "instance i-02   owner=444455556666 state=48 managed=1 name=\n"
        "instance i-03   owner=444455556666 state=0 managed=0 name=\n"
        "instance i-04   owner= state=80 managed=0 name=\n";

static void test_instances(void **state) {
        (void) state;
        check(EC2_DESCRIBE_INSTANCES, full_instances, full_instances_records, "n");
        check(EC2_DESCRIBE_INSTANCES, INSTANCES("<reservationSet/>"), "", "(none)");
}

/* The same records wherever the network cuts the answer, and whatever the size of the pieces. */
static void test_every_split(void **state) {
        (void) state;
        for (size_t cut = 1; cut < strlen(full_volumes); cut++) {
                struct outcome o;
                read_answer(EC2_DESCRIBE_VOLUMES, full_volumes, strlen(full_volumes), cut, strlen(full_volumes), &o);
                assert_int_equal(o.result, 0);
                assert_string_equal(buffer_string(&o.records), full_volumes_records);
                outcome_release(&o);
        }
        for (size_t step = 1; step < 40; step++) {
                struct outcome o;
                read_answer(EC2_DESCRIBE_INSTANCES, full_instances, strlen(full_instances), step, step, &o);
                assert_int_equal(o.result, 0);
                assert_string_equal(buffer_string(&o.records), full_instances_records);
                assert_string_equal(o.reply.next_token, "n");
                outcome_release(&o);
        }
}

/* An answer that ends early is no answer, even where all its records had arrived. */
static void test_every_truncation(void **state) {
        (void) state;
        for (size_t n = 0; n < strlen(full_volumes); n++) {
                struct outcome o;
                read_answer(EC2_DESCRIBE_VOLUMES, full_volumes, n, n, n, &o);
                assert_int_equal(o.result, -EBADMSG);
                assert_int_equal(o.error.kind, ERROR_PROTOCOL);
                assert_null(o.reply.next_token);
                outcome_release(&o);
        }
}

#define LONG_ID "vol-0123456789012345678901234567890123456789abcd"

static void test_wrong_values(void **state) {
        (void) state;
        static const struct {
                const char *text, *message;
        } cases[] = {
                { VOLUME_SET("<item><size>8</size></item>"), "a volume without an id" },
                { VOLUME_SET("<item><volumeId/><size>8</size></item>"), "a volume without an id" },
                { VOLUME_SET("<item><volumeId>vol-1</volumeId></item>"), "volume vol-1 without a size" },
                { VOLUME_SET("<item><volumeId>vol-1</volumeId><size/></item>"), "a volume's size is \"\"" },
                { VOLUME_SET("<item><size>-1</size></item>"), "size is \"-1\"" },
                { VOLUME_SET("<item><size>+1</size></item>"), "size is \"+1\"" },
                { VOLUME_SET("<item><size> 1</size></item>"), "size is \" 1\"" },
                { VOLUME_SET("<item><size>1.5</size></item>"), "size is \"1.5\"" },
                { VOLUME_SET("<item><size>0x10</size></item>"), "size is \"0x10\"" },
                { VOLUME_SET("<item><size>1099511627777</size></item>"), "size is \"1099511627777\"" },
                { VOLUME_SET("<item><size>99999999999999999999999999</size></item>"), "size is \"999" },
                { VOLUME_SET("<item><size>1</size><size>2</size></item>"), "size told twice" },
                { VOLUME_SET("<item><volumeId>a</volumeId><volumeId>b</volumeId></item>"), "told twice" },
                { VOLUME_SET("<item><volumeId>" LONG_ID "</volumeId></item>"), "a volumeId of 48 characters" },
                { VOLUME_SET("<item><volumeId>vol 1</volumeId></item>"), "odd character" },
                { VOLUME_SET("<item><volumeId>vol-*</volumeId></item>"), "odd character" },
                { VOLUME_SET("<item><volumeType>0123456789012345678901234</volumeType></item>"), "a volumeType of 25" },
                { VOLUME_SET("<item><encrypted>maybe</encrypted></item>"), "encrypted is \"maybe\"" },
                { VOLUME_SET("<item><iops>many</iops></item>"), "iops is \"many\"" },
                { VOLUME_SET("<item><attachmentSet><item><instanceId>i,i</instanceId></item></attachmentSet></item>"),
                  "odd character" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
                check_refused(EC2_DESCRIBE_VOLUMES, cases[i].text, cases[i].message);
        check(EC2_DESCRIBE_VOLUMES, VOLUME_SET("<item><volumeId>v</volumeId><size>1099511627776</size></item>"),
              "volume v 1099511627776    iops=0/0 t=0 enc=0 multi=0 managed=0\n", "(none)");
        check_refused(EC2_DESCRIBE_INSTANCES,
                      INSTANCES("<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId></item>"
                                "</instancesSet></item></reservationSet>"),
                      "instance i-1 without a state");
        check_refused(EC2_DESCRIBE_INSTANCES,
                      INSTANCES("<reservationSet><item><instancesSet><item/></instancesSet></item></reservationSet>"),
                      "an instance without an id");
}

static void test_other_documents(void **state) {
        (void) state;
        check_refused(EC2_DESCRIBE_VOLUMES, "", "empty");
        check_refused(EC2_DESCRIBE_VOLUMES, "hello", "not well-formed");
        check_refused(EC2_DESCRIBE_VOLUMES, "{\"a\":1}", "not well-formed");
        check_refused(EC2_DESCRIBE_VOLUMES, "<html><body>x</body></html>", "<html> is no document of this API");
        check_refused(EC2_DESCRIBE_VOLUMES, full_instances, "<DescribeInstancesResponse>");
        check_refused(EC2_DESCRIBE_VOLUMES, VOLUME_SET(MINIMAL) "<x/>", "not well-formed");
        check_refused(EC2_DESCRIBE_VOLUMES, VOLUME_SET("<item></volumeId></item>"), "not well-formed");
        check_refused(EC2_DESCRIBE_VOLUMES, VOLUME_SET("&nbsp;"), "not well-formed");
        check_refused(EC2_DESCRIBE_VOLUMES, VOLUMES("<requestId>\xff\xfe</requestId>"), "not well-formed");
}

static void test_entities(void **state) {
        (void) state;
        check_refused(EC2_DESCRIBE_VOLUMES,
                      "<!DOCTYPE a [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
                      "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
                      "<DescribeVolumesResponse><requestId>&c;</requestId></DescribeVolumesResponse>",
                      "DOCTYPE");
        check_refused(EC2_DESCRIBE_VOLUMES,
                      "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><DescribeVolumesResponse/>", "DOCTYPE");
}

/* Appends n times. */
static void repeat(struct buffer *b, const char *text, size_t n) {
        for (size_t i = 0; i < n; i++)
                assert_int_equal(buffer_append_string(b, text), 0);
}

static void test_bounds(void **state) {
        (void) state;
        struct buffer b = BUFFER_INIT((size_t) 64 * 1024 * 1024);

        repeat(&b, "<DescribeVolumesResponse>", 1);
        repeat(&b, "<a>", 100000);
        check_refused(EC2_DESCRIBE_VOLUMES, buffer_string(&b), "nested too deeply");

        buffer_clear(&b);
        repeat(&b, "<DescribeVolumesResponse><nextToken>", 1);
        repeat(&b, "0123456789", 2000);
        check_refused(EC2_DESCRIBE_VOLUMES, buffer_string(&b), "too long");

        buffer_clear(&b);
        repeat(&b, "<DescribeVolumesResponse><volumeSet><item><attachmentSet>", 1);
        repeat(&b, "<item><instanceId>i-1</instanceId></item>", MODEL_ATTACHMENTS_MAX + 1);
        check_refused(EC2_DESCRIBE_VOLUMES, buffer_string(&b), "more than 256 attachments");

        buffer_clear(&b);
        repeat(&b, "<DescribeInstancesResponse><reservationSet><item><instancesSet>", 1);
        repeat(&b, "<item><instanceId>i-1</instanceId><instanceState><code>16</code></instanceState></item>", 5001);
        check_refused(EC2_DESCRIBE_INSTANCES, buffer_string(&b), "more than 5000 instances");

        /* What nobody asked for may be of any length, and so may blanks. */
        buffer_clear(&b);
        repeat(&b, "<DescribeVolumesResponse><unknown>", 1);
        repeat(&b, "0123456789", 100000);
        repeat(&b, "</unknown><volumeSet>", 1);
        repeat(&b, "          ", 100000);
        repeat(&b, "</volumeSet></DescribeVolumesResponse>", 1);
        check(EC2_DESCRIBE_VOLUMES, buffer_string(&b), "", "(none)");
        buffer_release(&b);
}

/* A name longer than EC2's 256 characters is cut between two characters. */
static void test_long_name(void **state) {
        (void) state;
        struct buffer text = BUFFER_INIT(65536), expected = BUFFER_INIT(65536);
        repeat(&text,
               "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>"
               "<instanceState><code>16</code></instanceState><tagSet><item><key>Name</key><value>",
               1);
        repeat(&text, "\xe2\x82\xac", 400);
        repeat(&text, "</value></item></tagSet></item></instancesSet></item></reservationSet>"
                      "</DescribeInstancesResponse>", 1);
        repeat(&expected, "instance i-1   owner= state=16 managed=0 name=", 1);
        repeat(&expected, "\xe2\x82\xac", (MODEL_NAME_SIZE - 1) / 3);
        repeat(&expected, "\n", 1);
        check(EC2_DESCRIBE_INSTANCES, buffer_string(&text), buffer_string(&expected), "(none)");
        buffer_release(&text);
        buffer_release(&expected);
}

static int stop(const struct volume *v, void *userdata) {
        (void) v;
        ++*(int *) userdata;
        return -EPIPE;
}

static void test_sink_stops(void **state) {
        (void) state;
        int calls = 0;
        const struct ec2_sink sink = { .on_volume = stop, .userdata = &calls };
        struct ec2_xml *x;
        struct error error;
        static const char text[] = VOLUME_SET(MINIMAL MINIMAL);
        assert_int_equal(ec2_xml_new(EC2_DESCRIBE_VOLUMES, &sink, &x, &error), 0);
        assert_int_equal(ec2_xml_feed(x, text, strlen(text), &error), -EPIPE);
        assert_int_equal(error.kind, ERROR_SYSTEM);
        assert_int_equal(calls, 1);
        ec2_xml_free(x);
}

/* Damaged answers, cut anywhere: records or a refusal, never a crash and never a third thing. */
static void test_mutations(void **state) {
        (void) state;
        static const char pieces[] = "<>/&;\"'= \n\0ai0\xff-![]?";
        struct random random = { .state = 42 };
        for (int round = 0; round < 20000; round++) {
                bool volumes = random_below(&random, 2) == 0;
                const char *original = volumes ? full_volumes : full_instances;
                size_t n = strlen(original);
                char text[4096];
                assert_true(n < sizeof(text));
                memcpy(text, original, n);
                for (uint64_t i = 0, count = 1 + random_below(&random, 4); i < count; i++)
                        text[random_below(&random, n)] = pieces[random_below(&random, sizeof(pieces) - 1)];
                if (random_below(&random, 4) == 0) {
                        size_t from = random_below(&random, n), len = random_below(&random, n - from);
                        memmove(text + from, text + from + len, n - from - len);
                        n -= len;
                }
                struct outcome o;
                read_answer(volumes ? EC2_DESCRIBE_VOLUMES : EC2_DESCRIBE_INSTANCES, text, n,
                            1 + random_below(&random, 300), 1 + random_below(&random, 300), &o);
                assert_true(o.result == 0 || (o.result == -EBADMSG && o.error.kind == ERROR_PROTOCOL));
                outcome_release(&o);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_volumes),       cmocka_unit_test(test_request_id),
                cmocka_unit_test(test_volume_tags),   cmocka_unit_test(test_who_manages_a_volume),
                cmocka_unit_test(test_regions),       cmocka_unit_test(test_instances),
                cmocka_unit_test(test_every_split),   cmocka_unit_test(test_every_truncation),
                cmocka_unit_test(test_wrong_values),  cmocka_unit_test(test_other_documents),
                cmocka_unit_test(test_entities),      cmocka_unit_test(test_bounds),
                cmocka_unit_test(test_long_name),     cmocka_unit_test(test_sink_stops),
                cmocka_unit_test(test_mutations),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
