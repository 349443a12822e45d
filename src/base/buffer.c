/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int buffer_reserve(struct buffer *b, size_t n) {
        if (n > b->max || b->len > b->max - n)
                return -E2BIG;
        /* One byte more than asked for: buffer_string() puts its NUL there. */
        size_t need = b->len + n + 1;
        if (need <= b->allocated)
                return 0;
        size_t size = b->allocated > 0 ? b->allocated : 256;
        while (size < need)
                size *= 2;
        uint8_t *data = realloc(b->data, size);
        if (data == NULL)
                return -ENOMEM;
        b->data = data;
        b->allocated = size;
        return 0;
}

int buffer_append(struct buffer *b, const void *data, size_t n) {
        if (n == 0)
                return 0;
        int r = buffer_reserve(b, n);
        if (r < 0)
                return r;
        memcpy(b->data + b->len, data, n);
        b->len += n;
        return 0;
}

int buffer_append_string(struct buffer *b, const char *s) {
        return buffer_append(b, s, strlen(s));
}

int buffer_printf(struct buffer *b, const char *format, ...) {
        va_list ap;
        va_start(ap, format);
        _cleanup_(freep) char *text = NULL;
        int n = vasprintf(&text, format, ap);
        va_end(ap);
        if (n < 0) {
                text = NULL;
                return -ENOMEM;
        }
        return buffer_append(b, text, (size_t) n);
}

void buffer_consume(struct buffer *b, size_t n) {
        if (n == 0)
                return;
        memmove(b->data, b->data + n, b->len - n);
        b->len -= n;
}

void buffer_clear(struct buffer *b) {
        b->len = 0;
}

const char *buffer_string(struct buffer *b) {
        if (buffer_reserve(b, 0) < 0)
                return NULL;
        b->data[b->len] = '\0';
        return (const char *) b->data;
}

void buffer_release(struct buffer *b) {
        free(b->data);
        *b = BUFFER_INIT(b->max);
}

void buffer_release_secret(struct buffer *b) {
        if (b->data != NULL)
                explicit_bzero(b->data, b->allocated);
        buffer_release(b);
}
