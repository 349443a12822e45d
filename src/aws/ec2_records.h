/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/ec2.h"
#include "aws/xml.h"
#include "model/tags.h"

/* The state of reading one EC2 answer, shared by the three kinds of answers (ec2_xml_regions.c, _instances.c,
 * _volumes.c); only the part of the action is used. */

/* Nodes that every schema has, see EC2_COMMON_RULES; those of a schema start behind. */
enum {
        EC2_ROOT = 1,
        EC2_NEXT_TOKEN,
        EC2_REQUEST_ID,
        EC2_NODES, /* the first free number */
};

#define EC2_COMMON_RULES(root)                                    \
        { XML_TOP, (root), EC2_ROOT, false },                     \
        { EC2_ROOT, "nextToken", EC2_NEXT_TOKEN, true },          \
        { EC2_ROOT, "requestId", EC2_REQUEST_ID, true }

/* Instances of a reservation whose ownerId has not been told yet. */
#define EC2_HELD_MAX 5000

struct ec2_records {
        const struct ec2_sink *sink;
        char *next_token; /* owned */
        char request_id[64];

        struct region region;

        struct volume volume;
        bool volume_has_size;
        struct attachment attachment;
        char holding_service[MODEL_SERVICE_SIZE]; /* of an attachment without an instance */
        size_t tag_index; /* of the key that is being read in sink->keep_tags; MODEL_TAGS_MAX: not wanted */
        char *tag_values[MODEL_TAGS_MAX]; /* owned; by that index, NULL: the volume has no such tag */

        struct instance instance;
        bool instance_has_state;
        bool tag_is_name; /* of the tag that is being read */
        char tag_value[MODEL_NAME_SIZE];
        char owner_id[sizeof(((struct instance *) NULL)->owner_id)];
        struct instance *held; /* owned */
        size_t n_held;
        size_t held_allocated;
};

extern const struct xml_schema ec2_regions_schema;
extern const struct xml_schema ec2_instances_schema;
extern const struct xml_schema ec2_volumes_schema;

/* The common nodes' ends; every other node is the schema's own. */
int ec2_common_end(struct ec2_records *r, int node, const char *text, struct error *reterr);

/* Copy an identifier (letters, digits and - _ . : only) or a word (printable ASCII) into a field of n bytes. Too long
 * or with other characters: ERROR_PROTOCOL naming what. */
int ec2_copy_id(char *field, size_t n, const char *text, const char *what, struct error *reterr);
int ec2_copy_word(char *field, size_t n, const char *text, const char *what, struct error *reterr);

/* A decimal number of 0 to max, nothing else; and "true" or "false", "" being false. */
int ec2_parse_number(const char *text, uint64_t max, const char *what, uint64_t *ret, struct error *reterr);
int ec2_parse_bool(const char *text, const char *what, bool *ret, struct error *reterr);

/* A tag's value into a field of n bytes. It is for people: EC2's own fit (256 characters), longer ones are cut between
 * two characters of UTF-8. */
void ec2_copy_tag_value(char *field, size_t n, const char *text);

/* What the sink returned, as an error with text. */
int ec2_sink_error(int r, struct error *reterr);
