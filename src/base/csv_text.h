/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/buffer.h"

/* Appends a field of text, quoted as RFC 4180 has it where that is needed, and what follows it. The text is made safe
 * for terminals and spreadsheets: a control character, line ends included, becomes '?', so that a record is a line; and
 * a text that begins with one of = + - @ ', which a spreadsheet may take for a formula, gets a ' before it. 0, -ENOMEM
 * or -E2BIG. */
int csv_add_text(struct buffer *b, const char *text, const char *separator);
