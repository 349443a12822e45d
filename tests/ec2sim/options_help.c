/* SPDX-License-Identifier: MIT */
#include "options_help.h"

const char options_doc[] =
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

const struct argp_option options_help[] = {
        { NULL, 0, NULL, 0, "Serving:", 1 },
        { "address", OPTION_ADDRESS, "IP", 0, "Listen on this address (127.0.0.1)", 1 },
        { "port", OPTION_PORT, "N", 0, "Listen on this port; 0, the default, lets the kernel choose", 1 },
        { "tls-cert", OPTION_TLS_CERT, "FILE", 0, "Serve https with this certificate chain (PEM)", 1 },
        { "tls-key", OPTION_TLS_KEY, "FILE", 0, "The certificate's private key (PEM)", 1 },
        { "log", OPTION_LOG, "FILE", 0, "Append one line of JSON a call", 1 },
        { "connections", OPTION_CONNECTIONS, "N", 0, "Most connections at once (1024)", 1 },

        { NULL, 0, NULL, 0, "Identity and time:", 2 },
        { "key", OPTION_KEY, "ID:SECRET[:TOKEN[:ACCOUNT]]", 0, "One more access key; may be given several times", 2 },
        { "strict-keys", OPTION_STRICT_KEYS, NULL, 0, "Only the keys of --key exist", 2 },
        { "no-verify", OPTION_NO_VERIFY, NULL, 0, "Take account and region from the signature without checking it", 2 },
        { "account", OPTION_ACCOUNT, "ID", 0, "The account of metadata and truth (123456789012); before --key", 2 },
        { "accounts", OPTION_ACCOUNTS, "N", 0, "Accounts in the organization (1)", 2 },
        { "now", OPTION_NOW, "TIME", 0, "Stop the clock at this time, such as 2026-11-23T14:01:07Z", 2 },
        { "clock-skew", OPTION_CLOCK_SKEW, "SEC", 0, "Be so many seconds ahead (or, negative, behind)", 2 },
        { "token-bytes", OPTION_TOKEN_BYTES, "N", 0, "Length of the session tokens given out (400)", 2 },
        { "session-seconds", OPTION_SESSION_SECONDS, "N", 0, "Life of credentials given out without a wish (21600)",
          2 },
        { "role", OPTION_ROLE, "NAME", 0, "The instance's role; empty: none (ec2sim-role)", 2 },
        { "external-id", OPTION_EXTERNAL_ID, "ID", 0, "AssumeRole requires this external id", 2 },
        { "metadata-region", OPTION_METADATA_REGION, "NAME", 0, "The region that metadata names (us-east-1)", 2 },
        { "container-token", OPTION_CONTAINER_TOKEN, "TEXT", 0, "Container credentials require this authorization", 2 },

        { NULL, 0, NULL, 0, "The fleet of each region:", 3 },
        { "seed", OPTION_SEED, "N", 0, "What everything random is made from (1)", 3 },
        { "regions", OPTION_REGIONS, "A,B,C", 0, "Enabled regions (the 17 that are enabled by default)", 3 },
        { "fleet", OPTION_FLEET, "demo|even", 0, "Believable sizes that differ by region, or the numbers below (even)",
          3 },
        { "fleet-file", OPTION_FLEET_FILE, "FILE", 0, "Take the fleet from a JSON file instead, see README.md", 3 },
        { "instances", OPTION_INSTANCES, "N", 0, "Live instances (20)", 3 },
        { "volumes-per-instance", OPTION_VOLUMES_PER_INSTANCE, "K", 0, "Volumes on each (2)", 3 },
        { "unattached", OPTION_UNATTACHED, "N", 0, "Volumes attached to nothing (0)", 3 },
        { "managed", OPTION_MANAGED, "N", 0, "Volumes held by an AWS service, every other one hidden by default (0)",
          3 },
        { "managed-instances", OPTION_MANAGED_INSTANCES, "N", 0, "Instances of a service, hidden by default (0)", 3 },
        { "multi-attach", OPTION_MULTI_ATTACH, "N", 0, "Volumes on two to four instances (0)", 3 },
        { "terminated", OPTION_TERMINATED, "N", 0, "Terminated instances; every fourth still shows a volume (0)", 3 },
        { "unknown-instance", OPTION_UNKNOWN_INSTANCE, "N", 0, "Volumes attached to an instance that is not listed (0)",
          3 },
        { "transient", OPTION_TRANSIENT, "PERCENT", 0,
          "Attachments that are attaching, detaching, busy or detached (0)", 3 },
        { "short-ids", OPTION_SHORT_IDS, "PERCENT", 0, "Instances and volumes with an id of eight digits (0)", 3 },
        { "churn", OPTION_CHURN, "PERCENT", 0, "Volumes that change at each tick (0)", 3 },
        { "tick-every", OPTION_TICK_EVERY, "CALLS", 0, "Tick after so many EC2 calls (never)", 3 },
        { "truth", OPTION_TRUTH, NULL, 0, "Print the expected totals as JSON and exit", 3 },

        { NULL, 0, NULL, 0, "Behaviour:", 4 },
        { "volume-page-limit", OPTION_VOLUME_PAGE_LIMIT, "N", 0, "Cut pages of DescribeVolumes to this (500)", 4 },
        { "unpaginated-limit", OPTION_UNPAGINATED_LIMIT, "N", 0, "Cut answers to calls without MaxResults (10000)", 4 },
        { "no-keep-alive", OPTION_NO_KEEP_ALIVE, NULL, 0, "Close each connection after its answer", 4 },
        { "reject-managed-parameter", OPTION_REJECT_MANAGED, NULL, 0, "Know no IncludeManagedResources, hide nothing",
          4 },
        { "latency-ms", OPTION_LATENCY, "MS", 0, "Answer no earlier than this after the request (0)", 4 },
        { "jitter-ms", OPTION_JITTER, "MS", 0, "Add up to this, at random (0)", 4 },
        { "bucket", OPTION_BUCKET, "CAPACITY/REFILL", 0, "Throttle by account, region and action; EC2 has 100/20 (off)",
          4 },
        { "fault", OPTION_FAULT, "SPEC", 0, "Go wrong in this way; may be given several times", 4 },
        { 0 },
};
