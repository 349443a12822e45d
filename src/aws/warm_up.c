/* SPDX-License-Identifier: MIT */
#include "aws/warm_up.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "aws/sigv4.h"
#include "aws/xml.h"
#include "base/buffer.h"

/* A self-signed certificate for the handshake below, never seen by anyone. */
static X509 *make_certificate(EVP_PKEY *key) {
        X509 *x = X509_new();
        if (x == NULL)
                return NULL;
        X509_NAME *name = X509_get_subject_name(x);
        if (X509_set_version(x, X509_VERSION_3) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
            X509_gmtime_adj(X509_getm_notBefore(x), -3600) != NULL &&
            X509_gmtime_adj(X509_getm_notAfter(x), 3600) != NULL &&
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *) "warm-up", -1, -1, 0) == 1 &&
            X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key) == 1 && X509_sign(x, key, EVP_sha256()) > 0)
                return x;
        X509_free(x);
        return NULL;
}

static bool is_waiting(SSL *ssl, int r) {
        return r == 1 || SSL_get_error(ssl, r) == SSL_ERROR_WANT_READ;
}

/* Client and server take turns until both are done; then one byte goes each way. */
static void shake_hands(SSL *client, SSL *server) {
        int c = 0, s = 0;
        for (int round = 0; round < 10 && (c != 1 || s != 1); round++) {
                c = SSL_do_handshake(client);
                s = SSL_do_handshake(server);
                if (!is_waiting(client, c) || !is_waiting(server, s))
                        return;
        }
        char byte = 'x';
        (void) SSL_write(client, &byte, 1);
        (void) SSL_read(server, &byte, 1);
        (void) SSL_write(server, &byte, 1);
        (void) SSL_read(client, &byte, 1);
}

static void connect_pair(SSL_CTX *client_context, SSL_CTX *server_context) {
        SSL *client = SSL_new(client_context), *server = SSL_new(server_context);
        BIO *a = NULL, *b = NULL;
        if (client != NULL && server != NULL && BIO_new_bio_pair(&a, 0, &b, 0) == 1) {
                SSL_set_bio(client, a, a);
                SSL_set_bio(server, b, b);
                SSL_set_connect_state(client);
                SSL_set_accept_state(server);
                shake_hands(client, server);
        }
        SSL_free(client);
        SSL_free(server);
}

static void shake_hands_in_memory(void) {
        EVP_PKEY *key = EVP_EC_gen("P-256");
        X509 *certificate = key != NULL ? make_certificate(key) : NULL;
        SSL_CTX *client = SSL_CTX_new(TLS_client_method()), *server = SSL_CTX_new(TLS_server_method());
        if (certificate != NULL && client != NULL && server != NULL &&
            SSL_CTX_use_certificate(server, certificate) == 1 && SSL_CTX_use_PrivateKey(server, key) == 1 &&
            X509_STORE_add_cert(SSL_CTX_get_cert_store(client), certificate) == 1) {
                SSL_CTX_set_verify(client, SSL_VERIFY_PEER, NULL);
                connect_pair(client, server);
        }
        SSL_CTX_free(client);
        SSL_CTX_free(server);
        X509_free(certificate);
        EVP_PKEY_free(key);
        ERR_clear_error();
}

static void sign_nothing(void) {
        static const struct sigv4_header host = { "Host", "localhost" };
        const struct sigv4_request request = {
                .method = "POST", .path = "/", .query = "", .headers = &host, .n_headers = 1,
        };
        const struct sigv4_scope scope = { .time = 0, .region = "none", .service = "none" };
        _cleanup_(buffer_release) struct buffer ignored = BUFFER_INIT(4096);
        (void) sigv4_authorization(&request, &scope, "none", "none", &ignored, NULL);
}

static void parse_nothing(void) {
        static const struct xml_rule rules[] = { { XML_TOP, "a", 1, true } };
        static const struct xml_schema schema = { .rules = rules, .n_rules = ARRAY_SIZE(rules) };
        static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>&amp;</a>";
        (void) xml_parse(&schema, text, sizeof(text) - 1, NULL, NULL);
}

void warm_up(bool tls) {
        tzset();
        sign_nothing();
        parse_nothing();
        if (tls)
                shake_hands_in_memory();
}
