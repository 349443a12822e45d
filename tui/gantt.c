/* SPDX-License-Identifier: MIT */
#include "tui/gantt.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_calls(const void *x, const void *y) {
        const struct gantt_call *a = x, *b = y;
        if (a->worker != b->worker)
                return a->worker < b->worker ? -1 : 1;
        return (a->start_us > b->start_us) - (a->start_us < b->start_us);
}

static void add_call(struct gantt *g, const struct gantt_call *c, int64_t pause_us) {
        struct gantt_lane *lane = g->n_lanes > 0 ? &g->lanes[g->n_lanes - 1] : NULL;
        if (lane == NULL || lane->worker != c->worker) {
                lane = &g->lanes[g->n_lanes++];
                *lane = (struct gantt_lane){ .worker = c->worker, .first_span = g->n_spans };
        }
        int64_t end = c->start_us + c->duration_us;
        lane->busy_us += c->duration_us;
        lane->calls++;
        g->end_us = end > g->end_us ? end : g->end_us;
        struct gantt_span *span = lane->n_spans > 0 ? &g->spans[g->n_spans - 1] : NULL;
        if (span != NULL && strcmp(span->region, c->region) == 0 && c->start_us - span->end_us < pause_us) {
                span->end_us = end > span->end_us ? end : span->end_us;
                span->failed |= c->failed;
                return;
        }
        lane->n_spans++;
        g->spans[g->n_spans++] = (struct gantt_span){
                .start_us = c->start_us,
                .end_us = end,
                .region = c->region,
                .failed = c->failed,
        };
}

int gantt_make(struct gantt_call calls[], size_t n, int64_t pause_us, struct gantt *ret) {
        size_t room = n > 0 ? n : 1;
        struct gantt g = { .lanes = calloc(room, sizeof(*g.lanes)), .spans = calloc(room, sizeof(*g.spans)) };
        if (g.lanes == NULL || g.spans == NULL) {
                gantt_release(&g);
                return -ENOMEM;
        }
        if (n > 0)
                qsort(calls, n, sizeof(calls[0]), compare_calls);
        for (size_t i = 0; i < n; i++)
                add_call(&g, &calls[i], pause_us);
        *ret = g;
        return 0;
}

void gantt_release(struct gantt *g) {
        free(g->lanes);
        free(g->spans);
        *g = (struct gantt){ 0 };
}

double gantt_percentile(const double sorted[], size_t n, unsigned p) {
        size_t rank = (n * p + 99) / 100;
        return n == 0 ? (double) NAN : sorted[rank > 0 ? rank - 1 : 0];
}
