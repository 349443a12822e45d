/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "send.h"

#define FILE_MAX (1u << 20)
#define HEADER_MEMORY (128u * 1024)

struct server {
        struct simulator *simulator;
        struct MHD_Daemon *daemon;
        struct buffer certificate;
        struct buffer key;
};

/* Called with the request line: the request begins. */
static void *on_uri(void *userdata _unused_, const char *uri, struct MHD_Connection *connection _unused_) {
        return request_new(uri);
}

static enum MHD_Result on_header(void *userdata, enum MHD_ValueKind kind _unused_, const char *name,
                                 const char *value) {
        return request_add_header(userdata, name, value) >= 0 ? MHD_YES : MHD_NO;
}

static int connection_fd(struct MHD_Connection *connection) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        return info != NULL ? info->connect_fd : -1;
}

/* The call is answered after its latency; the log's line is written before the client can see the answer. */
static enum MHD_Result answer(struct simulator *s, struct MHD_Connection *connection, struct request *request) {
        struct call c = {
                .simulator = s,
                .request = request,
                .number = atomic_fetch_add(&s->requests, 1) + 1,
                .arrived = clock_monotonic(clock_system()),
                .protocol = PROTOCOL_EC2,
                .service = "",
                .action = "",
        };
        bool control = strncmp(request->path, CONTROL_PATH, strlen(CONTROL_PATH)) == 0;
        reply_init(&c.reply, c.number);
        if (!control)
                stats_begin(&s->stats);
        service_answer(&c);
        struct random r = { .state = s->options->seed ^ c.number };
        usec_t delay = s->options->latency + (usec_t) (random_fraction(&r) * (double) s->options->jitter);
        if (!control) {
                /* A hang ends when the client gives up or the program does. */
                call_wait(&c, c.reply.mangle == FAULT_HANG ? UINT64_MAX : c.arrived + delay);
                stats_end(&s->stats);
                stats_count(&s->stats, c.action, c.identity.region, c.reply.status, c.reply.code,
                            c.fault.kind != FAULT_NONE ? fault_kind_name(c.fault.kind) : "");
                call_log_write(&c);
        }
        enum MHD_Result sent = c.reply.mangle == FAULT_HANG ? MHD_NO : send_reply(&c, connection);
        reply_release(&c.reply);
        return sent;
}

static enum MHD_Result refuse_large(struct MHD_Connection *connection) {
        struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
        enum MHD_Result r = MHD_queue_response(connection, MHD_HTTP_CONTENT_TOO_LARGE, response);
        MHD_destroy_response(response);
        return r;
}

static enum MHD_Result on_request(void *userdata, struct MHD_Connection *connection, const char *url _unused_,
                                  const char *method, const char *version _unused_, const char *upload,
                                  size_t *upload_size, void **context) {
        struct request *request = *context;
        if (request == NULL)
                return MHD_NO;
        if (request->method == NULL) { /* the headers have arrived */
                request->method = strdup(method);
                request->fd = connection_fd(connection);
                int n = MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header, request);
                return request->method != NULL && n == (int) request->n_headers ? MHD_YES : MHD_NO;
        }
        if (*upload_size > 0) {
                int r = buffer_append(&request->body, upload, *upload_size);
                *upload_size = 0;
                return r >= 0 ? MHD_YES : refuse_large(connection);
        }
        return answer(userdata, connection, request);
}

static void on_completed(void *userdata _unused_, struct MHD_Connection *connection _unused_, void **context,
                         enum MHD_RequestTerminationCode code _unused_) {
        *context = request_free(*context);
}

static void on_connection(void *userdata, struct MHD_Connection *connection _unused_, void **context _unused_,
                          enum MHD_ConnectionNotificationCode code) {
        struct stats *stats = &((struct simulator *) userdata)->stats;
        if (code == MHD_CONNECTION_NOTIFY_STARTED) {
                atomic_fetch_add(&stats->connections, 1);
                atomic_fetch_add(&stats->open_connections, 1);
        } else
                atomic_fetch_sub(&stats->open_connections, 1);
}

static int read_file(const char *path, struct buffer *ret, struct error *reterr) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = -1;
        int r = fd < 0 ? -errno : 0;
        char chunk[4096];
        while (r >= 0 && (n = read(fd, chunk, sizeof(chunk))) > 0)
                r = buffer_append(ret, chunk, (size_t) n);
        if (r >= 0 && n < 0)
                r = -errno;
        if (fd >= 0)
                (void) close(fd);
        if (r >= 0 && buffer_string(ret) == NULL)
                r = -ENOMEM;
        return r < 0 ? error_set(reterr, ERROR_CONFIG, -r, "%s: cannot read: %s", path, strerror(-r)) : 0;
}

static int parse_address(const struct options *o, struct sockaddr_in *ret, struct error *reterr) {
        *ret = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(o->port) };
        if (inet_pton(AF_INET, o->address, &ret->sin_addr) != 1)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "--address %s: not an IPv4 address", o->address);
        return 0;
}

static int start(struct server *s, const struct sockaddr_in *address, struct error *reterr) {
        const struct options *o = s->simulator->options;
        bool tls = o->tls_cert != NULL;
        struct MHD_OptionItem items[3] = { { MHD_OPTION_END, 0, NULL } };
        if (tls) {
                items[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, s->certificate.data };
                items[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, s->key.data };
                items[2] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
        }
        unsigned flags = MHD_USE_POLL | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC |
                         MHD_USE_SUPPRESS_DATE_NO_CLOCK | (tls ? MHD_USE_TLS : 0u);
        errno = 0;
        s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s->simulator,
                                     MHD_OPTION_SOCK_ADDR, (const struct sockaddr *) address,
                                     MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL,
                                     MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
                                     MHD_OPTION_NOTIFY_CONNECTION, on_connection, s->simulator,
                                     MHD_OPTION_CONNECTION_LIMIT, o->connections,
                                     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) HEADER_MEMORY,
                                     MHD_OPTION_THREAD_STACK_SIZE, (size_t) 512 * 1024,
                                     MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
                                     MHD_OPTION_ARRAY, items, MHD_OPTION_END);
        if (s->daemon == NULL)
                return error_set(reterr, ERROR_SYSTEM, errno != 0 ? errno : EINVAL, "cannot listen on %s:%u%s: %s",
                                 o->address, o->port, tls ? " with that certificate and key" : "",
                                 errno != 0 ? strerror(errno) : "refused by libmicrohttpd");
        return 0;
}

int server_start(struct simulator *simulator, struct server **ret, struct error *reterr) {
        const struct options *o = simulator->options;
        struct server *s = calloc(1, sizeof(*s));
        if (s == NULL)
                return error_oom(reterr);
        *s = (struct server){ .simulator = simulator,
                              .certificate = BUFFER_INIT(FILE_MAX),
                              .key = BUFFER_INIT(FILE_MAX) };
        struct sockaddr_in address;
        int r = parse_address(o, &address, reterr);
        if (r >= 0 && o->tls_cert != NULL)
                r = read_file(o->tls_cert, &s->certificate, reterr);
        if (r >= 0 && o->tls_key != NULL)
                r = read_file(o->tls_key, &s->key, reterr);
        if (r >= 0)
                r = start(s, &address, reterr);
        if (r < 0) {
                server_stop(s);
                return r;
        }
        *ret = s;
        return 0;
}

unsigned server_port(const struct server *s) {
        const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
        return info != NULL ? info->port : 0;
}

struct server *server_stop(struct server *s) {
        if (s == NULL)
                return NULL;
        if (s->daemon != NULL)
                MHD_stop_daemon(s->daemon);
        buffer_release(&s->certificate);
        buffer_release_secret(&s->key);
        free(s);
        return NULL;
}
