/* SPDX-License-Identifier: MIT */
#include "daemon/foreground.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <systemd/sd-event.h>

#include "daemon/progress.h"

struct foreground {
        sd_event *event;
        struct limiter *limiter;
        struct progress progress;
        struct job_result *result;
        bool is_done;
        int signal; /* that ended us, 0 if none */
};

static int on_signal(sd_event_source *source _unused_, const struct signalfd_siginfo *info, void *userdata) {
        struct foreground *f = userdata;
        f->signal = (int) info->ssi_signo;
        return 0;
}

static int mask_signals(int how) {
        sigset_t watched;
        (void) sigemptyset(&watched);
        (void) sigaddset(&watched, SIGINT);
        (void) sigaddset(&watched, SIGTERM);
        return sigprocmask(how, &watched, NULL) < 0 ? -errno : 0;
}

void foreground_unblock_signals(void) {
        (void) mask_signals(SIG_UNBLOCK);
}

static int watch_signals(struct foreground *f) {
        int r = mask_signals(SIG_BLOCK);
        if (r < 0)
                return r;
        r = sd_event_add_signal(f->event, NULL, SIGINT, on_signal, f);
        return r < 0 ? r : sd_event_add_signal(f->event, NULL, SIGTERM, on_signal, f);
}

static void on_progress(const char *phase, const struct cycle_progress *now, void *userdata) {
        struct foreground *f = userdata;
        if (f->progress.label != phase) {
                progress_end(&f->progress);
                progress_init(&f->progress, phase);
        }
        progress_update(now, &f->progress);
}

static void on_done(struct job_result *result, void *userdata) {
        struct foreground *f = userdata;
        *f->result = *result;
        f->is_done = true;
}

static int set_up(struct foreground *f, const struct setup *setup, struct error *reterr) {
        int r = cycle_new_limiter(&setup->config, &setup->settings, &f->limiter);
        if (r >= 0)
                r = sd_event_new(&f->event);
        if (r >= 0)
                r = watch_signals(f);
        return r < 0 ? error_set(reterr, ERROR_SYSTEM, -r, "cannot set up the event loop: %s", strerror(-r)) : 0;
}

/* Works until the job has its result. */
static int work(struct foreground *f, const struct job_options *options, struct error *reterr) {
        _cleanup_(job_freep) struct job *job = NULL;
        int r = job_start(f->event, options, on_done, &job, reterr);
        while (r >= 0 && !f->is_done && f->signal == 0) {
                r = sd_event_run(f->event, UINT64_MAX);
                if (r < 0)
                        (void) error_set(reterr, ERROR_SYSTEM, -r, "the event loop failed: %s", strerror(-r));
        }
        progress_end(&f->progress);
        if (r < 0)
                return r;
        if (!f->is_done)
                return error_set(reterr, ERROR_CANCELLED, ECANCELED,
                                 "interrupted by %s: nothing of this run is stored",
                                 f->signal == SIGINT ? "SIGINT" : "SIGTERM");
        *reterr = f->result->error;
        return reterr->kind == ERROR_NONE ? 0 : -(reterr->errnum != 0 ? reterr->errnum : EIO);
}

int foreground_run(const struct setup *setup, const struct job_options *options, struct job_result *ret,
                   int *ret_signal, struct error *reterr) {
        struct job_result result = { 0 };
        struct foreground f = { .result = &result };
        int r = set_up(&f, setup, reterr);
        if (r == 0) {
                struct job_options all = *options;
                all.config = &setup->config;
                all.worker = &setup->worker;
                all.prices = setup->prices;
                all.limiter = f.limiter;
                all.on_progress = on_progress;
                all.userdata = &f;
                r = work(&f, &all, reterr);
        }
        sd_event_unref(f.event);
        limiter_free(f.limiter);
        *ret_signal = f.signal;
        if (r == 0)
                *ret = result;
        else
                job_result_release(&result);
        return r;
}
