/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* 127,164 or, below 1,000, 12.34: rounded half up, for people. Room for any amount. Returns buf. */
#define MONEY_TEXT_SIZE 32
const char *format_money(uint64_t micros, char buf[static MONEY_TEXT_SIZE]);
