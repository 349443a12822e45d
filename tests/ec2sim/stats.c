/* SPDX-License-Identifier: MIT */
#include "stats.h"

#include <errno.h>
#include <stdio.h>

int stats_open(struct stats *s) {
        *s = (struct stats){ .by_action = json_object(),
                             .by_region = json_object(),
                             .by_status = json_object(),
                             .by_code = json_object(),
                             .by_fault = json_object() };
        if (s->by_action == NULL || s->by_region == NULL || s->by_status == NULL || s->by_code == NULL ||
            s->by_fault == NULL)
                return -ENOMEM;
        return -pthread_mutex_init(&s->lock, NULL);
}

void stats_begin(struct stats *s) {
        unsigned now = atomic_fetch_add(&s->concurrent, 1) + 1, peak = atomic_load(&s->peak_concurrent);
        while (now > peak && !atomic_compare_exchange_weak(&s->peak_concurrent, &peak, now))
                ;
}

void stats_end(struct stats *s) {
        atomic_fetch_sub(&s->concurrent, 1);
}

static void increment(json_t *object, const char *key) {
        if (key[0] != '\0')
                (void) json_object_set_new(object, key,
                                           json_integer(json_integer_value(json_object_get(object, key)) + 1));
}

void stats_count(struct stats *s, const char *action, const char *region, unsigned status, const char *code,
                 const char *fault) {
        char text[16];
        (void) snprintf(text, sizeof(text), "%u", status);
        (void) pthread_mutex_lock(&s->lock);
        s->calls++;
        increment(s->by_action, action);
        increment(s->by_region, region);
        increment(s->by_status, text);
        increment(s->by_code, code);
        increment(s->by_fault, fault);
        (void) pthread_mutex_unlock(&s->lock);
}

json_t *stats_json(struct stats *s) {
        (void) pthread_mutex_lock(&s->lock);
        json_t *o = json_pack("{s:I, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "calls", (json_int_t) s->calls,
                              "concurrent", (int) atomic_load(&s->concurrent), "peak_concurrent",
                              (int) atomic_load(&s->peak_concurrent), "connections",
                              (int) atomic_load(&s->connections), "open_connections",
                              (int) atomic_load(&s->open_connections), "by_action", json_copy(s->by_action),
                              "by_region", json_copy(s->by_region), "by_status", json_copy(s->by_status), "by_code",
                              json_copy(s->by_code), "by_fault", json_copy(s->by_fault));
        (void) pthread_mutex_unlock(&s->lock);
        return o;
}

void stats_release(struct stats *s) {
        json_decref(s->by_action);
        json_decref(s->by_region);
        json_decref(s->by_status);
        json_decref(s->by_code);
        json_decref(s->by_fault);
        (void) pthread_mutex_destroy(&s->lock);
}
