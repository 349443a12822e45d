/* SPDX-License-Identifier: MIT */
#include "tui/terminal_keys.h"

#include <curses.h>

#include "base/macros.h"
#include "tui/keys.h"

static uint32_t read_mouse(int *ret_row, int *ret_column) {
        MEVENT event;
        if (getmouse(&event) != OK)
                return INPUT_NONE;
        if ((event.bstate & BUTTON4_PRESSED) != 0)
                return INPUT_UP;
        if ((event.bstate & BUTTON5_PRESSED) != 0)
                return INPUT_DOWN;
        *ret_row = event.y;
        *ret_column = event.x;
        return INPUT_MOUSE_CLICK;
}

static uint32_t function_key(wint_t key, int *ret_row, int *ret_column) {
        static const struct {
                wint_t key;
                uint32_t input;
        } keys[] = {
                { KEY_UP, INPUT_UP },         { KEY_DOWN, INPUT_DOWN },   { KEY_LEFT, INPUT_LEFT },
                { KEY_RIGHT, INPUT_RIGHT },   { KEY_HOME, INPUT_HOME },   { KEY_END, INPUT_END },
                { KEY_PPAGE, INPUT_PAGE_UP }, { KEY_BTAB, INPUT_BACK_TAB }, { KEY_NPAGE, INPUT_PAGE_DOWN },
                { KEY_ENTER, INPUT_ENTER },   { KEY_DC, INPUT_DELETE },   { KEY_BACKSPACE, INPUT_BACKSPACE },
        };
        if (key == KEY_MOUSE)
                return read_mouse(ret_row, ret_column);
        if (key >= KEY_F(1) && key <= KEY_F(12))
                return INPUT_F1 + (key - KEY_F(1));
        for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
                if (keys[i].key == key)
                        return keys[i].input;
        return INPUT_NONE;
}

uint32_t terminal_keys_input(bool is_function_key, wint_t key, int *ret_row, int *ret_column) {
        if (is_function_key)
                return function_key(key, ret_row, ret_column);
        switch (key) {
        case L'\r':
                return INPUT_ENTER;
        case L'\b':
                return INPUT_BACKSPACE;
        default:
                return key;
        }
}

void terminal_keys_set_mouse(bool on) {
        (void) mousemask(on ? BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
        (void) mouseinterval(0);
}
