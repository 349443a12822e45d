/* SPDX-License-Identifier: MIT */
#pragma once

#include "derived.h"
#include "xml.h"

/* Writes a resource's tags as <tagSet>; nothing where there are none. */
void tag_set_write(struct xml *x, const struct tags *tags);
