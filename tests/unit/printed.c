/* SPDX-License-Identifier: MIT */
#include "printed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

FILE *printed_begin(struct printed *p) {
        *p = (struct printed){ 0 };
        p->out = open_memstream(&p->text, &p->n);
        assert_non_null(p->out);
        return p->out;
}

char *printed_end(struct printed *p) {
        assert_int_equal(fclose(p->out), 0);
        return p->text;
}
