/* SPDX-License-Identifier: MIT */
#include "aws/http_error.h"

#include <errno.h>
#include <string.h>

int http_origin_length(const char *url) {
        const char *p = strstr(url, "://");
        p = p != NULL ? p + 3 : url;
        return (int) (strcspn(p, "/") + (size_t) (p - url));
}

static int tls_error(CURLcode code, const char *words, int n, const char *url, struct error *reterr) {
        if (code == CURLE_SSL_CACERT_BADFILE)
                return error_set_with_remedy(reterr, ERROR_CONFIG, EPROTO,
                                             "name the endpoint with an https URL in the configuration or "
                                             "AWS_ENDPOINT_URL",
                                             "%.*s: no https call was foreseen, so no CA is loaded", n, url);
        if (code != CURLE_PEER_FAILED_VERIFICATION)
                return error_set_with_remedy(reterr, ERROR_NETWORK, EPROTO,
                                             "check that https is spoken there, and the proxy",
                                             "%.*s: TLS failed: %.120s", n, url,
                                             words[0] != '\0' ? words : curl_easy_strerror(code));
        /* Trying again would not help, hence not ERROR_NETWORK. */
        if (strstr(words, "subject name") != NULL)
                return error_set_with_remedy(reterr, ERROR_CONFIG, EPROTO,
                                             "check --endpoint-url and DNS, or give the server a certificate for this "
                                             "name",
                                             "%.*s: the server's TLS certificate is for another host name", n, url);
        return error_set_with_remedy(reterr, ERROR_CONFIG, EPROTO,
                                     "if a CA of your own issued it, name its PEM file in AWS_CA_BUNDLE",
                                     "%.*s: the server's TLS certificate is not trusted (%.80s)", n, url, words);
}

static int proxy_error(int n, const char *url, struct error *reterr) {
        return error_set_with_remedy(reterr, ERROR_NETWORK, EHOSTUNREACH,
                                     "check https_proxy, http_proxy, all_proxy and no_proxy",
                                     "%.*s: the proxy cannot be used", n, url);
}

static int connect_error(const char *words, int os_errno, int n, const char *url, struct error *reterr) {
        static const char usual[] = "Failed to connect to ";
        if (strncmp(words, usual, strlen(usual)) != 0)
                return proxy_error(n, url, reterr);
        /* It names host and port, which are the proxy's where there is one. */
        int e = os_errno > 0 ? os_errno : ECONNREFUSED;
        return error_set(reterr, ERROR_NETWORK, e, "%.*s: %.100s (%s)", n, url, words, strerror(e));
}

/* libcurl's own text is used only where it cannot quote a proxy's URL, which may hold a password. */
int http_error(CURLcode code, const char *words, int os_errno, const char *url, struct error *reterr) {
        const char *text = words[0] != '\0' ? words : curl_easy_strerror(code);
        int n = http_origin_length(url);
        n = n > 100 ? 100 : n;
        switch (code) {
        case CURLE_OUT_OF_MEMORY:
                return error_oom(reterr);
        case CURLE_COULDNT_RESOLVE_HOST:
                return error_set(reterr, ERROR_NETWORK, EHOSTUNREACH,
                                 "%.*s: the host's name cannot be resolved", n, url);
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_PROXY:
        case CURLE_URL_MALFORMAT:
        case CURLE_BAD_FUNCTION_ARGUMENT: /* what is left: the endpoint's own URL was checked */
                return proxy_error(n, url, reterr);
        case CURLE_COULDNT_CONNECT:
                return connect_error(words, os_errno, n, url, reterr);
        case CURLE_OPERATION_TIMEDOUT:
                return error_set(reterr, ERROR_TIMEOUT, ETIMEDOUT, "%.*s: %.140s", n, url, text);
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_PEER_FAILED_VERIFICATION:
                return tls_error(code, words, n, url, reterr);
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
                return error_set(reterr, ERROR_PROTOCOL, EPROTO, "%.*s: the answer is not HTTP", n, url);
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
                return error_set(reterr, ERROR_NETWORK, ECONNRESET, "%.*s: the connection broke off: %.120s", n, url,
                                 text);
        default:
                return error_set(reterr, ERROR_NETWORK, EIO, "%.*s: %s", n, url, curl_easy_strerror(code));
        }
}
