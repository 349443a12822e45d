/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/error.h"
#include "store/db.h"

/* Gives the connection an SQL function contains(WORD, TEXT, ...): whether any of the texts has the word in it. WORD is in lower
 * case, TEXT may be in either, of ASCII's letters; NULL contains nothing. In place of instr(lower(TEXT), WORD) for each of
 * them, which makes a copy of every text: this is most of what looking at a million rows takes. */
int contains_register(struct store *s, struct error *reterr);
