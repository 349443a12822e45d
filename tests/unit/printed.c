/* SPDX-License-Identifier: MIT */
#include "printed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

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

char *render_run(int (*report)(const struct run *run, FILE *out), const struct run *run) {
        struct printed p;
        assert_int_equal(report(run, printed_begin(&p)), 0);
        return printed_end(&p);
}

char *render_comparison(int (*report)(const struct comparison *c, FILE *out), const struct comparison *c) {
        struct printed p;
        assert_int_equal(report(c, printed_begin(&p)), 0);
        return printed_end(&p);
}

void check_report(int (*report)(const struct run *run, FILE *out), struct run run, const char *expected) {
        char *text = render_run(report, &run);
        assert_string_equal(text, expected);
        free(text);
        run_release(&run);
}
