/* SPDX-License-Identifier: MIT */
#include "canned_server.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"

struct canned_server {
        const struct canned_answer *answers;
        size_t n_answers;
        size_t next;
        SSL_CTX *tls;
        int listener;
        int stop_event;
        unsigned port;
        unsigned connections;
        struct buffer requests;
        pthread_t thread;
};

struct connection {
        int fd;
        SSL *ssl; /* NULL without TLS */
};

static ssize_t receive(const struct connection *c, char *data, size_t n) {
        return c->ssl != NULL ? SSL_read(c->ssl, data, (int) n) : read(c->fd, data, n);
}

static bool send_all(const struct connection *c, const char *text) {
        size_t n = strlen(text);
        while (n > 0) {
                ssize_t sent = c->ssl != NULL ? SSL_write(c->ssl, text, (int) n) : send(c->fd, text, n, MSG_NOSIGNAL);
                if (sent <= 0)
                        return false;
                text += sent;
                n -= (size_t) sent;
        }
        return true;
}

/* How long the request at text is, once its header is complete; 0 before. */
static size_t request_length(const char *text) {
        const char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "\r\nContent-Length:");
        if (end == NULL)
                return 0;
        size_t n = (size_t) (end + 4 - text);
        return length != NULL && length < end ? n + strtoul(length + 17, NULL, 10) : n;
}

/* Reads one request; false when the client has gone. */
static bool read_request(struct canned_server *s, const struct connection *c) {
        struct buffer b = BUFFER_INIT((size_t) 1024 * 1024);
        for (;;) {
                char piece[4096];
                ssize_t n = receive(c, piece, sizeof(piece));
                if (n <= 0 || buffer_append(&b, piece, (size_t) n) < 0)
                        break;
                size_t length = request_length(buffer_string(&b));
                if (length > 0 && b.len >= length) {
                        (void) buffer_append(&s->requests, b.data, b.len);
                        buffer_release(&b);
                        return true;
                }
        }
        buffer_release(&b);
        return false;
}

static void serve(struct canned_server *s, const struct connection *c) {
        while (read_request(s, c)) {
                if (s->next == s->n_answers)
                        return;
                const struct canned_answer *answer = &s->answers[s->next++];
                char byte;
                if (!send_all(c, answer->text) || answer->close)
                        return;
                while (answer->hang && receive(c, &byte, 1) > 0)
                        ;
                if (answer->hang)
                        return;
        }
}

static void *run(void *userdata) {
        struct canned_server *s = userdata;
        for (;;) {
                struct pollfd fds[] = { { .fd = s->listener, .events = POLLIN },
                                        { .fd = s->stop_event, .events = POLLIN } };
                if (poll(fds, 2, -1) < 0 || fds[1].revents != 0)
                        return NULL;
                struct connection c = { .fd = accept(s->listener, NULL, NULL) };
                if (c.fd < 0)
                        return NULL;
                s->connections++;
                if (s->tls != NULL) {
                        c.ssl = SSL_new(s->tls);
                        (void) SSL_set_fd(c.ssl, c.fd);
                }
                if (c.ssl == NULL || SSL_accept(c.ssl) == 1)
                        serve(s, &c);
                SSL_free(c.ssl);
                (void) close(c.fd);
        }
}

struct canned_server *canned_server_start(const struct canned_answer *answers, size_t n, SSL_CTX *tls) {
        struct canned_server *s = calloc(1, sizeof(*s));
        assert_non_null(s);
        (void) signal(SIGPIPE, SIG_IGN); /* either side may have gone */
        *s = (struct canned_server){ .answers = answers, .n_answers = n, .tls = tls,
                                     .requests = BUFFER_INIT((size_t) 16 * 1024 * 1024) };
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        socklen_t size = sizeof(address);
        s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        s->stop_event = eventfd(0, EFD_CLOEXEC);
        assert_true(s->listener >= 0 && s->stop_event >= 0);
        assert_int_equal(bind(s->listener, (struct sockaddr *) &address, sizeof(address)), 0);
        assert_int_equal(listen(s->listener, 8), 0);
        assert_int_equal(getsockname(s->listener, (struct sockaddr *) &address, &size), 0);
        s->port = ntohs(address.sin_port);
        assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
        return s;
}

unsigned canned_server_port(const struct canned_server *s) {
        return s->port;
}

char *canned_server_stop(struct canned_server *s, unsigned *ret_connections) {
        assert_int_equal(eventfd_write(s->stop_event, 1), 0);
        assert_int_equal(pthread_join(s->thread, NULL), 0);
        (void) close(s->listener);
        (void) close(s->stop_event);
        if (ret_connections != NULL)
                *ret_connections = s->connections;
        assert_non_null(buffer_string(&s->requests));
        char *requests = (char *) s->requests.data;
        free(s);
        return requests;
}

SSL_CTX *canned_tls_new(const char *subject_alt_name, const char *pem_path) {
        EVP_PKEY *key = EVP_EC_gen("P-256");
        X509 *x = X509_new();
        SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
        assert_true(key != NULL && x != NULL && tls != NULL);
        X509_NAME *name = X509_get_subject_name(x);
        assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
        assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x), 1), 1);
        assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), -3600));
        assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 3600));
        assert_int_equal(
                        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *) "test", -1, -1, 0),
                        1);
        assert_int_equal(X509_set_issuer_name(x, name), 1);
        assert_int_equal(X509_set_pubkey(x, key), 1);
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, subject_alt_name);
        assert_non_null(extension);
        assert_int_equal(X509_add_ext(x, extension, -1), 1);
        X509_EXTENSION_free(extension);
        assert_true(X509_sign(x, key, EVP_sha256()) > 0);
        assert_int_equal(SSL_CTX_use_certificate(tls, x), 1);
        assert_int_equal(SSL_CTX_use_PrivateKey(tls, key), 1);
        FILE *f = fopen(pem_path, "we");
        assert_non_null(f);
        assert_int_equal(PEM_write_X509(f, x), 1);
        assert_int_equal(fclose(f), 0);
        X509_free(x);
        EVP_PKEY_free(key);
        return tls;
}
