/* SPDX-License-Identifier: MIT */
#include "aws_environment.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct aws_environment {
        char home[64];
};

extern char **environ;

/* Unsets what starts with the prefix; unsetenv() moves what is behind. */
static void unset_all(const char *prefix) {
        for (char **p = environ; *p != NULL;) {
                char name[256];
                size_t n = strcspn(*p, "=");
                if (strncmp(*p, prefix, strlen(prefix)) != 0 || n >= sizeof(name)) {
                        p++;
                        continue;
                }
                memcpy(name, *p, n);
                name[n] = '\0';
                assert_int_equal(unsetenv(name), 0);
        }
}

int aws_environment_setup(void **state) {
        struct aws_environment *e = calloc(1, sizeof(*e));
        assert_non_null(e);
        (void) snprintf(e->home, sizeof(e->home), "/tmp/aws_environment.XXXXXX");
        assert_non_null(mkdtemp(e->home));
        unset_all("AWS_");
        assert_int_equal(unsetenv("REQUESTS_CA_BUNDLE"), 0);
        assert_int_equal(setenv("HOME", e->home, 1), 0);
        assert_int_equal(mkdir(aws_environment_path(e, ".aws"), 0700), 0);
        *state = e;
        return 0;
}

static int delete(const char *path, const struct stat *st, int type, struct FTW *ftw) {
        (void) st, (void) type, (void) ftw;
        return remove(path);
}

int aws_environment_teardown(void **state) {
        struct aws_environment *e = *state;
        unset_all("AWS_");
        assert_int_equal(nftw(e->home, delete, 8, FTW_DEPTH | FTW_PHYS), 0);
        free(e);
        return 0;
}

const char *aws_environment_path(const struct aws_environment *e, const char *name) {
        static char path[256];
        (void) snprintf(path, sizeof(path), "%s/%s", e->home, name);
        return path;
}

static void write_file(const char *path, const char *text) {
        FILE *f = fopen(path, "we");
        assert_non_null(f);
        assert_true(fputs(text, f) >= 0);
        assert_int_equal(fclose(f), 0);
}

void aws_environment_write_config(struct aws_environment *e, const char *text) {
        write_file(aws_environment_path(e, ".aws/config"), text);
}

void aws_environment_write_credentials(struct aws_environment *e, const char *text) {
        write_file(aws_environment_path(e, ".aws/credentials"), text);
}
