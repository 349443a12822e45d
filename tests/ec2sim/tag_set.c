/* SPDX-License-Identifier: MIT */
#include "tag_set.h"

void tag_set_write(struct xml *x, const struct tags *tags) {
        if (tags->n == 0)
                return;
        xml_open(x, "tagSet");
        for (size_t i = 0; i < tags->n; i++) {
                xml_raw(x, "<item>");
                xml_text(x, "key", tags->items[i].key);
                xml_text(x, "value", tags->items[i].value);
                xml_raw(x, "</item>");
        }
        xml_close(x, "tagSet");
}
