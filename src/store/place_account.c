/* SPDX-License-Identifier: MIT */
#include "store/place_account.h"

int place_name_account(struct store *s, const char *account, const char *region, bool *named, struct error *reterr) {
        if (account[0] == '\0')
                return 0;
        struct query q = query_prepare(
                s, "UPDATE OR IGNORE place SET account = :account WHERE region = :region AND account = ''");
        query_bind_text(&q, ":account", account);
        query_bind_text(&q, ":region", region);
        query_run(&q);
        int r = query_finish(&q, "naming a region's account", reterr);
        if (r == 0 && sqlite3_changes(s->db) > 0)
                *named = true;
        return r;
}
