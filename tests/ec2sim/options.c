/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/command_line.h"
#include "base/macros.h"
#include "regions.h"

/* Of each kind of thing in a fleet. */
#define FLEET_MOST 1000000

static const char description[] =
        "A stand-in for Amazon EC2 on loopback: DescribeRegions, DescribeInstances and DescribeVolumes with EC2's own "
        "rules and errors, and beside them STS, Organizations, instance metadata (IMDSv2), container credentials and "
        "the SSO portal, all on one port. Once ready it prints one line, \"ec2sim: listening on URL\"."
        "\vKeys: the access key AKIASIM0123456789012 with the secret secret-of-AKIASIM0123456789012 belongs to the "
        "account 123456789012. In the same way AKIASIM0 and any 12 digits is a key of the account of those digits, "
        "and any other AKIA... of 20 characters a key of an account worked out from it; the secret is always "
        "\"secret-of-\" and the key. Every account has a fleet of its own, made from the seed.\n\n"
        "A fault SPEC is a list such as region=eu-west-1,action=DescribeVolumes,kind=throttle,probability=0.2,"
        "count=3,skip=5. Fields: region, action, account, kind, probability, count (at most), skip (calls let pass "
        "first), rate (bytes a second of drip), status (of error). Kinds: throttle, unavailable-html, error=CODE, "
        "expired-credentials, redirect, hang, huge, bomb, deep, longtext, garbage; reset, truncate, drip; "
        "repeat-token, empty-page, short-page, last-token, duplicate. The first fault that strikes wins.\n\n"
        "While it serves: GET /_ec2sim/truth, GET /_ec2sim/stats, POST /_ec2sim/tick.";

static double parse_real(struct argp_state *state, const char *option, const char *text, char **end, double high) {
        char *stop;
        double d = strtod(text, &stop);
        if (stop == text || (end == NULL && *stop != '\0') || !isfinite(d) || d < 0 || d > high)
                argp_error(state, "--%s must be a number from 0 to %g, not '%s'", option, high, text);
        if (end != NULL)
                *end = stop;
        return d;
}

static void take_key(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        if (keys_add(&o->keys, text, o->account) < 0)
                argp_error(state, "--key must be ID:SECRET[:TOKEN[:ACCOUNT]] with an account of 12 digits");
}

static void take_account(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        if (!account_is_valid(text))
                argp_error(state, "--account must be 12 digits, not '%s'", text);
        memcpy(o->account, text, sizeof(o->account));
}

static void take_now(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        if (clock_parse_iso8601(text, &o->now) < 0)
                argp_error(state, "--now must be like 2026-11-23T14:01:07Z, not '%s'", text);
        o->has_now = true;
}

static void take_clock_skew(void *options, const char *text, struct argp_state *state) {
        const long long most = 1000000000;
        char *end;
        errno = 0;
        long long n = strtoll(text, &end, 10);
        if (errno != 0 || end == text || *end != '\0' || n < -most || n > most)
                argp_error(state, "--clock-skew must be a number from %lld to %lld, not '%s'", -most, most, text);
        ((struct options *) options)->clock_skew = n;
}

static void take_regions(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        string_list_release(&o->regions);
        if (string_list_split(&o->regions, text, ',') < 0)
                argp_error(state, "--regions must be names separated by commas, not '%s'", text);
}

static void take_fleet(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        if (strcmp(text, "demo") != 0 && strcmp(text, "even") != 0)
                argp_error(state, "--fleet must be demo or even, not '%s'", text);
        o->demo = strcmp(text, "demo") == 0;
}

static void take_churn(void *options, const char *text, struct argp_state *state) {
        ((struct options *) options)->churn = parse_real(state, "churn", text, NULL, 100);
}

static void take_latency(void *options, const char *text, struct argp_state *state) {
        ((struct options *) options)->latency = (usec_t) (parse_real(state, "latency-ms", text, NULL, 600000) * 1000);
}

static void take_jitter(void *options, const char *text, struct argp_state *state) {
        ((struct options *) options)->jitter = (usec_t) (parse_real(state, "jitter-ms", text, NULL, 600000) * 1000);
}

static void take_bucket(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        char *end;
        o->bucket_capacity = parse_real(state, "bucket", text, &end, 1e6);
        if (*end != '/' || o->bucket_capacity < 1)
                argp_error(state, "--bucket must be CAPACITY/REFILL such as 100/20, not '%s'", text);
        o->bucket_refill = parse_real(state, "bucket", end + 1, NULL, 1e6);
}

static void take_fault(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        const char *why = "out of memory";
        if (faults_add(&o->faults, text, &why) < 0)
                argp_error(state, "--fault '%s': %s", text, why);
}

static void check_together(const void *options, struct argp_state *state) {
        const struct options *o = options;
        if ((o->tls_cert == NULL) != (o->tls_key == NULL))
                argp_error(state, "--tls-cert and --tls-key go together");
}

static const struct command_option option_table[] = {
        { .help = "Serving:", .group = 1 },
        { "address", "IP", "Listen on this address (127.0.0.1)", 1, OPTION_TEXT(struct options, address) },
        { "port", "N", "Listen on this port; 0, the default, lets the kernel choose", 1,
          OPTION_NUMBER(struct options, port, 0, UINT16_MAX) },
        { "tls-cert", "FILE", "Serve https with this certificate chain (PEM)", 1,
          OPTION_TEXT(struct options, tls_cert) },
        { "tls-key", "FILE", "The certificate's private key (PEM)", 1, OPTION_TEXT(struct options, tls_key) },
        { "log", "FILE", "Append one line of JSON a call", 1, OPTION_TEXT(struct options, log) },
        { "connections", "N", "Most connections at once (1024)", 1,
          OPTION_NUMBER(struct options, connections, 1, 4096) },

        { .help = "Identity and time:", .group = 2 },
        { "key", "ID:SECRET[:TOKEN[:ACCOUNT]]", "One more access key; may be given several times", 2,
          OPTION_TAKEN(take_key) },
        { "strict-keys", NULL, "Only the keys of --key exist", 2, OPTION_FLAG(struct options, keys.strict) },
        { "no-verify", NULL, "Take account and region from the signature without checking it", 2,
          OPTION_FLAG(struct options, no_verify) },
        { "account", "ID", "The account of metadata and truth (123456789012); before --key", 2,
          OPTION_TAKEN(take_account) },
        { "accounts", "N", "Accounts in the organization (1)", 2, OPTION_NUMBER(struct options, accounts, 1, 10000) },
        { "now", "TIME", "Stop the clock at this time, such as 2026-11-23T14:01:07Z", 2, OPTION_TAKEN(take_now) },
        { "clock-skew", "SEC", "Be so many seconds ahead (or, negative, behind)", 2, OPTION_TAKEN(take_clock_skew) },
        { "token-bytes", "N", "Length of the session tokens given out (400)", 2,
          OPTION_NUMBER(struct options, token_bytes, 64, 16384) },
        { "session-seconds", "N", "Life of credentials given out without a wish (21600)", 2,
          OPTION_NUMBER(struct options, session_seconds, 0, 604800) },
        { "role", "NAME", "The instance's role; empty: none (ec2sim-role)", 2, OPTION_TEXT(struct options, role) },
        { "external-id", "ID", "AssumeRole requires this external id", 2, OPTION_TEXT(struct options, external_id) },
        { "metadata-region", "NAME", "The region that metadata names (us-east-1)", 2,
          OPTION_TEXT(struct options, metadata_region) },
        { "container-token", "TEXT", "Container credentials require this authorization", 2,
          OPTION_TEXT(struct options, container_token) },

        { .help = "The fleet of each region:", .group = 3 },
        { "seed", "N", "What everything random is made from (1)", 3,
          OPTION_NUMBER(struct options, seed, 0, UINT64_MAX) },
        { "regions", "A,B,C", "Enabled regions (the 17 that are enabled by default)", 3, OPTION_TAKEN(take_regions) },
        { "fleet", "demo|even", "Believable sizes that differ by region, or the numbers below (even)", 3,
          OPTION_TAKEN(take_fleet) },
        { "fleet-file", "FILE", "Take the fleet from a JSON file instead, see README.md", 3,
          OPTION_TEXT(struct options, fleet_file) },
        { "instances", "N", "Live instances (20)", 3, OPTION_NUMBER(struct options, plan.instances, 0, FLEET_MOST) },
        { "volumes-per-instance", "K", "Volumes on each (2)", 3,
          OPTION_NUMBER(struct options, plan.volumes_per_instance, 0, 500) },
        { "unattached", "N", "Volumes attached to nothing (0)", 3,
          OPTION_NUMBER(struct options, plan.unattached, 0, FLEET_MOST) },
        { "managed", "N", "Volumes held by an AWS service, every other one hidden by default (0)", 3,
          OPTION_NUMBER(struct options, plan.managed, 0, FLEET_MOST) },
        { "managed-instances", "N", "Instances of a service, hidden by default (0)", 3,
          OPTION_NUMBER(struct options, plan.managed_instances, 0, FLEET_MOST) },
        { "multi-attach", "N", "Volumes on two to four instances (0)", 3,
          OPTION_NUMBER(struct options, plan.multi_attach, 0, FLEET_MOST) },
        { "terminated", "N", "Terminated instances; every fourth still shows a volume (0)", 3,
          OPTION_NUMBER(struct options, plan.terminated, 0, FLEET_MOST) },
        { "unknown-instance", "N", "Volumes attached to an instance that is not listed (0)", 3,
          OPTION_NUMBER(struct options, plan.unknown_instance, 0, FLEET_MOST) },
        { "transient", "PERCENT", "Attachments that are attaching, detaching, busy or detached (0)", 3,
          OPTION_NUMBER(struct options, plan.transient, 0, 100) },
        { "short-ids", "PERCENT", "Instances and volumes with an id of eight digits (0)", 3,
          OPTION_NUMBER(struct options, plan.short_ids, 0, 100) },
        { "churn", "PERCENT", "Volumes that change at each tick (0)", 3, OPTION_TAKEN(take_churn) },
        { "tick-every", "CALLS", "Tick after so many EC2 calls (never)", 3,
          OPTION_NUMBER(struct options, tick_every, 1, UINT32_MAX) },
        { "truth", NULL, "Print the expected totals as JSON and exit", 3, OPTION_FLAG(struct options, truth) },

        { .help = "Behaviour:", .group = 4 },
        { "volume-page-limit", "N", "Cut pages of DescribeVolumes to this (500)", 4,
          OPTION_NUMBER(struct options, volume_page_limit, 5, 1000) },
        { "unpaginated-limit", "N", "Cut answers to calls without MaxResults (10000)", 4,
          OPTION_NUMBER(struct options, unpaginated_limit, 5, 100000) },
        { "no-keep-alive", NULL, "Close each connection after its answer", 4,
          OPTION_FLAG(struct options, no_keep_alive) },
        { "reject-managed-parameter", NULL, "Know no IncludeManagedResources, hide nothing", 4,
          OPTION_FLAG(struct options, reject_managed) },
        { "latency-ms", "MS", "Answer no earlier than this after the request (0)", 4, OPTION_TAKEN(take_latency) },
        { "jitter-ms", "MS", "Add up to this, at random (0)", 4, OPTION_TAKEN(take_jitter) },
        { "bucket", "CAPACITY/REFILL", "Throttle by account, region and action; EC2 has 100/20 (off)", 4,
          OPTION_TAKEN(take_bucket) },
        { "fault", "SPEC", "Go wrong in this way; may be given several times", 4, OPTION_TAKEN(take_fault) },
};

static const struct options defaults = {
        .address = "127.0.0.1",
        .role = "ec2sim-role",
        .metadata_region = "us-east-1",
        .connections = 1024,
        .account = DEFAULT_ACCOUNT,
        .accounts = 1,
        .token_bytes = 400,
        .session_seconds = 6 * 3600,
        .seed = 1,
        .plan = { .instances = 20, .volumes_per_instance = 2 },
        .volume_page_limit = 500,
        .unpaginated_limit = 10000,
};

int options_parse(struct options *o, int argc, char **argv) {
        static const struct command_line line = {
                .options = option_table,
                .n_options = ARRAY_SIZE(option_table),
                .description = description,
                .check = check_together,
        };
        *o = defaults;
        if (pthread_mutex_init(&o->faults.lock, NULL) != 0)
                return -ENOMEM;
        command_line_parse(&line, argc, argv, o);
        o->faults.seed = o->seed;
        if (o->regions.n > 0 || o->fleet_file != NULL)
                return 0;
        int r = 0;
        for (size_t i = 0; i < region_table_n && r >= 0; i++)
                if (!region_table[i].opt_in)
                        r = string_list_add(&o->regions, region_table[i].name);
        return r;
}

void options_release(struct options *o) {
        keys_release(&o->keys);
        string_list_release(&o->regions);
        faults_release(&o->faults);
        (void) pthread_mutex_destroy(&o->faults.lock);
}
