/* SPDX-License-Identifier: MIT */
#include "catalogue.h"

#include <stddef.h>

#include "base/macros.h"

const struct catalogue_account catalogue_accounts[CATALOGUE_ACCOUNTS] = {
        { "123456789012", "prod", 62 },
        { "234567890123", "staging", 25 },
        { "345678901234", "dev", 13 },
};

const struct catalogue_region catalogue_regions[CATALOGUE_REGIONS] = {
        { "us-east-1", 277, 95 },      { "us-west-2", 178, 150 },     { "eu-west-1", 149, 28 },
        { "eu-central-1", 96, 12 },    { "ap-southeast-2", 64, 290 }, { "us-east-2", 61, 105 },
        { "ap-northeast-1", 49, 235 }, { "ap-south-1", 36, 130 },     { "ca-central-1", 25, 100 },
        { "eu-west-2", 21, 20 },       { "ap-southeast-1", 16, 165 }, { "sa-east-1", 11, 205 },
        { "us-west-1", 8, 155 },       { "eu-north-1", 4, 30 },       { "eu-west-3", 3, 16 },
        { "ap-northeast-2", 1, 250 },  { "ap-northeast-3", 1, 240 },
        /* To be opted in to. */
        { "af-south-1", 1, 170 },      { "ap-east-1", 1, 200 },       { "ap-southeast-3", 1, 190 },
        { "eu-south-1", 1, 22 },       { "me-central-1", 1, 110 },    { "me-south-1", 1, 105 },
        { "ca-west-1", 1, 140 },
};

static const struct catalogue_role roles[] = {
        { "web", "c6i.large", 24, 16, 0, 0, KIND_GP3 },
        { "api", "m6i.large", 18, 20, 1, 50, KIND_GP3 },
        { "worker", "m6i.xlarge", 16, 30, 2, 80, KIND_GP3 },
        { "db", "r6i.2xlarge", 10, 20, 9, 160, KIND_IO2 },
        { "cache", "r6g.large", 8, 16, 1, 30, KIND_GP3 },
        { "kafka", "m5.2xlarge", 6, 20, 12, 200, KIND_ST1 },
        { "search", "r5.xlarge", 7, 20, 8, 100, KIND_IO1 },
        { "backup", "t3.large", 4, 12, 8, 250, KIND_SC1 },
        { "legacy", "m4.large", 3, 8, 4, 20, KIND_STANDARD },
        { "build", "c6a.4xlarge", 4, 40, 6, 120, KIND_GP4 },
};

const char *kind_name(enum kind kind) {
        static const char *const names[_KIND_MAX] = {
                [KIND_GP3] = "gp3", [KIND_GP2] = "gp2", [KIND_IO2] = "io2", [KIND_IO1] = "io1",
                [KIND_ST1] = "st1", [KIND_SC1] = "sc1", [KIND_STANDARD] = "standard", [KIND_GP4] = "gp4",
        };
        return names[kind];
}

const struct catalogue_role *catalogue_pick_role(struct random *random) {
        uint64_t percent = random_below(random, 100);
        size_t i = 0;
        while (i + 1 < ARRAY_SIZE(roles) && percent >= roles[i].percent)
                percent -= roles[i++].percent;
        return &roles[i];
}
