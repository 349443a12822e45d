/* SPDX-License-Identifier: MIT */
#include "ipc/frame.h"

#include <errno.h>

static uint32_t read_length(const uint8_t *p) {
        return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;
}

int frame_parse(const uint8_t *data, size_t n, struct frame *ret_frame, size_t *ret_size) {
        if (n < FRAME_HEADER_SIZE)
                return 0;
        uint32_t len = read_length(data);
        if (len > FRAME_PAYLOAD_MAX)
                return -EBADMSG;
        if (n - FRAME_HEADER_SIZE < len)
                return 0;
        *ret_frame = (struct frame){ .type = data[4], .payload = data + FRAME_HEADER_SIZE, .len = len };
        *ret_size = FRAME_HEADER_SIZE + len;
        return 1;
}

int frame_begin(struct buffer *b, uint8_t type, size_t *ret_mark) {
        size_t mark = b->len;
        const uint8_t header[FRAME_HEADER_SIZE] = { 0, 0, 0, 0, type };
        int r = buffer_append(b, header, sizeof(header));
        if (r < 0)
                return r;
        *ret_mark = mark;
        return 0;
}

int frame_end(struct buffer *b, size_t mark) {
        size_t len = b->len - mark - FRAME_HEADER_SIZE;
        if (len > FRAME_PAYLOAD_MAX) {
                b->len = mark;
                return -E2BIG;
        }
        for (unsigned i = 0; i < 4; i++)
                b->data[mark + i] = (uint8_t) (len >> (8 * i));
        return 0;
}
