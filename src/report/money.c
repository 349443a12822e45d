/* SPDX-License-Identifier: MIT */
#include "report/money.h"

#include <inttypes.h>
#include <stdio.h>

#include "model/cost.h"
#include "report/table.h"

#define MICROS_PER_CENT (MICROS_PER_UNIT / 100)

const char *format_money(uint64_t micros, char buf[static MONEY_TEXT_SIZE]) {
        uint64_t cents = micros / MICROS_PER_CENT + (micros % MICROS_PER_CENT >= MICROS_PER_CENT / 2);
        if (cents < 1000 * 100) {
                (void) snprintf(buf, MONEY_TEXT_SIZE, "%" PRIu64 ".%02" PRIu64, cents / 100, cents % 100);
                return buf;
        }
        return format_count(micros / MICROS_PER_UNIT + (micros % MICROS_PER_UNIT >= MICROS_PER_UNIT / 2), buf);
}
