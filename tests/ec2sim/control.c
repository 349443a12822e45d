/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "simulator.h"
#include "truth.h"

/* What the tests ask ec2sim itself. */

static int answer_json(struct call *c, json_t *json) {
        _cleanup_(freep) char *text = json != NULL ? json_dumps(json, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
        json_decref(json);
        return text != NULL ? reply_text(&c->reply, 200, "application/json", text) : -ENOMEM;
}

int control_answer(struct call *c) {
        const char *name = c->request->path + strlen(CONTROL_PATH);
        bool get = strcmp(c->request->method, "GET") == 0, post = strcmp(c->request->method, "POST") == 0;
        if (get && strcmp(name, "truth") == 0)
                return answer_json(c, truth_make(&c->simulator->fleets));
        if (get && strcmp(name, "stats") == 0)
                return answer_json(c, stats_json(&c->simulator->stats));
        if (post && strcmp(name, "tick") == 0) {
                fleets_tick(&c->simulator->fleets);
                return answer_json(c, json_pack("{s:I}", "tick", (json_int_t) atomic_load(&c->simulator->fleets.tick)));
        }
        return reply_text(&c->reply, 404, "text/plain", "GET truth, GET stats or POST tick\n");
}
