/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

/* What ncurses tells of keys and mouse as the inputs of keys.h, for terminal.c. */

/* What get_wch() gave: a character, or the code of a function key. INPUT_NONE for keys that mean nothing here. With
 * INPUT_MOUSE_CLICK the place is in *ret_row and *ret_column. */
uint32_t terminal_keys_input(bool is_function_key, wint_t key, int *ret_row, int *ret_column);

/* Whether the mouse is listened to; the wheel is Up and Down. */
void terminal_keys_set_mouse(bool on);
