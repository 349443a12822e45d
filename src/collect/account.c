/* SPDX-License-Identifier: MIT */
#include "collect/account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

#define SKEW_MIN (5 * 60 * (int64_t) USEC_PER_SEC)
#define EXPIRY_MARGIN (60 * USEC_PER_SEC)

void account_release(struct account *a) {
        if (a->storage != NULL)
                explicit_bzero(a->storage, a->storage_size);
        free(a->storage);
        *a = (struct account){ 0 };
}

int account_set_keys(struct account *a, const struct keys_message *keys, usec_t now) {
        struct keys_message copy = *keys;
        const char **strings[] = { &copy.access_key_id, &copy.secret_access_key, &copy.session_token,
                                   &copy.account_id,    &copy.home_region,       &copy.source };
        size_t size = 0;
        for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
                size += strlen(*strings[i]) + 1;
        char *storage = malloc(size);
        if (storage == NULL)
                return -ENOMEM;
        char *end = storage;
        for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
                const char *from = *strings[i];
                *strings[i] = end;
                end = stpcpy(end, from) + 1;
        }
        struct account renewed = {
                .keys = copy,
                .storage = storage,
                .storage_size = size,
                .resolved_at = now,
                .clock_offset_usec = a->clock_offset_usec,
        };
        memcpy(renewed.id, a->id, sizeof(renewed.id));
        if (renewed.id[0] == '\0')
                error_copy_text(renewed.id, sizeof(renewed.id), copy.account_id);
        account_release(a);
        *a = renewed;
        return 0;
}

void account_keep_keys(struct account *a, usec_t now) {
        a->keys.expiration = 0;
        a->resolved_at = now;
}

bool account_keys_expire(const struct account *a, usec_t realtime, usec_t monotonic) {
        return a->resolved_at != 0 && monotonic - a->resolved_at >= EXPIRY_MARGIN && a->keys.expiration != 0 &&
               a->keys.expiration < realtime + (usec_t) a->clock_offset_usec + EXPIRY_MARGIN;
}

bool account_correct_clock(struct account *a, usec_t server_date, usec_t now) {
        if (server_date == 0)
                return false;
        int64_t offset = (int64_t) server_date - (int64_t) now;
        int64_t change = offset - a->clock_offset_usec;
        if (change > -SKEW_MIN && change < SKEW_MIN)
                return false;
        a->clock_offset_usec = offset;
        return true;
}
