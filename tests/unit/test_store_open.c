/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sample_run.h"
#include "store/db.h"
#include "store/store.h"

/* A user who is not root and owns nothing here. */
#define STRANGER 65534

struct fixture {
        char directory[64];
        char path[96];
};

static int set_up(void **state) {
        static struct fixture f;
        (void) snprintf(f.directory, sizeof(f.directory), "/tmp/test_store_open.XXXXXX");
        assert_non_null(mkdtemp(f.directory));
        (void) snprintf(f.path, sizeof(f.path), "%s/history.db", f.directory);
        *state = &f;
        return 0;
}

static void suffixed(const struct fixture *f, const char *suffix, char file[static 128]) {
        (void) snprintf(file, 128, "%s%s", f->path, suffix);
}

static int tear_down(void **state) {
        const struct fixture *f = *state;
        static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
        for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
                char file[128];
                suffixed(f, suffixes[i], file);
                (void) unlink(file);
        }
        return rmdir(f->directory); /* fails if a test left anything else */
}

static struct store *open_store(const struct fixture *f) {
        struct store *s = NULL;
        struct error error;
        if (store_open(f->path, &s, &error) < 0)
                fail_msg("%s", error.message);
        return s;
}

static void write_sample(struct store *s) {
        struct run run = sample_run(MODE_SWEEP);
        struct error error;
        if (store_write_run(s, &run, 1, NULL, &error) < 0)
                fail_msg("%s", error.message);
        run_release(&run);
}

static int64_t read_int(struct store *s, const char *sql) {
        struct error error;
        int64_t value;
        if (db_read_int64(s, sql, "testing", &value, &error) < 0)
                fail_msg("%s", error.message);
        return value;
}

/* Opening path fails so, with a message that names the file and has the words. */
static void check_refused(const char *path, int r, const char *words) {
        struct store *s = NULL;
        struct error error = { .kind = ERROR_NONE };
        assert_int_equal(store_open(path, &s, &error), r);
        assert_null(s);
        assert_int_equal(error.kind, ERROR_DATABASE);
        if (strstr(error.message, path) == NULL || strstr(error.message, words) == NULL)
                fail_msg("no \"%s\" or \"%s\" in \"%s\"", path, words, error.message);
}

static void check_mode(const struct fixture *f, const char *suffix, mode_t mode) {
        char file[128];
        struct stat st;
        suffixed(f, suffix, file);
        assert_int_equal(stat(file, &st), 0);
        assert_int_equal(st.st_mode & 07777, mode);
}

static void check_absent(const struct fixture *f, const char *suffix) {
        char file[128];
        suffixed(f, suffix, file);
        assert_int_equal(access(file, F_OK), -1);
}

/* Runs body in a child of its own, which may drop privileges or set limits; cmocka's asserts do not cross over, so
 * body returns whether all was well. */
static void check_in_child(bool (*body)(const struct fixture *f), const struct fixture *f) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
                _exit(body(f) ? 0 : 1);
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
}

static bool become_stranger(void) {
        return setgroups(0, NULL) == 0 && setgid(STRANGER) == 0 && setuid(STRANGER) == 0;
}

static void test_new_database(void **state) {
        const struct fixture *f = *state;
        mode_t old = umask(0);
        struct store *s = open_store(f);
        (void) umask(old);
        assert_int_equal(read_int(s, "PRAGMA application_id"), 0x45425352);
        assert_int_equal(read_int(s, "PRAGMA user_version"), 2);
        assert_int_equal(read_int(s, "PRAGMA auto_vacuum"), 2);  /* incremental */
        assert_int_equal(read_int(s, "PRAGMA synchronous"), 2);  /* full */
        assert_int_equal(read_int(s, "PRAGMA foreign_keys"), 1);
        assert_int_equal(read_int(s, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
        write_sample(s);
        check_mode(f, "", 0640);
        check_mode(f, "-wal", 0640);
        check_mode(f, "-shm", 0640);
        store_close(s);
        check_mode(f, "-wal", 0640);
        check_mode(f, "-shm", 0640);
        check_absent(f, "-journal");

        s = open_store(f);
        assert_int_equal(read_int(s, "SELECT count(*) FROM v1_run"), 1);
        assert_int_equal(read_int(s, "PRAGMA auto_vacuum"), 2);
        store_close(s);
}

static void test_masked_mode(void **state) {
        const struct fixture *f = *state;
        mode_t old = umask(077);
        struct store *s = open_store(f);
        (void) umask(old);
        check_mode(f, "", 0640);
        store_close(s);
}

static bool read_as_group_member(const struct fixture *f) {
        if (setgroups(0, NULL) != 0 || setuid(STRANGER) != 0) /* the group stays root's */
                return false;
        char path[96];
        (void) snprintf(path, sizeof(path), "%s", f->path);
        struct store s = { .path = path };
        int64_t runs = 0;
        bool ok = sqlite3_open_v2(path, &s.db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                  db_read_int64(&s, "SELECT count(*) FROM v1_run", "testing", &runs, NULL) == 0 && runs == 1;
        (void) sqlite3_close(s.db);
        return ok;
}

/* Only with -wal and -shm left in place can a member of the group, who may not write here, read after a clean end. */
static void test_group_reads_after_close(void **state) {
        const struct fixture *f = *state;
        if (geteuid() != 0)
                skip();
        assert_int_equal(chmod(f->directory, 0750), 0);
        struct store *s = open_store(f);
        write_sample(s);
        store_close(s);
        check_in_child(read_as_group_member, f);
}

static void test_root_gives_file_to_directory_owner(void **state) {
        const struct fixture *f = *state;
        if (geteuid() != 0)
                skip();
        assert_int_equal(chown(f->directory, STRANGER, STRANGER), 0);
        struct store *s = open_store(f);
        write_sample(s);
        static const char *const suffixes[] = { "", "-wal", "-shm" };
        for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
                char file[128];
                struct stat st;
                suffixed(f, suffixes[i], file);
                assert_int_equal(stat(file, &st), 0);
                assert_int_equal(st.st_uid, STRANGER);
                assert_int_equal(st.st_gid, STRANGER);
        }
        store_close(s);
}

static void test_bad_paths(void **state) {
        const struct fixture *f = *state;
        char path[160];
        check_refused(f->directory, -EISDIR, "is a directory");
        (void) snprintf(path, sizeof(path), "%s/no/such/history.db", f->directory);
        check_refused(path, -ENOENT, "directory does not exist");
        struct store *s = open_store(f);
        store_close(s);
        (void) snprintf(path, sizeof(path), "%s/below", f->path);
        check_refused(path, -ENOTDIR, "directory does not exist");
        check_refused("/dev/null", -EINVAL, "a device, pipe or socket");
        check_refused("", -EISDIR, "is a directory");
        (void) snprintf(path, sizeof(path), "%s/link", f->directory);
        assert_int_equal(symlink("nowhere", path), 0);
        check_refused(path, -EEXIST, "symbolic link");
        assert_int_equal(unlink(path), 0);
}

/* Names that are special to SQLite are plain files to us. */
static void test_special_names(void **state) {
        const struct fixture *f = *state;
        int cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        assert_true(cwd >= 0);
        assert_int_equal(chdir(f->directory), 0);
        static const char *const names[] = { ":memory:", "file:x?mode=memory" };
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                struct store *s = NULL;
                assert_int_equal(store_open(names[i], &s, NULL), 0);
                store_close(s);
                char file[64];
                assert_int_equal(unlink(names[i]), 0);
                (void) snprintf(file, sizeof(file), "%s-wal", names[i]);
                assert_int_equal(unlink(file), 0);
                (void) snprintf(file, sizeof(file), "%s-shm", names[i]);
                assert_int_equal(unlink(file), 0);
        }
        assert_int_equal(fchdir(cwd), 0);
        (void) close(cwd);
}

static void write_file(const struct fixture *f, const char *text) {
        FILE *file = fopen(f->path, "w");
        assert_non_null(file);
        assert_int_equal(fputs(text, file) < 0, 0);
        assert_int_equal(fclose(file), 0);
}

static void test_not_a_database(void **state) {
        const struct fixture *f = *state;
        static const char text[] = "region,gib\nus-east-1,5\n";
        write_file(f, text);
        check_refused(f->path, -EMEDIUMTYPE, "not a database");
        char buf[64] = "";
        FILE *file = fopen(f->path, "r");
        assert_non_null(file);
        assert_int_equal(fread(buf, 1, sizeof(buf), file), strlen(text));
        (void) fclose(file);
        assert_string_equal(buf, text);
        check_absent(f, "-wal");
        check_absent(f, "-shm");
}

static void test_other_programs_database(void **state) {
        const struct fixture *f = *state;
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "CREATE TABLE theirs (a)", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        check_refused(f->path, -EMEDIUMTYPE, "another program");
        check_absent(f, "-wal");
}

/* mktemp, or a machine that went down in the middle of the first start, leaves an empty file. */
static void test_empty_file_is_new(void **state) {
        const struct fixture *f = *state;
        write_file(f, "");
        struct store *s = open_store(f);
        assert_int_equal(read_int(s, "PRAGMA auto_vacuum"), 2);
        write_sample(s);
        store_close(s);
}

static void test_damaged(void **state) {
        const struct fixture *f = *state;
        struct store *s = open_store(f);
        store_close(s);
        FILE *file = fopen(f->path, "r+");
        assert_non_null(file);
        assert_int_equal(fseek(file, 100, SEEK_SET), 0); /* behind the header: the first page's tree */
        for (int i = 0; i < 3900; i++)
                assert_true(fputc(0xa5, file) != EOF);
        assert_int_equal(fclose(file), 0);
        check_refused(f->path, -EUCLEAN, "damaged");
}

static bool create_without_permission(const struct fixture *f) {
        struct store *s = NULL;
        struct error error;
        return become_stranger() && store_open(f->path, &s, &error) == -EACCES && error.kind == ERROR_DATABASE &&
               strstr(error.message, f->path) != NULL && strstr(error.message, "no permission") != NULL;
}

static bool open_without_permission(const struct fixture *f) {
        struct store *s = NULL;
        struct error error;
        return become_stranger() && store_open(f->path, &s, &error) == -EACCES &&
               strstr(error.message, f->path) != NULL && strstr(error.message, "check the permissions") != NULL;
}

static bool open_read_only(const struct fixture *f) {
        struct store *s = NULL;
        struct error error;
        return become_stranger() && store_open(f->path, &s, &error) == -EROFS &&
               strstr(error.message, f->path) != NULL && strstr(error.message, "check the permissions") != NULL;
}

static void test_no_permission(void **state) {
        const struct fixture *f = *state;
        if (geteuid() != 0)
                skip();
        assert_int_equal(chmod(f->directory, 0755), 0);
        check_in_child(create_without_permission, f);
        check_absent(f, "");
        struct store *s = open_store(f);
        store_close(s);
        check_in_child(open_without_permission, f);
        assert_int_equal(chmod(f->path, 0644), 0);
        check_in_child(open_read_only, f);
}

static bool create_with_little_space(const struct fixture *f) {
        /* No file grows beyond this: the tables do not fit. */
        const struct rlimit limit = { .rlim_cur = 16384, .rlim_max = 16384 };
        if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) < 0)
                return false;
        struct store *s = NULL;
        struct error error;
        return store_open(f->path, &s, &error) < 0 && error.kind == ERROR_DATABASE &&
               strstr(error.message, f->path) != NULL;
}

static void test_nothing_half_made_stays(void **state) {
        const struct fixture *f = *state;
        check_in_child(create_with_little_space, f);
        static const char *const suffixes[] = { "", "-journal", "-wal", "-shm" };
        for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
                check_absent(f, suffixes[i]);
        /* A file that was there before is not ours to remove. */
        write_file(f, "");
        check_in_child(create_with_little_space, f);
        check_mode(f, "", 0644);
        struct store *s = open_store(f);
        store_close(s);
}

/* A second writer waits, but not for ever, and says what it waits for; readers are never in the way. */
static void test_second_writer(void **state) {
        const struct fixture *f = *state;
        struct store *first = open_store(f), *second = open_store(f);
        struct error error;
        assert_int_equal(sqlite3_busy_timeout(second->db, 20), SQLITE_OK);
        assert_int_equal(db_exec(first, "BEGIN IMMEDIATE", "testing", &error), 0);
        struct run run = sample_run(MODE_SWEEP);
        assert_int_equal(store_write_run(second, &run, 1, NULL, &error), -EBUSY);
        assert_int_equal(error.kind, ERROR_DATABASE);
        assert_non_null(strstr(error.message, "locked by another process"));
        assert_non_null(strstr(error.message, f->path));
        run_release(&run);
        assert_int_equal(read_int(second, "SELECT count(*) FROM v1_run"), 0);
        db_rollback(first);
        assert_int_equal(db_exec(first, "BEGIN; SELECT count(*) FROM run", "testing", &error), 0);
        write_sample(second);
        assert_int_equal(read_int(first, "SELECT count(*) FROM v1_run"), 0);
        db_rollback(first);
        assert_int_equal(read_int(first, "SELECT count(*) FROM v1_run"), 1);
        store_close(first);
        store_close(second);
        store_close(NULL);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_new_database, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_masked_mode, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_group_reads_after_close, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_root_gives_file_to_directory_owner, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_bad_paths, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_special_names, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_not_a_database, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_other_programs_database, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_empty_file_is_new, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_no_permission, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_nothing_half_made_stays, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_second_writer, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
