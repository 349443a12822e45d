/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Asked now and then while a store works or waits for another writer: true makes what it is at fail and leave the
 * database as it was. */
struct store_patience {
        bool (*give_up)(void *userdata);
        void *userdata;
};
