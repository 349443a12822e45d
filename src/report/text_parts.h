/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/buffer.h"
#include "model/run.h"

/* The parts that the text report is put together from. */

/* Text on its way; after the first failure, kept in r, later calls do nothing. */
struct text {
        struct buffer buffer;
        int r;
};

/* Appends. */
void text_printf(struct text *t, const char *format, ...) _printf_(2, 3);

/* A region's name, with its account where one is given, and what follows it. */
void text_add_name(struct text *t, const char *account, const char *region, const char *suffix);

/* True if the regions are of more than one account: then each is shown with its account. */
bool text_shows_accounts(const struct run *run);

/* "at least " where a region is missing from a sum, else "". */
const char *text_at_least(const struct run *run);

/* The table of regions, its last line the sums. */
void text_add_regions(struct text *t, const struct run *run);

/* How the instance sum, the unique attached volumes and the billed ones come to differ. */
void text_add_difference(struct text *t, const struct run *run);

/* The run's own lines: both numbers, time. */
void text_add_summary(struct text *t, const struct run *run);

/* What the volumes cost a month, a line a currency. */
void text_add_cost(struct text *t, const struct run *run);

/* What people should know of the run as a whole, and a line for each region that failed: why, and what to do. */
void text_add_failures(struct text *t, const struct run *run);

/* Speed-up, and whether the three strategies agree; else in which regions they do not. */
void text_add_comparison(struct text *t, const struct comparison *c);
