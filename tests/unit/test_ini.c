/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/ini.h"
#include "base/random.h"

/* Writes each call as one line "line section key subkey=value". */
static int record(const char *section, const char *key, const char *subkey, const char *value, unsigned line,
                  void *userdata, struct error *reterr) {
        (void) reterr;
        assert_true(value == NULL || key != NULL);
        assert_int_equal(buffer_printf(userdata, "%u|%s|%s|%s|%s\n", line, section != NULL ? section : "-",
                                       key != NULL ? key : "-", subkey != NULL ? subkey : "-",
                                       value != NULL ? value : "-"),
                         0);
        return 0;
}

static void check(const char *text, int flags, const char *expected) {
        struct buffer out = BUFFER_INIT(65536);
        struct error error;
        int r = ini_parse("file", text, strlen(text), flags, record, &out, &error);
        if (r < 0)
                fail_msg("%s", error.message);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
}

static void check_error_bytes(const char *text, size_t n, int flags, const char *message) {
        struct buffer out = BUFFER_INIT(65536);
        struct error error = { .kind = ERROR_NONE };
        assert_int_equal(ini_parse("file", text, n, flags, record, &out, &error), -EINVAL);
        assert_int_equal(error.kind, ERROR_CONFIG);
        assert_non_null(strstr(error.message, message));
        buffer_release(&out);
}

/* text is a literal, so that it may hold a NUL. */
#define check_error(text, flags, message) check_error_bytes((text), sizeof(text) - 1, (flags), (message))

static void test_keys(void **state) {
        (void) state;
        check("", 0, "");
        check("\n# nothing\n ; here\n", 0, "");
        check("[default]\nAWS_Access_Key_ID = AK # kept\nb:c=d\nempty =\n", 0,
              "1|default|-|-|-\n2|default|aws_access_key_id|-|AK # kept\n3|default|b|-|c=d\n4|default|empty|-|\n");
        check("[a]\r\nk = v\r\n[b]\rk=w", 0, "1|a|-|-|-\n2|a|k|-|v\n3|b|-|-|-\n4|b|k|-|w\n");
        check("  [a]\n  k = v\n  l = w\n", 0, "1|a|-|-|-\n2|a|k|-|v\n3|a|l|-|w\n");
        check("[profile \"a b\"] trailing\n[x] ] y\n", 0, "1|profile \"a b\"|-|-|-\n2|x] |-|-|-\n");
}

static void test_continuation(void **state) {
        (void) state;
        check("[a]\nk = one\n  two\n\n# comment\n\tthree = 3\n\nl = w\n", 0,
              "1|a|-|-|-\n2|a|k|-|one\ntwo\n\nthree = 3\n8|a|l|-|w\n");
        check("[a]\nk = one\n\n\n", 0, "1|a|-|-|-\n2|a|k|-|one\n");
        /* Deeper than its key, a section's header is a value too. */
        check("[a]\nk = one\n [b]\n", 0, "1|a|-|-|-\n2|a|k|-|one\n[b]\n");
}

static void test_nested(void **state) {
        (void) state;
        check("[services x]\nec2 =\n  # why\n  endpoint_url = http://h:1/?a=b\n\n  Other=\nsts =\n  endpoint_url=u\n",
              0,
              "1|services x|-|-|-\n4|services x|ec2|endpoint_url|http://h:1/?a=b\n6|services x|ec2|Other|\n"
              "8|services x|sts|endpoint_url|u\n");
        check_error("[a]\ns3 =\n  x = 1\n\n  no equals\n", 0, "file:5: a line of a nested block");
        check_error("[a]\ns3 =\n  = 1\n", 0, "file:3: the key is missing");
}

static void test_without_section(void **state) {
        (void) state;
        check("k = v\n[a]\nk = w\n", INI_ALLOW_NO_SECTION, "1|-|k|-|v\n2|a|-|-|-\n3|a|k|-|w\n");
        check_error("k = v\n", 0, "file:1: text before the first [section]");
}

static void test_refusals(void **state) {
        (void) state;
        check_error("[a]\nx=1\n[b]\n[a]\n", 0, "file:4: this section was there before");
        check_error("[a]\nx=1\nX:2\n", 0, "file:3: this key was there before");
        check_error("k=1\nk=2\n", INI_ALLOW_NO_SECTION, "file:2: this key was there before");
        check_error("[a]\nno delimiter\n", 0, "file:2: expected 'key = value'");
        check_error("[a]\n= v\n", 0, "file:2: the key is missing");
        check_error("[a\n", 0, "file:1: a section must be written [name]");
        check_error("[]\n", 0, "file:1: a section must be written [name]");
        check_error("\xef\xbb\xbf[a]\n", 0, "byte order mark");
        check_error("[a]\nx=\0y\n", 0, "file:2: a NUL byte");
}

/* What a line holds may be a secret: a message quotes none of it. */
static void test_messages_hold_no_text(void **state) {
        (void) state;
        struct error error;
        struct buffer out = BUFFER_INIT(65536);
        static const char text[] = "[a]\naws_secret_access_key SECRET\n";
        assert_int_equal(ini_parse("file", text, strlen(text), 0, record, &out, &error), -EINVAL);
        assert_null(strstr(error.message, "SECRET"));
        buffer_release(&out);
}

static int stop(const char *section, const char *key, const char *subkey, const char *value, unsigned line,
                void *userdata, struct error *reterr) {
        (void) section, (void) key, (void) subkey, (void) value, (void) line;
        ++*(int *) userdata;
        return error_set(reterr, ERROR_CONFIG, EPERM, "stopped");
}

static void test_handler_stops(void **state) {
        (void) state;
        struct error error;
        int calls = 0;
        assert_int_equal(ini_parse("file", "[a]\nk=v\n", 8, 0, stop, &calls, &error), -EPERM);
        assert_int_equal(calls, 1);
        assert_string_equal(error.message, "stopped");
        assert_int_equal(ini_parse("file", "k=\n a=1\n b=2\n", 13, INI_ALLOW_NO_SECTION, stop, &calls, &error), -EPERM);
        assert_int_equal(calls, 2);
}

static void test_files(void **state) {
        (void) state;
        char directory[] = "/tmp/test_ini.XXXXXX", path[64];
        struct buffer out = BUFFER_INIT(65536);
        struct error error;

        assert_non_null(mkdtemp(directory));
        (void) snprintf(path, sizeof(path), "%s/f", directory);
        assert_int_equal(ini_parse_file(path, 0, record, &out, &error), -ENOENT);
        assert_non_null(strstr(error.message, path));
        assert_int_equal(ini_parse_file(directory, 0, record, &out, &error), -EINVAL);
        assert_int_equal(ini_parse_file("/dev/null", 0, record, &out, &error), 0);
        assert_int_equal(mkfifo(path, 0600), 0);
        assert_int_equal(ini_parse_file(path, 0, record, &out, &error), -EINVAL);
        assert_int_equal(unlink(path), 0);

        FILE *f = fopen(path, "we");
        assert_non_null(f);
        assert_true(fputs("[a]\nk = v\n", f) >= 0);
        assert_int_equal(fclose(f), 0);
        assert_int_equal(ini_parse_file(path, 0, record, &out, &error), 0);
        assert_string_equal(buffer_string(&out), "1|a|-|-|-\n2|a|k|-|v\n");
        assert_int_equal(truncate(path, 1024 * 1024 + 1), 0);
        assert_int_equal(ini_parse_file(path, 0, record, &out, &error), -EFBIG);
        assert_non_null(strstr(error.message, "1 MiB"));
        assert_int_equal(unlink(path), 0);
        assert_int_equal(rmdir(directory), 0);
        buffer_release(&out);
}

static int ignore(const char *section, const char *key, const char *subkey, const char *value, unsigned line,
                  void *userdata, struct error *reterr) {
        (void) section, (void) line, (void) userdata, (void) reterr;
        assert_true(subkey == NULL || (key != NULL && value != NULL));
        return 0;
}

/* Any bytes at all: an answer or a refusal, never a crash (the sanitizers watch). Who reads on behind a mistake finds the
 * same one first. */
static void test_random_text(void **state) {
        (void) state;
        static const char alphabet[] = "[]=:#; \t\r\n\nabA\"\\\0";
        struct random random = { .state = 7 };
        struct error error;
        for (int round = 0; round < 20000; round++) {
                char text[64];
                size_t n = random_below(&random, sizeof(text));
                for (size_t i = 0; i < n; i++)
                        text[i] = alphabet[random_below(&random, sizeof(alphabet) - 1)];
                int flags = random_below(&random, 2) > 0 ? INI_ALLOW_NO_SECTION : 0;
                int r = ini_parse("file", text, n, flags, ignore, NULL, &error);
                assert_true(r == 0 || (r == -EINVAL && error.kind == ERROR_CONFIG));
                struct error_list errors = { .n = 0 };
                assert_int_equal(ini_parse_all("file", text, n, flags, ignore, NULL, &errors), r);
                assert_int_equal(errors.n > 0, r < 0);
                if (r < 0)
                        assert_string_equal(errors.items[0].message, error.message);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_keys),          cmocka_unit_test(test_continuation),
                cmocka_unit_test(test_nested),        cmocka_unit_test(test_without_section),
                cmocka_unit_test(test_refusals),      cmocka_unit_test(test_messages_hold_no_text),
                cmocka_unit_test(test_handler_stops), cmocka_unit_test(test_files),
                cmocka_unit_test(test_random_text),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
