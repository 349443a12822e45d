/* SPDX-License-Identifier: MIT */
#include "tui/terminfo.h"

#include <curses.h>
#include <errno.h>
#include <stdlib.h>
#include <term.h>
#include <unistd.h>

const char *terminfo_string(const char *name) {
        const char *text = tigetstr(name);
        return text == NULL || text == (const char *) -1 ? "" : text;
}

/* It wraps, that cannot be turned off, and it waits with it for the next character. */
bool terminfo_spares_only_cell(void) {
        return tigetflag("am") > 0 && tigetflag("xenl") > 0 && terminfo_string("rmam")[0] == '\0';
}

int terminfo_check(struct error *reterr) {
        const char *name = getenv("TERM");
        int found = 0;
        if (name == NULL || name[0] == '\0')
                return error_set(reterr, ERROR_SYSTEM, ENOTTY,
                                 "TERM is not set: set it to your terminal's name, or use --once");
        if (setupterm(name, STDOUT_FILENO, &found) != OK || found != 1)
                return error_set(reterr, ERROR_SYSTEM, ENOTTY,
                                 "the terminal \"%s\" is not known here: set TERM to another name, such as xterm, or use "
                                 "--once", name);
        if (terminfo_string("cup")[0] == '\0')
                return error_set(reterr, ERROR_SYSTEM, ENOTTY,
                                 "the terminal \"%s\" cannot place its cursor: use --once", name);
        return 0;
}

void terminfo_release(void) {
        if (cur_term != NULL)
                (void) del_curterm(cur_term);
}
