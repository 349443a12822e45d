/* SPDX-License-Identifier: MIT */
#include "regions.h"

#include <string.h>

#include "base/macros.h"

/* The commercial partition. Those launched after 20 March 2019 are opt-in. The sizes of the demo fleet are made up. */
const struct region_entry region_table[] = {
        { "af-south-1", true, 21 },
        { "ap-east-1", true, 17 },
        { "ap-east-2", true, 4 },
        { "ap-northeast-1", false, 231 },
        { "ap-northeast-2", false, 58 },
        { "ap-northeast-3", false, 3 },
        { "ap-south-1", false, 164 },
        { "ap-south-2", true, 12 },
        { "ap-southeast-1", false, 127 },
        { "ap-southeast-2", false, 102 },
        { "ap-southeast-3", true, 9 },
        { "ap-southeast-4", true, 5 },
        { "ap-southeast-5", true, 2 },
        { "ap-southeast-6", true, 2 },
        { "ap-southeast-7", true, 2 },
        { "ca-central-1", false, 54 },
        { "ca-west-1", true, 6 },
        { "eu-central-1", false, 296 },
        { "eu-central-2", true, 24 },
        { "eu-north-1", false, 83 },
        { "eu-south-1", true, 11 },
        { "eu-south-2", true, 7 },
        { "eu-west-1", false, 448 },
        { "eu-west-2", false, 119 },
        { "eu-west-3", false, 47 },
        { "il-central-1", true, 8 },
        { "me-central-1", true, 10 },
        { "me-south-1", true, 13 },
        { "mx-central-1", true, 3 },
        { "sa-east-1", false, 61 },
        { "us-east-1", false, 812 },
        { "us-east-2", false, 143 },
        { "us-west-1", false, 38 },
        { "us-west-2", false, 377 },
};
const size_t region_table_n = ARRAY_SIZE(region_table);

const struct region_entry *region_find(const char *name) {
        for (size_t i = 0; i < region_table_n; i++)
                if (strcmp(region_table[i].name, name) == 0)
                        return &region_table[i];
        return NULL;
}

enum region_status region_status(const struct string_list *enabled, const char *name) {
        const struct region_entry *entry = region_find(name);
        if (string_list_find(enabled, name) >= 0)
                return entry != NULL && entry->opt_in ? REGION_OPTED_IN : REGION_DEFAULT;
        if (entry == NULL)
                return REGION_UNKNOWN;
        return entry->opt_in ? REGION_NOT_OPTED_IN : REGION_DEFAULT;
}

const char *region_status_name(enum region_status status) {
        switch (status) {
        case REGION_OPTED_IN:
                return "opted-in";
        case REGION_NOT_OPTED_IN:
                return "not-opted-in";
        default:
                return "opt-in-not-required";
        }
}

void region_zone_stem(const char *name, char *ret) {
        static const struct {
                const char *word;
                const char *code;
        } directions[] = { { "northeast", "ne" }, { "northwest", "nw" }, { "southeast", "se" }, { "southwest", "sw" },
                           { "central", "c" },    { "north", "n" },      { "south", "s" },      { "east", "e" },
                           { "west", "w" } };
        size_t len = 0;
        for (const char *p = name; *p != '\0' && len < 15;) {
                size_t part = strcspn(p, "-"), i;
                for (i = 0; i < ARRAY_SIZE(directions); i++)
                        if (strlen(directions[i].word) == part && strncmp(directions[i].word, p, part) == 0)
                                break;
                const char *from = i < ARRAY_SIZE(directions) ? directions[i].code : p;
                size_t n = i < ARRAY_SIZE(directions) ? strlen(from) : part;
                for (size_t k = 0; k < n && len < 15; k++)
                        ret[len++] = from[k];
                p += part + (p[part] == '-');
        }
        ret[len] = '\0';
}
