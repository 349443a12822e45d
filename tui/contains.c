/* SPDX-License-Identifier: MIT */
#include "tui/contains.h"

#include <stdbool.h>

static inline char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

static bool is_in(const char *word, size_t n_word, const char *text, size_t n_text) {
        if (n_word == 0 || n_word > n_text)
                return n_word == 0;
        const char *last = text + (n_text - n_word);
        for (const char *t = text; t <= last; t++) {
                size_t i = 0;
                while (i < n_word && lower(t[i]) == word[i])
                        i++;
                if (i == n_word)
                        return true;
        }
        return false;
}

static void contains(sqlite3_context *context, int n, sqlite3_value **values) {
        /* The text first: asking for it may change the length. */
        const char *word = n > 0 ? (const char *) sqlite3_value_text(values[0]) : NULL;
        size_t n_word = word != NULL ? (size_t) sqlite3_value_bytes(values[0]) : 0;
        bool found = false;
        for (int i = 1; word != NULL && !found && i < n; i++) {
                const char *text = (const char *) sqlite3_value_text(values[i]);
                found = text != NULL && is_in(word, n_word, text, (size_t) sqlite3_value_bytes(values[i]));
        }
        sqlite3_result_int(context, found);
}

int contains_register(struct store *s, struct error *reterr) {
        int rc = sqlite3_create_function_v2(s->db, "contains", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                            NULL, contains, NULL, NULL, NULL);
        return rc == SQLITE_OK ? 0 : db_error(s, rc, "preparing to search it", reterr);
}
