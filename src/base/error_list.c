/* SPDX-License-Identifier: MIT */
#include "base/error_list.h"

#include <errno.h>

void error_list_add(struct error_list *l, const struct error *e) {
        if (l->n < ERROR_LIST_MAX)
                l->items[l->n] = *e;
        l->n++;
}

void error_list_note(struct error_list *l, int r, const struct error *e) {
        if (r < 0)
                error_list_add(l, e);
}

void error_list_add_all(struct error_list *l, const struct error_list *more) {
        size_t kept = error_list_kept(more);
        for (size_t i = 0; i < kept; i++)
                error_list_add(l, &more->items[i]);
        l->n += more->n - kept;
}

size_t error_list_kept(const struct error_list *l) {
        return l->n < ERROR_LIST_MAX ? l->n : ERROR_LIST_MAX;
}

int error_list_result(const struct error_list *l) {
        if (l->n == 0)
                return 0;
        return -(l->items[0].errnum > 0 ? l->items[0].errnum : EINVAL);
}

struct error error_list_summary(const struct error_list *l) {
        if (l->n == 0)
                return (struct error){ .kind = ERROR_NONE };
        struct error e = l->items[0];
        if (l->n > 1)
                (void) error_set_with_remedy(&e, e.kind, -error_list_result(l), e.remedy, "%.420s (and %zu more: ebsreportd "
                                             "--check-config tells all)", e.message, l->n - 1);
        return e;
}
