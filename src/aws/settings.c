/* SPDX-License-Identifier: MIT */
#include "aws/settings.h"

#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "aws/aws_file.h"
#include "aws/endpoint.h"

#define IMDS_IPV4 "http://169.254.169.254/"
#define IMDS_IPV6 "http://[fd00:ec2::254]/"

/* Where values come from while they are gathered. */
struct sources {
        struct aws_section credentials; /* the profile in the credentials file: it wins */
        struct aws_section config;      /* the profile in the config file */
        struct aws_section services;    /* the [services] section that the profile names */
};

static void sources_release(struct sources *s) {
        aws_section_release(&s->credentials);
        aws_section_release(&s->config);
        aws_section_release(&s->services);
}

/* An empty variable is as good as none. */
static const char *env(const char *name) {
        const char *value = getenv(name);
        return value != NULL && value[0] != '\0' ? value : NULL;
}

static const char *profile_value(const struct sources *s, const char *key) {
        const char *value = aws_section_get(&s->credentials, key, NULL);
        return value != NULL ? value : aws_section_get(&s->config, key, NULL);
}

/* Replaces *field by a copy of value; NULL leaves it. */
static int set(char **field, const char *value, struct error *reterr) {
        if (value == NULL)
                return 0;
        char *copy = strdup(value);
        if (copy == NULL)
                return error_oom(reterr);
        free(*field);
        *field = copy;
        return 0;
}

/* Owned; NULL where the process has no home, as a daemon may have none. */
static char *home_directory(void) {
        const char *home = env("HOME");
        if (home != NULL)
                return strdup(home);
        struct passwd entry, *found = NULL;
        char buf[4096];
        if (getpwuid_r(getuid(), &entry, buf, sizeof(buf), &found) != 0 || found == NULL || found->pw_dir == NULL)
                return NULL;
        return strdup(found->pw_dir);
}

/* The variable's path, "~/" replaced, or HOME/fallback. */
static int set_path(char **field, const char *variable, const char *fallback, struct error *reterr) {
        const char *value = env(variable);
        if (value != NULL && strncmp(value, "~/", 2) != 0)
                return set(field, value, reterr);
        _cleanup_(freep) char *home = home_directory();
        if (home == NULL)
                return 0;
        if (asprintf(field, "%s/%s", home, value != NULL ? value + 2 : fallback) < 0) {
                *field = NULL;
                return error_oom(reterr);
        }
        return 0;
}

static int choose_profile(struct settings *s, const struct settings_override *o, bool *ret_named,
                          struct error *reterr) {
        const char *name = o->profile;
        s->profile_explicit = name != NULL;
        if (name == NULL)
                name = env("AWS_PROFILE");
        if (name == NULL)
                name = env("AWS_DEFAULT_PROFILE");
        *ret_named = name != NULL && strcmp(name, "default") != 0;
        return set(&s->profile, name != NULL ? name : "default", reterr);
}

static int load_sources(const struct settings *s, bool named, struct sources *ret, struct error *reterr) {
        int r = aws_section_load(s->credentials_path, AWS_SECTION_CREDENTIALS, s->profile, &ret->credentials, reterr);
        if (r < 0)
                return r;
        r = aws_section_load(s->config_path, AWS_SECTION_PROFILE, s->profile, &ret->config, reterr);
        if (r < 0)
                return r;
        if (named && !ret->credentials.found && !ret->config.found)
                return error_set(reterr, ERROR_CONFIG, ENOENT,
                                 "there is no profile \"%s\": neither [profile %s] in %s nor [%s] in %s: add it, or "
                                 "name another one", s->profile,
                                 s->profile, s->config_path != NULL ? s->config_path : "~/.aws/config", s->profile,
                                 s->credentials_path != NULL ? s->credentials_path : "~/.aws/credentials");
        const char *services = profile_value(ret, "services");
        if (services == NULL)
                return 0;
        r = aws_section_load(s->config_path, AWS_SECTION_SERVICES, services, &ret->services, reterr);
        if (r < 0)
                return r;
        if (!ret->services.found)
                return error_set(reterr, ERROR_CONFIG, ENOENT,
                                 "profile \"%s\" names services = %s, but %s has no [services %s]: add it", s->profile,
                                 services, s->config_path != NULL ? s->config_path : "~/.aws/config", services);
        return 0;
}

/* true or false in any case, from the variable or the profile's key. */
static int set_flag(bool *field, const struct sources *src, const char *variable, const char *key,
                    struct error *reterr) {
        const char *value = env(variable);
        const char *name = value != NULL ? variable : key;
        if (value == NULL && key != NULL)
                value = profile_value(src, key);
        if (value == NULL)
                return 0;
        *field = strcasecmp(value, "true") == 0;
        if (!*field && strcasecmp(value, "false") != 0)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s is \"%.40s\": it must be true or false", name,
                                 value);
        return 0;
}

static int set_number(unsigned *field, const struct sources *src, const char *variable, const char *key, unsigned max,
                      struct error *reterr) {
        const char *value = env(variable);
        const char *name = value != NULL ? variable : key;
        if (value == NULL)
                value = profile_value(src, key);
        if (value == NULL)
                return 0;
        char *end;
        errno = 0;
        unsigned long number = strtoul(value, &end, 10);
        if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || number < 1 || number > max)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s is \"%.40s\": it must be a number from 1 to %u",
                                 name, value, max);
        *field = (unsigned) number;
        return 0;
}

static int set_url(char **field, const char *url, const char *what, bool allow_plain_http, struct error *reterr) {
        struct endpoint e;
        int r = endpoint_parse_url(url, what, allow_plain_http, &e, reterr);
        return r < 0 ? r : set(field, e.url, reterr);
}

/* The first of: command line or our configuration, the service's variable, the general one, the profile's services
 * section, the profile. */
static int set_endpoint(char **field, const struct settings *s, const struct settings_override *o,
                        const struct sources *src, bool ignore_configured, const char *service, const char *variable,
                        struct error *reterr) {
        if (o->endpoint_url != NULL)
                return set_url(field, o->endpoint_url, "endpoint URL", s->allow_plain_http, reterr);
        if (ignore_configured)
                return 0;
        const struct {
                const char *url, *what;
        } candidates[] = {
                { env(variable), variable },
                { env("AWS_ENDPOINT_URL"), "AWS_ENDPOINT_URL" },
                { aws_section_get(&src->services, service, "endpoint_url"), "endpoint_url of the profile's services" },
                { profile_value(src, "endpoint_url"), "endpoint_url of the profile" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(candidates); i++)
                if (candidates[i].url != NULL)
                        return set_url(field, candidates[i].url, candidates[i].what, s->allow_plain_http, reterr);
        return 0;
}

static void set_endpoints(struct settings *s, const struct settings_override *o, const struct sources *src,
                          struct error_list *errors) {
        struct error e;
        bool ignore = false;
        int r = set_flag(&s->use_fips, src, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", &e);
        error_list_note(errors, r, &e);
        r = set_flag(&s->use_dualstack, src, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", &e);
        error_list_note(errors, r, &e);
        r = set_flag(&ignore, src, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", &e);
        error_list_note(errors, r, &e);
        r = set_endpoint(&s->endpoint_url_ec2, s, o, src, ignore, "ec2", "AWS_ENDPOINT_URL_EC2", &e);
        error_list_note(errors, r, &e);
        struct error sts;
        int r2 = set_endpoint(&s->endpoint_url_sts, s, o, src, ignore, "sts", "AWS_ENDPOINT_URL_STS", &sts);
        /* One URL may be that of both. */
        if (r2 < 0 && (r == 0 || strcmp(e.message, sts.message) != 0))
                error_list_add(errors, &sts);
        bool is_custom = s->endpoint_url_ec2 != NULL || s->endpoint_url_sts != NULL;
        if (r == 0 && r2 == 0 && is_custom && (s->use_fips || s->use_dualstack)) {
                (void) error_set(&e, ERROR_CONFIG, EINVAL, "a custom endpoint cannot be combined with %s: remove one of "
                                 "them", s->use_fips ? "AWS_USE_FIPS_ENDPOINT (use_fips_endpoint)"
                                                     : "AWS_USE_DUALSTACK_ENDPOINT (use_dualstack_endpoint)");
                error_list_add(errors, &e);
        }
}

static int set_ca_bundle(struct settings *s, const struct sources *src, struct error *reterr) {
        const struct {
                const char *path, *what;
        } candidates[] = {
                { env("AWS_CA_BUNDLE"), "AWS_CA_BUNDLE" },
                { profile_value(src, "ca_bundle"), "ca_bundle of the profile" },
                { env("REQUESTS_CA_BUNDLE"), "REQUESTS_CA_BUNDLE" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
                if (candidates[i].path == NULL)
                        continue;
                if (access(candidates[i].path, R_OK) < 0)
                        return error_set(reterr, ERROR_CONFIG, errno, "%s names %s, which cannot be read: %s: name another one",
                                         candidates[i].what, candidates[i].path, strerror(errno));
                return set(&s->ca_bundle, candidates[i].path, reterr);
        }
        return 0;
}

/* An operator's metadata endpoint may be plain http anywhere: the service knows nothing else. */
static void set_imds(struct settings *s, const struct sources *src, struct error_list *errors) {
        struct error e;
        int r = 0;
        const char *mode = env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
        if (mode == NULL)
                mode = profile_value(src, "ec2_metadata_service_endpoint_mode");
        if (mode != NULL && strcasecmp(mode, "ipv4") != 0 && strcasecmp(mode, "ipv6") != 0)
                r = error_set(&e, ERROR_CONFIG, EINVAL,
                              "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is \"%.40s\": it must be ipv4 or ipv6", mode);
        error_list_note(errors, r, &e);
        const char *url = env("AWS_EC2_METADATA_SERVICE_ENDPOINT");
        if (url == NULL)
                url = profile_value(src, "ec2_metadata_service_endpoint");
        if (url == NULL)
                url = mode != NULL && strcasecmp(mode, "ipv6") == 0 ? IMDS_IPV6 : IMDS_IPV4;
        r = set_url(&s->imds_endpoint, url, "AWS_EC2_METADATA_SERVICE_ENDPOINT", true, &e);
        error_list_note(errors, r, &e);
        r = set_flag(&s->imds_disabled, src, "AWS_EC2_METADATA_DISABLED", NULL, &e);
        error_list_note(errors, r, &e);
        unsigned seconds = 1;
        r = set_number(&seconds, src, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", 600, &e);
        error_list_note(errors, r, &e);
        s->imds_timeout_ms = seconds * 1000;
        s->imds_attempts = 1;
        r = set_number(&s->imds_attempts, src, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", 20,
                       &e);
        error_list_note(errors, r, &e);
}

static int set_region(struct settings *s, const struct sources *src, struct error *reterr) {
        const char *region = env("AWS_REGION");
        if (region == NULL)
                region = env("AWS_DEFAULT_REGION");
        if (region == NULL)
                region = profile_value(src, "region");
        return set(&s->region, region, reterr);
}

/* Where to look: without these nothing else can be read. */
static int find_sources(struct settings *s, const struct settings_override *override, struct sources *src,
                        struct error *reterr) {
        bool named;
        int r = choose_profile(s, override, &named, reterr);
        if (r == 0)
                r = set_path(&s->credentials_path, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", reterr);
        if (r == 0)
                r = set_path(&s->config_path, "AWS_CONFIG_FILE", ".aws/config", reterr);
        return r < 0 ? r : load_sources(s, named, src, reterr);
}

int settings_load(const struct settings_override *override, struct settings *ret, struct error_list *errors) {
        _cleanup_(settings_release) struct settings s = { .allow_plain_http = override->allow_plain_http };
        _cleanup_(sources_release) struct sources src = { 0 };
        struct error e;
        int r = find_sources(&s, override, &src, &e);
        error_list_note(errors, r, &e);
        if (r == 0) {
                error_list_note(errors, set_region(&s, &src, &e), &e);
                set_endpoints(&s, override, &src, errors);
                error_list_note(errors, set_ca_bundle(&s, &src, &e), &e);
                set_imds(&s, &src, errors);
        }
        r = error_list_result(errors);
        if (r < 0)
                return r;
        *ret = s;
        s = (struct settings){ 0 };
        return 0;
}

void settings_release(struct settings *s) {
        free(s->profile);
        free(s->credentials_path);
        free(s->config_path);
        free(s->region);
        free(s->endpoint_url_ec2);
        free(s->endpoint_url_sts);
        free(s->ca_bundle);
        free(s->imds_endpoint);
        *s = (struct settings){ 0 };
}
