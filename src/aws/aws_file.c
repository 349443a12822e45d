/* SPDX-License-Identifier: MIT */
#include "aws/aws_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ini.h"

#define BLANKS " \t\r\n\v\f"

/* Takes one word off *p as a POSIX shell would split it, unquoted in place. NULL at the end or on an open quote. */
static char *take_word(char **p) {
        char *in = *p + strspn(*p, BLANKS), *word = in, *out = in;
        char quote = '\0';
        if (*in == '\0')
                return NULL;
        for (; *in != '\0' && (quote != '\0' || strchr(BLANKS, *in) == NULL); in++) {
                if (quote == '\0' && (*in == '"' || *in == '\''))
                        quote = *in;
                else if (*in == quote && quote != '\0')
                        quote = '\0';
                else if (*in == '\\' && in[1] != '\0' &&
                         (quote == '\0' || (quote == '"' && (in[1] == '"' || in[1] == '\\'))))
                        *out++ = *++in;
                else
                        *out++ = *in;
        }
        if (quote != '\0')
                return NULL;
        *p = *in != '\0' ? in + 1 : in;
        *out = '\0';
        return word;
}

/* Whether the header is "KIND NAME", NAME quoted where it has blanks. */
static bool is_named(const char *section, const char *kind, const char *name) {
        _cleanup_(freep) char *copy = strdup(section);
        char *p = copy;
        const char *first = copy != NULL ? take_word(&p) : NULL;
        const char *second = first != NULL ? take_word(&p) : NULL;
        if (second == NULL || p[strspn(p, BLANKS)] != '\0')
                return false;
        return strcmp(first, kind) == 0 && strcmp(second, name) == 0;
}

static bool is_wanted(const char *section, enum aws_section_kind kind, const char *name) {
        switch (kind) {
        case AWS_SECTION_CREDENTIALS:
                return strcmp(section, name) == 0;
        case AWS_SECTION_SERVICES:
                return is_named(section, "services", name);
        case AWS_SECTION_PROFILE:
                return is_named(section, "profile", name) ||
                       (strcmp(section, "default") == 0 && strcmp(name, "default") == 0);
        }
        return false;
}

struct collector {
        enum aws_section_kind kind;
        const char *name;
        bool inside;
        struct aws_section section;
};

static int add_entry(struct aws_section *s, const char *key, const char *subkey, const char *value,
                     struct error *reterr) {
        struct aws_section_entry *grown = realloc(s->entries, (s->n_entries + 1) * sizeof(*grown));
        if (grown == NULL)
                return error_oom(reterr);
        s->entries = grown;
        struct aws_section_entry *e = &s->entries[s->n_entries++];
        *e = (struct aws_section_entry){
                .key = strdup(key), .subkey = subkey != NULL ? strdup(subkey) : NULL, .value = strdup(value),
        };
        if (e->key == NULL || e->value == NULL || (subkey != NULL && e->subkey == NULL))
                return error_oom(reterr);
        return 0;
}

static int collect(const char *section, const char *key, const char *subkey, const char *value, unsigned line _unused_,
                   void *userdata, struct error *reterr) {
        struct collector *c = userdata;
        if (key == NULL) {
                c->inside = is_wanted(section, c->kind, c->name);
                if (c->inside) {
                        aws_section_release(&c->section);
                        c->section.found = true;
                }
                return 0;
        }
        return c->inside ? add_entry(&c->section, key, subkey, value, reterr) : 0;
}

int aws_section_load(const char *path, enum aws_section_kind kind, const char *name, struct aws_section *ret,
                     struct error *reterr) {
        struct collector c = { .kind = kind, .name = name };
        int r = path != NULL ? ini_parse_file(path, 0, collect, &c, reterr) : 0;
        if (r < 0 && r != -ENOENT) {
                aws_section_release(&c.section);
                return r;
        }
        *ret = c.section;
        return 0;
}

void aws_section_release(struct aws_section *s) {
        for (size_t i = 0; i < s->n_entries; i++) {
                free(s->entries[i].key);
                free(s->entries[i].subkey);
                if (s->entries[i].value != NULL)
                        explicit_bzero(s->entries[i].value, strlen(s->entries[i].value));
                free(s->entries[i].value);
        }
        free(s->entries);
        *s = (struct aws_section){ 0 };
}

const char *aws_section_get(const struct aws_section *s, const char *key, const char *subkey) {
        const char *value = NULL;
        for (size_t i = 0; i < s->n_entries; i++) {
                const struct aws_section_entry *e = &s->entries[i];
                if (strcmp(e->key, key) == 0 && (subkey == NULL) == (e->subkey == NULL) &&
                    (subkey == NULL || strcmp(e->subkey, subkey) == 0))
                        value = e->value;
        }
        return value != NULL && value[0] != '\0' ? value : NULL;
}
