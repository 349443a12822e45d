/* SPDX-License-Identifier: MIT */
#include "tui/setup.h"

#include <stdio.h>

enum item {
        ITEM_GLYPHS,
        ITEM_UNITS,
        ITEM_TIME,
        ITEM_COLOUR,
        ITEM_REFRESH,
        _ITEM_MAX,
};

static const usec_t refreshes[] = { USEC_PER_SEC / 2, USEC_PER_SEC, 2 * USEC_PER_SEC, 5 * USEC_PER_SEC,
                                    10 * USEC_PER_SEC, 30 * USEC_PER_SEC, 60 * USEC_PER_SEC };

static void describe(enum item item, const struct settings *s, char buf[static 96]) {
        switch (item) {
        case ITEM_GLYPHS:
                (void) snprintf(buf, 96, "%-10s %-8s ascii, block, braille", "glyphs", glyphs_name(s->glyphs));
                return;
        case ITEM_UNITS:
                (void) snprintf(buf, 96, "%-10s %-8s auto, gib, tib", "units", units_name(s->units));
                return;
        case ITEM_TIME:
                (void) snprintf(buf, 96, "%-10s %-8s utc, local", "time", s->local_time ? "local" : "utc");
                return;
        case ITEM_COLOUR:
                (void) snprintf(buf, 96, "%-10s %-8s yes, no: from the next start on", "color",
                                s->colour ? "yes" : "no");
                return;
        case ITEM_REFRESH:
                (void) snprintf(buf, 96, "%-10s %g s", "refresh", (double) s->refresh / (double) USEC_PER_SEC);
                return;
        case _ITEM_MAX:
                break;
        }
        buf[0] = '\0';
}

void setup_draw(const struct setup *s, const struct settings *settings, const char *path, struct area area) {
        (void) area_put(area, 0, 1, STYLE_HEADING, "Setting    Value    Choices");
        for (int i = 0; i < _ITEM_MAX; i++) {
                char line[96];
                describe((enum item) i, settings, line);
                bool selected = (size_t) i == s->selected;
                (void) area_put(area, 1 + i, 0, STYLE_PLAIN, selected ? ">" : " ");
                (void) area_put(area, 1 + i, 1, STYLE_PLAIN, line);
                if (selected)
                        area_restyle(area, 1 + i, 0, area.columns, STYLE_SELECTED);
        }
        (void) area_printf(area, _ITEM_MAX + 2, 1, STYLE_PLAIN, "S saves them, and the order of each view, to %s",
                           path != NULL ? path : "nowhere: neither XDG_CONFIG_HOME nor HOME is set");
}

static void change_refresh(struct settings *s) {
        size_t i = 0;
        while (i < ARRAY_SIZE(refreshes) && refreshes[i] <= s->refresh)
                i++;
        s->refresh = refreshes[i < ARRAY_SIZE(refreshes) ? i : 0];
}

static void change(enum item item, struct settings *s) {
        switch (item) {
        case ITEM_GLYPHS:
                s->glyphs = (enum glyphs) ((s->glyphs + 1) % 3);
                s->glyphs_given = true;
                return;
        case ITEM_UNITS:
                s->units = (enum units) ((s->units + 1) % 3);
                return;
        case ITEM_TIME:
                s->local_time = !s->local_time;
                return;
        case ITEM_COLOUR:
                s->colour = !s->colour;
                return;
        case ITEM_REFRESH:
                change_refresh(s);
                return;
        case _ITEM_MAX:
                return;
        }
}

enum setup_result setup_key(struct setup *s, struct settings *settings, uint32_t input) {
        if (input == 'S')
                return SETUP_SAVE;
        switch (keys_command(input)) {
        case COMMAND_DOWN:
                s->selected += s->selected + 1 < _ITEM_MAX;
                return SETUP_GOES_ON;
        case COMMAND_UP:
                s->selected -= s->selected > 0;
                return SETUP_GOES_ON;
        case COMMAND_OPEN:
        case COMMAND_PAUSE:
        case COMMAND_RIGHT:
                change((enum item) s->selected, settings);
                return SETUP_CHANGED;
        case COMMAND_BACK:
        case COMMAND_SETUP:
        case COMMAND_QUIT:
                return SETUP_CLOSED;
        default:
                return SETUP_GOES_ON;
        }
}
