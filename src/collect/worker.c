/* SPDX-License-Identifier: MIT */
#include "collect/worker.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "aws/credentials.h"
#include "aws/ec2.h"
#include "aws/http.h"
#include "aws/sts.h"
#include "base/memory.h"
#include "ipc/message.h"

/* Records leave in pieces of about this size, so that a page's memory is bounded by the pipe, not by the page. */
#define FLUSH_SIZE ((size_t) 32 * 1024)

/* The fewest that EC2 lets one ask for. */
#define PROBE_RESULTS 5u

struct worker {
        const struct worker_context *context;
        struct http *http;
        int task_fd;
        int result_fd;
        struct buffer in;
        struct buffer out;
        uint64_t records; /* of the task in hand */
};

static bool is_https(const char *url) {
        return strncasecmp(url, "https:", strlen("https:")) == 0;
}

/* Without any https endpoint the trust store need not be read. */
static bool needs_tls(const struct settings *s) {
        return s->endpoint_url_ec2 == NULL || is_https(s->endpoint_url_ec2) ||
               (s->endpoint_url_sts != NULL && is_https(s->endpoint_url_sts)) || is_https(s->imds_endpoint);
}

static struct http_options http_options(const struct worker_context *context) {
        const struct config *c = context->config;
        return (struct http_options){
                .connect_timeout_ms = (unsigned) (c->connect_timeout / USEC_PER_MSEC),
                .call_timeout_ms = (unsigned) (c->call_timeout / USEC_PER_MSEC),
                .stall_timeout_ms = (unsigned) (c->stall_timeout / USEC_PER_MSEC),
                .ca_bundle = context->settings->ca_bundle,
                .plain_http_only = !needs_tls(context->settings),
        };
}

const char *worker_ca_bundle(const struct worker_context *context) {
        const struct http_options options = http_options(context);
        return http_trusted_bundle(&options);
}

int worker_prepare(const struct worker_context *context, struct error *reterr) {
        const struct http_options options = http_options(context);
        int r = http_global_init(&options, reterr);
        if (r == 0)
                memory_forget_startup();
        return r;
}

int worker_refresh(const struct worker_context *context, struct error *reterr) {
        const struct http_options options = http_options(context);
        return http_global_refresh(&options, reterr);
}

void worker_unprepare(void) {
        http_global_cleanup();
}

static int flush(struct worker *w) {
        size_t done = 0;
        while (done < w->out.len) {
                ssize_t n = write(w->result_fd, w->out.data + done, w->out.len - done);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                done += (size_t) n;
        }
        buffer_clear(&w->out);
        return 0;
}

/* Books a record that was encoded with result r. */
static int record_written(struct worker *w, int r) {
        if (r < 0)
                return r;
        w->records++;
        return w->out.len >= FLUSH_SIZE ? flush(w) : 0;
}

static int on_region(const struct region *region, void *userdata) {
        struct worker *w = userdata;
        return record_written(w, message_put_region(&w->out, region));
}

static int on_instance(const struct instance *instance, void *userdata) {
        struct worker *w = userdata;
        return record_written(w, message_put_instance(&w->out, instance));
}

static int on_volume(const struct volume *volume, void *userdata) {
        struct worker *w = userdata;
        return record_written(w, message_put_volume(&w->out, volume));
}

/* The keys of a task in the shape the AWS layer takes. The strings stay the task's: nothing is to be released. */
static struct credentials borrow_keys(const struct keys_message *k) {
        return (struct credentials){
                .access_key_id = (char *) (uintptr_t) k->access_key_id,
                .secret_access_key = (char *) (uintptr_t) k->secret_access_key,
                .session_token = k->session_token[0] != '\0' ? (char *) (uintptr_t) k->session_token : NULL,
                .expiration = k->expiration,
        };
}

static int resolve_credentials(struct worker *w, struct result_message *result) {
        struct credentials c = { 0 };
        int r = credentials_resolve(w->context->settings, w->http, w->context->clock, &c, &result->error);
        if (r < 0)
                return r;
        const struct keys_message keys = {
                .access_key_id = c.access_key_id,
                .secret_access_key = c.secret_access_key,
                .session_token = c.session_token,
                .account_id = c.account_id,
                .home_region = c.home_region,
                .source = c.source,
                .expiration = c.expiration,
        };
        r = record_written(w, message_put_credentials(&w->out, &keys));
        credentials_release(&c);
        return r;
}

static usec_t signing_time(const struct worker *w, const struct task_message *task) {
        return clock_realtime(w->context->clock) + (usec_t) task->clock_offset_usec;
}

static int call_ec2(struct worker *w, const struct task_message *task, struct ec2_reply *reply,
                    struct result_message *result) {
        static const enum ec2_action actions[_ACTION_MAX] = {
                [ACTION_REGIONS] = EC2_DESCRIBE_REGIONS,
                [ACTION_INSTANCES] = EC2_DESCRIBE_INSTANCES,
                [ACTION_VOLUMES] = EC2_DESCRIBE_VOLUMES,
        };
        const struct credentials keys = borrow_keys(&task->keys);
        const struct ec2_request request = {
                .action = actions[task->action],
                .region = task->region,
                .page_token = task->page_token,
                .instance_id = task->instance_id,
                .volume_ids = task->volume_ids,
                .include_managed = task->include_managed,
                .max_results = task->probe ? PROBE_RESULTS : 0,
                .all_regions = task->all_regions,
                .fresh_connection = task->probe,
                .time = signing_time(w, task),
        };
        const struct ec2_sink sink = {
                .on_region = on_region,
                .on_instance = on_instance,
                .on_volume = on_volume,
                .userdata = w,
                .keep_tags = w->context->config->keep_tags,
        };
        int r = ec2_call(w->http, w->context->settings, &keys, &request, &sink, reply, &result->error);
        result->server_date = reply->server_date;
        result->times = reply->times;
        if (r == 0 && reply->next_token != NULL)
                result->next_token = reply->next_token;
        return r;
}

static int call_sts(struct worker *w, const struct task_message *task, struct identity *identity,
                    struct result_message *result) {
        const struct credentials keys = borrow_keys(&task->keys);
        struct http_response response;
        int r = sts_get_caller_identity(w->http, w->context->settings, &keys, task->region, signing_time(w, task),
                                        identity, &response, &result->error);
        result->server_date = response.date;
        result->times = response.times;
        result->account_id = identity->account;
        result->arn = identity->arn;
        return r;
}

/* Makes the task's call and fills in the result, whatever came of it. Returns negative errno only when the parent
 * cannot be told. */
static int serve(struct worker *w, const struct task_message *task) {
        struct result_message result = { .next_token = "", .account_id = "", .arn = "" };
        struct ec2_reply reply = { 0 };
        struct identity identity = { 0 };
        w->records = 0;
        result.start = clock_monotonic(w->context->clock);
        int r;
        if (task->action == ACTION_CREDENTIALS) {
                r = resolve_credentials(w, &result);
        } else if (task->action == ACTION_IDENTITY) {
                r = call_sts(w, task, &identity, &result);
        } else {
                r = call_ec2(w, task, &reply, &result);
        }
        if (r < 0 && result.error.kind == ERROR_NONE)
                (void) error_set(&result.error, ERROR_SYSTEM, -r, "the worker could not make the call: %s",
                                 strerror(-r));
        result.duration = clock_monotonic(w->context->clock) - result.start;
        result.records = w->records;
        r = message_put_result(&w->out, &result);
        ec2_reply_release(&reply);
        return r < 0 ? r : flush(w);
}

/* Reads until a whole task is there. 1 with the task and its size, 0 at the end of the pipe. */
static int read_task(struct worker *w, struct task_message *ret_task, size_t *ret_size) {
        for (;;) {
                struct frame frame;
                int r = frame_parse(w->in.data, w->in.len, &frame, ret_size);
                if (r < 0)
                        return r;
                if (r > 0) {
                        r = message_get_task(&frame, ret_task);
                        return r < 0 ? r : 1;
                }
                r = buffer_reserve(&w->in, FRAME_HEADER_SIZE);
                if (r < 0)
                        return r;
                ssize_t n = read(w->task_fd, w->in.data + w->in.len, w->in.allocated - w->in.len);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        return 0;
                w->in.len += (size_t) n;
                if (w->in.len == w->in.allocated) {
                        r = buffer_reserve(&w->in, w->in.len);
                        if (r < 0)
                                return r;
                }
        }
}

int worker_serve(const struct worker_context *context, int task_fd, int result_fd) {
        struct worker w = {
                .context = context,
                .task_fd = task_fd,
                .result_fd = result_fd,
                .in = BUFFER_INIT(2 * (FRAME_PAYLOAD_MAX + FRAME_HEADER_SIZE)),
                .out = BUFFER_INIT(FLUSH_SIZE + 2 * (FRAME_PAYLOAD_MAX + FRAME_HEADER_SIZE)),
        };
        const struct http_options options = http_options(context);
        int r = http_new(&options, &w.http, NULL);
        while (r >= 0) {
                struct task_message task;
                size_t size;
                r = read_task(&w, &task, &size);
                if (r <= 0)
                        break;
                r = serve(&w, &task);
                explicit_bzero(w.in.data, size); /* the keys */
                buffer_consume(&w.in, size);
        }
        http_free(w.http);
        buffer_release_secret(&w.in);
        buffer_release_secret(&w.out);
        return r < 0 ? 1 : 0;
}
