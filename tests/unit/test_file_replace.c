/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char directory[] = "/tmp/test_file_replace.XXXXXX";
static char path[64]; /* of a file in it, which is not there when a test begins */

static int make_directory(void **state) {
        (void) state;
        (void) snprintf(path, sizeof(path), "%s", mkdtemp(directory) != NULL ? directory : "");
        (void) strcat(path, "/file");
        return path[0] == '/' ? 0 : -1;
}

static int remove_directory(void **state) {
        (void) state;
        return rmdir(directory);
}

static int replace(const char *text, struct error *reterr) {
        return file_replace(path, text, strlen(text), 0644, reterr);
}

static void check_contents(const char *expected) {
        struct buffer text = BUFFER_INIT((size_t) 2 << 20);
        struct error error;
        assert_int_equal(file_read(path, (size_t) 1 << 20, &text, &error), 0);
        assert_string_equal(buffer_string(&text), expected);
        buffer_release(&text);
}

static unsigned n_files(void) {
        unsigned n = 0;
        DIR *dir = opendir(directory);
        assert_non_null(dir);
        for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
                n += entry->d_name[0] != '.';
        (void) closedir(dir);
        return n;
}

static mode_t mode_of(const char *file) {
        struct stat st;
        assert_int_equal(lstat(file, &st), 0);
        return st.st_mode;
}

/* The mode is the one asked for, whatever the umask and the old file's; who has the old file open still reads it. */
static void test_a_file_is_replaced_as_a_whole(void **state) {
        (void) state;
        struct error error;
        mode_t before = umask(077);
        assert_int_equal(replace("old and longer", &error), 0);
        assert_int_equal(mode_of(path), S_IFREG | 0644);
        assert_int_equal(chmod(path, 0600), 0);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        assert_int_equal(replace("new", &error), 0);
        (void) umask(before);
        check_contents("new");
        assert_int_equal(mode_of(path), S_IFREG | 0644);
        char old[32] = "";
        assert_int_equal(read(fd, old, sizeof(old)), 14);
        assert_string_equal(old, "old and longer");
        (void) close(fd);
        assert_int_equal(n_files(), 1);
        assert_int_equal(unlink(path), 0);
}

static void test_a_link_is_replaced_and_not_followed(void **state) {
        (void) state;
        struct error error;
        assert_int_equal(symlink("/dev/full", path), 0);
        assert_int_equal(replace("new", &error), 0);
        assert_int_equal(mode_of(path), S_IFREG | 0644);
        check_contents("new");
        assert_int_equal(unlink(path), 0);
}

static void check_failure(int r, int errnum, const struct error *error, const char *reason) {
        char message[256];
        (void) snprintf(message, sizeof(message), "cannot write %s: %s", path, reason);
        assert_int_equal(r, -errnum);
        assert_int_equal(error->kind, ERROR_SYSTEM);
        assert_int_equal(error->errnum, errnum);
        assert_string_equal(error->message, message);
}

static void test_what_is_no_file_stays(void **state) {
        (void) state;
        struct error error;
        assert_int_equal(mkfifo(path, 0600), 0);
        check_failure(replace("new", &error), EINVAL, &error, "it is no regular file");
        assert_int_equal(mode_of(path), S_IFIFO | 0600);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(mkdir(path, 0700), 0);
        check_failure(replace("new", &error), EINVAL, &error, "it is no regular file");
        assert_int_equal(rmdir(path), 0);
        assert_int_equal(n_files(), 0);
}

static void test_a_failure_leaves_the_old_file(void **state) {
        (void) state;
        struct error error;
        assert_int_equal(replace("old", &error), 0);
        struct rlimit before;
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        (void) signal(SIGXFSZ, SIG_IGN);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 4, before.rlim_max }), 0);
        int r = replace("too long", &error);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        check_failure(r, EFBIG, &error, "File too large");
        check_contents("old");
        assert_int_equal(n_files(), 1);
        assert_int_equal(unlink(path), 0);
}

static void test_a_directory_that_is_not_there(void **state) {
        (void) state;
        struct error error;
        assert_int_equal(file_replace("/no/such/directory/file", "x", 1, 0644, &error), -ENOENT);
        assert_string_equal(error.message, "cannot write /no/such/directory/file: No such file or directory");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_a_file_is_replaced_as_a_whole),
                cmocka_unit_test(test_a_link_is_replaced_and_not_followed),
                cmocka_unit_test(test_what_is_no_file_stays),
                cmocka_unit_test(test_a_failure_leaves_the_old_file),
                cmocka_unit_test(test_a_directory_that_is_not_there),
        };
        return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
