/* SPDX-License-Identifier: MIT */
#include "aws/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/partition.h"

const char *service_name(enum aws_service service) {
        return service == SERVICE_STS ? "sts" : "ec2";
}

const char *endpoint_global_region(const char *region_or_null) {
        return partition_of(region_or_null != NULL ? region_or_null : "")->global_region;
}

static bool is_host_char(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* A region becomes part of a host's name and of a signature's scope. */
static bool is_region_name(const char *region) {
        size_t n = strlen(region);
        if (n == 0 || n >= sizeof(((struct endpoint *) NULL)->signing_region) || region[0] == '-' ||
            region[n - 1] == '-')
                return false;
        for (size_t i = 0; i < n; i++)
                if (!is_host_char(region[i]))
                        return false;
        return true;
}

/* The pieces of an operator's URL, still in it. */
struct url_parts {
        bool tls;
        const char *host; /* without brackets */
        size_t host_len;
        bool ipv6;
        unsigned long port;
        const char *path;
};

static bool split_port(const char *p, const char *end, struct url_parts *parts) {
        parts->port = parts->tls ? 443 : 80;
        if (p == end)
                return true;
        if (*p++ != ':' || p == end || end - p > 5)
                return false;
        parts->port = 0;
        for (; p < end; p++) {
                if (*p < '0' || *p > '9')
                        return false;
                parts->port = parts->port * 10 + (unsigned long) (*p - '0');
        }
        return parts->port > 0 && parts->port <= 65535;
}

/* What is wrong with the URL, or NULL. */
static const char *split_url(const char *url, struct url_parts *ret) {
        struct url_parts parts = { .tls = strncasecmp(url, "https://", 8) == 0 };
        if (!parts.tls && strncasecmp(url, "http://", 7) != 0)
                return "must start with https:// or http://";
        if (strlen(url) >= ENDPOINT_URL_SIZE - 1)
                return "is too long";
        for (const char *p = url; *p != '\0'; p++)
                if (*p <= ' ' || *p >= 0x7f || strchr("\"<>\\^`{|}", *p) != NULL)
                        return "holds a character that must not be in a URL";
        const char *authority = url + (parts.tls ? 8 : 7);
        size_t n = strcspn(authority, "/?#");
        const char *end = authority + n;
        if (strpbrk(end, "?#") != NULL)
                return "must not have a query or a fragment";
        if (memchr(authority, '@', n) != NULL)
                return "must not hold a user name or password";
        parts.path = *end == '/' ? end : "/";
        parts.ipv6 = authority[0] == '[';
        parts.host = authority + parts.ipv6;
        const char *host_end = parts.ipv6 ? memchr(authority, ']', n) : memchr(authority, ':', n);
        if (host_end == NULL && parts.ipv6)
                return "has an IPv6 address without ']'";
        if (host_end == NULL)
                host_end = end;
        parts.host_len = (size_t) (host_end - parts.host);
        if (!split_port(host_end + parts.ipv6, end, &parts))
                return "has a port that is no number from 1 to 65535";
        *ret = parts;
        return NULL;
}

static bool is_loopback(const char *host, bool ipv6) {
        struct in_addr v4;
        struct in6_addr v6;
        if (ipv6)
                return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
        return strcmp(host, "localhost") == 0 || (inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127);
}

/* Copies the host in lower case; false when it is none. */
static bool copy_host(const struct url_parts *parts, char host[ENDPOINT_URL_SIZE]) {
        struct in6_addr v6;
        if (parts->host_len == 0)
                return false;
        for (size_t i = 0; i < parts->host_len; i++) {
                char c = parts->host[i];
                host[i] = c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
                if (!parts->ipv6 && !is_host_char(host[i]) && c != '.' && c != '_')
                        return false;
        }
        host[parts->host_len] = '\0';
        return !parts->ipv6 || inet_pton(AF_INET6, host, &v6) == 1;
}

/* Fills url, host and path. -E2BIG when one does not fit. */
static int compose(bool tls, const char *host, unsigned long port, const char *path, struct endpoint *e) {
        int n = port == (tls ? 443 : 80) ? snprintf(e->host, sizeof(e->host), "%s", host)
                                         : snprintf(e->host, sizeof(e->host), "%s:%lu", host, port);
        if (n < 0 || (size_t) n >= sizeof(e->host))
                return -E2BIG;
        n = snprintf(e->path, sizeof(e->path), "%s", path);
        if (n < 0 || (size_t) n >= sizeof(e->path))
                return -E2BIG;
        n = snprintf(e->url, sizeof(e->url), "%s://%s%s", tls ? "https" : "http", e->host, path);
        return n < 0 || (size_t) n >= sizeof(e->url) ? -E2BIG : 0;
}

int endpoint_parse_url(const char *url, const char *what, bool allow_plain_http, struct endpoint *ret,
                       struct error *reterr) {
        struct url_parts parts;
        char host[ENDPOINT_URL_SIZE], bracketed[ENDPOINT_URL_SIZE + 2];
        struct endpoint e = { .custom = true };

        const char *wrong = split_url(url, &parts);
        if (wrong == NULL && !copy_host(&parts, host))
                wrong = "has no valid host";
        /* A user name or password may be in it, so that URL is not quoted. */
        if (wrong != NULL && strchr(url, '@') != NULL)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s: the URL %s", what, wrong);
        if (wrong != NULL)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s: \"%.100s\" %s", what, url, wrong);
        if (!parts.tls && !allow_plain_http && !is_loopback(host, parts.ipv6))
                return error_set(reterr, ERROR_CONFIG, EINVAL,
                                 "%s: plain http is refused to other hosts than loopback (%.80s): use https, or allow "
                                 "it with allow_plain_http = yes", what, host);
        (void) snprintf(bracketed, sizeof(bracketed), parts.ipv6 ? "[%s]" : "%s", host);
        if (compose(parts.tls, bracketed, parts.port, parts.path, &e) < 0)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s: the URL is too long", what);
        *ret = e;
        return 0;
}

static void build_host(const struct settings *settings, enum aws_service service, const char *region,
                       char host[ENDPOINT_URL_SIZE]) {
        const struct partition *p = partition_of(region);
        bool fips = settings->use_fips && (settings->use_dualstack || !p->fips_is_normal);
        (void) snprintf(host, ENDPOINT_URL_SIZE, "%s%s.%s.%s", service_name(service), fips ? "-fips" : "", region,
                        settings->use_dualstack ? p->dualstack_suffix : p->suffix);
}

/* Whether EC2 is somebody else's: then Amazon's STS has no business with the keys. */
static bool is_private_cloud(const struct settings *settings) {
        struct endpoint e;
        if (settings->endpoint_url_ec2 == NULL ||
            endpoint_parse_url(settings->endpoint_url_ec2, "EC2", true, &e, NULL) < 0)
                return settings->endpoint_url_ec2 != NULL;
        e.host[strcspn(e.host, ":")] = '\0';
        return !partition_owns_host(e.host);
}

int endpoint_resolve(const struct settings *settings, enum aws_service service, const char *region,
                     struct endpoint *ret, struct error *reterr) {
        struct endpoint e = { .custom = false };
        if (!is_region_name(region))
                return error_set(reterr, ERROR_CONFIG, EINVAL,
                                 "\"%.40s\" is no region's name: correct AWS_REGION, the profile's region or \"regions\": "
                                 "names have letters a-z, digits and - only", region);
        const char *url = service == SERVICE_STS ? settings->endpoint_url_sts : settings->endpoint_url_ec2;
        if (url != NULL) {
                int r = endpoint_parse_url(url, "endpoint URL", settings->allow_plain_http, &e, reterr);
                if (r < 0)
                        return r;
        } else if (service == SERVICE_STS && is_private_cloud(settings)) {
                return error_set(reterr, ERROR_CONFIG, ENOENT,
                                 "EC2's endpoint is not Amazon's, so Amazon's STS is not asked with its keys: set "
                                 "AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL");
        } else {
                char host[ENDPOINT_URL_SIZE];
                build_host(settings, service, region, host);
                (void) compose(true, host, 443, "/", &e);
        }
        (void) snprintf(e.signing_region, sizeof(e.signing_region), "%s", region);
        *ret = e;
        return 0;
}
