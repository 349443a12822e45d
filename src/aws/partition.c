/* SPDX-License-Identifier: MIT */
#include "aws/partition.h"

#include <stddef.h>
#include <string.h>

#include "base/macros.h"

/* From AWS's published endpoint rules; prefix is the start of the names of a partition's regions. The last one takes
 * what is left. */
static const struct {
        const char *prefix;
        struct partition partition;
} partitions[] = {
        { "cn-", { "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1", false } },
        { "us-gov-", { "aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1", true } },
        { "eusc-", { "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1", false } },
        { "us-iso-", { "aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1", false } },
        { "us-isob-", { "aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1", false } },
        { "eu-isoe-", { "aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1", false } },
        { "us-isof-", { "aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1", false } },
        { "", { "aws", "amazonaws.com", "api.aws", "us-east-1", false } },
};

const struct partition *partition_of(const char *region) {
        size_t i = 0;
        while (strncmp(region, partitions[i].prefix, strlen(partitions[i].prefix)) != 0)
                i++;
        return &partitions[i].partition;
}

static bool is_below(const char *host, const char *suffix) {
        size_t n = strlen(host), m = strlen(suffix);
        return n > m && host[n - m - 1] == '.' && strcmp(host + n - m, suffix) == 0;
}

bool partition_owns_host(const char *host) {
        for (size_t i = 0; i < ARRAY_SIZE(partitions); i++)
                if (is_below(host, partitions[i].partition.suffix) ||
                    is_below(host, partitions[i].partition.dualstack_suffix))
                        return true;
        return false;
}
