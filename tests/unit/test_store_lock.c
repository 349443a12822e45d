/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/lock.h"

static char directory[64];
static char database[128], lock_file[128], link_path[128];

static int set_up(void **state) {
        (void) state;
        (void) strcpy(directory, "/tmp/test_store_lock.XXXXXX");
        if (mkdtemp(directory) == NULL)
                return -1;
        (void) snprintf(database, sizeof(database), "%s/h.db", directory);
        (void) snprintf(lock_file, sizeof(lock_file), "%s/h.db.lock", directory);
        (void) snprintf(link_path, sizeof(link_path), "%s/link.db", directory);
        return 0;
}

static int tear_down(void **state) {
        (void) state;
        (void) unlink(link_path);
        (void) unlink(database);
        (void) unlink(lock_file);
        return rmdir(directory);
}

/* What another process meets that wants the lock; its message goes to the buffer. */
static int take_elsewhere(const char *path, char *message, size_t n) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        if (pid == 0) {
                struct store_lock *l = NULL;
                struct error error = { .kind = ERROR_NONE };
                int r = store_lock_take(path, &l, &error);
                ssize_t written = write(ends[1], error.message, strlen(error.message) + 1);
                _exit(written < 0 ? 255 : -r);
        }
        (void) close(ends[1]);
        memset(message, 0, n);
        assert_true(read(ends[0], message, n - 1) > 0);
        (void) close(ends[0]);
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        return WEXITSTATUS(status);
}

static void test_one_holder_who_is_named(void **state) {
        (void) state;
        struct store_lock *l;
        struct error error;
        char message[512], pid[32];
        assert_int_equal(store_lock_take(database, &l, &error), 0);
        assert_int_equal(take_elsewhere(database, message, sizeof(message)), EBUSY);
        (void) snprintf(pid, sizeof(pid), "process %d:", (int) getpid());
        assert_non_null(strstr(message, pid));
        assert_non_null(strstr(message, database));
        store_lock_free(l);
        assert_int_equal(take_elsewhere(database, message, sizeof(message)), 0);
        assert_int_equal(access(lock_file, F_OK), 0);
        assert_int_equal(access(database, F_OK), -1);
}

/* The database comes to be, and is reached by a link: the lock is the same. */
static void test_links_lead_to_the_same_lock(void **state) {
        (void) state;
        struct store_lock *l;
        struct error error;
        char message[512];
        assert_int_equal(store_lock_take(database, &l, &error), 0);
        FILE *file = fopen(database, "w");
        assert_non_null(file);
        (void) fclose(file);
        assert_int_equal(symlink(database, link_path), 0);
        assert_int_equal(take_elsewhere(link_path, message, sizeof(message)), EBUSY);
        assert_true(store_lock_is_for(l, database));
        assert_true(store_lock_is_for(l, link_path));
        assert_false(store_lock_is_for(l, lock_file));
        assert_false(store_lock_is_for(l, "/nowhere/h.db"));
        store_lock_free(l);
        store_lock_free(NULL);
}

static void test_refusals(void **state) {
        (void) state;
        struct store_lock *l;
        struct error error;
        assert_int_equal(store_lock_take("/nowhere/at/all.db", &l, &error), -ENOENT);
        assert_int_equal(error.kind, ERROR_DATABASE);
        assert_non_null(strstr(error.message, "/nowhere/at/all.db: cannot create the database: the directory does not"));
        /* Nobody's link to a file elsewhere is followed. */
        assert_int_equal(symlink("/tmp/elsewhere", lock_file), 0);
        assert_int_equal(store_lock_take(database, &l, &error), -ELOOP);
        assert_non_null(strstr(error.message, database));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_one_holder_who_is_named, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_links_lead_to_the_same_lock, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
