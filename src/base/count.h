/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* 1,503,324; room for any 64-bit value. Returns buf. */
#define COUNT_TEXT_SIZE 28
const char *format_count(uint64_t value, char buf[static COUNT_TEXT_SIZE]);
