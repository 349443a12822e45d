/* SPDX-License-Identifier: MIT */
#include "report/problems.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/remedy.h"

/* A clock that runs with NTP is within milliseconds; AWS takes signatures of up to 5 minutes. */
#define CLOCK_WARN_S 5
#define CLOCK_REFUSED_S 300

/* Keys that nobody renews should last for some runs. */
#define KEYS_WARN_USEC (3600 * USEC_PER_SEC)

/* A run's transaction and the log beside it. */
#define SPACE_WARN ((uint64_t) 64 << 20)

/* Problems on their way; after the first failure, kept in r, later calls do nothing. */
struct finder {
        const struct preflight *p;
        struct problems found;
        int r;
};

static void add(struct finder *f, bool is_warning, const char *subject, const char *remedy, const char *format, ...)
        _printf_(5, 6);
static void add(struct finder *f, bool is_warning, const char *subject, const char *remedy, const char *format, ...) {
        struct problem *grown = reallocarray(f->found.items, f->found.n + 1, sizeof(*grown));
        if (grown == NULL) {
                f->r = -ENOMEM;
                return;
        }
        f->found.items = grown;
        struct problem *problem = &f->found.items[f->found.n++];
        *problem = (struct problem){ .is_warning = is_warning };
        error_copy_text(problem->subject, sizeof(problem->subject), subject);
        error_copy_text(problem->remedy, sizeof(problem->remedy), remedy);
        va_list ap;
        va_start(ap, format);
        (void) vsnprintf(problem->message, sizeof(problem->message), format, ap);
        va_end(ap);
}

/* Of an error that is no call's. */
static void add_error(struct finder *f, const char *subject, const struct error *e) {
        add(f, false, subject, failure_remedy(e, true), "%s", e->message);
}

static void find_in_files(struct finder *f) {
        for (size_t i = 0; i < f->p->n_files; i++)
                if (f->p->files[i].state == CHECK_FAILED)
                        add_error(f, f->p->files[i].what, &f->p->files[i].error);
        if (f->p->settings_error.kind != ERROR_NONE)
                add_error(f, "AWS settings", &f->p->settings_error);
}

static void find_in_database(struct finder *f) {
        const struct database_check *d = &f->p->database;
        if (d->state == CHECK_FAILED)
                add_error(f, "database", &d->error);
        if (d->state == CHECK_OK && d->free_known && d->free_bytes < SPACE_WARN)
                add(f, true, "database", "free some space on that file system, or move the database",
                    "%s: only %" PRIu64 " MiB are free for it", d->path, d->free_bytes >> 20);
}

/* A call that AWS or the way there refused: "denied UnauthorizedOperation: You are not ... (request id ...)". */
static void add_call(struct finder *f, bool is_warning, const char *subject, const struct error *e,
                     const char *remedy) {
        bool has_code = e->code[0] != '\0', has_id = e->request_id[0] != '\0';
        add(f, is_warning, subject, remedy, "%s%s%s: %s%s%s%s", error_kind_name(e->kind), has_code ? " " : "", e->code,
            e->message, has_id ? " (request id " : "", e->request_id, has_id ? ")" : "");
}

static const char *clock_is(int64_t offset_s) {
        return offset_s > 0 ? "behind" : "ahead of";
}

static void find_in_clock(struct finder *f) {
        int64_t offset = f->p->clock_offset_s;
        if (!f->p->clock_known || llabs(offset) < CLOCK_WARN_S)
                return;
        add(f, true, "clock", "set the clock by NTP: start chronyd or systemd-timesyncd",
            "this machine's clock is %lld s %s AWS's%s", llabs(offset), clock_is(offset),
            llabs(offset) < CLOCK_REFUSED_S
                            ? ""
                            : ", which refuses such signatures; a run corrects its own by what AWS says");
}

/* Keys that are refused: which ones, so that the right ones are changed. */
static void keys_remedy(const struct preflight *p, const struct error *e, char remedy[static 256]) {
        const char *what = e->kind == ERROR_EXPIRED ? "renew" : "check";
        if (strcmp(p->keys.source, "environment") == 0)
                (void) snprintf(remedy, 256, "%s the keys in the environment, or unset AWS_ACCESS_KEY_ID so that the files or "
                                "the instance's role count", what);
        else if (strcmp(p->keys.source, "instance role") == 0)
                (void) snprintf(remedy, 256, "%s the instance's role and this machine's clock", what);
        else
                (void) snprintf(remedy, 256, "%s the keys of profile \"%.60s\" in the %.40s", what, p->keys.profile,
                                p->keys.source);
}

/* What to do about an error that is none of permissions; a proxy that is set is the first suspect where the way fails. */
static void usual_remedy(const struct preflight *p, const struct error *e, bool run, char remedy[static 256]) {
        const char *usual = failure_remedy(e, run);
        bool is_way = e->kind == ERROR_NETWORK || e->kind == ERROR_TIMEOUT;
        if (is_way && p->proxies[0] != '\0')
                (void) snprintf(remedy, 256, "check the proxy (set: %.120s), and --endpoint-url", p->proxies);
        else
                (void) snprintf(remedy, 256, "%s", usual != NULL ? usual : "");
}

/* The calls about the account; true where the keys themselves are refused, of which the regions then only say the same. */
static bool find_in_account(struct finder *f) {
        const struct preflight *p = f->p;
        const struct call_check *identity = &p->identity_call, *regions = &p->regions_call;
        char remedy[256];
        if (p->keys.state == CHECK_FAILED)
                add_error(f, "credentials", &p->keys.error);
        if (p->keys.state == CHECK_OK && p->keys.expiration > 0 && strcmp(p->keys.source, "instance role") != 0 &&
            p->keys.expiration < p->checked_at + KEYS_WARN_USEC)
                add(f, true, "credentials", "renew them, or give the instance a role",
                    "the keys end within an hour, and nothing renews them");
        const struct call_check *witness = identity->state != CHECK_NOT_MADE ? identity : regions;
        if (witness->state == CHECK_FAILED && error_refuses_keys(&witness->error)) {
                keys_remedy(p, &witness->error, remedy);
                add_call(f, false, "credentials", &witness->error, remedy);
                return true;
        }
        if (identity->state == CHECK_FAILED)
                add_call(f, true, "sts:GetCallerIdentity", &identity->error,
                         "see to the way to STS; meanwhile a run takes the account from its instances' owner");
        usual_remedy(p, &regions->error, true, remedy);
        if (regions->state == CHECK_FAILED && !p->regions_named)
                add_call(f, false, "ec2:DescribeRegions", &regions->error, remedy);
        else if (p->error.kind != ERROR_NONE && p->keys.state != CHECK_FAILED)
                add_error(f, "regions", &p->error);
        return false;
}

static void region_remedy(const struct preflight *p, const struct error *e, const char *actions,
                          char remedy[static 256]) {
        if (error_is_of_permission(e))
                (void) snprintf(remedy, 256, "allow %s there, or add the region to exclude_regions", actions);
        else
                usual_remedy(p, e, false, remedy);
}

static bool is_same(const struct error *a, const struct error *b) {
        return a->kind == b->kind && strcmp(a->code, b->code) == 0;
}

static void add_region(struct finder *f, const struct region_check *region, const struct error *e,
                       const char *actions) {
        char subject[64], remedy[256];
        (void) snprintf(subject, sizeof(subject), "%s %s", region->name, actions);
        region_remedy(f->p, e, actions, remedy);
        add_call(f, false, subject, e, remedy);
}

static void find_in_region(struct finder *f, const struct region_check *r) {
        static const char instances[] = "ec2:DescribeInstances", volumes[] = "ec2:DescribeVolumes";
        bool i = r->instances.state == CHECK_FAILED, v = r->volumes.state == CHECK_FAILED;
        if (i && v && is_same(&r->instances.error, &r->volumes.error)) {
                /* One reason, one line. */
                add_region(f, r, &r->instances.error, "ec2:DescribeInstances and DescribeVolumes");
                return;
        }
        if (i)
                add_region(f, r, &r->instances.error, instances);
        if (v)
                add_region(f, r, &r->volumes.error, volumes);
}

int problems_find(const struct preflight *p, struct problems *ret) {
        struct finder f = { .p = p };
        find_in_files(&f);
        find_in_database(&f);
        bool keys_are_bad = find_in_account(&f);
        if (p->notice[0] != '\0')
                add(&f, true, "run", NULL, "%s", p->notice);
        find_in_clock(&f);
        for (size_t i = 0; i < p->n_regions && !keys_are_bad; i++)
                find_in_region(&f, &p->regions[i]);
        if (f.r < 0) {
                problems_release(&f.found);
                return f.r;
        }
        *ret = f.found;
        return 0;
}

void problems_release(struct problems *p) {
        free(p->items);
        *p = (struct problems){ 0 };
}
