/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Frames on a pipe: 4 bytes length of the payload, little-endian, 1 byte type, payload. Pure bytes: no
 * descriptor appears here, so that every split and every lie can be tested. */

#define FRAME_HEADER_SIZE ((size_t) 5)

/* Ceiling of one payload: a volume with its attachments, or a task with session and page token, and room. */
#define FRAME_PAYLOAD_MAX ((size_t) 256 * 1024)

struct frame {
        uint8_t type;
        const uint8_t *payload; /* borrowed from the bytes it was found in */
        size_t len;
};

/* Looks for a whole frame at the start of data. Returns 1 with *ret_frame and its size on the wire, 0 when more
 * bytes are needed, -EBADMSG when the length exceeds FRAME_PAYLOAD_MAX. */
int frame_parse(const uint8_t *data, size_t n, struct frame *ret_frame, size_t *ret_size);

/* Opens a frame at the end of b: append the payload with the put_* functions, then close it with the same mark.
 * Both return 0, -ENOMEM or -E2BIG; on a failed end the half-made frame is taken back. */
int frame_begin(struct buffer *b, uint8_t type, size_t *ret_mark);
int frame_end(struct buffer *b, size_t mark);
