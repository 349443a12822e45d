/* SPDX-License-Identifier: MIT */
#include "store/transaction.h"

#include "store/store.h"

int transaction_begin(struct transaction *t, struct store *s, const char *doing, struct error *reterr) {
        *t = (struct transaction){ .store = s, .is_part = sqlite3_get_autocommit(s->db) == 0 };
        return t->is_part ? 0 : db_exec(s, "BEGIN IMMEDIATE", doing, reterr);
}

int transaction_end(struct transaction *t, int r, const char *doing, struct error *reterr) {
        return t->is_part ? r : db_end(t->store, r, doing, reterr);
}

static const char doing[] = "storing the run";

int store_begin(struct store *s, struct error *reterr) {
        struct transaction t;
        return transaction_begin(&t, s, doing, reterr);
}

int store_end(struct store *s, int r, struct error *reterr) {
        return transaction_end(&(struct transaction){ .store = s }, r, doing, reterr);
}
