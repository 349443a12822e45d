/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collect/conclusion.h"
#include "collect/cycle_state.h"
#include "collect/refusals.h"
#include "collect/usage.h"

/* Which regions the account has enabled, as this run was told or an earlier one of the same account. */
static const struct region_list *known_statuses(const struct cycle *c, const struct run *run) {
        static const struct region_list nothing;
        if (run->listed.n > 0)
                return &run->listed;
        bool same = c->account.id[0] != '\0' && c->options.known_account != NULL &&
                    strcmp(c->account.id, c->options.known_account) == 0;
        return same && c->options.known_regions != NULL ? c->options.known_regions : &nothing;
}

/* EAGAIN is what fork() says of a limit to processes, the control group's or the user's. */
static void note_few_workers(const struct pool *p, char *buf, size_t n) {
        const struct error *shortage = pool_shortage(p);
        unsigned workers = pool_limit(p);
        const char *plural = workers == 1 ? "" : "s";
        if (shortage == NULL)
                return;
        if (shortage->kind == ERROR_WORKER)
                (void) snprintf(buf, n, "made do with %u worker%s, because others were killed, as the kernel does where "
                                "memory is short: raise MemoryMax of the unit, or lower workers", workers, plural);
        else
                (void) snprintf(buf, n, "made do with %u worker%s, because the system refused more (%.64s): %s, or lower "
                                "workers", workers, plural, strerror(shortage->errnum),
                                shortage->errnum == EAGAIN ? "raise TasksMax and LimitNPROC of the unit"
                                                           : "allow it more memory and descriptors");
}

/* All that the run had to make do with, in one line. */
static void note_all(const struct cycle *c, char *buf, size_t n) {
        char few_workers[256] = "";
        note_few_workers(c->pool, few_workers, sizeof(few_workers));
        const char *const notices[] = { c->discovery.notice, c->notice, few_workers };
        size_t len = 0;
        for (size_t i = 0; i < ARRAY_SIZE(notices); i++)
                if (notices[i][0] != '\0' && len < n) {
                        int written = snprintf(buf + len, n - len, "%s%s", len > 0 ? "; " : "", notices[i]);
                        len += written > 0 ? (size_t) written : 0;
                }
}

struct run cycle_take_result(struct cycle *c) {
        struct run run = {
                .mode = c->options.mode,
                .error = c->fatal,
                .started_at = c->started_realtime,
                .wall_usec = clock_monotonic(c->clock) - c->started,
                .calls = c->tally.calls,
                .retries = c->tally.retries,
                .throttles = c->tally.throttles,
                .workers = pool_peak_workers(c->pool),
                .regions_assumed = c->discovery.regions_assumed,
        };
        note_all(c, run.notice, sizeof(run.notice));
        /* The workers are still there, with all that they ever allocated; the clock has stopped. */
        run.peak_pss_kib = usage_pss_kib(getpid()) + pool_pss_kib(c->pool);
        c->pool = (pool_free(c->pool), NULL);
        run.cpu_usec = usage_cpu() - c->cpu_before;
        if (c->account.id[0] == '\0')
                error_copy_text(c->account.id, sizeof(c->account.id), cycle_owner(c));
        struct error error = { 0 };
        if (conclude_regions(c->plan, c->account.id, c->started, &run, &error) < 0 && run.error.kind == ERROR_NONE)
                run.error = error;
        run.listed = c->discovery.listed;
        c->discovery.listed = (struct region_list){ 0 };
        const char *token = c->account.keys.session_token;
        explain_refusals(&run, known_statuses(c, &run), token != NULL && token[0] != '\0');
        run.timings = TAKE_PTR(c->timings);
        run.n_timings = c->n_timings;
        return run;
}
