/* SPDX-License-Identifier: MIT */
#include "base/command_line.h"

#include <errno.h>
#include <stdlib.h>

/* argp takes keys that are characters for short options. */
#define FIRST_KEY 256

struct parsing {
        const struct command_line *line;
        void *options;
};

static uint64_t parse_number(const struct command_option *o, const char *text, struct argp_state *state) {
        char *end;
        errno = 0;
        unsigned long long n = strtoull(text, &end, 10);
        if (errno != 0 || text[0] < '0' || text[0] > '9' || *end != '\0' || n < o->low || n > o->high)
                argp_error(state, "--%s must be a number from %llu to %llu, not '%s'", o->name,
                           (unsigned long long) o->low, (unsigned long long) o->high, text);
        return n;
}

static void set_number(void *field, size_t size, uint64_t n) {
        switch (size) {
        case sizeof(uint16_t):
                *(uint16_t *) field = (uint16_t) n;
                return;
        case sizeof(uint32_t):
                *(uint32_t *) field = (uint32_t) n;
                return;
        default:
                *(uint64_t *) field = n;
        }
}

static void take(const struct command_option *o, const char *argument, void *options, struct argp_state *state) {
        void *field = (char *) options + o->offset;
        switch (o->kind) {
        case COMMAND_HEADING:
                return;
        case COMMAND_FLAG:
                *(bool *) field = true;
                return;
        case COMMAND_TEXT:
                *(const char **) field = argument;
                return;
        case COMMAND_NUMBER:
                set_number(field, o->size, parse_number(o, argument, state));
                return;
        case COMMAND_TAKEN:
                o->take(options, argument, state);
                return;
        }
}

static error_t parse_key(int key, char *argument, struct argp_state *state) {
        const struct parsing *p = state->input;
        const struct command_line *line = p->line;
        switch (key) {
        case ARGP_KEY_ARG:
                if (line->take_argument == NULL)
                        argp_error(state, "unexpected argument: %s", argument);
                else
                        line->take_argument(p->options, argument, state);
                return 0;
        case ARGP_KEY_END:
                if (line->check != NULL)
                        line->check(p->options, state);
                return 0;
        default:
                if (key < FIRST_KEY || (size_t) (key - FIRST_KEY) >= line->n_options)
                        return ARGP_ERR_UNKNOWN;
                take(&line->options[key - FIRST_KEY], argument, p->options, state);
                return 0;
        }
}

void command_line_parse(const struct command_line *line, int argc, char **argv, void *options) {
        struct argp_option *table = calloc(line->n_options + 1, sizeof(*table));
        if (table == NULL)
                abort();
        for (size_t i = 0; i < line->n_options; i++) {
                const struct command_option *o = &line->options[i];
                int key = o->name != NULL ? FIRST_KEY + (int) i : 0;
                table[i] = (struct argp_option){ o->name, key, o->argument, 0, o->help, o->group };
        }
        const struct argp argp = {
                .options = table,
                .parser = parse_key,
                .args_doc = line->arguments,
                .doc = line->description,
        };
        argp_program_version = line->version;
        if (line->usage_status > 0)
                argp_err_exit_status = line->usage_status;
        (void) argp_parse(&argp, argc, argv, 0, NULL, &(struct parsing){ line, options });
        free(table);
}
