/* SPDX-License-Identifier: MIT */
#include "store/volume_classes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char doing[] = "reading the classes of volumes";

static enum holder holder_from_name(const char *name) {
        unsigned h = 0;
        while (h < HOLDER_NONE && strcmp(holder_name((enum holder) h), name) != 0)
                h++;
        return (enum holder) h;
}

static int load_by_id(struct store *s, struct volume_classes *c, struct error *reterr) {
        struct query q = query_prepare(s, "SELECT class_id, volume_type, holder FROM volume_class");
        bool oom = false;
        while (!oom && query_step(&q)) {
                struct volume_class *class = calloc(1, sizeof(*class));
                if (class == NULL) {
                        oom = true;
                        break;
                }
                class->id = sqlite3_column_int64(q.stmt, 0);
                query_copy_text(&q, 1, class->type, sizeof(class->type));
                class->holder = holder_from_name((const char *) sqlite3_column_text(q.stmt, 2));
                HASH_ADD(hh, c->by_id, id, sizeof(class->id), class);
                if (class->hh.tbl == NULL) {
                        free(class);
                        oom = true;
                }
        }
        int r = query_finish(&q, doing, reterr);
        return oom ? error_oom(reterr) : r;
}

static int load_by_kind(struct store *s, const struct inventory *inventory, struct volume_classes *c,
                        struct error *reterr) {
        struct query q =
                        query_prepare(s, "SELECT class_id FROM volume_class WHERE zone = :zone AND volume_type = :type "
                                         "AND state = :state AND holder = :holder");
        bool oom = false;
        for (const struct volume_kind *kind = inventory->kinds; kind != NULL && !oom; kind = kind->hh.next) {
                struct kind_classes *classes = calloc(1, sizeof(*classes));
                if (classes == NULL) {
                        oom = true;
                        break;
                }
                classes->kind = kind;
                for (unsigned h = 0; h < _HOLDER_MAX; h++) {
                        query_bind_text(&q, ":zone", kind->key.zone);
                        query_bind_text(&q, ":type", kind->key.type);
                        query_bind_text(&q, ":state", kind->key.state);
                        query_bind_text(&q, ":holder", holder_name((enum holder) h));
                        classes->ids[h] = query_run_int64(&q);
                }
                HASH_ADD(hh, c->by_kind, kind, sizeof(classes->kind), classes);
                if (classes->hh.tbl == NULL) {
                        free(classes);
                        oom = true;
                }
        }
        int r = query_finish(&q, doing, reterr);
        return oom ? error_oom(reterr) : r;
}

int volume_classes_load(struct store *s, const struct inventory *inventory, struct volume_classes *ret,
                        struct error *reterr) {
        struct volume_classes c = { 0 };
        int r = load_by_id(s, &c, reterr);
        if (r == 0)
                r = load_by_kind(s, inventory, &c, reterr);
        if (r < 0)
                volume_classes_release(&c);
        else
                *ret = c;
        return r;
}

void volume_classes_release(struct volume_classes *c) {
        struct volume_class *class, *next_class;
        HASH_ITER(hh, c->by_id, class, next_class) {
                HASH_DEL(c->by_id, class);
                free(class);
        }
        struct kind_classes *kind, *next_kind;
        HASH_ITER(hh, c->by_kind, kind, next_kind) {
                HASH_DEL(c->by_kind, kind);
                free(kind);
        }
}

int64_t volume_class_of(const struct volume_classes *c, const struct inventory_volume *v) {
        struct kind_classes *classes = NULL;
        HASH_FIND(hh, c->by_kind, &v->kind, sizeof(v->kind), classes);
        return classes != NULL ? classes->ids[v->holder] : 0;
}

const struct volume_class *volume_class_find(const struct volume_classes *c, int64_t id) {
        struct volume_class *class = NULL;
        HASH_FIND(hh, c->by_id, &id, sizeof(id), class);
        return class;
}
