/* SPDX-License-Identifier: MIT */
#include "model/volume.h"

#include <errno.h>
#include <stdlib.h>

void volume_release(struct volume *v) {
        free(v->attachments);
        free(v->tags);
        *v = (struct volume){ 0 };
}

int volume_add_attachment(struct volume *v, const struct attachment *a) {
        if (v->n_attachments >= MODEL_ATTACHMENTS_MAX)
                return -E2BIG;
        struct attachment *grown = realloc(v->attachments, (v->n_attachments + 1) * sizeof(*grown));
        if (grown == NULL)
                return -ENOMEM;
        v->attachments = grown;
        v->attachments[v->n_attachments++] = *a;
        return 0;
}

const char *holder_name(enum holder holder) {
        static const char *const names[_HOLDER_MAX] = {
                [HOLDER_INSTANCE] = "instance",
                [HOLDER_UNKNOWN_INSTANCE] = "unknown_instance",
                [HOLDER_MANAGED] = "managed",
                [HOLDER_NONE] = "none",
        };
        return (unsigned) holder < _HOLDER_MAX ? names[holder] : "unknown";
}
