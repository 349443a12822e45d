/* SPDX-License-Identifier: MIT */
#include "report/output.h"

#include <errno.h>

int report_write(struct buffer *b, int r, FILE *out) {
        if (r == 0) {
                errno = 0;
                bool written = fwrite(b->data, 1, b->len, out) == b->len && fflush(out) == 0;
                if (!written)
                        r = errno > 0 ? -errno : -EIO;
        }
        buffer_release(b);
        return r;
}
