/* SPDX-License-Identifier: MIT */
#include "aws/trust.h"

#include <errno.h>
#include <openssl/err.h>
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
                return error_set(reterr, ERROR_CONFIG, ERR_GET_REASON(e), "cannot read the CA bundle %s: %s: install "
                                 "ca-certificates, or name another one in AWS_CA_BUNDLE", path,
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
