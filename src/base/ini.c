/* SPDX-License-Identifier: MIT */
#include "base/ini.h"

#include <errno.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"

#define FILE_MAX ((size_t) 1024 * 1024)
#define BLANKS " \t\r\v\f"

/* A stretch of the text, without a NUL. */
struct span {
        const char *start;
        size_t n;
};

struct reader {
        const char *name; /* of the file, for messages */
        ini_handler handler;
        void *userdata;
        struct error *reterr;
        struct error_list *errors; /* of what is passed over; NULL: the first ends it */
        bool dropped;        /* a line was wrong: deeper ones behind it belong to it */
        bool no_nested;      /* nested blocks are not allowed */
        bool sectionless;    /* keys before the first section are allowed */
        char *section;       /* owned; NULL before the first */
        char *key;           /* owned; the key whose value is being collected, or NULL */
        unsigned key_line;
        size_t indent;       /* of the section or key line that deeper lines continue */
        struct buffer value; /* its lines, joined by LF */
        struct buffer lines; /* their numbers, an unsigned each */
        void *seen;          /* tsearch tree of "section" and "section LF key" */
};

static int syntax_error(const struct reader *r, unsigned line, const char *what) {
        return error_set(r->reterr, ERROR_CONFIG, EINVAL, "%s:%u: %s", r->name, line, what);
}

/* After a failure: goes on behind the line, or ends with it. */
static int pass_over(struct reader *r, int c) {
        if (c != -EINVAL || r->errors == NULL)
                return c;
        error_list_add(r->errors, r->reterr);
        r->dropped = true;
        return 0;
}

static struct span trim(struct span s) {
        while (s.n > 0 && strchr(BLANKS, s.start[0]) != NULL) {
                s.start++;
                s.n--;
        }
        while (s.n > 0 && strchr(BLANKS, s.start[s.n - 1]) != NULL)
                s.n--;
        return s;
}

static int compare_names(const void *a, const void *b) {
        return strcmp(a, b);
}

/* Notes that the section (or its key) was met. -EEXIST when it was before. */
static int note_seen(struct reader *r, const char *section, const char *key) {
        struct buffer b = BUFFER_INIT(2 * FILE_MAX);
        if (buffer_printf(&b, "%s%s%s", section != NULL ? section : "", key != NULL ? "\n" : "",
                          key != NULL ? key : "") < 0 ||
            buffer_string(&b) == NULL) {
                buffer_release(&b);
                return error_oom(r->reterr);
        }
        char *entry = (char *) b.data;
        char **node = tsearch(entry, &r->seen, compare_names);
        if (node == NULL) {
                free(entry);
                return error_oom(r->reterr);
        }
        if (*node == entry)
                return 0;
        free(entry);
        return -EEXIST;
}

/* "name =" and then indented lines "k = v": one call for each of those. */
static int finish_nested(struct reader *r, char *value) {
        if (r->no_nested)
                return syntax_error(r, r->key_line, "a value in one line is needed behind '='");
        const unsigned *line = (const unsigned *) (const void *) r->lines.data;
        for (char *p = value; p != NULL; line++) {
                char *text = strsep(&p, "\n");
                if (*text == '\0')
                        continue;
                char *equals = strchr(text, '=');
                if (equals == NULL)
                        return syntax_error(r, *line, "a line of a nested block must be 'key = value'");
                struct span k = trim((struct span){ text, (size_t) (equals - text) });
                if (k.n == 0)
                        return syntax_error(r, *line, "the key is missing before '='");
                const char *v = equals + 1 + strspn(equals + 1, BLANKS);
                text[(size_t) (k.start - text) + k.n] = '\0';
                int c = r->handler(r->section, r->key, k.start, v, *line, r->userdata, r->reterr);
                if (c < 0)
                        return c;
        }
        return 0;
}

/* Hands the collected key over, now that no further line can continue it. */
static int finish_key(struct reader *r) {
        if (r->key == NULL)
                return 0;
        while (r->value.len > 0 && strchr(BLANKS "\n", r->value.data[r->value.len - 1]) != NULL)
                r->value.len--;
        if (buffer_string(&r->value) == NULL)
                return error_oom(r->reterr);
        char *value = (char *) r->value.data;
        int c = value[0] == '\n' ? finish_nested(r, value)
                                 : r->handler(r->section, r->key, NULL, value, r->key_line, r->userdata, r->reterr);
        free(TAKE_PTR(r->key));
        buffer_clear(&r->value);
        buffer_clear(&r->lines);
        return c < 0 ? c : 0;
}

static int append_line(struct reader *r, struct span s, unsigned line, bool first) {
        int c = first ? 0 : buffer_append(&r->value, "\n", 1);
        if (c < 0 || (c = buffer_append(&r->value, s.start, s.n)) < 0 ||
            (c = buffer_append(&r->lines, &line, sizeof(line))) < 0)
                return error_oom(r->reterr);
        return 0;
}

static int read_section(struct reader *r, struct span s, unsigned line) {
        const char *end = memrchr(s.start, ']', s.n);
        if (end == NULL || end == s.start + 1)
                return syntax_error(r, line, "a section must be written [name]");
        free(r->section);
        r->section = strndup(s.start + 1, (size_t) (end - s.start) - 1);
        if (r->section == NULL)
                return error_oom(r->reterr);
        int c = note_seen(r, r->section, NULL);
        if (c == -EEXIST)
                return syntax_error(r, line, "this section was there before: merge the two");
        if (c < 0)
                return c;
        c = r->handler(r->section, NULL, NULL, NULL, line, r->userdata, r->reterr);
        return c < 0 ? c : 0;
}

static int read_key(struct reader *r, struct span s, unsigned line) {
        size_t n = 0;
        while (n < s.n && s.start[n] != '=' && s.start[n] != ':')
                n++;
        if (n == s.n)
                return syntax_error(r, line, r->sectionless
                                    ? "expected 'key = value' or a comment that starts with # or ;"
                                    : "expected 'key = value', '[section]' or a comment that starts with # or ;");
        struct span key = trim((struct span){ s.start, n });
        if (key.n == 0)
                return syntax_error(r, line, "the key is missing before '=' or ':'");
        r->key = strndup(key.start, key.n);
        if (r->key == NULL)
                return error_oom(r->reterr);
        for (char *p = r->key; *p != '\0'; p++)
                if (*p >= 'A' && *p <= 'Z')
                        *p = (char) (*p - 'A' + 'a');
        r->key_line = line;
        int c = note_seen(r, r->section, r->key);
        if (c < 0) {
                free(TAKE_PTR(r->key));
                return c == -EEXIST ? syntax_error(r, line, "this key was there before in the same section: remove one")
                                    : c;
        }
        return append_line(r, trim((struct span){ s.start + n + 1, s.n - n - 1 }), line, true);
}

static int read_line(struct reader *r, struct span raw, unsigned line) {
        struct span s = trim(raw);
        if (s.n == 0)
                return r->key != NULL ? append_line(r, s, line, false) : 0;
        if (s.start[0] == '#' || s.start[0] == ';')
                return 0;
        size_t indent = (size_t) (s.start - raw.start);
        if (r->key != NULL && indent > r->indent)
                return append_line(r, s, line, false);
        if (r->dropped && indent > r->indent)
                return 0;
        r->indent = indent;
        int c = pass_over(r, finish_key(r));
        if (c < 0)
                return c;
        r->dropped = false;
        if (s.start[0] == '[')
                return read_section(r, s, line);
        if (r->section == NULL && !r->sectionless)
                return syntax_error(r, line, "text before the first [section]");
        return read_key(r, s, line);
}

static int read_all(struct reader *r, const char *text, size_t n) {
        if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
                int c = syntax_error(r, 1, "the file starts with a byte order mark: save it as UTF-8 without one");
                if ((c = pass_over(r, c)) < 0)
                        return c;
                text += 3;
                n -= 3;
        }
        unsigned line = 1;
        for (const char *p = text, *end = text + n; p < end; line++) {
                struct span s = { p, 0 };
                while (p + s.n < end && p[s.n] != '\n' && p[s.n] != '\r' && p[s.n] != '\0')
                        s.n++;
                p += s.n;
                if (p < end && *p == '\0')
                        return syntax_error(r, line, "a NUL byte: this is no text file");
                if (p < end)
                        p += p + 1 < end && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
                int c = pass_over(r, read_line(r, s, line));
                if (c < 0)
                        return c;
        }
        return pass_over(r, finish_key(r));
}

static int parse(const char *name, const char *text, size_t n, int flags, ini_handler handler, void *userdata,
                 struct error_list *errors, struct error *reterr) {
        if (n > FILE_MAX)
                return error_set(reterr, ERROR_CONFIG, EFBIG, "%s is longer than 1 MiB", name);
        struct reader r = {
                .name = name, .handler = handler, .userdata = userdata, .reterr = reterr, .errors = errors,
                .sectionless = (flags & INI_ALLOW_NO_SECTION) != 0, .no_nested = (flags & INI_NO_NESTED) != 0,
                .value = BUFFER_INIT(2 * FILE_MAX),
                .lines = BUFFER_INIT((FILE_MAX + 1) * sizeof(unsigned)),
        };
        int c = read_all(&r, text, n);
        tdestroy(r.seen, free);
        free(r.section);
        free(r.key);
        buffer_release_secret(&r.value);
        buffer_release(&r.lines);
        return c;
}

int ini_parse(const char *name, const char *text, size_t n, int flags, ini_handler handler, void *userdata,
              struct error *reterr) {
        return parse(name, text, n, flags, handler, userdata, NULL, reterr);
}

int ini_parse_all(const char *name, const char *text, size_t n, int flags, ini_handler handler, void *userdata,
                  struct error_list *errors) {
        struct error error;
        if (parse(name, text, n, flags, handler, userdata, errors, &error) < 0)
                error_list_add(errors, &error);
        return error_list_result(errors);
}

/* Files may hold keys, hence the careful release of what was read. */
static const char *text_of(const struct buffer *b) {
        return b->data != NULL ? (const char *) b->data : "";
}

int ini_parse_file(const char *path, int flags, ini_handler handler, void *userdata, struct error *reterr) {
        _cleanup_(buffer_release_secret) struct buffer text = BUFFER_INIT(FILE_MAX + 2 * 4096);
        int r = file_read(path, FILE_MAX, &text, reterr);
        return r < 0 ? r : ini_parse(path, text_of(&text), text.len, flags, handler, userdata, reterr);
}

int ini_parse_file_all(const char *path, int flags, ini_handler handler, void *userdata, struct error_list *errors) {
        _cleanup_(buffer_release_secret) struct buffer text = BUFFER_INIT(FILE_MAX + 2 * 4096);
        struct error error;
        if (file_read(path, FILE_MAX, &text, &error) == 0)
                return ini_parse_all(path, text_of(&text), text.len, flags, handler, userdata, errors);
        error_list_add(errors, &error);
        return error_list_result(errors);
}
