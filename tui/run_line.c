/* SPDX-License-Identifier: MIT */
#include "tui/run_line.h"

#include <string.h>

#include "tui/fitted_line.h"

/* The newest comparison may be of other runs than the one beside which it stands. */
static void add_speedup(struct fitted_line *l, const struct value *run) {
        const struct value *sequential = &run[STATUS_RUN_COMPARED_ID], *parallel = &run[STATUS_RUN_PARALLEL_ID];
        double speedup = value_number(&run[STATUS_RUN_SPEEDUP]);
        if (run[STATUS_RUN_SPEEDUP].type == VALUE_NULL)
                return;
        if (sequential->type == VALUE_NULL || parallel->type == VALUE_NULL) {
                fitted_line_add(l, 3, STYLE_PLAIN, "last speedup %.1fx", speedup);
                return;
        }
        if (value_integer(parallel) == value_integer(&run[STATUS_RUN_ID])) {
                fitted_line_add(l, 3, STYLE_PLAIN, "speedup %.1fx vs seq #%lld", speedup,
                                (long long) value_integer(sequential));
                return;
        }
        fitted_line_add(l, 3, STYLE_PLAIN, "speedup %.1fx #%lld vs seq #%lld", speedup,
                        (long long) value_integer(parallel), (long long) value_integer(sequential));
        fitted_line_or(l, "last speedup %.1fx", speedup);
}

static void add_run(struct fitted_line *l, const struct value *run) {
        const char *status = value_text(&run[STATUS_RUN_STATUS]);
        bool ok = strcmp(status, "ok") == 0, failed = strcmp(status, "failed") == 0;
        char wall[FORMAT_SIZE];
        fitted_line_add(l, 1, STYLE_PLAIN, "Run #%lld %s x%lld", (long long) value_integer(&run[STATUS_RUN_ID]),
                        value_text(&run[STATUS_RUN_MODE]), (long long) value_integer(&run[STATUS_RUN_WORKERS]));
        fitted_line_add(l, 0, ok ? STYLE_GOOD : STYLE_ALARM, "%s %lld/%lld", ok ? "OK" : failed ? "FAILED" : "PARTIAL",
                        (long long) value_integer(&run[STATUS_RUN_OK]),
                        (long long) value_integer(&run[STATUS_RUN_TOTAL]));
        fitted_line_add(l, 4, STYLE_PLAIN, "%s", format_duration(value_integer(&run[STATUS_RUN_WALL_US]), wall));
        add_speedup(l, run);
}

static void add_daemon(struct fitted_line *l, const struct value *daemon, int64_t now) {
        bool running = strcmp(value_text(&daemon[STATUS_DAEMON_STATE]), "running") == 0;
        char age[FORMAT_SIZE];
        if (running && daemon[STATUS_DAEMON_TOTAL].type != VALUE_NULL)
                fitted_line_add(l, 2, STYLE_PLAIN, "running %lld/%lld",
                                (long long) value_integer(&daemon[STATUS_DAEMON_DONE]),
                                (long long) value_integer(&daemon[STATUS_DAEMON_TOTAL]));
        else if (daemon[STATUS_DAEMON_NEXT_RUN_AT].type != VALUE_NULL)
                fitted_line_add(l, 2, STYLE_PLAIN, "next run in %s",
                                format_age(value_integer(&daemon[STATUS_DAEMON_NEXT_RUN_AT]) - now, false, age));
        fitted_line_add(l, 5, STYLE_PLAIN, "daemon up %s",
                        format_age(now - value_integer(&daemon[STATUS_DAEMON_STARTED_AT]), false, age));
}

void run_line_draw(const struct context *c, size_t database, struct area area, int row) {
        const struct status_database *s = &c->status->databases[database];
        struct fitted_line l = { .n = 0 };
        if (c->databases->n > 1)
                fitted_line_add(&l, 0, STYLE_TITLE, "%.60s %s", c->databases->items[database].name,
                                freshness_name(s->freshness));
        if (s->run != NULL)
                add_run(&l, s->run->values);
        if (s->daemon != NULL)
                add_daemon(&l, s->daemon->values, c->display.now);
        (void) fitted_line_draw(&l, area, row, 1, 2);
}
