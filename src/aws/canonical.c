/* SPDX-License-Identifier: MIT */
#include "aws/canonical.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/percent.h"

/* More would be no request of the Query API; bounds the sort. */
#define HEADERS_MAX 256
#define PARAMETERS_MAX 4096

/* Removes "." and ".." segments and merges slashes: appends "/a/b", with the final slash where path has one. */
static int normalize_path(struct buffer *out, const char *path) {
        int r = buffer_append(out, "/", 1);
        while (r == 0 && *path != '\0') {
                path += strspn(path, "/");
                size_t n = strcspn(path, "/");
                if (n == 2 && path[0] == '.' && path[1] == '.') {
                        if (out->len > 1)
                                out->len--; /* the slash behind the segment that goes */
                        while (out->len > 1 && out->data[out->len - 1] != '/')
                                out->len--;
                } else if (n > 0 && !(n == 1 && path[0] == '.')) {
                        r = buffer_append(out, path, n);
                        if (r == 0 && path[n] == '/')
                                r = buffer_append(out, "/", 1);
                }
                path += n;
        }
        return r;
}

int canonical_path(struct buffer *ret, const char *path, bool keep) {
        if (path[0] == '\0')
                path = "/";
        if (keep)
                return percent_encode(ret, path, strlen(path), true);
        _cleanup_(buffer_release) struct buffer normal = BUFFER_INIT(strlen(path) + 1);
        int r = normalize_path(&normal, path);
        if (r < 0)
                return r;
        return percent_encode(ret, (const char *) normal.data, normal.len, true);
}

struct parameter {
        const char *name; /* encoded, NUL-terminated, as is the value */
        const char *value;
};

static int compare_parameters(const void *a, const void *b) {
        const struct parameter *x = a, *y = b;
        int c = strcmp(x->name, y->name);
        return c != 0 ? c : strcmp(x->value, y->value);
}

/* Appends text encoded anew, and a NUL. */
static int encode_part(struct buffer *out, const char *text, size_t n) {
        _cleanup_(buffer_release) struct buffer plain = BUFFER_INIT(n);
        int r;
        if ((r = percent_decode(&plain, text, n)) < 0 ||
            (r = percent_encode(out, (const char *) plain.data, plain.len, false)) < 0)
                return r;
        return buffer_append(out, "", 1);
}

/* Appends "name NUL value NUL" for each parameter of the query; returns how many they are. */
static int encode_parameters(struct buffer *out, const char *query) {
        int count = 0;
        for (const char *p = query; *p != '\0';) {
                size_t n = strcspn(p, "&");
                if (n > 0) {
                        const char *equals = memchr(p, '=', n);
                        size_t name_len = equals != NULL ? (size_t) (equals - p) : n;
                        size_t skip = equals != NULL ? name_len + 1 : n;
                        int r;
                        if (++count > PARAMETERS_MAX)
                                return -E2BIG;
                        if ((r = encode_part(out, p, name_len)) < 0 || (r = encode_part(out, p + skip, n - skip)) < 0)
                                return r;
                }
                p += n;
                p += *p == '&';
        }
        return count;
}

int canonical_query(struct buffer *ret, const char *query) {
        if (query[0] == '\0')
                return 0;
        _cleanup_(buffer_release) struct buffer text = BUFFER_INIT(ret->max);
        int count = encode_parameters(&text, query);
        if (count <= 0)
                return count;
        _cleanup_(freep) struct parameter *sorted = calloc((size_t) count, sizeof(*sorted));
        if (sorted == NULL)
                return -ENOMEM;
        const char *p = (const char *) text.data;
        for (int i = 0; i < count; i++) {
                sorted[i].name = p;
                sorted[i].value = p + strlen(p) + 1;
                p = sorted[i].value + strlen(sorted[i].value) + 1;
        }
        qsort(sorted, (size_t) count, sizeof(*sorted), compare_parameters);
        for (int i = 0; i < count; i++) {
                int r = buffer_printf(ret, "%s%s=%s", i > 0 ? "&" : "", sorted[i].name, sorted[i].value);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* RFC 9110 header names in lower case, without regard to the locale; '\0' for what may not be in one. */
static char name_char(char c) {
        if (c >= 'A' && c <= 'Z')
                return (char) (c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL))
                return c;
        return '\0';
}

static int compare_names(const char *a, const char *b) {
        while (*a != '\0' && name_char(*a) == name_char(*b)) {
                a++;
                b++;
        }
        return (int) (unsigned char) name_char(*a) - (int) (unsigned char) name_char(*b);
}

/* By name; qsort is not stable, hence the address: the headers are one array. */
static int compare_headers(const void *a, const void *b) {
        const struct sigv4_header *x = *(const struct sigv4_header *const *) a;
        const struct sigv4_header *y = *(const struct sigv4_header *const *) b;
        int c = compare_names(x->name, y->name);
        if (c != 0)
                return c;
        return x < y ? -1 : x > y;
}

static int append_name(struct buffer *ret, const char *name) {
        int r = name[0] == '\0' ? -EINVAL : 0;
        for (; r == 0 && *name != '\0'; name++) {
                char c = name_char(*name);
                r = c == '\0' ? -EINVAL : buffer_append(ret, &c, 1);
        }
        return r;
}

/* Trims the value and makes one blank of inner runs of white space, in quotes and over folded lines too. */
static int append_value(struct buffer *ret, const char *value) {
        static const char blanks[] = " \t\r\n";
        int r = 0;
        for (value += strspn(value, blanks); r == 0 && *value != '\0'; value += strspn(value, blanks)) {
                size_t n = strcspn(value, blanks);
                r = buffer_append(ret, value, n);
                value += n;
                if (r == 0 && value[strspn(value, blanks)] != '\0')
                        r = buffer_append(ret, " ", 1);
        }
        return r;
}

int canonical_headers(struct buffer *ret, struct buffer *ret_names, const struct sigv4_header *headers, size_t n) {
        const struct sigv4_header *sorted[HEADERS_MAX];
        if (n > HEADERS_MAX)
                return -E2BIG;
        for (size_t i = 0; i < n; i++)
                sorted[i] = &headers[i];
        if (n > 0)
                qsort(sorted, n, sizeof(sorted[0]), compare_headers);
        for (size_t i = 0; i < n; i++) {
                bool repeated = i > 0 && compare_names(sorted[i - 1]->name, sorted[i]->name) == 0;
                int r;
                if (repeated) {
                        r = buffer_append(ret, ",", 1);
                } else if ((r = append_name(ret, sorted[i]->name)) == 0 && (r = buffer_append(ret, ":", 1)) == 0) {
                        r = i > 0 ? buffer_append(ret_names, ";", 1) : 0;
                        if (r == 0)
                                r = append_name(ret_names, sorted[i]->name);
                }
                if (r < 0 || (r = append_value(ret, sorted[i]->value)) < 0)
                        return r;
                bool last = i + 1 == n || compare_names(sorted[i]->name, sorted[i + 1]->name) != 0;
                if (last && (r = buffer_append(ret, "\n", 1)) < 0)
                        return r;
        }
        return 0;
}
