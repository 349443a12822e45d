/* SPDX-License-Identifier: MIT */
#pragma once

#include <argp.h>

/* The option's keys for argp: no short forms. */
enum option_key {
        OPTION_ADDRESS = 256,
        OPTION_PORT,
        OPTION_TLS_CERT,
        OPTION_TLS_KEY,
        OPTION_LOG,
        OPTION_CONNECTIONS,
        OPTION_KEY,
        OPTION_STRICT_KEYS,
        OPTION_NO_VERIFY,
        OPTION_ACCOUNT,
        OPTION_ACCOUNTS,
        OPTION_NOW,
        OPTION_CLOCK_SKEW,
        OPTION_TOKEN_BYTES,
        OPTION_SESSION_SECONDS,
        OPTION_ROLE,
        OPTION_EXTERNAL_ID,
        OPTION_METADATA_REGION,
        OPTION_CONTAINER_TOKEN,
        OPTION_SEED,
        OPTION_REGIONS,
        OPTION_FLEET,
        OPTION_FLEET_FILE,
        OPTION_INSTANCES,
        OPTION_VOLUMES_PER_INSTANCE,
        OPTION_UNATTACHED,
        OPTION_MANAGED,
        OPTION_MANAGED_INSTANCES,
        OPTION_MULTI_ATTACH,
        OPTION_TERMINATED,
        OPTION_UNKNOWN_INSTANCE,
        OPTION_TRANSIENT,
        OPTION_SHORT_IDS,
        OPTION_CHURN,
        OPTION_TICK_EVERY,
        OPTION_TRUTH,
        OPTION_VOLUME_PAGE_LIMIT,
        OPTION_UNPAGINATED_LIMIT,
        OPTION_REJECT_MANAGED,
        OPTION_NO_KEEP_ALIVE,
        OPTION_LATENCY,
        OPTION_JITTER,
        OPTION_BUCKET,
        OPTION_FAULT,
};

extern const struct argp_option options_help[];
extern const char options_doc[];
