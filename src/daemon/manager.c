/* SPDX-License-Identifier: MIT */
#include "daemon/manager.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "config.h"
#include "daemon/journal.h"
#include "daemon/manager_state.h"
#include "daemon/notify.h"
#include "daemon/once.h"
#include "daemon/tell.h"
#include "store/store.h"

/* How long a start may take that has to migrate a large history. */
#define START_TIMEOUT (15 * 60 * USEC_PER_SEC)

/* Once a minute at least, as readers of the database are promised. */
#define BEAT_INTERVAL (50 * USEC_PER_SEC)
#define BEAT_ACCURACY (5 * USEC_PER_SEC)

/* A loop that starts nothing so long after it was due does not work any more. */
#define OVERDUE_MAX (60 * USEC_PER_SEC)

/* A database that cannot be written just now is no failure: the next heartbeat comes soon. */
static void write_state(const struct manager *m) {
        struct error error;
        (void) store_write_daemon_state(m->setup->config.database, &m->state, &error);
}

void manager_tell_state(struct manager *m) {
        struct daemon_state *s = &m->state;
        usec_t boottime = clock_boottime(m->clock), realtime = clock_realtime(m->clock);
        usec_t next = schedule_next(&m->schedule);
        usec_t next_in = next > boottime ? next - boottime : 0;
        s->phase = m->job != NULL ? DAEMON_RUNNING : DAEMON_IDLE;
        s->heartbeat_at = realtime;
        s->next_run_at = realtime + next_in;
        s->regions_done = m->progress.regions_done;
        s->regions_total = m->progress.regions;
        status_format_problems(&m->problems, s->problem, sizeof(s->problem));
        if (m->job == NULL)
                status_format_idle(&m->problems, next_in, s->status, sizeof(s->status));
        else
                status_format_running(m->phase, &m->progress, &m->problems, s->status, sizeof(s->status));
        notify_status(s->status);
        write_state(m);
}

void manager_arm(struct manager *m) {
        if (m->job != NULL) {
                (void) sd_event_source_set_enabled(m->run_timer, SD_EVENT_OFF);
                return;
        }
        (void) sd_event_source_set_time(m->run_timer, schedule_next(&m->schedule));
        (void) sd_event_source_set_enabled(m->run_timer, SD_EVENT_ONESHOT);
}

static int on_run_due(sd_event_source *source _unused_, uint64_t usec _unused_, void *userdata) {
        manager_start_run(userdata);
        return 0;
}

static int on_beat(sd_event_source *source, uint64_t usec _unused_, void *userdata) {
        manager_tell_state(userdata);
        (void) sd_event_source_set_time_relative(source, BEAT_INTERVAL);
        return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Whether what should happen happens: that this is asked proves no more than that the loop turns. */
static bool gets_on(const struct manager *m) {
        if (m->job != NULL)
                return clock_monotonic(m->clock) <
                       m->progress_at + cycle_longest_silence(&m->setup->config, &m->setup->settings);
        return clock_boottime(m->clock) < schedule_next(&m->schedule) + OVERDUE_MAX;
}

static void tell_stuck(const struct manager *m) {
        static const char remedy[] = "the service manager's watchdog is left to start ebsreportd anew";
        if (m->job != NULL)
                journal_tell(EVENT_STUCK, NULL,
                             "the run in progress gets on no more, nothing has come of a call for %" PRIu64 " s: %s",
                             (clock_monotonic(m->clock) - m->progress_at) / USEC_PER_SEC, remedy);
        else
                journal_tell(EVENT_STUCK, NULL, "a run that was due has not been started: %s", remedy);
}

static int on_watchdog(sd_event_source *source, uint64_t usec _unused_, void *userdata) {
        struct manager *m = userdata;
        bool stuck = !gets_on(m);
        if (!stuck)
                notify_watchdog();
        else if (!m->stuck)
                tell_stuck(m);
        m->stuck = stuck;
        (void) sd_event_source_set_time_relative(source, notify_watchdog_interval() / 2);
        return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_end(sd_event_source *source _unused_, const struct signalfd_siginfo *info, void *userdata) {
        struct manager *m = userdata;
        notify_stopping("ending");
        journal_tell(EVENT_STOPPING, NULL, "ending after %s%s", info->ssi_signo == SIGINT ? "SIGINT" : "SIGTERM",
                     m->job != NULL ? "; nothing of the run in progress is stored" : "");
        return sd_event_exit(m->event, 0);
}

static int on_reload(sd_event_source *source _unused_, const struct signalfd_siginfo *info _unused_, void *userdata) {
        manager_reload(userdata);
        return 0;
}

static int on_run_asked(sd_event_source *source _unused_, const struct signalfd_siginfo *info _unused_,
                        void *userdata) {
        struct manager *m = userdata;
        schedule_ask(&m->schedule, clock_boottime(m->clock));
        manager_arm(m);
        return 0;
}

/* Signals that mean something to us later wait until the loop takes them. */
static int block_signals(const int *signals, size_t n) {
        sigset_t set;
        (void) sigemptyset(&set);
        for (size_t i = 0; i < n; i++)
                (void) sigaddset(&set, signals[i]);
        return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -errno : 0;
}

static int watch_signals(struct manager *m) {
        static const struct {
                int signo;
                sd_event_signal_handler_t handler;
        } watched[] = {
                { SIGTERM, on_end },
                { SIGINT, on_end },
                { SIGHUP, on_reload },
                { SIGUSR1, on_run_asked },
        };
        int r = 0;
        for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(watched); i++) {
                r = block_signals(&watched[i].signo, 1);
                if (r >= 0)
                        r = sd_event_add_signal(m->event, NULL, watched[i].signo, watched[i].handler, m);
        }
        return r;
}

static int watch_time(struct manager *m) {
        usec_t watchdog = notify_watchdog_interval();
        int r = sd_event_add_time(m->event, &m->run_timer, CLOCK_BOOTTIME, 0, USEC_PER_MSEC, on_run_due, m);
        if (r >= 0)
                r = sd_event_add_time_relative(m->event, &m->beat_timer, CLOCK_BOOTTIME, BEAT_INTERVAL, BEAT_ACCURACY,
                                               on_beat, m);
        if (r < 0 || watchdog == 0)
                return r;
        r = sd_event_add_time_relative(m->event, &m->watchdog_timer, CLOCK_MONOTONIC, 0, watchdog / 8, on_watchdog, m);
        /* Everything else that is pending comes first. */
        return r < 0 ? r : sd_event_source_set_priority(m->watchdog_timer, SD_EVENT_PRIORITY_IDLE);
}

static int make_loop(struct manager *m, struct error *reterr) {
        int r = repeats_new(&m->repeats);
        if (r >= 0)
                r = cycle_new_limiter(&m->setup->config, &m->setup->settings, &m->limiter);
        if (r >= 0)
                r = sd_event_new(&m->event);
        if (r >= 0)
                r = watch_signals(m);
        if (r >= 0)
                r = watch_time(m);
        if (r < 0)
                return error_set(reterr, ERROR_SYSTEM, -r, "cannot set up the event loop: %s", strerror(-r));
        return 0;
}

static usec_t since_comparison(const struct manager *m) {
        usec_t now = clock_realtime(m->clock);
        if (m->history.compared_at == 0)
                return USEC_INFINITY;
        return now > m->history.compared_at ? now - m->history.compared_at : 0;
}

/* Everything that may be wrong behind the setup is found out here, before anybody is told that we are ready. */
static int start(struct manager *m, struct error *reterr) {
        const struct config *config = &m->setup->config;
        notify_starting("opening the database", START_TIMEOUT);
        int r = store_lock_take(config->database, &m->lock, reterr);
        if (r == 0)
                r = history_recall(&m->history, config, reterr);
        if (r < 0)
                return r;
        struct daemon_state last;
        if (store_read_daemon_state(config->database, &last, NULL) > 0)
                tell_cut_off(&last);
        m->state = (struct daemon_state){
                .pid = getpid(),
                .version = PACKAGE_VERSION,
                .started_at = clock_realtime(m->clock),
                .heartbeat_at = clock_realtime(m->clock),
                .interval = config->interval,
                .status = "starting",
        };
        write_state(m);
        r = make_loop(m, reterr);
        if (r < 0)
                return r;
        struct random random = { .state = random_seed() };
        schedule_init(&m->schedule, config->interval, config->start_jitter, config->compare_interval,
                      since_comparison(m), &random, clock_boottime(m->clock));
        return 0;
}

static int run_loop(struct manager *m, struct error *reterr) {
        manager_arm(m);
        manager_tell_state(m);
        notify_ready(m->state.status);
        journal_tell(EVENT_READY, NULL, "%s, a run every %g s, database %s", PACKAGE_STRING,
                     (double) m->setup->config.interval / (double) USEC_PER_SEC, m->setup->config.database);
        int r = sd_event_loop(m->event);
        return r < 0 ? error_set(reterr, ERROR_SYSTEM, -r, "the event loop failed: %s", strerror(-r)) : 0;
}

static void stop(struct manager *m) {
        manager_end_job(m);
        if (m->state.pid != 0) {
                m->state.phase = DAEMON_STOPPED;
                m->state.heartbeat_at = clock_realtime(m->clock);
                m->state.next_run_at = 0;
                (void) strcpy(m->state.status, "stopped");
                write_state(m);
        }
        m->run_timer = sd_event_source_disable_unref(m->run_timer);
        m->beat_timer = sd_event_source_disable_unref(m->beat_timer);
        m->watchdog_timer = sd_event_source_disable_unref(m->watchdog_timer);
        sd_event_unref(m->event);
        limiter_free(m->limiter);
        history_release(&m->history);
        repeats_free(m->repeats);
        worker_unprepare();
        setup_free(m->next_setup);
        setup_free(m->setup);
        store_lock_free(m->next_lock);
        store_lock_free(m->lock);
}

/* Makes runs until it is told to end, or finds out what keeps it from that. */
static void work(struct manager *m, struct error_list *errors) {
        static const int later[] = { SIGHUP, SIGUSR1 };
        struct error error;
        (void) block_signals(later, ARRAY_SIZE(later));
        if (setup_load(m->options, worker_prepare, &m->setup, errors) == 0 &&
            (start(m, &error) < 0 || run_loop(m, &error) < 0))
                error_list_add(errors, &error);
}

int manage(const struct options *options) {
        struct manager m = { .options = options, .clock = clock_system() };
        struct error_list errors = { .n = 0 };
        work(&m, &errors);
        if (errors.n > 0) {
                const struct error summary = error_list_summary(&errors);
                notify_failure(&summary);
                tell_all(EVENT_FAILED, "", &errors);
        }
        stop(&m);
        if (errors.n == 0)
                return EXIT_ALL_REGIONS;
        switch (errors.items[0].kind) {
        case ERROR_DATABASE:
                return EXIT_DATABASE;
        case ERROR_CONFIG:
        case ERROR_CREDENTIALS:
                return EXIT_USAGE;
        default:
                return EXIT_NO_REGION;
        }
}
