/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What history to make up. Times in seconds since the epoch. */
struct year_options {
        const char *path;   /* the database to make; there must be none */
        uint64_t seed;      /* the same options give the same rows */
        int64_t end;        /* start of the newest run */
        int64_t days;       /* how far back it goes */
        int64_t raw_days;   /* of these, those whose runs are kept one by one; before them there are rollups alone */
        int64_t interval;   /* from run to run, seconds */
        unsigned accounts;
        unsigned regions;   /* of each account */
        uint64_t volumes;   /* at the end, over all of them */
        uint64_t instances; /* the same, about */
        bool demo;          /* the runs' notices say that it is made up */
};

/* Ends the program where the command line is wrong, or asks for help. */
void year_options_parse(int argc, char **argv, struct year_options *ret);
