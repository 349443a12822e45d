/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

#include "model/changes.h"
#include "model/run.h"

/* Renders finished runs for people (text) and programs (json, csv). Each writes to out and returns 0 or the
 * negative errno of the first failed write (-EIO when the stream does not tell). */

int report_text_run(const struct run *run, FILE *out);
int report_text_comparison(const struct comparison *comparison, FILE *out);

int report_json_run(const struct run *run, FILE *out);
int report_json_comparison(const struct comparison *comparison, FILE *out);

/* One header line and one line a region; a comparison gives the lines of all three runs. */
int report_csv_run(const struct run *run, FILE *out);
int report_csv_comparison(const struct comparison *comparison, FILE *out);

/* What changed between two runs; the CSV has one line a region and cause. */
int report_text_changes(const struct changes *changes, FILE *out);
int report_json_changes(const struct changes *changes, FILE *out);
int report_csv_changes(const struct changes *changes, FILE *out);
