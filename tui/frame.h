/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/explain.h"
#include "tui/view.h"

/* What surrounds a view: the head with the sums and their age, the line below with news and hints, the bar of keys. */

struct frame {
        const char *title;        /* "Overview > us-east-1" */
        const char *note;         /* the line above the bar */
        enum style note_style;
        bool note_may_go;         /* where it would be cut, on a screen without head: the sums say more */
        bool paused;
};

/* Draws the frame over all of the surface and returns what is left for the view: nothing (rows 0) below 20 x 5,
 * where "1,468.1 TiB $127k/mo LIVE" is all. */
struct area frame_draw(struct surface *s, const struct frame *f, const struct context *c);

/* The first two lines alone, for --once. */
void frame_draw_head(struct surface *s, const char *title, const struct context *c);

/* Why there is nothing, or no such region, over the whole area. */
void frame_explain(struct area area, const struct context *c, usec_t monotonic);
