/* SPDX-License-Identifier: MIT */
#include "aws/http_global.h"

#include <curl/curl.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "aws/http.h"
#include "aws/trust.h"
#include "aws/warm_up.h"

/* As libcurl's and OpenSSL's own state, the process's; NULL before http_global_init() and with plain http. */
static X509_STORE *trust;

/* What it was read from. */
static struct bundle_file {
        dev_t device;
        ino_t inode;
        off_t size;
        time_t seconds; /* of its last change */
        long nanoseconds;
} trust_file;

/* The bundle OpenSSL is pointed at, else the one this libcurl was built for. */
static const char *system_bundle(void) {
        const char *path = getenv(X509_get_default_cert_file_env());
        if (path != NULL && path[0] != '\0')
                return path;
        path = curl_version_info(CURLVERSION_NOW)->cainfo;
        return path != NULL ? path : X509_get_default_cert_file();
}

static const char *bundle_of(const struct http_options *options) {
        return options->ca_bundle != NULL ? options->ca_bundle : system_bundle();
}

const char *http_trusted_bundle(const struct http_options *options) {
        return options->plain_http_only ? NULL : bundle_of(options);
}

/* Which file the path leads to at present, and as of when; zeroes if to none. */
static struct bundle_file look_up(const char *path) {
        struct stat st;
        if (stat(path, &st) < 0)
                return (struct bundle_file){ 0 };
        return (struct bundle_file){ st.st_dev, st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec };
}

static bool is_same_file(const struct bundle_file *a, const struct bundle_file *b) {
        return a->device == b->device && a->inode == b->inode && a->size == b->size && a->seconds == b->seconds &&
               a->nanoseconds == b->nanoseconds;
}

static int load_trust(const struct http_options *options, struct error *reterr) {
        const char *path = bundle_of(options);
        const struct bundle_file file = look_up(path);
        X509_STORE *store = NULL;
        int r = trust_store_load(path, options->ca_bundle != NULL, &store, reterr);
        if (r < 0)
                return r;
        X509_STORE_free(trust);
        trust = store;
        trust_file = file;
        return 0;
}

int http_global_init(const struct http_options *options, struct error *reterr) {
        /* One arena and small steps: what a worker frees and takes again should be the same pages. */
        (void) mallopt(M_ARENA_MAX, 1);
        (void) mallopt(M_TOP_PAD, 16 * 1024);
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
                return error_set(reterr, ERROR_SYSTEM, ENOMEM, "libcurl cannot be initialised");
        int r = options->plain_http_only ? 0 : load_trust(options, reterr);
        if (r < 0) {
                curl_global_cleanup();
                return r;
        }
        warm_up(!options->plain_http_only);
        (void) malloc_trim(0);
        return 0;
}

int http_global_refresh(const struct http_options *options, struct error *reterr) {
        if (options->plain_http_only)
                return 0;
        bool is_first = trust == NULL;
        const struct bundle_file file = look_up(bundle_of(options));
        if (!is_first && is_same_file(&file, &trust_file))
                return 0;
        int r = load_trust(options, reterr);
        if (r == 0 && is_first)
                warm_up(true);
        (void) malloc_trim(0);
        return r;
}

void http_global_cleanup(void) {
        X509_STORE_free(trust);
        trust = NULL;
        curl_global_cleanup();
}

X509_STORE *http_global_trust(void) {
        return trust;
}
