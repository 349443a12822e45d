/* SPDX-License-Identifier: MIT */
#include "year_incidents.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/macros.h"

#define MINUTE INT64_C(60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static bool within(const struct year_options *o, int64_t at, int64_t before_end, int64_t takes) {
        return at >= o->end - before_end && at < o->end - before_end + takes;
}

bool incident_off(const struct year_options *o, int64_t at) {
        return within(o, at, 33 * DAY + 5 * HOUR, 9 * HOUR) || within(o, at, 131 * DAY, 2 * DAY + 7 * HOUR) ||
               within(o, at, 260 * DAY, 40 * MINUTE);
}

bool incident_no_credentials(const struct year_options *o, int64_t at, struct error *ret) {
        if (!within(o, at, 50 * DAY + 2 * HOUR, 55 * MINUTE) && !within(o, at, 5 * DAY + 3 * HOUR, 20 * MINUTE))
                return false;
        (void) error_set(ret, ERROR_CREDENTIALS, ENODATA, "no credentials: the metadata service has no role for this "
                         "instance");
        return true;
}

static void put_request_id(const struct random *r, struct error *ret) {
        struct random copy = *r;
        (void) snprintf(ret->request_id, sizeof(ret->request_id),
                        "%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-a%03" PRIx64 "-%012" PRIx64,
                        random_below(&copy, UINT64_C(1) << 32), random_below(&copy, 65536), random_below(&copy, 4096),
                        random_below(&copy, 4096), random_below(&copy, UINT64_C(1) << 48));
}

static void set_aws_error(struct error *ret, enum error_kind kind, int http_status, const char *code,
                          const char *message, const struct random *r) {
        (void) error_set(ret, kind, EREMOTEIO, "%s", message);
        ret->http_status = http_status;
        error_copy_text(ret->code, sizeof(ret->code), code);
        put_request_id(r, ret);
}

/* One that comes and goes. */
static void set_passing_error(struct error *ret, struct random *r) {
        switch (random_below(r, 4)) {
        case 0:
                (void) error_set(ret, ERROR_TIMEOUT, ETIMEDOUT, "no answer within 30 s");
                break;
        case 1:
                set_aws_error(ret, ERROR_SERVER, 503, "Unavailable",
                              "The server is overloaded and can't handle the request.", r);
                break;
        case 2:
                set_aws_error(ret, ERROR_THROTTLED, 503, "RequestLimitExceeded", "Request limit exceeded.", r);
                break;
        default:
                (void) error_set(ret, ERROR_NETWORK, ECONNRESET, "connection reset by peer");
                break;
        }
}

bool incident_region(const struct year_options *o, const struct estate *e, int64_t at, struct error *ret) {
        struct random r = { .state = o->seed ^ (uint64_t) at * 31 ^ (uint64_t) e->place_id << 40 };
        (void) random_next(&r);
        bool is_last = e->place_id == (int64_t) o->regions && o->regions > 1;
        bool is_other = o->accounts > 1 && e->place_id == (int64_t) o->regions + 4;
        if ((is_last && within(o, at, 3 * HOUR + 12 * MINUTE, DAY)) || (is_other && within(o, at, 12 * DAY, 2 * DAY))) {
                set_aws_error(ret, ERROR_DENIED, 403, "UnauthorizedOperation",
                              "You are not authorized to perform this operation.", &r);
                return true;
        }
        if (within(o, at, 20 * DAY + 6 * HOUR, 40 * MINUTE) || within(o, at, 2 * DAY + 9 * HOUR, 10 * MINUTE)) {
                (void) error_set(ret, ERROR_NETWORK, ENETUNREACH, "ec2.%s.amazonaws.com: network is unreachable",
                                 e->region->name);
                return true;
        }
        if (random_below(&r, 10000) >= 7)
                return false;
        set_passing_error(ret, &r);
        return true;
}
