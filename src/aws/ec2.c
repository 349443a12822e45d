/* SPDX-License-Identifier: MIT */
#include "aws/ec2.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/ec2_xml.h"
#include "aws/query.h"
#include "aws/signed_call.h"

#define API_VERSION "2016-11-15"
/* The most that is allowed; a server with a lower ceiling cuts it. Sending it also makes a call a paginated one, which
 * has the larger of EC2's token buckets. */
#define MAX_RESULTS 1000u

void ec2_reply_release(struct ec2_reply *r) {
        free(r->next_token);
        *r = (struct ec2_reply){ 0 };
}

static const char *action_name(enum ec2_action action) {
        switch (action) {
        case EC2_DESCRIBE_REGIONS:
                return "DescribeRegions";
        case EC2_DESCRIBE_INSTANCES:
                return "DescribeInstances";
        case EC2_DESCRIBE_VOLUMES:
                return "DescribeVolumes";
        }
        return "";
}

static bool is_given(const char *s) {
        return s != NULL && s[0] != '\0';
}

static int add_filters(struct buffer *body, const struct ec2_request *q) {
        unsigned n = 0;
        int r = 0;
        if (q->action != EC2_DESCRIBE_VOLUMES)
                return 0;
        if (is_given(q->instance_id))
                r = query_add_filter(body, ++n, "attachment.instance-id", q->instance_id);
        if (r == 0 && is_given(q->volume_ids))
                r = query_add_filter(body, ++n, "volume-id", q->volume_ids);
        return r;
}

static int write_body(struct buffer *body, const struct ec2_request *q) {
        int r = query_start(body, action_name(q->action), API_VERSION);
        if (r == 0 && q->action == EC2_DESCRIBE_REGIONS && q->all_regions)
                r = query_add(body, "AllRegions", "true");
        if (r < 0 || q->action == EC2_DESCRIBE_REGIONS)
                return r;
        char max_results[16];
        (void) snprintf(max_results, sizeof(max_results), "%u", q->max_results > 0 ? q->max_results : MAX_RESULTS);
        if ((r = query_add(body, "MaxResults", max_results)) < 0 || (r = add_filters(body, q)) < 0)
                return r;
        if (q->include_managed && (r = query_add(body, "IncludeManagedResources", "true")) < 0)
                return r;
        return is_given(q->page_token) ? query_add(body, "NextToken", q->page_token) : 0;
}

static int on_data(const void *data, size_t n, void *userdata, struct error *reterr) {
        return ec2_xml_feed(userdata, data, n, reterr);
}

int ec2_call(struct http *http, const struct settings *settings, const struct credentials *credentials,
             const struct ec2_request *request, const struct ec2_sink *sink, struct ec2_reply *ret,
             struct error *reterr) {
        *ret = (struct ec2_reply){ 0 };
        _cleanup_(buffer_release) struct buffer body = BUFFER_INIT(QUERY_BODY_MAX);
        _cleanup_(ec2_xml_freep) struct ec2_xml *xml = NULL;
        int r = write_body(&body, request);
        if (r == -E2BIG)
                return error_set(reterr, ERROR_CONFIG, E2BIG, "%s: too many filter values, or too long a page token",
                                 action_name(request->action));
        if (r < 0)
                return error_oom(reterr);
        r = ec2_xml_new(request->action, sink, &xml, reterr);
        if (r < 0)
                return r;
        const struct signed_call call = {
                .service = SERVICE_EC2, .region = request->region, .time = request->time,
                .body = body.data, .body_len = body.len, .has_page_token = is_given(request->page_token),
                .fresh_connection = request->fresh_connection, .on_data = on_data, .userdata = xml,
        };
        struct http_response response;
        r = signed_call_perform(http, settings, credentials, &call, &response, reterr);
        ret->server_date = response.date;
        ret->times = response.times;
        if (r < 0)
                return r;
        r = ec2_xml_finish(xml, ret, reterr);
        if (r < 0 && reterr != NULL)
                reterr->http_status = 200;
        return r;
}
