/* SPDX-License-Identifier: MIT */
#include "model/preflight.h"

#include <stdlib.h>
#include <string.h>

bool error_refuses_keys(const struct error *e) {
        static const char *const codes[] = { "AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException",
                                             "SignatureDoesNotMatch", "InvalidSignatureException" };
        for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
                if (strcmp(e->code, codes[i]) == 0)
                        return true;
        return e->kind == ERROR_EXPIRED;
}

bool region_check_works(const struct region_check *r) {
        return r->instances.state == CHECK_OK && r->volumes.state == CHECK_OK;
}

const struct call_times *region_check_times(const struct region_check *r) {
        return r->instances.times.answered > 0 || r->volumes.times.answered == 0 ? &r->instances.times
                                                                                 : &r->volumes.times;
}

size_t preflight_count_working(const struct preflight *p) {
        size_t n = 0;
        for (size_t i = 0; i < p->n_regions; i++)
                n += region_check_works(&p->regions[i]);
        return n;
}

static bool setup_is_good(const struct preflight *p) {
        for (size_t i = 0; i < p->n_files; i++)
                if (p->files[i].state == CHECK_FAILED)
                        return false;
        return p->settings_error.kind == ERROR_NONE && p->keys.state != CHECK_FAILED;
}

/* Whether the reason that nothing works is on this side: keys, configuration. STS is the better witness, because EC2 of
 * a region that is not enabled refuses good keys too. */
static bool is_own_fault(const struct preflight *p) {
        const struct call_check *witness =
                        p->identity_call.state != CHECK_NOT_MADE ? &p->identity_call : &p->regions_call;
        if (witness->state == CHECK_FAILED &&
            (error_refuses_keys(&witness->error) || witness->error.kind == ERROR_CONFIG))
                return true;
        return p->error.kind == ERROR_CONFIG || p->error.kind == ERROR_CREDENTIALS;
}

/* What the calls say. */
static enum preflight_verdict judge_regions(const struct preflight *p) {
        size_t working = preflight_count_working(p);
        if (p->keys.state == CHECK_FAILED)
                return PREFLIGHT_SETUP;
        if (p->keys.state == CHECK_NOT_MADE) /* the setup says why, or no worker could be made */
                return p->error.kind != ERROR_NONE ? PREFLIGHT_NOTHING : PREFLIGHT_GOOD;
        /* Without a list of regions there is no run, whatever the home region, asked instead, says. */
        bool is_listed = p->regions_named || p->regions_assumed || p->regions_call.state == CHECK_OK;
        if (working == 0 || !is_listed)
                return is_own_fault(p) ? PREFLIGHT_SETUP : PREFLIGHT_NOTHING;
        return working < p->n_regions || p->regions_assumed ? PREFLIGHT_SOME : PREFLIGHT_GOOD;
}

enum preflight_verdict preflight_verdict(const struct preflight *p) {
        enum preflight_verdict verdict = judge_regions(p);
        if (p->database.state == CHECK_FAILED)
                return PREFLIGHT_DATABASE;
        return verdict == PREFLIGHT_GOOD && !setup_is_good(p) ? PREFLIGHT_SETUP : verdict;
}

const char *preflight_verdict_name(enum preflight_verdict verdict) {
        switch (verdict) {
        case PREFLIGHT_GOOD:
                return "good";
        case PREFLIGHT_SETUP:
                return "setup";
        case PREFLIGHT_SOME:
                return "some";
        case PREFLIGHT_NOTHING:
                return "nothing";
        default:
                return "database";
        }
}

struct region_check *preflight_region(struct preflight *p, const char *name) {
        for (size_t i = 0; i < p->n_regions; i++)
                if (strcmp(p->regions[i].name, name) == 0)
                        return &p->regions[i];
        struct region_check *grown = reallocarray(p->regions, p->n_regions + 1, sizeof(*grown));
        if (grown == NULL)
                return NULL;
        p->regions = grown;
        struct region_check *region = &p->regions[p->n_regions++];
        *region = (struct region_check){ 0 };
        error_copy_text(region->name, sizeof(region->name), name);
        return region;
}

struct file_check *preflight_add_file(struct preflight *p, const char *what) {
        struct file_check *grown = reallocarray(p->files, p->n_files + 1, sizeof(*grown));
        if (grown == NULL)
                return NULL;
        p->files = grown;
        struct file_check *file = &p->files[p->n_files++];
        *file = (struct file_check){ .what = what, .note = "" };
        return file;
}

static int compare_regions(const void *left, const void *right) {
        const struct region_check *a = left, *b = right;
        return strcmp(a->name, b->name);
}

void preflight_sort_regions(struct preflight *p) {
        if (p->n_regions > 0)
                qsort(p->regions, p->n_regions, sizeof(*p->regions), compare_regions);
}

void preflight_release(struct preflight *p) {
        for (size_t i = 0; i < p->n_files; i++)
                free(p->files[i].path);
        free(p->files);
        free(p->database.path);
        region_list_release(&p->listed);
        free(p->regions);
        *p = (struct preflight){ 0 };
}
