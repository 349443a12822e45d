/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/config.h"
#include "config/value.h"

#define DOCUMENTED SRCDIR "/data/ebsreportd.conf"

static struct config defaults(void) {
        struct config config;
        struct error error;
        assert_int_equal(config_init(&config, &error), 0);
        return config;
}

/* Loads text over *config as a file whose name is in path afterwards. */
static int load_text(struct config *config, const char *text, char path[static 64], struct error_list *errors) {
        (void) snprintf(path, 64, "/tmp/test_config.XXXXXX");
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        (void) close(fd);
        int r = config_load(config, path, errors);
        assert_int_equal(unlink(path), 0);
        return r;
}

static void load(struct config *config, const char *text) {
        char path[64];
        struct error_list errors = { .n = 0 };
        if (load_text(config, text, path, &errors) < 0)
                fail_msg("%s", errors.items[0].message);
}

static void check_list(char **list, const char *expected) {
        char text[256] = "";
        for (char **item = list; item != NULL && *item != NULL; item++) {
                strcat(text, *item);
                strcat(text, " ");
        }
        assert_string_equal(text, expected);
}

static void check_text(const char *text, const char *expected) {
        assert_string_equal(text != NULL ? text : "(none)", expected);
}

static void check_equal(const struct config *a, const struct config *b) {
        assert_int_equal(a->mode, b->mode);
        assert_int_equal(a->workers, b->workers);
        assert_true(a->regions == NULL && b->regions == NULL);
        assert_true(a->exclude_regions == NULL && b->exclude_regions == NULL);
        assert_true(a->profile == NULL && b->profile == NULL);
        assert_true(a->endpoint_url == NULL && b->endpoint_url == NULL);
        assert_int_equal(a->allow_plain_http, b->allow_plain_http);
        assert_int_equal(a->include_managed, b->include_managed);
        assert_true(a->prices == NULL && b->prices == NULL);
        assert_string_equal(a->keep_tags[0], b->keep_tags[0]);
        assert_true(a->keep_tags[1] == NULL && b->keep_tags[1] == NULL);
        assert_string_equal(a->database, b->database);
        assert_int_equal(a->connect_timeout, b->connect_timeout);
        assert_int_equal(a->call_timeout, b->call_timeout);
        assert_int_equal(a->stall_timeout, b->stall_timeout);
        assert_int_equal(a->region_timeout, b->region_timeout);
        assert_int_equal(a->max_attempts, b->max_attempts);
        assert_int_equal(a->api_rate_auto, b->api_rate_auto);
        assert_int_equal(a->api_burst, b->api_burst);
        assert_int_equal(a->interval, b->interval);
        assert_int_equal(a->start_jitter, b->start_jitter);
        assert_int_equal(a->compare_interval, b->compare_interval);
        assert_int_equal(a->compare_max_instances, b->compare_max_instances);
        assert_int_equal(a->keep.runs, b->keep.runs);
        assert_int_equal(a->keep.hours, b->keep.hours);
        assert_int_equal(a->keep.days, b->keep.days);
        assert_int_equal(a->keep.events, b->keep.events);
        assert_int_equal(a->timings_keep_runs, b->timings_keep_runs);
        assert_true(a->metrics_file == NULL && b->metrics_file == NULL);
}

/* Every key, none with its default. */
static const char all_keys[] = "mode = parallel\nworkers = 4\nregions = eu-west-1, us-east-1\n"
                               "exclude_regions = us-gov-* ap-*\nprofile = audit role\n"
                               "endpoint_url = http://127.0.0.1:80\n"
                               "allow_plain_http = on\ninclude_managed = False\nprices = /tmp/prices.csv\n"
                               "database = /tmp/x.db\n"
                               "connect_timeout = 500ms\ncall_timeout = 7\nstall_timeout = 2s\nregion_timeout = 1h\n"
                               "max_attempts = 3\napi_rate = 0.5\napi_burst = 7\ninterval = 90\n"
                               "start_jitter = 1min\ncompare_interval = 7d\ncompare_max_instances = 20\nkeep_task_timings = 0\n"
                               "keep_runs = 0\nkeep_hours = forever\nkeep_days = 36500d\nkeep_events = Forever\n"
                               "keep_tags = team,Cost Center ,, Name\nmetrics_file = /tmp/ebs.prom\n";

static void test_every_key(void **state) {
        (void) state;
        struct config config = defaults();
        load(&config, all_keys);
        assert_int_equal(config.mode, MODE_PARALLEL);
        assert_int_equal(config.workers, 4);
        check_list(config.regions, "eu-west-1 us-east-1 ");
        check_list(config.exclude_regions, "us-gov-* ap-* ");
        check_text(config.profile, "audit role");
        check_text(config.endpoint_url, "http://127.0.0.1:80");
        assert_true(config.allow_plain_http);
        assert_false(config.include_managed);
        check_text(config.prices, "/tmp/prices.csv");
        check_text(config.database, "/tmp/x.db");
        assert_int_equal(config.connect_timeout, 500 * USEC_PER_MSEC);
        assert_int_equal(config.call_timeout, 7 * USEC_PER_SEC);
        assert_int_equal(config.stall_timeout, 2 * USEC_PER_SEC);
        assert_int_equal(config.region_timeout, 3600 * USEC_PER_SEC);
        assert_int_equal(config.max_attempts, 3);
        assert_false(config.api_rate_auto);
        assert_true(config.api_rate > 0.499 && config.api_rate < 0.501);
        assert_int_equal(config.api_burst, 7);
        assert_int_equal(config.interval, 90 * USEC_PER_SEC);
        assert_int_equal(config.start_jitter, 60 * USEC_PER_SEC);
        assert_int_equal(config.compare_interval, 7 * 24 * 3600 * USEC_PER_SEC);
        assert_int_equal(config.compare_max_instances, 20);
        assert_int_equal(config.keep.runs, 0);
        assert_true(config.keep.hours == KEEP_FOREVER && config.keep.events == KEEP_FOREVER);
        assert_int_equal(config.keep.days, 36500 * (usec_t) 24 * 3600 * USEC_PER_SEC);
        assert_int_equal(config.timings_keep_runs, 0);
        check_list(config.keep_tags, "team Cost Center Name ");
        check_text(config.metrics_file, "/tmp/ebs.prom");
        for (size_t i = 0; config_key_name(i) != NULL; i++) {
                char line[64];
                (void) snprintf(line, sizeof(line), "%s =", config_key_name(i));
                assert_non_null(strstr(all_keys, line));
        }
        config_release(&config);
}

/* data/ebsreportd.conf as it is changes nothing; with its keys uncommented it restores the defaults, and it has every
 * key once, in the order of the table. */
static void test_documented_defaults(void **state) {
        (void) state;
        struct config expected = defaults(), config = defaults();
        struct error_list errors = { .n = 0 };
        if (config_load(&config, DOCUMENTED, &errors) < 0)
                fail_msg("%s", errors.items[0].message);
        check_equal(&config, &expected);
        load(&config, all_keys);

        FILE *file = fopen(DOCUMENTED, "r");
        assert_non_null(file);
        char line[512], text[4096] = "";
        size_t n = 0;
        while (fgets(line, sizeof(line), file) != NULL) {
                if (line[0] != '#' || line[1] < 'a' || line[1] > 'z')
                        continue;
                strcat(text, line + 1);
                assert_non_null(config_key_name(n));
                char start[64];
                (void) snprintf(start, sizeof(start), "#%s =", config_key_name(n++));
                assert_int_equal(strncmp(line, start, strlen(start)), 0);
        }
        (void) fclose(file);
        assert_null(config_key_name(n));
        load(&config, text); /* refuses a key that is there twice */
        check_equal(&config, &expected);
        config_release(&config);
        config_release(&expected);
}

static void test_refusals(void **state) {
        (void) state;
        static const struct {
                const char *text;
                const char *words;
        } cases[] = {
                { "\nworker = 4\n", ":2: unknown key 'worker', did you mean 'workers'? ebsreportd.conf(5) has all keys" },
                { "Call-Timout = 4\n", "did you mean 'call_timeout'?" },
                { "exclude_region = x\n", "did you mean 'exclude_regions'?" },
                { "colour = red\n", ":1: unknown key 'colour': ebsreportd.conf(5) has all keys" },
                { "m = 1\n", "unknown key 'm': ebsreportd.conf(5)" },
                { "a_name_that_is_longer_than_any_key_that_there_is = 1\n",
                  "unknown key 'a_name_that_is_longer_than_any_key_that_': ebsreportd.conf(5)" },
                { "mode = swept\n", ":1: mode: 'swept' is not allowed: it has to be sequential, parallel or sweep" },
                { "mode =\n", ":1: mode: '' is not allowed" },
                { "workers = 0\n", ":1: workers: '0' is not allowed: it has to be a whole number from 1 to 256" },
                { "workers = 257\n", "from 1 to 256" },
                { "workers = 4x\n", "from 1 to 256" },
                { "workers = -1\n", "from 1 to 256" },
                { "workers = 99999999999999999999999\n", "from 1 to 256" },
                { "workers = 4 # four\n", "from 1 to 256" },
                { "workers =\n  4\n", ":1: a value in one line is needed behind '='" },
                { "profile = a\n  b\n", ":1: profile: 'a b' is not allowed: it has to be one line" },
                { "regions =\n  a = b\n", ":1: a value in one line is needed behind '='" },
                { "regions = us-east-1 US-WEST-1\n", "region names of a-z, 0-9 and '-'" },
                { "regions = abcdefghijklmnopqrstuvwxyz-abcdefg\n", "region names" },
                { "exclude_regions = us_*\n", "patterns such as us-gov-*" },
                { "endpoint_url = ftp://user:geheim@host\n", ":1: endpoint_url: the value has to be a URL" },
                { "allow_plain_http = maybe\n", "yes or no" },
                { "prices = prices.csv\n", ":1: prices: 'prices.csv' is not allowed: it has to be a path that" },
                { "database = history.db\n", "a path that starts with /" },
                { "database =\n", "a path that starts with /" },
                { "call_timeout = 0\n", "a time from 1ms to 1h" },
                { "call_timeout = 2h\n", "a time from 1ms to 1h" },
                { "call_timeout = 5 parsecs\n", "a time from 1ms to 1h" },
                { "call_timeout = 18446744073709551615h\n", "a time from 1ms to 1h" },
                { "call_timeout = 1.5s\n", "a time from 1ms to 1h" },
                { "region_timeout = 25h\n", "from 1ms to 24h" },
                { "max_attempts = 21\n", "from 1 to 20" },
                { "api_rate = 0\n", "auto, or calls a second from 0.1 to 10000" },
                { "api_rate = nan\n", "auto, or calls" },
                { "api_rate = 1e3\n", "auto, or calls" },
                { "api_rate = 5.\n", "auto, or calls" },
                { "api_rate = 10001\n", "auto, or calls" },
                { "api_burst = 0\n", "from 1 to 10000" },
                { "interval = 0\n", "a time from 1ms to 7d" },
                { "interval = 8d\n", "a time from 1ms to 7d" },
                { "start_jitter = 25h\n", "a time from 0 to 24h" },
                { "compare_interval = never\n", "0 for never, or a time up to 365d" },
                { "compare_max_instances = 0\n", "from 1 to 1000000" },
                { "keep_task_timings = forever\n", "from 0 to 100000" },
                { "keep_runs = ever\n", "0 for none, or forever" },
                { "keep_days = 36501d\n", "a time up to 36500d" },
                { "keep_events = -1\n", "such as 12h or 14d" },
                { "keep_tags = a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\n", "at most 16 keys" },
                { "metrics_file = ebs.prom\n", "starts with / and ends with .prom" },
                { "metrics_file = /tmp/ebs.txt\n", "starts with / and ends with .prom" },
                { "metrics_file = /.prom\n", "starts with / and ends with .prom" },
                { "[ebsreportd]\nworkers = 16\n", ":1: section [ebsreportd]" },
                { "workers = 16\nworkers = 5\n", ":2: this key was there before" },
                { "no key\n", ":1: " },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct config config = defaults(), expected = defaults();
                char path[64], start[80];
                struct error_list errors = { .n = 0 };
                assert_int_equal(load_text(&config, cases[i].text, path, &errors), -EINVAL);
                assert_int_equal(errors.n, 1);
                const struct error *e = &errors.items[0];
                assert_int_equal(e->kind, ERROR_CONFIG);
                (void) snprintf(start, sizeof(start), "%s:", path);
                if (strncmp(e->message, start, strlen(start)) != 0 || strstr(e->message, cases[i].words) == NULL)
                        fail_msg("\"%s\" in \"%s\"", cases[i].words, e->message);
                assert_null(strstr(e->message, "geheim"));
                check_equal(&config, &expected);
                config_release(&config);
                config_release(&expected);
        }
}

/* All that is wrong is told, in the order of the file, and what is good is there to be looked at further. */
static void test_all_that_is_wrong(void **state) {
        (void) state;
        static const char text[] = "worker = 4\n"
                                   "mode = swept\n"
                                   "  and more of it\n"
                                   "interval = 10min\n"
                                   "interval = 20min\n"
                                   "  30min\n"
                                   "[section]\n"
                                   "no key\n"
                                   "  nor this\n"
                                   "api_burst = 0\n"
                                   "workers = 4\n";
        static const struct {
                unsigned line;
                const char *words;
        } wrong[] = {
                { 1, "unknown key 'worker', did you mean 'workers'?" },
                { 2, "mode: 'swept and more of it' is not allowed" },
                { 5, "this key was there before" },
                { 7, "section [section]" },
                { 8, "expected 'key = value' or a comment" },
                { 10, "api_burst: '0' is not allowed" },
        };
        struct config config = defaults();
        struct error_list errors = { .n = 0 };
        char path[64], start[128];
        assert_int_equal(load_text(&config, text, path, &errors), -EINVAL);
        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
                (void) snprintf(start, sizeof(start), "%s:%u: %s", path, wrong[i].line, wrong[i].words);
                if (i >= errors.n || strncmp(errors.items[i].message, start, strlen(start)) != 0)
                        fail_msg("%s: %s", start, errors.items[i].message);
        }
        assert_int_equal(errors.n, ARRAY_SIZE(wrong));
        assert_int_equal(config.interval, 600 * USEC_PER_SEC);
        assert_int_equal(config.workers, 4);
        config_release(&config);
}

/* A file that is none of ours is not copied to the log, but counted. */
static void test_more_mistakes_than_anybody_reads(void **state) {
        (void) state;
        struct config config = defaults();
        struct error_list errors = { .n = 0 };
        char path[64], text[1024];
        size_t lines = ERROR_LIST_MAX + 13;
        memset(text, 'x', sizeof(text));
        for (size_t i = 0; i < lines; i++)
                text[2 * i + 1] = '\n';
        text[2 * lines] = '\0';
        assert_int_equal(load_text(&config, text, path, &errors), -EINVAL);
        assert_int_equal(errors.n, lines);
        assert_int_equal(error_list_kept(&errors), ERROR_LIST_MAX);
        struct error summary = error_list_summary(&errors);
        assert_int_equal(summary.kind, ERROR_CONFIG);
        assert_non_null(strstr(summary.message, ":1: expected 'key = value'"));
        assert_non_null(strstr(summary.message, " (and 32 more: ebsreportd --check-config tells all)"));
        config_release(&config);
}

static void test_files(void **state) {
        (void) state;
        struct config config = defaults(), expected = defaults();
        struct error_list errors = { .n = 0 };
        assert_int_equal(config_load(&config, "/no/such/file.conf", &errors), -ENOENT);
        assert_non_null(strstr(errors.items[0].message, "/no/such/file.conf"));
        errors.n = 0;
        assert_int_equal(config_load(&config, "/tmp", &errors) < 0, 1);
        assert_int_equal(errors.items[0].kind, ERROR_CONFIG);
        check_equal(&config, &expected);

        /* What a second file does not name stays. */
        load(&config, "workers = 4\nprofile = a\nregions = us-east-1\n");
        load(&config, "max_attempts = 2\nprofile =\n");
        assert_int_equal(config.workers, 4);
        assert_int_equal(config.max_attempts, 2);
        check_list(config.regions, "us-east-1 ");
        assert_null(config.profile);
        config_release(&config);
        config_release(&expected);
}

static void test_command_line(void **state) {
        (void) state;
        struct config config = defaults();
        struct error error;
        load(&config, "regions = eu-west-1 eu-west-2\n");
        assert_int_equal(config_add_region(&config, "us-east-1", true, &error), 0);
        assert_int_equal(config_add_region(&config, "us-west-2", false, &error), 0);
        assert_int_equal(config_add_region(&config, "us-east-1", false, &error), 0);
        check_list(config.regions, "us-east-1 us-west-2 ");
        static const char *const bad[] = { "",   "US-EAST-1", "us east",
                                           "-x", "a/b",       "abcdefghijklmnopqrstuvwxyz-abcdefg" };
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                assert_int_equal(config_add_region(&config, bad[i], true, &error), -EINVAL);
                assert_int_equal(error.kind, ERROR_CONFIG);
                assert_non_null(strstr(error.message, "--region"));
        }
        check_list(config.regions, "us-east-1 us-west-2 ");

        assert_int_equal(config_set_workers(&config, "64", "--workers", &error), 0);
        assert_int_equal(config.workers, 64);
        assert_int_equal(config_set_workers(&config, "many", "--workers", &error), -EINVAL);
        assert_string_equal(error.message,
                            "--workers: 'many' is not allowed: it has to be a whole number from 1 to 256");
        assert_int_equal(config.workers, 64);

        assert_int_equal(config_set_database(&config, "here.db", &error), 0);
        check_text(config.database, "here.db");
        assert_int_equal(config_set_database(&config, "", &error), -EINVAL);
        check_text(config.database, "here.db");
        config_release(&config);
}

static void test_excluded_regions(void **state) {
        (void) state;
        struct config config = defaults();
        assert_false(config_excludes_region(&config, "us-east-1"));
        load(&config, "exclude_regions = us-gov-*, ap-southeast-[34],\n  eu-west-?\n");
        assert_true(config_excludes_region(&config, "us-gov-east-1"));
        assert_true(config_excludes_region(&config, "ap-southeast-3"));
        assert_true(config_excludes_region(&config, "eu-west-1"));
        assert_false(config_excludes_region(&config, "ap-southeast-1"));
        assert_false(config_excludes_region(&config, "us-east-1"));
        config_release(&config);
}

static void test_durations(void **state) {
        (void) state;
        static const struct {
                const char *text;
                usec_t usec;
        } good[] = {
                { "30", 30 * USEC_PER_SEC },    { "30s", 30 * USEC_PER_SEC },    { "500ms", 500 * USEC_PER_MSEC },
                { "5min", 300 * USEC_PER_SEC }, { "5 min", 300 * USEC_PER_SEC }, { "1h", 3600 * USEC_PER_SEC },
                { "7d", 7 * 24 * 3600 * USEC_PER_SEC },
                { "0", 0 },
        };
        for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
                usec_t usec;
                assert_int_equal(value_parse_duration(good[i].text, 0, UINT64_MAX, &usec), 0);
                assert_int_equal(usec, good[i].usec);
        }
        static const char *const bad[] = { "", "s", "-5s", "5m", "5S", "1h30min", "5s ", " 5s" };
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                usec_t usec;
                assert_int_equal(value_parse_duration(bad[i], 0, UINT64_MAX, &usec), -EINVAL);
        }
}

static void test_pasts(void **state) {
        (void) state;
        static const usec_t now = (usec_t) 1795600800 * USEC_PER_SEC; /* 2026-11-25T10:00:00Z */
        static const struct {
                const char *text;
                usec_t seconds;
        } good[] = {
                { "1h", 1795597200 },      { "2026-11-25", 1795564800 }, { "2026-11-25T10:00:00Z", 1795600800 },
                { "36500d", 0 },           { "2024-02-29", 1709164800 }, { "1970-01-01T00:00:01Z", 1 },
        };
        for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
                usec_t at;
                assert_int_equal(value_parse_past(good[i].text, now, &at), 0);
                assert_int_equal(at, good[i].seconds * USEC_PER_SEC);
        }
        static const struct {
                const char *text;
                int r;
        } bad[] = {
                { "0s", -ERANGE },         { "2026-11-26", -ERANGE },          { "2026-11-25T10:00:01Z", -ERANGE },
                { "", -EINVAL },           { "2026-02-30", -EINVAL },          { "2025-02-29", -EINVAL },
                { "2026-1-1", -EINVAL },   { "2026-11-25T10:00:00", -EINVAL }, { "2026-11-25T10:00:00+01:00", -EINVAL },
                { "20261101", -EINVAL },   { "2026-11-01Z", -EINVAL },         { " 2026-11-01", -EINVAL },
                { "1969-12-31", -EINVAL }, { "2026-11-01T24:00:00Z", -EINVAL }, { "soon", -EINVAL },
        };
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                usec_t at;
                if (value_parse_past(bad[i].text, now, &at) != bad[i].r)
                        fail_msg("%s", bad[i].text);
        }
}

static void test_booleans(void **state) {
        (void) state;
        static const char *const words[][2] = { { "yes", "no" }, { "TRUE", "False" }, { "on", "off" }, { "1", "0" } };
        for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
                bool value = false;
                assert_int_equal(value_parse_bool(words[i][0], &value), 0);
                assert_true(value);
                assert_int_equal(value_parse_bool(words[i][1], &value), 0);
                assert_false(value);
        }
        bool value;
        assert_int_equal(value_parse_bool("", &value), -EINVAL);
        assert_int_equal(value_parse_bool("2", &value), -EINVAL);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_every_key),        cmocka_unit_test(test_documented_defaults),
                cmocka_unit_test(test_refusals),         cmocka_unit_test(test_files),
                cmocka_unit_test(test_all_that_is_wrong), cmocka_unit_test(test_more_mistakes_than_anybody_reads),
                cmocka_unit_test(test_command_line),     cmocka_unit_test(test_excluded_regions),
                cmocka_unit_test(test_durations),        cmocka_unit_test(test_pasts),
                      cmocka_unit_test(test_booleans),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
