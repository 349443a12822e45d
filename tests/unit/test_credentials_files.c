/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/credentials.h"
#include "aws_environment.h"
#include "base/macros.h"

static void set(const char *name, const char *value) {
        assert_int_equal(setenv(name, value, 1), 0);
}

/* Resolves with instance metadata switched off. */
static int resolve(const char *profile, struct credentials *ret, struct error *reterr) {
        const struct settings_override o = { .profile = profile };
        struct settings s;
        set("AWS_EC2_METADATA_DISABLED", "true");
        struct error_list errors = { .n = 0 };
        if (settings_load(&o, &s, &errors) < 0)
                fail_msg("%s", errors.items[0].message);
        int r = credentials_resolve(&s, NULL, clock_system(), ret, reterr);
        settings_release(&s);
        return r;
}

static void check(const char *profile, const char *id, const char *token, const char *source) {
        struct credentials c;
        struct error error;
        if (resolve(profile, &c, &error) < 0)
                fail_msg("%s", error.message);
        assert_string_equal(c.access_key_id, id);
        assert_non_null(c.secret_access_key);
        assert_string_equal(c.session_token != NULL ? c.session_token : "", token);
        assert_string_equal(c.source, source);
        credentials_release(&c);
}

static void check_error(const char *profile, int errnum, const char *message) {
        struct credentials c;
        struct error error = { .kind = ERROR_NONE };
        assert_int_equal(resolve(profile, &c, &error), -errnum);
        assert_int_equal(error.kind, ERROR_CREDENTIALS);
        if (strstr(error.message, message) == NULL)
                fail_msg("\"%s\" does not say \"%s\"", error.message, message);
        assert_null(strstr(error.message, "sesame"));
}

static void test_environment(void **state) {
        (void) state;
        set("AWS_ACCESS_KEY_ID", "AKENV");
        check_error(NULL, EINVAL, "AWS_SECRET_ACCESS_KEY is not");
        set("AWS_SECRET_ACCESS_KEY", "sesame");
        check(NULL, "AKENV", "", "environment");
        set("AWS_SESSION_TOKEN", "new");
        check(NULL, "AKENV", "new", "environment");
        set("AWS_SECURITY_TOKEN", "old");
        check(NULL, "AKENV", "old", "environment");
        set("AWS_SECRET_ACCESS_KEY", "sesame\n");
        check_error(NULL, EINVAL, "a key or token holds a blank");
}

static void test_environment_details(void **state) {
        (void) state;
        struct credentials c;
        struct error error;
        set("AWS_ACCESS_KEY_ID", "AKENV");
        set("AWS_SECRET_ACCESS_KEY", "sesame");
        set("AWS_ACCOUNT_ID", "111122223333");
        set("AWS_CREDENTIAL_EXPIRATION", "2026-11-23T12:00:00Z");
        assert_int_equal(resolve(NULL, &c, &error), 0);
        assert_string_equal(c.account_id, "111122223333");
        assert_true(c.expiration == (usec_t) 1795435200 * USEC_PER_SEC);
        credentials_release(&c);
        set("AWS_CREDENTIAL_EXPIRATION", "tomorrow");
        check_error(NULL, EINVAL, "AWS_CREDENTIAL_EXPIRATION");
}

static void test_files(void **state) {
        aws_environment_write_credentials(*state,
                                          "# keys\n[default]\naws_access_key_id = AKDEFAULT\n"
                                          "aws_secret_access_key: sesame\n\n[Work Space]\nAWS_ACCESS_KEY_ID=AKWORK\n"
                                          "aws_secret_access_key=sesame\naws_session_token = TOKEN==\n");
        aws_environment_write_config(*state, "[default]\naws_access_key_id = AKCONFIG\naws_secret_access_key = sesame\n"
                                             "[profile only]\naws_access_key_id = AKONLY\n"
                                             "aws_secret_access_key = sesame\naws_security_token = OLD\n"
                                             "s3 =\n  aws_access_key_id = AKNESTED\n");
        check(NULL, "AKDEFAULT", "", "shared credentials file");
        check("Work Space", "AKWORK", "TOKEN==", "shared credentials file");
        check("only", "AKONLY", "OLD", "config file");
}

/* Keys in the environment beat AWS_PROFILE but not a profile that was named on purpose. */
static void test_environment_and_profile(void **state) {
        aws_environment_write_credentials(*state, "[p]\naws_access_key_id = AKP\naws_secret_access_key = sesame\n");
        set("AWS_ACCESS_KEY_ID", "AKENV");
        set("AWS_SECRET_ACCESS_KEY", "sesame");
        set("AWS_PROFILE", "p");
        check(NULL, "AKENV", "", "environment");
        check("p", "AKP", "", "shared credentials file");
}

/* The id of one file never goes with the secret of the other. */
static void test_partial_keys(void **state) {
        aws_environment_write_credentials(*state, "[default]\naws_access_key_id = AK\n");
        aws_environment_write_config(*state, "[default]\naws_secret_access_key = sesame\n");
        check_error(NULL, EINVAL, "has aws_access_key_id but no aws_secret_access_key");
}

static void test_none(void **state) {
        check_error(NULL, ENOENT, "no credentials: set AWS_ACCESS_KEY_ID");
        check_error(NULL, ENOENT, "AWS_EC2_METADATA_DISABLED");
        aws_environment_write_config(*state, "[default]\nregion = x\n");
        check_error(NULL, ENOENT, "no credentials");
}

/* A provider that is configured but not there must not be skipped: other keys would be used than were meant. */
static void test_unsupported(void **state) {
        static const struct {
                const char *config, *message;
        } cases[] = {
                { "[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = b\n", "has role_arn" },
                { "[default]\nweb_identity_token_file = /x\n", "has web_identity_token_file" },
                { "[default]\nsso_session = s\n[sso-session s]\nsso_region = x\n", "has sso_session" },
                { "[default]\nsso_start_url = https://x\n", "has sso_start_url" },
        };
        aws_environment_write_credentials(*state,
                                          "[default]\naws_access_key_id = AK\naws_secret_access_key = sesame\n");
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                aws_environment_write_config(*state, cases[i].config);
                check_error(NULL, EOPNOTSUPP, cases[i].message);
                check_error(NULL, EOPNOTSUPP, "not supported yet");
        }
        /* The credentials file's keys come before these, the config file's behind. */
        aws_environment_write_config(*state, "[default]\ncredential_process = /bin/x\naws_access_key_id = AKCONFIG\n"
                                             "aws_secret_access_key = sesame\n");
        check(NULL, "AK", "", "shared credentials file");
        aws_environment_write_credentials(*state, "");
        check_error(NULL, EOPNOTSUPP, "has credential_process");

        set("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
        check_error(NULL, EOPNOTSUPP, "AWS_WEB_IDENTITY_TOKEN_FILE");
        set("AWS_WEB_IDENTITY_TOKEN_FILE", "");
        aws_environment_write_config(*state, "");
        set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
        check_error(NULL, EOPNOTSUPP, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        set("AWS_ACCESS_KEY_ID", "AKENV");
        set("AWS_SECRET_ACCESS_KEY", "sesame");
        check(NULL, "AKENV", "", "environment");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, aws_environment_setup, aws_environment_teardown)

int main(void) {
        const struct CMUnitTest tests[] = {
                TEST(test_environment),  TEST(test_environment_details), TEST(test_files),
                TEST(test_environment_and_profile), TEST(test_partial_keys), TEST(test_none), TEST(test_unsupported),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
