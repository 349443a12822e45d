/* SPDX-License-Identifier: MIT */
#include "daemon/schedule.h"

static usec_t add(usec_t a, usec_t b) {
        return a > USEC_INFINITY - b ? USEC_INFINITY : a + b;
}

void schedule_init(struct schedule *s, usec_t interval, usec_t jitter, usec_t compare_interval,
                   usec_t since_comparison, struct random *random, usec_t now) {
        *s = (struct schedule){
                .interval = interval,
                .compare_interval = compare_interval,
                .next_run = now + (usec_t) (random_fraction(random) * (double) jitter),
                .next_comparison = USEC_INFINITY,
                .asked_at = USEC_INFINITY,
        };
        if (compare_interval > 0)
                s->next_comparison =
                        since_comparison >= compare_interval ? now : now + (compare_interval - since_comparison);
}

/* The same event counted by another interval from the last one on, which may have been before boottime began. */
static usec_t recount(usec_t due, usec_t before, usec_t after, usec_t now) {
        usec_t less = before > after ? before - after : 0, more = after > before ? after - before : 0;
        usec_t next = due > less ? add(due - less, more) : 0;
        return next > now ? next : now;
}

void schedule_change(struct schedule *s, usec_t interval, usec_t compare_interval, usec_t now) {
        if (interval != s->interval)
                s->next_run = recount(s->next_run, s->interval, interval, now);
        if (compare_interval == 0)
                s->next_comparison = USEC_INFINITY;
        else if (s->compare_interval == 0)
                s->next_comparison = now;
        else
                s->next_comparison = recount(s->next_comparison, s->compare_interval, compare_interval, now);
        s->interval = interval;
        s->compare_interval = compare_interval;
}

void schedule_ask(struct schedule *s, usec_t now) {
        if (now < s->asked_at)
                s->asked_at = now;
}

usec_t schedule_next(const struct schedule *s) {
        return s->asked_at < s->next_run ? s->asked_at : s->next_run;
}

/* The first time behind now that is whole intervals from the one that was due. */
static void pass(struct schedule *s, usec_t now) {
        if (s->next_run <= now)
                s->next_run += ((now - s->next_run) / s->interval + 1) * s->interval;
}

void schedule_start(struct schedule *s, usec_t now) {
        s->asked_at = USEC_INFINITY;
        pass(s, now);
}

void schedule_end(struct schedule *s, usec_t now) {
        pass(s, now);
}

bool schedule_comparison_is_due(const struct schedule *s, usec_t now) {
        return s->next_comparison <= now;
}

void schedule_start_comparison(struct schedule *s, usec_t now) {
        s->next_comparison = s->compare_interval > 0 ? add(now, s->compare_interval) : USEC_INFINITY;
}
