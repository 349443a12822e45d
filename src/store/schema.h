/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/db.h"

/* In the header of every database of ebsreportd: "EBSR". */
#define SCHEMA_APPLICATION_ID 0x45425352

/* What user_version says. Grows by one with every change to data/schema.sql, which comes with a step from the
 * version before, see HACKING.md. */
#define SCHEMA_VERSION 4

/* How a database comes to its newest form: a new one by create_sql, one of version N by steps[N - 1], steps[N], ...
 * Views hold nothing, so that steps are about tables only: the views are made anew. */
struct schema {
        int64_t version;          /* the newest */
        const char *create_sql;   /* makes an empty file one of that version */
        const char *const *steps; /* steps[i] leads from version i + 1 to i + 2; version - 1 of them */
        const char *views_sql;    /* makes our views, which are dropped before the steps; NULL: none */
        /* Fills what steps from that version made, once the views are there; NULL: nothing to fill. */
        int (*fill)(struct store *s, int64_t from, struct error *reterr);
};

/* This program's. */
const struct schema *schema_current(void);

/* Brings an open database to the schema's newest version, in one transaction: creates it in an empty file, migrates
 * an older one, leaves a current one alone. Refuses, and does not touch, a newer one and those of other programs. To
 * be called before foreign keys are switched on. */
int schema_prepare(struct store *s, const struct schema *schema, struct error *reterr);

/* Which version an open database has, 0 for an empty one; refuses a newer one and those of other programs. */
int schema_read_version(struct store *s, const struct schema *schema, int64_t *ret_version, struct error *reterr);

/* For those who only read: refuses a newer database, one of another program, and an older one, which has no such views. */
int schema_check(struct store *s, const struct schema *schema, struct error *reterr);
