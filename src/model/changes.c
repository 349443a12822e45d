/* SPDX-License-Identifier: MIT */
#include "model/changes.h"

#include <stdlib.h>

void changes_release(struct changes *c) {
        free(c->regions);
        free(c->causes);
        free(c->volumes);
        *c = (struct changes){ 0 };
}
