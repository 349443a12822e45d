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

#include "tui/keys.h"
#include "tui/prompt.h"
#include "tui/settings.h"

struct fixture {
        char directory[64];
        char path[128];
};

static int set_up(void **state) {
        static struct fixture f;
        char directory[] = "/tmp/test_ebstoprc.XXXXXX";
        assert_non_null(mkdtemp(directory));
        (void) snprintf(f.directory, sizeof(f.directory), "%s", directory);
        (void) snprintf(f.path, sizeof(f.path), "%s/config/ebstop/ebstoprc", directory);
        *state = &f;
        return 0;
}

static int tear_down(void **state) {
        struct fixture *f = *state;
        char path[160];
        (void) unlink(f->path);
        (void) snprintf(path, sizeof(path), "%s/config/ebstop", f->directory);
        (void) rmdir(path);
        (void) snprintf(path, sizeof(path), "%s/config", f->directory);
        (void) rmdir(path);
        return rmdir(f->directory); /* fails where a temporary file was left */
}

static void test_saved_settings_come_back(void **state) {
        const struct fixture *f = *state;
        struct settings s = settings_default(), back = settings_default();
        s.glyphs = GLYPHS_BRAILLE;
        s.glyphs_given = true;
        s.units = UNITS_TIB;
        s.local_time = true;
        s.colour = false;
        s.refresh = 1500 * USEC_PER_MSEC;
        (void) snprintf(s.view, sizeof(s.view), "instances");
        settings_set_sort(&s, "overview", "region:asc");
        settings_set_sort(&s, "instances", "gib:desc");
        settings_set_sort(&s, "overview", "gib:asc");
        struct error error;
        if (settings_save(&s, f->path, &error) < 0)
                fail_msg("%s", error.message);
        if (settings_load(&back, f->path, &error) < 0)
                fail_msg("%s", error.message);
        assert_int_equal(back.glyphs, GLYPHS_BRAILLE);
        assert_int_equal(back.units, UNITS_TIB);
        assert_true(back.local_time && !back.colour && back.glyphs_given);
        assert_int_equal(back.refresh, 1500 * USEC_PER_MSEC);
        assert_string_equal(back.view, "instances");
        assert_string_equal(settings_sort(&back, "overview"), "gib:asc");
        assert_string_equal(settings_sort(&back, "instances"), "gib:desc");
        assert_null(settings_sort(&back, "trends"));
        /* Over a file that is there, too, and for nobody else to read. */
        assert_int_equal(settings_save(&s, f->path, &error), 0);
        struct stat st;
        assert_int_equal(stat(f->path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
}

static void write_file(const char *path, const char *text) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(text, file) >= 0);
        assert_int_equal(fclose(file), 0);
}

static void test_wrong_values_name_their_line(void **state) {
        const struct fixture *f = *state;
        struct settings s = settings_default();
        struct error error;
        assert_int_equal(settings_save(&s, f->path, &error), 0);
        write_file(f->path, "[ebstop]\nunits = tib\nglyphs = runes\n");
        assert_int_equal(settings_load(&s, f->path, &error), -EINVAL);
        assert_non_null(strstr(error.message, ":3: glyphs = runes"));
        assert_int_equal(s.units, UNITS_AUTO);
        /* What a newer ebstop writes is no error. */
        write_file(f->path, "[ebstop]\nunits = tib\nholograms = yes\n[future]\nx = y\n");
        assert_int_equal(settings_load(&s, f->path, &error), 0);
        assert_int_equal(s.units, UNITS_TIB);
        assert_int_equal(settings_load(&s, "/nonexistent/ebstoprc", &error), -ENOENT);
}

static void test_saving_fails_in_words(void **state) {
        (void) state;
        const struct settings s = settings_default();
        struct error error;
        assert_true(settings_save(&s, "/dev/null/x/ebstoprc", &error) < 0);
        assert_non_null(strstr(error.message, "/dev/null/x/ebstoprc"));
}

static void test_paths(void **state) {
        (void) state;
        char *path;
        (void) setenv("HOME", "/home/alice", 1);
        (void) setenv("XDG_CONFIG_HOME", "/cfg", 1);
        assert_int_equal(settings_path(&path), 0);
        assert_string_equal(path, "/cfg/ebstop/ebstoprc");
        free(path);
        (void) setenv("XDG_CONFIG_HOME", "relative", 1);
        assert_int_equal(settings_path(&path), 0);
        assert_string_equal(path, "/home/alice/.config/ebstop/ebstoprc");
        free(path);
        (void) unsetenv("HOME");
        assert_int_equal(settings_path(&path), -ENOENT);
}

static void test_refresh(void **state) {
        (void) state;
        usec_t t = 0;
        assert_int_equal(refresh_from_text("0.5", &t), 0);
        assert_int_equal(t, 500000);
        assert_int_equal(refresh_from_text("3600", &t), 0);
        assert_int_equal(refresh_from_text("1.25", &t), 0);
        assert_int_equal(t, 1250000);
        static const char *const wrong[] = { "", "0", "0.4", "3600.1", "-1", "1e3", "1.2.3", "1,5", " 1", "nan", "." };
        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
                assert_int_equal(refresh_from_text(wrong[i], &t), -EINVAL);
}

static void type_text(struct prompt *p, const uint32_t keys[]) {
        for (; *keys != 0; keys++)
                assert_int_equal(prompt_key(p, *keys), PROMPT_GOES_ON);
}

static void test_prompts(void **state) {
        (void) state;
        struct prompt p;
        prompt_open(&p, PROMPT_FILTER, "");
        type_text(&p, (const uint32_t[]){ 'a', 0xe9, 0x65e5, INPUT_BACKSPACE, 'b', INPUT_UP, '\t', 0 });
        assert_string_equal(p.text, "a\xc3\xa9" "b");
        assert_int_equal(prompt_key(&p, INPUT_ENTER), PROMPT_ACCEPTED);
        type_text(&p, (const uint32_t[]){ CONTROL('u'), 0 });
        assert_string_equal(p.text, "");
        assert_int_equal(prompt_key(&p, INPUT_BACKSPACE), PROMPT_CANCELLED);
        assert_int_equal(prompt_key(&p, INPUT_ESCAPE), PROMPT_CANCELLED);
        for (size_t i = 0; i < 2 * sizeof(p.text); i++)
                (void) prompt_key(&p, 0x1f600);
        assert_true(strlen(p.text) < sizeof(p.text));
        assert_int_equal(strlen(p.text) % 4, 0);
}

int main(void) {
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_saved_settings_come_back, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_wrong_values_name_their_line, set_up, tear_down),
                cmocka_unit_test(test_saving_fails_in_words),
                cmocka_unit_test(test_paths),
                cmocka_unit_test(test_refresh),
                cmocka_unit_test(test_prompts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
