/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options_help.h"
#include "regions.h"

static uint64_t parse_number(struct argp_state *state, const char *option, const char *arg, uint64_t low,
                             uint64_t high) {
        char *end;
        errno = 0;
        unsigned long long n = strtoull(arg, &end, 10);
        if (errno != 0 || arg[0] < '0' || arg[0] > '9' || *end != '\0' || n < low || n > high)
                argp_error(state, "--%s must be a number from %llu to %llu, not '%s'", option, (unsigned long long) low,
                           (unsigned long long) high, arg);
        return n;
}

static double parse_real(struct argp_state *state, const char *option, const char *arg, char **end, double high) {
        char *stop;
        double d = strtod(arg, &stop);
        if (stop == arg || (end == NULL && *stop != '\0') || !isfinite(d) || d < 0 || d > high)
                argp_error(state, "--%s must be a number from 0 to %g, not '%s'", option, high, arg);
        if (end != NULL)
                *end = stop;
        return d;
}

static int64_t parse_skew(struct argp_state *state, const char *arg) {
        bool negative = arg[0] == '-';
        int64_t n = (int64_t) parse_number(state, "clock-skew", arg + negative, 0, 1000000000);
        return negative ? -n : n;
}

static void parse_bucket(struct argp_state *state, struct options *o, const char *arg) {
        char *end;
        o->bucket_capacity = parse_real(state, "bucket", arg, &end, 1e6);
        if (*end != '/' || o->bucket_capacity < 1)
                argp_error(state, "--bucket must be CAPACITY/REFILL such as 100/20, not '%s'", arg);
        o->bucket_refill = parse_real(state, "bucket", end + 1, NULL, 1e6);
}

static void set_string(struct argp_state *state, char **to, const char *arg) {
        free(*to);
        *to = strdup(arg);
        if (*to == NULL)
                argp_failure(state, 1, ENOMEM, "options");
}

/* Options of the fleet. */
static error_t parse_fleet(int key, char *arg, struct argp_state *state) {
        struct options *o = state->input;
        const uint64_t most = 1000000;
        switch (key) {
        case OPTION_SEED:
                o->seed = parse_number(state, "seed", arg, 0, UINT64_MAX);
                return 0;
        case OPTION_REGIONS:
                string_list_release(&o->regions);
                if (string_list_split(&o->regions, arg, ',') < 0)
                        argp_error(state, "--regions must be names separated by commas, not '%s'", arg);
                return 0;
        case OPTION_FLEET:
                if (strcmp(arg, "demo") != 0 && strcmp(arg, "even") != 0)
                        argp_error(state, "--fleet must be demo or even, not '%s'", arg);
                o->demo = strcmp(arg, "demo") == 0;
                return 0;
        case OPTION_FLEET_FILE:
                set_string(state, &o->fleet_file, arg);
                return 0;
        case OPTION_INSTANCES:
                o->plan.instances = parse_number(state, "instances", arg, 0, most);
                return 0;
        case OPTION_VOLUMES_PER_INSTANCE:
                o->plan.volumes_per_instance = parse_number(state, "volumes-per-instance", arg, 0, 500);
                return 0;
        case OPTION_UNATTACHED:
                o->plan.unattached = parse_number(state, "unattached", arg, 0, most);
                return 0;
        case OPTION_MANAGED:
                o->plan.managed = parse_number(state, "managed", arg, 0, most);
                return 0;
        case OPTION_MANAGED_INSTANCES:
                o->plan.managed_instances = parse_number(state, "managed-instances", arg, 0, most);
                return 0;
        case OPTION_MULTI_ATTACH:
                o->plan.multi_attach = parse_number(state, "multi-attach", arg, 0, most);
                return 0;
        case OPTION_TERMINATED:
                o->plan.terminated = parse_number(state, "terminated", arg, 0, most);
                return 0;
        case OPTION_UNKNOWN_INSTANCE:
                o->plan.unknown_instance = parse_number(state, "unknown-instance", arg, 0, most);
                return 0;
        case OPTION_TRANSIENT:
                o->plan.transient = (unsigned) parse_number(state, "transient", arg, 0, 100);
                return 0;
        case OPTION_SHORT_IDS:
                o->plan.short_ids = (unsigned) parse_number(state, "short-ids", arg, 0, 100);
                return 0;
        case OPTION_CHURN:
                o->churn = parse_real(state, "churn", arg, NULL, 100);
                return 0;
        case OPTION_TICK_EVERY:
                o->tick_every = parse_number(state, "tick-every", arg, 1, UINT32_MAX);
                return 0;
        case OPTION_TRUTH:
                o->truth = true;
                return 0;
        default:
                return ARGP_ERR_UNKNOWN;
        }
}

/* Who calls, and what time it is. */
static error_t parse_identity(int key, char *arg, struct argp_state *state) {
        struct options *o = state->input;
        switch (key) {
        case OPTION_KEY:
                if (keys_add(&o->keys, arg, o->account) < 0)
                        argp_error(state, "--key must be ID:SECRET[:TOKEN[:ACCOUNT]] with an account of 12 digits");
                return 0;
        case OPTION_STRICT_KEYS:
                o->keys.strict = true;
                return 0;
        case OPTION_NO_VERIFY:
                o->verify = false;
                return 0;
        case OPTION_ACCOUNT:
                if (!account_is_valid(arg))
                        argp_error(state, "--account must be 12 digits, not '%s'", arg);
                memcpy(o->account, arg, sizeof(o->account));
                return 0;
        case OPTION_ACCOUNTS:
                o->accounts = parse_number(state, "accounts", arg, 1, 10000);
                return 0;
        case OPTION_NOW:
                if (clock_parse_iso8601(arg, &o->now) < 0)
                        argp_error(state, "--now must be like 2026-11-23T14:01:07Z, not '%s'", arg);
                o->has_now = true;
                return 0;
        case OPTION_CLOCK_SKEW:
                o->clock_skew = parse_skew(state, arg);
                return 0;
        case OPTION_TOKEN_BYTES:
                o->token_bytes = parse_number(state, "token-bytes", arg, 64, 16384);
                return 0;
        case OPTION_SESSION_SECONDS:
                o->session_seconds = parse_number(state, "session-seconds", arg, 0, 604800);
                return 0;
        case OPTION_ROLE:
                set_string(state, &o->role, arg);
                return 0;
        case OPTION_EXTERNAL_ID:
                set_string(state, &o->external_id, arg);
                return 0;
        case OPTION_METADATA_REGION:
                set_string(state, &o->metadata_region, arg);
                return 0;
        case OPTION_CONTAINER_TOKEN:
                set_string(state, &o->container_token, arg);
                return 0;
        default:
                return ARGP_ERR_UNKNOWN;
        }
}

/* How it serves. */
static error_t parse_behaviour(int key, char *arg, struct argp_state *state) {
        struct options *o = state->input;
        const char *why = "out of memory";
        switch (key) {
        case OPTION_ADDRESS:
                set_string(state, &o->address, arg);
                return 0;
        case OPTION_PORT:
                o->port = (uint16_t) parse_number(state, "port", arg, 0, UINT16_MAX);
                return 0;
        case OPTION_TLS_CERT:
                set_string(state, &o->tls_cert, arg);
                return 0;
        case OPTION_TLS_KEY:
                set_string(state, &o->tls_key, arg);
                return 0;
        case OPTION_LOG:
                set_string(state, &o->log, arg);
                return 0;
        case OPTION_CONNECTIONS:
                o->connections = (unsigned) parse_number(state, "connections", arg, 1, 4096);
                return 0;
        case OPTION_VOLUME_PAGE_LIMIT:
                o->volume_page_limit = parse_number(state, "volume-page-limit", arg, 5, 1000);
                return 0;
        case OPTION_UNPAGINATED_LIMIT:
                o->unpaginated_limit = parse_number(state, "unpaginated-limit", arg, 5, 100000);
                return 0;
        case OPTION_NO_KEEP_ALIVE:
                o->no_keep_alive = true;
                return 0;
        case OPTION_REJECT_MANAGED:
                o->reject_managed = true;
                return 0;
        case OPTION_LATENCY:
                o->latency = (usec_t) (parse_real(state, "latency-ms", arg, NULL, 600000) * 1000);
                return 0;
        case OPTION_JITTER:
                o->jitter = (usec_t) (parse_real(state, "jitter-ms", arg, NULL, 600000) * 1000);
                return 0;
        case OPTION_BUCKET:
                parse_bucket(state, o, arg);
                return 0;
        case OPTION_FAULT:
                if (faults_add(&o->faults, arg, &why) < 0)
                        argp_error(state, "--fault '%s': %s", arg, why);
                return 0;
        default:
                return ARGP_ERR_UNKNOWN;
        }
}

static error_t parse_option(int key, char *arg, struct argp_state *state) {
        struct options *o = state->input;
        if (key == ARGP_KEY_ARG)
                argp_error(state, "unexpected argument '%s'", arg);
        if (key == ARGP_KEY_END && (o->tls_cert == NULL) != (o->tls_key == NULL))
                argp_error(state, "--tls-cert and --tls-key go together");
        error_t r = parse_behaviour(key, arg, state);
        if (r == ARGP_ERR_UNKNOWN)
                r = parse_identity(key, arg, state);
        return r == ARGP_ERR_UNKNOWN ? parse_fleet(key, arg, state) : r;
}

static int set_defaults(struct options *o) {
        *o = (struct options){
                .address = strdup("127.0.0.1"),
                .role = strdup("ec2sim-role"),
                .metadata_region = strdup("us-east-1"),
                .connections = 1024,
                .verify = true,
                .account = DEFAULT_ACCOUNT,
                .accounts = 1,
                .token_bytes = 400,
                .session_seconds = 6 * 3600,
                .seed = 1,
                .plan = { .instances = 20, .volumes_per_instance = 2 },
                .volume_page_limit = 500,
                .unpaginated_limit = 10000,
        };
        return o->address != NULL && o->role != NULL && o->metadata_region != NULL ? 0 : -ENOMEM;
}

int options_parse(struct options *o, int argc, char **argv) {
        int r = set_defaults(o);
        if (r < 0)
                return r;
        if (pthread_mutex_init(&o->faults.lock, NULL) != 0)
                return -ENOMEM;
        const struct argp argp = { .options = options_help, .parser = parse_option, .doc = options_doc };
        if (argp_parse(&argp, argc, argv, 0, NULL, o) != 0)
                return -EINVAL;
        o->faults.seed = o->seed;
        if (o->regions.n > 0 || o->fleet_file != NULL)
                return 0;
        for (size_t i = 0; i < region_table_n && r >= 0; i++)
                if (!region_table[i].opt_in)
                        r = string_list_add(&o->regions, region_table[i].name);
        return r;
}

void options_release(struct options *o) {
        char *const owned[] = { o->address, o->tls_cert,    o->tls_key,         o->log,            o->role,
                                o->external_id, o->metadata_region, o->container_token, o->fleet_file };
        for (size_t i = 0; i < ARRAY_SIZE(owned); i++)
                free(owned[i]);
        keys_release(&o->keys);
        string_list_release(&o->regions);
        faults_release(&o->faults);
        (void) pthread_mutex_destroy(&o->faults.lock);
}
