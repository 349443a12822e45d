/* SPDX-License-Identifier: MIT */
#pragma once

/* Says why on standard error and ends the program. */
_Noreturn void year_fail(const char *what);
