/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/ec2.h"
#include "aws/xml.h"

/* Turns the XML of one EC2 answer, fed piece by piece, into records for the sink. A record is handed over when its
 * </item> has arrived. What would make a total wrong is ERROR_PROTOCOL: a volume without id or size, an instance
 * without id or state, an identifier longer than its field. */

struct ec2_xml; /* opaque */

/* The sink must outlive the reader. ERROR_SYSTEM when out of memory. */
int ec2_xml_new(enum ec2_action action, const struct ec2_sink *sink, struct ec2_xml **ret, struct error *reterr);
void ec2_xml_free(struct ec2_xml *x);
DEFINE_CLEANUP(struct ec2_xml *, ec2_xml_free);

/* The next n bytes of the answer. ERROR_PROTOCOL for what is no such answer; the sink's own errno where it stops. */
int ec2_xml_feed(struct ec2_xml *x, const void *data, size_t n, struct error *reterr);

/* The answer is complete: fills next_token and request_id of *reply. */
int ec2_xml_finish(struct ec2_xml *x, struct ec2_reply *reply, struct error *reterr);
