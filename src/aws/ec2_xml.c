/* SPDX-License-Identifier: MIT */
#include "aws/ec2_xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_records.h"

struct ec2_xml {
        struct ec2_records records;
        struct xml *xml;
};

static const struct xml_schema *schema_of(enum ec2_action action) {
        switch (action) {
        case EC2_DESCRIBE_REGIONS:
                return &ec2_regions_schema;
        case EC2_DESCRIBE_INSTANCES:
                return &ec2_instances_schema;
        case EC2_DESCRIBE_VOLUMES:
                return &ec2_volumes_schema;
        }
        return NULL;
}

int ec2_xml_new(enum ec2_action action, const struct ec2_sink *sink, struct ec2_xml **ret, struct error *reterr) {
        _cleanup_(ec2_xml_freep) struct ec2_xml *x = calloc(1, sizeof(*x));
        if (x == NULL)
                return error_oom(reterr);
        x->records.sink = sink;
        int r = xml_new(schema_of(action), &x->records, &x->xml, reterr);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(x);
        return 0;
}

void ec2_xml_free(struct ec2_xml *x) {
        if (x == NULL)
                return;
        xml_free(x->xml);
        volume_release(&x->records.volume);
        for (size_t i = 0; i < MODEL_TAGS_MAX; i++)
                free(x->records.tag_values[i]);
        free(x->records.next_token);
        free(x->records.held);
        free(x);
}

int ec2_xml_feed(struct ec2_xml *x, const void *data, size_t n, struct error *reterr) {
        return xml_feed(x->xml, data, n, reterr);
}

int ec2_xml_finish(struct ec2_xml *x, struct ec2_reply *reply, struct error *reterr) {
        int r = xml_finish(x->xml, reterr);
        if (r < 0)
                return r;
        free(reply->next_token);
        reply->next_token = TAKE_PTR(x->records.next_token);
        error_copy_text(reply->request_id, sizeof(reply->request_id), x->records.request_id);
        return 0;
}

int ec2_common_end(struct ec2_records *r, int node, const char *text, struct error *reterr) {
        if (node == EC2_NEXT_TOKEN && text[0] != '\0') {
                char *token = strdup(text);
                if (token == NULL)
                        return error_oom(reterr);
                free(r->next_token);
                r->next_token = token;
        }
        if (node == EC2_REQUEST_ID)
                error_copy_text(r->request_id, sizeof(r->request_id), text);
        return 0;
}

static bool is_id_char(unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == ':';
}

static bool is_word_char(unsigned char c) {
        return c >= 0x20 && c < 0x7f;
}

static int copy_checked(char *field, size_t n, const char *text, const char *what, bool (*allowed)(unsigned char),
                        struct error *reterr) {
        size_t len = strlen(text);
        if (len >= n)
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: %s of %zu characters: \"%.40s...\"",
                                 what, len, text);
        for (size_t i = 0; i < len; i++)
                if (!allowed((unsigned char) text[i]))
                        return error_set(reterr, ERROR_PROTOCOL, EBADMSG,
                                         "unusable answer: %s with an odd character: \"%.40s\"", what, text);
        memcpy(field, text, len + 1);
        return 0;
}

int ec2_copy_id(char *field, size_t n, const char *text, const char *what, struct error *reterr) {
        if (field[0] != '\0')
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG,
                                 "unusable answer: %s told twice, \"%s\" and \"%.40s\"", what, field, text);
        return copy_checked(field, n, text, what, is_id_char, reterr);
}

int ec2_copy_word(char *field, size_t n, const char *text, const char *what, struct error *reterr) {
        return copy_checked(field, n, text, what, is_word_char, reterr);
}

int ec2_parse_number(const char *text, uint64_t max, const char *what, uint64_t *ret, struct error *reterr) {
        uint64_t value = 0;
        const char *p = text;
        for (; *p >= '0' && *p <= '9' && value <= max / 10; p++)
                value = value * 10 + (uint64_t) (*p - '0');
        if (p == text || *p != '\0' || value > max)
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: %s is \"%.40s\"", what, text);
        *ret = value;
        return 0;
}

int ec2_parse_bool(const char *text, const char *what, bool *ret, struct error *reterr) {
        bool yes = strcmp(text, "true") == 0;
        if (!yes && strcmp(text, "false") != 0 && text[0] != '\0')
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: %s is \"%.40s\"", what, text);
        *ret = yes;
        return 0;
}

void ec2_copy_tag_value(char *field, size_t n, const char *text) {
        size_t len = strnlen(text, n - 1);
        if (text[len] != '\0')
                while (len > 0 && ((unsigned char) text[len] & 0xc0) == 0x80)
                        len--;
        memcpy(field, text, len);
        field[len] = '\0';
}

int ec2_sink_error(int r, struct error *reterr) {
        if (r >= 0)
                return 0;
        return error_set(reterr, ERROR_SYSTEM, -r, "cannot pass a record on: %s", strerror(-r));
}
