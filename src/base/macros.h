/* SPDX-License-Identifier: MIT */
#pragma once

/* Scope-bound cleanup and small helpers; no project type appears here. */

#include <stddef.h>
#include <stdlib.h>

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _printf_(a, b) __attribute__((format(printf, a, b)))
#define _unused_ __attribute__((unused))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Hands over the pointer and forgets it, so that a _cleanup_ variable no longer owns it. */
#define TAKE_PTR(p)                      \
        __extension__({                  \
                __typeof__(p) *_pp = &(p); \
                __typeof__(p) _p = *_pp; \
                *_pp = NULL;             \
                _p;                      \
        })

/* The same for a file descriptor; -1 means none. */
#define TAKE_FD(fd)                  \
        __extension__({              \
                int *_fdp = &(fd);   \
                int _fd = *_fdp;     \
                *_fdp = -1;          \
                _fd;                 \
        })

/* Defines NAMEp() for _cleanup_(): calls NAME on the pointed-to pointer. NAME accepts NULL. */
#define DEFINE_CLEANUP(type, name)                    \
        static inline void name##p(type *p) { name(*p); } \
        struct macros_swallow_semicolon

static inline void freep(void *p) {
        free(*(void **) p);
}
