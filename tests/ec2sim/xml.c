/* SPDX-License-Identifier: MIT */
#include "xml.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void append(struct xml *x, const char *bytes, size_t n) {
        if (x->r >= 0)
                x->r = buffer_append(x->out, bytes, n);
}

void xml_raw(struct xml *x, const char *markup) {
        append(x, markup, strlen(markup));
}

void xml_open(struct xml *x, const char *name) {
        append(x, "<", 1);
        xml_raw(x, name);
        append(x, ">", 1);
}

void xml_close(struct xml *x, const char *name) {
        append(x, "</", 2);
        xml_raw(x, name);
        append(x, ">", 1);
}

static const char *replacement(char c) {
        switch (c) {
        case '&':
                return "&amp;";
        case '<':
                return "&lt;";
        case '>':
                return "&gt;";
        case '"':
                return "&quot;";
        case '\r':
                return "&#13;";
        case '\t':
        case '\n':
                return NULL;
        default:
                return (unsigned char) c < 0x20 ? " " : NULL;
        }
}

static void append_escaped(struct xml *x, const char *text) {
        const char *start = text;
        for (const char *p = text;; p++) {
                const char *with = *p != '\0' ? replacement(*p) : NULL;
                if (*p != '\0' && with == NULL)
                        continue;
                append(x, start, (size_t) (p - start));
                if (*p == '\0')
                        return;
                xml_raw(x, with);
                start = p + 1;
        }
}

void xml_text(struct xml *x, const char *name, const char *text) {
        xml_open(x, name);
        append_escaped(x, text);
        xml_close(x, name);
}

void xml_number(struct xml *x, const char *name, uint64_t value) {
        char digits[24];
        char *p = digits + sizeof(digits) - 1;
        *p = '\0';
        do {
                *--p = (char) ('0' + value % 10);
                value /= 10;
        } while (value > 0);
        xml_open(x, name);
        xml_raw(x, p);
        xml_close(x, name);
}

void xml_bool(struct xml *x, const char *name, bool value) {
        xml_open(x, name);
        xml_raw(x, value ? "true" : "false");
        xml_close(x, name);
}

void xml_time(struct xml *x, const char *name, uint32_t seconds_since_epoch) {
        time_t t = (time_t) seconds_since_epoch;
        struct tm tm;
        char text[40] = "";
        if (gmtime_r(&t, &tm) != NULL)
                (void) strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
        xml_open(x, name);
        xml_raw(x, text);
        xml_close(x, name);
}
