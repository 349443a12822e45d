/* SPDX-License-Identifier: MIT */
/* SIGHUP: everything is read and checked beside what is in use, and replaces it as a whole or not at all. */
#include "daemon/journal.h"
#include "daemon/manager_state.h"
#include "daemon/notify.h"
#include "daemon/tell.h"

/* Another database must be there, ours alone, and usable. */
static int check_database(const struct manager *m, const struct config *config, struct store_lock **ret,
                          struct error *reterr) {
        _cleanup_(store_lock_freep) struct store_lock *lock = NULL;
        if (store_lock_is_for(m->lock, config->database))
                return 0;
        int r = store_lock_take(config->database, &lock, reterr);
        if (r < 0)
                return r;
        struct history history = { 0 };
        r = history_recall(&history, config, reterr);
        history_release(&history);
        if (r == 0)
                *ret = TAKE_PTR(lock);
        return r;
}

/* *setup is taken over where it is accepted. */
static int accept(struct manager *m, struct setup **setup, struct error *reterr) {
        struct store_lock *lock = NULL;
        /* One that waits to be taken over is replaced, and may have taken the same lock. */
        bool have_lock = m->next_lock != NULL && store_lock_is_for(m->next_lock, (*setup)->config.database);
        int r = have_lock ? 0 : check_database(m, &(*setup)->config, &lock, reterr);
        if (r < 0)
                return r;
        setup_free(m->next_setup);
        m->next_setup = TAKE_PTR(*setup);
        if (!have_lock) {
                store_lock_free(m->next_lock);
                m->next_lock = lock;
        }
        return 0;
}

void manager_take_over(struct manager *m) {
        struct limiter *limiter;
        if (m->next_setup == NULL || m->job != NULL)
                return;
        setup_free(m->setup);
        m->setup = TAKE_PTR(m->next_setup);
        if (m->next_lock != NULL) {
                store_lock_free(m->lock);
                m->lock = TAKE_PTR(m->next_lock);
        }
        const struct config *config = &m->setup->config;
        /* Out of memory: the old buckets are better than none. */
        if (cycle_new_limiter(config, &m->setup->settings, &limiter) == 0) {
                limiter_free(m->limiter);
                m->limiter = limiter;
        }
        schedule_change(&m->schedule, config->interval, config->compare_interval, clock_boottime(m->clock));
        m->state.interval = config->interval;
}

void manager_reload(struct manager *m) {
        _cleanup_(setup_freep) struct setup *setup = NULL;
        struct error_list errors = { .n = 0 };
        struct error error;
        notify_reloading(clock_monotonic(m->clock));
        if (setup_load(m->options, worker_refresh, &setup, &errors) == 0 && accept(m, &setup, &error) < 0)
                error_list_add(&errors, &error);
        if (errors.n > 0) {
                tell_all(EVENT_RELOAD_REFUSED, "reload refused, the configuration stays as it was: ", &errors);
        } else {
                journal_tell(EVENT_RELOADED, NULL, "configuration read again%s",
                             m->job != NULL ? ", it counts when the run in progress is over" : "");
                manager_take_over(m);
                manager_arm(m);
        }
        m->problems.reload = error_list_summary(&errors);
        manager_tell_state(m);
        notify_ready(m->state.status);
}
