/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Length in bytes of the well-formed UTF-8 character at s (1 to 4), or 0 if there is none: overlong forms,
 * surrogates, values beyond U+10FFFF and truncated sequences are not well-formed. s is NUL-terminated. */
size_t utf8_character_length(const char *s);

/* Puts '?' in the place of every byte that belongs to no well-formed character. Names and messages come from the
 * network, and a clipped field may end within a character; JSON and the database hold valid text only. */
void utf8_sanitize(char *s);

/* Writes a code point as UTF-8, with a NUL behind it. Returns its length in bytes, 0 for what is none (surrogates, 0,
 * beyond U+10FFFF). */
size_t utf8_encode(uint32_t c, char buf[static 5]);
