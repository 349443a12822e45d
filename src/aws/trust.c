/* SPDX-License-Identifier: MIT */
#include "aws/trust.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

/* Whatever is computed on first use and then kept inside the certificate would un-share its page in every child. */
static void touch_certificate(X509 *x) {
        (void) X509_check_purpose(x, -1, 0);
        EVP_PKEY_free(X509_get_pubkey(x));
}

static int touch_store(X509_STORE *store) {
        STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
        int n = 0;
        sk_X509_OBJECT_sort(objects);
        for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
                X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
                if (x != NULL) {
                        touch_certificate(x);
                        n++;
                }
        }
        return n;
}

static int load_error(const char *path, struct error *reterr) {
        unsigned long e = ERR_peek_error();
        if (ERR_GET_LIB(e) == ERR_LIB_SYS)
                return error_set(reterr, ERROR_CONFIG, ERR_GET_REASON(e), "cannot read the CA bundle %s: %s", path,
                                 strerror(ERR_GET_REASON(e)));
        return error_set(reterr, ERROR_CONFIG, EINVAL,
                         "the CA bundle %s holds no certificate that can be used: it must be a PEM file", path);
}

int trust_store_load(const char *pem_path, bool required, X509_STORE **ret, struct error *reterr) {
        X509_STORE *store = X509_STORE_new();
        if (store == NULL)
                return error_oom(reterr);
        /* As libcurl sets up its own: a certificate of the bundle is trusted even if it is no root. */
        (void) X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
        ERR_clear_error();
        bool loaded = pem_path != NULL && X509_STORE_load_locations(store, pem_path, NULL) == 1;
        int n = touch_store(store);
        if (required && (!loaded || n == 0)) {
                int r = load_error(pem_path, reterr);
                ERR_clear_error();
                X509_STORE_free(store);
                return r;
        }
        ERR_clear_error();
        *ret = store;
        return 0;
}

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

void tls_warm_up(void) {
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
