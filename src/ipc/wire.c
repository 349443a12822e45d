/* SPDX-License-Identifier: MIT */
#include "ipc/wire.h"

#include <errno.h>
#include <string.h>

static void put_bytes(struct wire_writer *w, const void *data, size_t n) {
        if (w->error == 0)
                w->error = buffer_append(w->to, data, n);
}

void wire_put_u64(struct wire_writer *w, uint64_t value) {
        uint8_t bytes[8];
        for (unsigned i = 0; i < sizeof(bytes); i++)
                bytes[i] = (uint8_t) (value >> (8 * i));
        put_bytes(w, bytes, sizeof(bytes));
}

void wire_put_string(struct wire_writer *w, const char *value_or_null) {
        const char *value = value_or_null != NULL ? value_or_null : "";
        size_t n = strlen(value);
        wire_put_u64(w, n);
        put_bytes(w, value, n + 1);
}

static const uint8_t *take(struct wire_reader *r, uint64_t n) {
        if (r->bad || n > r->n) {
                r->bad = true;
                return NULL;
        }
        const uint8_t *p = r->data;
        r->data += n;
        r->n -= (size_t) n;
        return p;
}

uint64_t wire_get_u64(struct wire_reader *r) {
        const uint8_t *p = take(r, 8);
        uint64_t value = 0;
        for (unsigned i = 0; p != NULL && i < 8; i++)
                value |= (uint64_t) p[i] << (8 * i);
        return value;
}

uint64_t wire_get_bounded(struct wire_reader *r, uint64_t max) {
        uint64_t value = wire_get_u64(r);
        if (value > max) {
                r->bad = true;
                return 0;
        }
        return value;
}

bool wire_get_bool(struct wire_reader *r) {
        return wire_get_bounded(r, 1) != 0;
}

const char *wire_get_string(struct wire_reader *r) {
        uint64_t n = wire_get_bounded(r, SIZE_MAX - 1);
        const uint8_t *p = take(r, n + 1);
        if (p == NULL || memchr(p, '\0', (size_t) n + 1) != p + n) {
                r->bad = true;
                return "";
        }
        return (const char *) p;
}

void wire_copy_string(struct wire_reader *r, char *field, size_t n) {
        const char *value = wire_get_string(r);
        size_t len = strlen(value);
        if (len >= n) {
                r->bad = true;
                len = 0;
        }
        memcpy(field, value, len);
        field[len] = '\0';
}

int wire_finish(const struct wire_reader *r) {
        return r->bad || r->n != 0 ? -EBADMSG : 0;
}
