/* SPDX-License-Identifier: MIT */
#include "collect/retry.h"

#define COST_ERROR 5u
#define COST_CONNECTION 10u
#define REFUND_CLEAN 1u

#define BASE_TRANSIENT (50 * USEC_PER_MSEC)
#define BASE_THROTTLE (1 * USEC_PER_SEC)

/* Throttling is no fault of the call, and the limiter already slows down; this only bounds a service that answers
 * nothing else. */
#define MAX_THROTTLES 30u

/* A task that has killed two workers will kill the third. */
#define MAX_DEATHS 2u

void retry_budget_init(struct retry_budget *b) {
        b->left = RETRY_BUDGET_MAX;
}

/* Full jitter: uniform between nothing and the exponential ceiling. n is 1 for the first retry. */
static usec_t full_jitter(struct random *random, usec_t base, unsigned n) {
        usec_t ceiling = n < 16 ? base << (n - 1) : RETRY_DELAY_MAX;
        if (ceiling > RETRY_DELAY_MAX)
                ceiling = RETRY_DELAY_MAX;
        return (usec_t) (random_fraction(random) * (double) ceiling);
}

static enum retry_verdict retry_paid(const struct retry_policy *policy, struct retry_budget *budget,
                                     struct retry_history *history, unsigned cost, struct random *random,
                                     usec_t *ret_delay) {
        if (history->attempts >= policy->max_attempts || budget->left < cost)
                return RETRY_GIVE_UP;
        budget->left -= cost;
        history->paid = cost;
        *ret_delay = full_jitter(random, BASE_TRANSIENT, history->attempts);
        return RETRY_AFTER_DELAY;
}

enum retry_verdict retry_judge(const struct retry_policy *policy, struct retry_budget *budget,
                               struct retry_history *history, enum error_kind kind, struct random *random,
                               usec_t *ret_delay) {
        if (kind == ERROR_THROTTLED) {
                if (++history->throttles > MAX_THROTTLES)
                        return RETRY_GIVE_UP;
                *ret_delay = full_jitter(random, BASE_THROTTLE, history->throttles);
                return RETRY_AFTER_DELAY;
        }
        history->attempts++;
        switch (kind) {
        case ERROR_SERVER:
        case ERROR_PROTOCOL:
                return retry_paid(policy, budget, history, COST_ERROR, random, ret_delay);
        case ERROR_NETWORK:
        case ERROR_TIMEOUT:
                return retry_paid(policy, budget, history, COST_CONNECTION, random, ret_delay);
        case ERROR_WORKER:
                if (++history->deaths >= MAX_DEATHS)
                        return RETRY_GIVE_UP;
                return retry_paid(policy, budget, history, COST_ERROR, random, ret_delay);
        case ERROR_EXPIRED:
                if (history->refreshed)
                        return RETRY_GIVE_UP;
                history->refreshed = true;
                return RETRY_AFTER_REFRESH;
        case ERROR_PAGINATION:
                return RETRY_REGION;
        default:
                return RETRY_GIVE_UP;
        }
}

void retry_succeeded(struct retry_budget *budget, struct retry_history *history) {
        budget->left += history->paid > 0 ? history->paid : REFUND_CLEAN;
        if (budget->left > RETRY_BUDGET_MAX)
                budget->left = RETRY_BUDGET_MAX;
        history->paid = 0;
}
