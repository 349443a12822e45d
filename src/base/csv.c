/* SPDX-License-Identifier: MIT */
#include "base/csv.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"

struct reader {
        const char *name; /* of the file, for messages */
        const char *next;
        const char *end;
        unsigned line;      /* of *next */
        struct buffer text; /* the record's fields, each with its NUL */
        size_t starts[CSV_FIELDS_MAX];
        size_t n_fields;
        struct error *reterr;
};

static int syntax_error(const struct reader *r, const char *what) {
        return error_set(r->reterr, ERROR_CONFIG, EINVAL, "%s:%u: %s", r->name, r->line, what);
}

static int append(struct reader *r, const char *data, size_t n) {
        return buffer_append(&r->text, data, n) < 0 ? error_oom(r->reterr) : 0;
}

/* True at a line's end, and at the text's. */
static bool at_record_end(const struct reader *r) {
        return r->next == r->end || *r->next == '\n' ||
               (*r->next == '\r' && r->end - r->next > 1 && r->next[1] == '\n');
}

static int read_unquoted(struct reader *r) {
        const char *start = r->next;
        while (!at_record_end(r) && *r->next != ',') {
                if (*r->next == '"')
                        return syntax_error(r, "a quote within a field: quote the whole field and double this one");
                if (*r->next == '\r')
                        return syntax_error(r, "a carriage return without a line feed");
                if (*r->next == '\0')
                        return syntax_error(r, "a NUL byte: this is no text file");
                r->next++;
        }
        return append(r, start, (size_t) (r->next - start));
}

/* Behind the opening quote. */
static int read_quoted(struct reader *r) {
        for (;; r->next++) {
                if (r->next == r->end)
                        return syntax_error(r, "the file ends within a quoted field");
                if (*r->next == '\0')
                        return syntax_error(r, "a NUL byte: this is no text file");
                if (*r->next == '"') {
                        if (r->end - r->next < 2 || r->next[1] != '"')
                                break;
                        r->next++;
                }
                if (*r->next == '\n')
                        r->line++;
                int c = append(r, r->next, 1);
                if (c < 0)
                        return c;
        }
        r->next++;
        if (!at_record_end(r) && *r->next != ',')
                return syntax_error(r, "text behind a closing quote");
        return 0;
}

static int read_field(struct reader *r) {
        if (r->n_fields == CSV_FIELDS_MAX)
                return syntax_error(r, "too many fields");
        r->starts[r->n_fields++] = r->text.len;
        int c;
        if (r->next < r->end && *r->next == '"') {
                r->next++;
                c = read_quoted(r);
        } else {
                c = read_unquoted(r);
        }
        return c < 0 ? c : append(r, "", 1);
}

/* Reads the fields up to the line's end and skips that. */
static int read_record(struct reader *r) {
        buffer_clear(&r->text);
        r->n_fields = 0;
        for (;;) {
                int c = read_field(r);
                if (c < 0)
                        return c;
                if (r->next == r->end)
                        return 0;
                if (*r->next != ',')
                        break;
                r->next++;
        }
        r->next += *r->next == '\r' ? 2 : 1;
        r->line++;
        return 0;
}

int csv_parse(const char *name, const char *text, size_t n, csv_handler handler, void *userdata,
              struct error *reterr) {
        struct reader r = {
                .name = name, .next = text, .end = text + n, .line = 1, .reterr = reterr,
                .text = BUFFER_INIT(n + CSV_FIELDS_MAX),
        };
        int c = 0;
        if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
                c = syntax_error(&r, "the file starts with a byte order mark: save it as UTF-8 without one");
        while (c == 0 && r.next < r.end) {
                unsigned line = r.line;
                c = read_record(&r);
                if (c < 0)
                        break;
                const char *fields[CSV_FIELDS_MAX];
                for (size_t i = 0; i < r.n_fields; i++)
                        fields[i] = (const char *) r.text.data + r.starts[i];
                c = handler(fields, r.n_fields, line, userdata, reterr);
        }
        buffer_release(&r.text);
        return c < 0 ? c : 0;
}
