/* SPDX-License-Identifier: MIT */
#include "config/config.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/ini.h"
#include "config/keys.h"
#include "config/value.h"

#define DAY (24 * 3600 * USEC_PER_SEC)

int config_init(struct config *ret, struct error *reterr) {
        struct config config = {
                .mode = MODE_SWEEP,
                .workers = 16,
                .include_managed = true,
                .database = strdup("/var/lib/ebsreportd/history.db"),
                .connect_timeout = 3 * USEC_PER_SEC,
                .call_timeout = 30 * USEC_PER_SEC,
                .stall_timeout = 10 * USEC_PER_SEC,
                .region_timeout = 300 * USEC_PER_SEC,
                .max_attempts = 6,
                .api_rate_auto = true,
                .api_burst = 100,
                .interval = 300 * USEC_PER_SEC,
                .compare_interval = 24 * 3600 * USEC_PER_SEC,
                .compare_max_instances = 200,
                .keep = { .runs = 14 * DAY, .hours = 400 * DAY, .days = KEEP_FOREVER, .events = 400 * DAY },
                .timings_keep_runs = 50,
        };
        if (config.database == NULL || list_add(&config.keep_tags, "Name") < 0) {
                config_release(&config);
                return error_oom(reterr);
        }
        *ret = config;
        return 0;
}

struct loader {
        const char *path;
        struct config *config;
};

static int refuse_unknown_key(const struct loader *l, unsigned line, const char *name, struct error *reterr) {
        const char *similar = config_similar_key(name);
        if (similar != NULL)
                return error_set(reterr, ERROR_CONFIG, EINVAL,
                                 "%s:%u: unknown key '%.40s', did you mean '%s'? ebsreportd.conf(5) has all keys",
                                 l->path, line, name, similar);
        return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: unknown key '%.40s': ebsreportd.conf(5) has all keys",
                         l->path, line, name);
}

static int load_key(const char *section, const char *name, const char *subkey _unused_, const char *value,
                    unsigned line, void *userdata, struct error *reterr) {
        const struct loader *l = userdata;
        /* Once: what stands below it counts as if it were not there. */
        if (name == NULL)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: section [%.40s]: there are no sections here, "
                                 "remove the line", l->path, line, section);
        if (!config_has_key(name))
                return refuse_unknown_key(l, line, name, reterr);
        struct buffer what = BUFFER_INIT(8192);
        int r = buffer_printf(&what, "%s:%u: %s", l->path, line, name);
        const char *origin = r == 0 ? buffer_string(&what) : NULL;
        if (origin == NULL)
                r = error_oom(reterr);
        else
                r = config_set(l->config, name, value, origin, reterr);
        buffer_release(&what);
        return r;
}

int config_load(struct config *config, const char *path, struct error_list *errors) {
        struct loader l = { .path = path, .config = config };
        return ini_parse_file_all(path, INI_ALLOW_NO_SECTION | INI_NO_NESTED, load_key, &l, errors);
}

int config_add_region(struct config *config, const char *name, bool replace, struct error *reterr) {
        if (!config_is_region_name(name))
                return error_set(reterr, ERROR_CONFIG, EINVAL, "--region: '%.40s' is not a region's name: it has to be "
                                 "of a-z, 0-9 and '-', such as us-east-1", name);
        char **list = NULL;
        if ((!replace && list_copy(config->regions, &list) < 0) || list_add(&list, name) < 0) {
                list_free(list);
                return error_oom(reterr);
        }
        list_free(config->regions);
        config->regions = list;
        return 0;
}

int config_set_workers(struct config *config, const char *text, const char *what, struct error *reterr) {
        return config_set(config, "workers", text, what, reterr);
}

int config_set_database(struct config *config, const char *path, struct error *reterr) {
        if (path[0] == '\0')
                return error_set(reterr, ERROR_CONFIG, EINVAL, "--db: the path is empty: name a file");
        return config_replace_text(&config->database, path) < 0 ? error_oom(reterr) : 0;
}

bool config_excludes_region(const struct config *config, const char *name) {
        for (char **glob = config->exclude_regions; glob != NULL && *glob != NULL; glob++)
                if (fnmatch(*glob, name, 0) == 0)
                        return true;
        return false;
}

void config_release(struct config *config) {
        list_free(config->regions);
        list_free(config->exclude_regions);
        list_free(config->keep_tags);
        free(config->profile);
        free(config->endpoint_url);
        free(config->prices);
        free(config->database);
        free(config->metrics_file);
        *config = (struct config){ 0 };
}
