/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Prometheus's text format, of the kind that OpenMetrics parsers read as well. Gauges alone: a file that each run makes
 * anew holds nothing that only grows. */

struct label {
        const char *name;
        const char *value; /* any bytes; "" is the same as no label */
};

/* What a number is given in; it is written in Prometheus's base units. */
enum exposition_unit {
        EXPOSITION_PLAIN,      /* as it is */
        EXPOSITION_GIB,        /* written in bytes */
        EXPOSITION_KIB,        /* written in bytes */
        EXPOSITION_MILLIONTHS, /* microseconds in seconds, micros in units of the currency */
};

/* A text on its way. Zero it but for the buffer; after the first failure, kept in r, later calls do nothing. */
struct exposition {
        struct buffer *buffer;
        const char *name;
        const char *help;
        int r; /* -ENOMEM or -E2BIG */
};

/* Begins a metric, whose samples follow; without any, nothing is written of it. Both texts have to last until then and
 * to be plain: help is one line without backslashes. */
void exposition_begin(struct exposition *e, const char *name, const char *help);

/* Writes a sample of the metric. */
void exposition_add(struct exposition *e, const struct label *labels, size_t n_labels, enum exposition_unit unit,
                    uint64_t value);

/* Ends the text: whoever finds no end knows that he has not all of it. */
void exposition_end(struct exposition *e);
