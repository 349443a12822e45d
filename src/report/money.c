/* SPDX-License-Identifier: MIT */
#include "report/money.h"

#include <inttypes.h>
#include <stdio.h>

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

const char *format_amount(const char *sign, uint64_t micros, const char *currency, char buf[static AMOUNT_TEXT_SIZE]) {
        char money[MONEY_TEXT_SIZE];
        (void) snprintf(buf, AMOUNT_TEXT_SIZE, "%.2s%s%s%.3s", sign, format_money(micros, money),
                        currency[0] != '\0' ? " " : "", currency);
        return buf;
}
