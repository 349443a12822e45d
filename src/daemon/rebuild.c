/* SPDX-License-Identifier: MIT */
#include "daemon/rebuild.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "daemon/once.h"
#include "daemon/setup.h"
#include "store/lock.h"
#include "store/store.h"

/* The lock, because this can take longer than the daemon waits to store a run. */
static int rebuild_database(const char *path, struct rollup_rebuilt *ret, struct error *reterr) {
        _cleanup_(store_lock_freep) struct store_lock *lock = NULL;
        _cleanup_(store_closep) struct store *store = NULL;
        int r = store_check_file(path, STORE_NAMED_BY, reterr);
        if (r == 0)
                r = store_open(path, &store, reterr);
        if (r == 0)
                r = store_lock_take(path, &lock, reterr);
        return r < 0 ? r : store_rebuild_rollups(store, ret, reterr);
}

int rebuild(const struct options *options) {
        struct config config = { 0 };
        struct rollup_rebuilt rebuilt;
        struct error_list errors = { .n = 0 };
        struct error error;
        int status = EXIT_ALL_REGIONS;
        if (setup_load_config(options, &config, &errors) < 0) {
                status = setup_complain(&errors);
        } else if (rebuild_database(config.database, &rebuilt, &error) < 0) {
                log_message(LOG_ERR, "%s", error.message);
                status = EXIT_DATABASE;
        } else {
                (void) printf("%s: %" PRId64 " rows of hours and %" PRId64 " of days made anew from %" PRId64
                              " runs, %" PRId64 " and %" PRId64 " left as they were\n",
                              config.database, rebuilt.hours, rebuilt.days, rebuilt.runs, rebuilt.hours_left,
                              rebuilt.days_left);
        }
        config_release(&config);
        return status;
}
