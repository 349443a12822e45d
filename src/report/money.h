/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "model/cost.h"

/* 127,164 or, below 1,000, 12.34: rounded half up, for people. Room for any amount. Returns buf. */
#define MONEY_TEXT_SIZE 32
const char *format_money(uint64_t micros, char buf[static MONEY_TEXT_SIZE]);

/* >=127,164 USD: the same behind a sign of up to two characters and with its currency, unless that is "". */
#define AMOUNT_TEXT_SIZE (MONEY_TEXT_SIZE + COST_CURRENCY_SIZE + 4)
const char *format_amount(const char *sign, uint64_t micros, const char *currency, char buf[static AMOUNT_TEXT_SIZE]);
