/* SPDX-License-Identifier: MIT */
#pragma once

/* Copies text, made valid UTF-8 and without control characters, C1 ones included: terminals obey those, and names and
 * messages come from the network. NULL on -ENOMEM; the caller frees it. */
char *text_printable(const char *text);
