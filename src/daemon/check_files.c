/* SPDX-License-Identifier: MIT */
#include "daemon/check_files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Adds a file; path NULL is "none". NULL when out of memory. */
static struct file_check *add(struct preflight *p, const char *what, const char *path) {
        struct file_check *f = preflight_add_file(p, what);
        if (f == NULL || path == NULL)
                return f;
        f->path = strdup(path);
        f->state = CHECK_OK;
        return f->path != NULL ? f : NULL;
}

static void fail(struct file_check *f, const struct error *error) {
        f->state = CHECK_FAILED;
        f->error = *error;
}

static void fail_first(struct file_check *f, const struct error_list *errors) {
        const struct error e = error_list_summary(errors);
        fail(f, &e);
}

static bool is_there(const char *path) {
        return faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) == 0 || errno != ENOENT;
}

static bool is_readable(const char *path) {
        return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0;
}

static int check_configuration(struct preflight *p, const struct options *o, const struct error_list *errors) {
        struct file_check *f = add(p, "configuration", o->config_path != NULL ? o->config_path : CONFIG_DEFAULT_PATH);
        if (f == NULL)
                return -ENOMEM;
        if (errors->n > 0)
                fail_first(f, errors);
        else if (!is_there(f->path))
                f->note = "not there: every key has its default";
        return 0;
}

static int check_prices(struct preflight *p, const struct setup *s, const struct error_list *errors) {
        struct file_check *f = add(p, "price list", s->config.prices);
        if (f == NULL)
                return -ENOMEM;
        f->state = CHECK_OK;
        if (f->path == NULL)
                f->note = "the built-in one";
        if (errors->n > 0)
                fail_first(f, errors);
        else
                price_list_dates(s->prices, &f->oldest, &f->newest);
        return 0;
}

/* What is wrong in it is in the settings' error. */
static int check_aws_file(struct preflight *p, const char *what, const char *path) {
        struct file_check *f = add(p, what, path);
        if (f == NULL)
                return -ENOMEM;
        if (f->path == NULL || is_there(f->path))
                return 0;
        f->state = CHECK_NOT_MADE;
        f->note = "not there";
        return 0;
}

static int check_ca_bundle(struct preflight *p, const struct setup *s) {
        struct error error;
        struct file_check *f = add(p, CHECK_CA_BUNDLE, worker_ca_bundle(&s->worker));
        if (f == NULL)
                return -ENOMEM;
        if (f->path == NULL) {
                f->note = "not needed: no endpoint is https";
        } else if (!is_readable(f->path)) {
                (void) error_set(&error, ERROR_CONFIG, errno, "cannot read the CA bundle %s: %s: install ca-certificates, or "
                                 "name another one in AWS_CA_BUNDLE", f->path, strerror(errno));
                fail(f, &error);
        }
        return 0;
}

/* As file_replace() will want it. */
static int check_metrics(const char *path, struct error *reterr) {
        struct stat st;
        _cleanup_(freep) char *copy = strdup(path);
        if (copy == NULL)
                return error_oom(reterr);
        const char *directory = dirname(copy);
        if (faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) < 0)
                return error_set(reterr, ERROR_CONFIG, errno, "%s: no file can be made in %s: %s: see to that directory, or "
                                 "change metrics_file", path, directory, strerror(errno));
        if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s: it is no regular file: change metrics_file", path);
        return 0;
}

static int check_metrics_file(struct preflight *p, const char *path) {
        struct error error;
        struct file_check *f = add(p, "metrics file", path);
        if (f == NULL)
                return -ENOMEM;
        if (f->path == NULL)
                f->note = "none is written";
        else if (check_metrics(path, &error) < 0)
                fail(f, &error);
        return 0;
}

int check_files(struct preflight *p, const struct options *options, const struct setup *setup,
                const struct error_list errors[static _SETUP_PART_MAX]) {
        int r = check_configuration(p, options, &errors[SETUP_CONFIG]);
        if (r < 0 || errors[SETUP_CONFIG].n > 0)
                return r;
        r = check_prices(p, setup, &errors[SETUP_PRICES]);
        if (r == 0 && errors[SETUP_SETTINGS].n == 0) {
                r = check_aws_file(p, "AWS credentials", setup->settings.credentials_path);
                if (r == 0)
                        r = check_aws_file(p, "AWS config", setup->settings.config_path);
                if (r == 0)
                        r = check_ca_bundle(p, setup);
        }
        if (r == 0 && !options->no_store)
                r = check_metrics_file(p, setup->config.metrics_file);
        return r;
}
