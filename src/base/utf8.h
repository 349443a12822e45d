/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* Length in bytes of the well-formed UTF-8 character at s (1 to 4), or 0 if there is none: overlong forms,
 * surrogates, values beyond U+10FFFF and truncated sequences are not well-formed. s is NUL-terminated. */
size_t utf8_character_length(const char *s);

/* Puts '?' in the place of every byte that belongs to no well-formed character. Names and messages come from the
 * network, and a clipped field may end within a character; JSON and the database hold valid text only. */
void utf8_sanitize(char *s);
