/* SPDX-License-Identifier: MIT */
#include "string_list.h"

#include <errno.h>
#include <string.h>

int string_list_add_n(struct string_list *s, const char *text, size_t n) {
        if ((s->n & (s->n - 1)) == 0) { /* full at every power of two */
                char **items = reallocarray(s->items, s->n > 0 ? s->n * 2 : 1, sizeof(*items));
                if (items == NULL)
                        return -ENOMEM;
                s->items = items;
        }
        char *copy = strndup(text, n);
        if (copy == NULL)
                return -ENOMEM;
        s->items[s->n++] = copy;
        return 0;
}

int string_list_add(struct string_list *s, const char *text) {
        return string_list_add_n(s, text, strlen(text));
}

int string_list_split(struct string_list *s, const char *text, char separator) {
        for (;;) {
                const char *end = strchrnul(text, separator);
                if (end == text)
                        return -EINVAL;
                int r = string_list_add_n(s, text, (size_t) (end - text));
                if (r < 0 || *end == '\0')
                        return r;
                text = end + 1;
        }
}

ptrdiff_t string_list_find(const struct string_list *s, const char *text) {
        for (size_t i = 0; i < s->n; i++)
                if (strcmp(s->items[i], text) == 0)
                        return (ptrdiff_t) i;
        return -1;
}

void string_list_release(struct string_list *s) {
        for (size_t i = 0; i < s->n; i++)
                free(s->items[i]);
        free(s->items);
        *s = (struct string_list){ 0 };
}
