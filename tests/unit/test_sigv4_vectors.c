/* SPDX-License-Identifier: MIT */
/* Runs all three stages against a copy of the public vectors (aws-c-auth's and botocore's), which is not part of
 * this tree: SIGV4_VECTORS names its directory. Without a copy the tests are skipped, and say so. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "aws/sigv4.h"

#define AUTOMAKE_SKIP 77
#define TIME ((usec_t) 1440938160 * USEC_PER_SEC)
#define KEY_ID "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define MAX_HEADERS 16

static const struct sigv4_scope vector_scope = { .time = TIME, .region = "us-east-1", .service = "service" };

static char *read_text(const char *path) {
        FILE *f = fopen(path, "re");
        if (f == NULL)
                fail_msg("cannot open %s", path);
        char *text = calloc(1, 65536);
        assert_non_null(text);
        assert_true(fread(text, 1, 65535, f) < 65535);
        fclose(f);
        return text;
}

/* A vector's request, cut up in place. */
struct parsed {
        struct sigv4_request request;
        struct sigv4_header headers[MAX_HEADERS];
};

static void add_header(struct parsed *p, const char *name, const char *value) {
        assert_true(p->request.n_headers < MAX_HEADERS);
        p->headers[p->request.n_headers++] = (struct sigv4_header){ name, value };
}

/* Ends the line at text and returns the start of the next one; a folded line continues the one before. */
static char *cut_line(char *text) {
        char *end = text + strcspn(text, "\n");
        while (*end == '\n' && (end[1] == ' ' || end[1] == '\t'))
                end += 1 + strcspn(end + 1, "\n");
        char *next = *end == '\n' ? end + 1 : end;
        *end = '\0';
        return next;
}

static void parse_request(char *text, struct parsed *ret) {
        *ret = (struct parsed){ .request = { .query = "" } };
        ret->request.headers = ret->headers;
        char *line = text, *next = text + strcspn(text, "\n");
        assert_true(*next == '\n');
        *next++ = '\0';
        char *path = strchr(line, ' '), *version = strrchr(line, ' ');
        assert_true(path != NULL && version > path);
        *path++ = *version = '\0';
        ret->request.method = line;
        ret->request.path = path;
        char *query = strchr(path, '?');
        if (query != NULL) {
                *query = '\0';
                ret->request.query = query + 1;
        }
        while (*next != '\0' && *next != '\n') {
                line = next;
                next = cut_line(line);
                char *colon = strchr(line, ':');
                assert_non_null(colon);
                *colon = '\0';
                add_header(ret, line, colon + 1);
        }
        ret->request.body = *next == '\n' ? next + 1 : "";
        ret->request.body_len = strlen(ret->request.body);
}

static void check_stages(const char *name, const struct sigv4_request *request, const char *canonical,
                         const char *to_sign, const char *authorization) {
        struct buffer c = BUFFER_INIT(65536), names = BUFFER_INIT(65536), s = BUFFER_INIT(65536),
                      a = BUFFER_INIT(65536);
        char signature[SIGV4_SIGNATURE_SIZE];

        print_message("vector %s\n", name);
        assert_int_equal(sigv4_canonical_request(request, &c, &names), 0);
        assert_string_equal(buffer_string(&c), canonical);
        assert_int_equal(sigv4_string_to_sign(canonical, strlen(canonical), &vector_scope, &s), 0);
        assert_string_equal(buffer_string(&s), to_sign);
        assert_int_equal(sigv4_signature(SECRET, &vector_scope, to_sign, strlen(to_sign), signature), 0);
        assert_non_null(strstr(authorization, signature));
        assert_int_equal(sigv4_authorization(request, &vector_scope, KEY_ID, SECRET, &a, NULL), 0);
        assert_non_null(strstr(authorization, buffer_string(&a)));
        buffer_release(&c);
        buffer_release(&names);
        buffer_release(&s);
        buffer_release(&a);
}

static char *read_in(const char *directory, const char *name) {
        char path[4096];
        (void) snprintf(path, sizeof(path), "%s/%s", directory, name);
        return read_text(path);
}

static void check_c_auth_case(const char *directory) {
        char *context_text = read_in(directory, "context.json"), *text = read_in(directory, "request.txt");
        char *canonical = read_in(directory, "header-canonical-request.txt");
        char *to_sign = read_in(directory, "header-string-to-sign.txt");
        char *authorization = read_in(directory, "header-signed-request.txt");
        json_t *context = json_loads(context_text, 0, NULL);
        assert_non_null(context);
        assert_string_equal(json_string_value(json_object_get(context, "timestamp")), "2015-08-30T12:36:00Z");

        struct parsed parsed;
        parse_request(text, &parsed);
        add_header(&parsed, "X-Amz-Date", "20150830T123600Z");
        const char *token = json_string_value(json_object_get(json_object_get(context, "credentials"), "token"));
        if (token != NULL && !json_is_true(json_object_get(context, "omit_session_token")))
                add_header(&parsed, "X-Amz-Security-Token", token);
        parsed.request.keep_path = json_is_false(json_object_get(context, "normalize"));
        if (json_is_true(json_object_get(context, "sign_body")))
                /* The hash of the body stands in the last line of the canonical request. */
                add_header(&parsed, "x-amz-content-sha256", strrchr(canonical, '\n') + 1);
        check_stages(directory, &parsed.request, canonical, to_sign, authorization);

        json_decref(context);
        free(context_text);
        free(text);
        free(canonical);
        free(to_sign);
        free(authorization);
}

static void test_c_auth_vectors(void **state) {
        char pattern[4096];
        glob_t found;
        (void) snprintf(pattern, sizeof(pattern), "%s/aws-c-auth-v4/*/", (const char *) *state);
        assert_int_equal(glob(pattern, 0, NULL, &found), 0);
        for (size_t i = 0; i < found.gl_pathc; i++)
                check_c_auth_case(found.gl_pathv[i]);
        assert_int_equal(found.gl_pathc, 38);
        globfree(&found);
}

/* Reads NAME.suffix where path is NAME.req. */
static char *read_sibling(const char *path, const char *suffix) {
        char sibling[4096];
        (void) snprintf(sibling, sizeof(sibling), "%.*s.%s", (int) (strlen(path) - strlen(".req")), path, suffix);
        return read_text(sibling);
}

static void check_botocore_case(const char *path) {
        char *text = read_text(path), *canonical = read_sibling(path, "creq");
        char *to_sign = read_sibling(path, "sts"), *authorization = read_sibling(path, "authz");
        struct parsed parsed;
        parse_request(text, &parsed);
        /* One case's token is not in the request but in its signed form. */
        char *signed_text = read_sibling(path, "sreq");
        static const char token_name[] = "X-Amz-Security-Token";
        char *token = strstr(signed_text, token_name);
        bool is_signed = strstr(authorization, "x-amz-security-token") != NULL;
        if (token != NULL && is_signed && strcmp(parsed.headers[parsed.request.n_headers - 1].name, token_name) != 0) {
                (void) cut_line(token);
                add_header(&parsed, token_name, token + sizeof(token_name));
        }
        check_stages(path, &parsed.request, canonical, to_sign, authorization);
        free(signed_text);
        free(text);
        free(canonical);
        free(to_sign);
        free(authorization);
}

static void test_botocore_vectors(void **state) {
        char pattern[4096];
        glob_t found;
        (void) snprintf(pattern, sizeof(pattern), "%s/botocore-aws4_testsuite/*/*.req", (const char *) *state);
        assert_int_equal(glob(pattern, 0, NULL, &found), 0);
        (void) snprintf(pattern, sizeof(pattern), "%s/botocore-aws4_testsuite/*/*/*.req", (const char *) *state);
        assert_int_equal(glob(pattern, GLOB_APPEND, NULL, &found), 0);
        for (size_t i = 0; i < found.gl_pathc; i++)
                check_botocore_case(found.gl_pathv[i]);
        assert_int_equal(found.gl_pathc, 34);
        globfree(&found);
}

int main(void) {
        char *directory = getenv("SIGV4_VECTORS");
        if (directory == NULL || access(directory, R_OK) != 0) {
                printf("SKIPPED: the 72 public SigV4 vectors were not checked: set SIGV4_VECTORS to a directory that has a "
                       "copy of them%s%s\n", directory != NULL ? ", unlike " : "", directory != NULL ? directory : "");
                return AUTOMAKE_SKIP;
        }
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_prestate(test_c_auth_vectors, directory),
                cmocka_unit_test_prestate(test_botocore_vectors, directory),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
