/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

/* The terminal client is not part of this version yet; saying so beats an empty screen. */
int main(void) {
        (void) fputs("ebstop: not part of this version yet; query the history with sqlite3 (see README.md)\n", stderr);
        return EXIT_FAILURE;
}
