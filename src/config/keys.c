/* SPDX-License-Identifier: MIT */
#include "config/keys.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/value.h"
#include "model/region.h"
#include "model/tags.h"

struct key;

/* Sets the field of type *field from text: 0, -EINVAL or -ERANGE (both: say what is allowed), -ENOMEM. */
typedef int (*setter)(void *field, const char *text, const struct key *key);

struct key {
        const char *name;
        setter set;
        size_t offset; /* of the field in struct config */
        uint64_t min, max;
        const char *allowed; /* for messages: "has to be ..." */
        bool secret;         /* the value may hold a password and is in no message */
};

static int set_mode(void *field, const char *text, const struct key *key _unused_) {
        return run_mode_from_name(text, field);
}

static int set_unsigned(void *field, const char *text, const struct key *key) {
        return value_parse_unsigned(text, (unsigned) key->min, (unsigned) key->max, field);
}

static int set_bool(void *field, const char *text, const struct key *key _unused_) {
        return value_parse_bool(text, field);
}

static int set_duration(void *field, const char *text, const struct key *key) {
        return value_parse_duration(text, key->min, key->max, field);
}

static int set_keep(void *field, const char *text, const struct key *key) {
        if (strcasecmp(text, "forever") != 0)
                return set_duration(field, text, key);
        *(usec_t *) field = KEEP_FOREVER;
        return 0;
}

/* The field is the whole configuration. */
static int set_api_rate(void *field, const char *text, const struct key *key _unused_) {
        struct config *config = field;
        if (strcasecmp(text, "auto") == 0) {
                config->api_rate_auto = true;
                return 0;
        }
        int r = value_parse_decimal(text, 0.1, 10000, &config->api_rate);
        if (r == 0)
                config->api_rate_auto = false;
        return r;
}

int config_replace_text(char **field, const char *text) {
        char *copy = NULL;
        if (text[0] != '\0' && (copy = strdup(text)) == NULL)
                return -ENOMEM;
        free(*field);
        *field = copy;
        return 0;
}

static bool is_one_line(const char *text) {
        for (; *text != '\0'; text++)
                if ((unsigned char) *text < 0x20 || *text == 0x7f)
                        return false;
        return true;
}

static int set_text(void *field, const char *text, const struct key *key _unused_) {
        return is_one_line(text) ? config_replace_text(field, text) : -EINVAL;
}

static int set_url(void *field, const char *text, const struct key *key) {
        bool url = strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0;
        return text[0] == '\0' || url ? set_text(field, text, key) : -EINVAL;
}

static int set_path(void *field, const char *text, const struct key *key) {
        return text[0] == '/' && strlen(text) < PATH_MAX ? set_text(field, text, key) : -EINVAL;
}

static int set_path_or_none(void *field, const char *text, const struct key *key) {
        return text[0] == '\0' ? config_replace_text(field, text) : set_path(field, text, key);
}

/* node_exporter reads no other names. */
static int set_metrics_file(void *field, const char *text, const struct key *key) {
        size_t n = strlen(text);
        bool named = n > strlen("/.prom") && strcmp(text + n - strlen(".prom"), ".prom") == 0;
        return n == 0 || named ? set_path_or_none(field, text, key) : -EINVAL;
}

bool config_is_region_name(const char *name) {
        size_t n = strlen(name);
        return n > 0 && n < sizeof(((struct region *) NULL)->name) && name[0] != '-' && name[n - 1] != '-' &&
               strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool is_region_glob(const char *glob) {
        return strspn(glob, "abcdefghijklmnopqrstuvwxyz0123456789-*?[]!") == strlen(glob);
}

static bool is_tag_key(const char *key) {
        return strlen(key) < MODEL_TAG_KEY_SIZE && is_one_line(key);
}

static int set_list(char ***field, const char *text, const char *separators, size_t max,
                    bool (*is_valid)(const char *item)) {
        char **list;
        int r = list_split(text, separators, &list);
        for (size_t i = 0; r == 0 && list != NULL && list[i] != NULL; i++)
                if (i >= max || !is_valid(list[i])) {
                        list_free(list);
                        return -EINVAL;
                }
        if (r == 0) {
                list_free(*field);
                *field = list;
        }
        return r;
}

static int set_regions(void *field, const char *text, const struct key *key _unused_) {
        return set_list(field, text, LIST_BLANKS_AND_COMMAS, SIZE_MAX, config_is_region_name);
}

static int set_globs(void *field, const char *text, const struct key *key _unused_) {
        return set_list(field, text, LIST_BLANKS_AND_COMMAS, SIZE_MAX, is_region_glob);
}

/* Keys of tags may hold blanks. */
static int set_tag_keys(void *field, const char *text, const struct key *key _unused_) {
        return set_list(field, text, LIST_COMMAS, MODEL_TAGS_MAX, is_tag_key);
}

#define HOUR (3600 * USEC_PER_SEC)
#define FIELD(name) offsetof(struct config, name)
#define REGION_ALLOWED "region names of a-z, 0-9 and '-', parted by blanks or commas"
#define KEEP_MAX (36500 * 24 * HOUR)
#define KEEP_ALLOWED "a time up to 36500d, such as 12h or 14d, 0 for none, or forever"
#define DURATION_ALLOWED "a time from 1ms to 1h, such as 500ms, 30s or 5min"

/* In the order of data/ebsreportd.conf, which documents them. */
static const struct key keys[] = {
        { "mode", set_mode, FIELD(mode), 0, 0, "sequential, parallel or sweep", false },
        { "workers", set_unsigned, FIELD(workers), 1, 256, "a whole number from 1 to 256", false },
        { "regions", set_regions, FIELD(regions), 0, 0, REGION_ALLOWED, false },
        { "exclude_regions", set_globs, FIELD(exclude_regions), 0, 0,
          "region names or patterns such as us-gov-*, parted by blanks or commas", false },
        { "include_managed", set_bool, FIELD(include_managed), 0, 0, "yes or no", false },
        { "profile", set_text, FIELD(profile), 0, 0, "one line", false },
        { "endpoint_url", set_url, FIELD(endpoint_url), 0, 0, "a URL that starts with https:// or http://", true },
        { "allow_plain_http", set_bool, FIELD(allow_plain_http), 0, 0, "yes or no", false },
        { "connect_timeout", set_duration, FIELD(connect_timeout), USEC_PER_MSEC, HOUR, DURATION_ALLOWED, false },
        { "call_timeout", set_duration, FIELD(call_timeout), USEC_PER_MSEC, HOUR, DURATION_ALLOWED, false },
        { "stall_timeout", set_duration, FIELD(stall_timeout), USEC_PER_MSEC, HOUR, DURATION_ALLOWED, false },
        { "region_timeout", set_duration, FIELD(region_timeout), USEC_PER_MSEC, 24 * HOUR,
          "a time from 1ms to 24h, such as 500ms, 30s or 5min", false },
        { "max_attempts", set_unsigned, FIELD(max_attempts), 1, 20, "a whole number from 1 to 20", false },
        { "api_rate", set_api_rate, 0, 0, 0, "auto, or calls a second from 0.1 to 10000", false },
        { "api_burst", set_unsigned, FIELD(api_burst), 1, 10000, "a whole number from 1 to 10000", false },
        { "interval", set_duration, FIELD(interval), USEC_PER_MSEC, 7 * 24 * HOUR,
          "a time from 1ms to 7d, such as 30s, 5min or 1h", false },
        { "start_jitter", set_duration, FIELD(start_jitter), 0, 24 * HOUR, "a time from 0 to 24h, such as 30s or 5min",
          false },
        { "compare_interval", set_duration, FIELD(compare_interval), 0, 365 * 24 * HOUR,
          "0 for never, or a time up to 365d, such as 12h or 7d", false },
        { "compare_max_instances", set_unsigned, FIELD(compare_max_instances), 1, 1000000,
          "a whole number from 1 to 1000000", false },
        { "prices", set_path_or_none, FIELD(prices), 0, 0, "a path that starts with /, or nothing", false },
        { "keep_tags", set_tag_keys, FIELD(keep_tags), 0, 0,
          "at most 16 keys of tags parted by commas, each of at most 128 characters", false },
        { "database", set_path, FIELD(database), 0, 0, "a path that starts with /", false },
        { "keep_runs", set_keep, FIELD(keep.runs), 0, KEEP_MAX, KEEP_ALLOWED, false },
        { "keep_hours", set_keep, FIELD(keep.hours), 0, KEEP_MAX, KEEP_ALLOWED, false },
        { "keep_days", set_keep, FIELD(keep.days), 0, KEEP_MAX, KEEP_ALLOWED, false },
        { "keep_events", set_keep, FIELD(keep.events), 0, KEEP_MAX, KEEP_ALLOWED, false },
        { "keep_task_timings", set_unsigned, FIELD(timings_keep_runs), 0, 100000, "a whole number from 0 to 100000",
          false },
        { "metrics_file", set_metrics_file, FIELD(metrics_file), 0, 0,
          "a path that starts with / and ends with .prom, or nothing", false },
};

static const struct key *find_key(const char *name) {
        for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
                if (strcmp(keys[i].name, name) == 0)
                        return &keys[i];
        return NULL;
}

const char *config_key_name(size_t i) {
        return i < ARRAY_SIZE(keys) ? keys[i].name : NULL;
}

bool config_has_key(const char *name) {
        return find_key(name) != NULL;
}

int config_set(struct config *config, const char *name, const char *text, const char *what, struct error *reterr) {
        const struct key *key = find_key(name);
        int r = key->set((char *) config + key->offset, text, key);
        if (r == -ENOMEM)
                return error_oom(reterr);
        if (r == 0)
                return 0;
        if (key->secret)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s: the value has to be %s", what, key->allowed);
        return error_set(reterr, ERROR_CONFIG, EINVAL, "%s: '%.40s' is not allowed: it has to be %s", what, text,
                         key->allowed);
}
