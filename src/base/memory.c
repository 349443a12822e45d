/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/macros.h"

/* Larger blocks may come from mmap, smaller ones hold no list element. */
#define PLUG_MAX ((size_t) 64 * 1024)
#define PLUG_MIN ((size_t) 24)

struct heap_plug {
        struct heap_plug *next;
};

/* Where the heap's last, never used part begins. */
static uintptr_t heap_top(void) {
        return (uintptr_t) sbrk(0) - mallinfo2().keepcost;
}

struct heap_plug *heap_plug(void) {
        struct heap_plug *plugs = NULL;
        uintptr_t top = heap_top();
        for (size_t size = PLUG_MAX; size >= PLUG_MIN; size -= size / 8 + 1) {
                struct heap_plug *p;
                while ((p = malloc(size)) != NULL && (uintptr_t) p < top) {
                        p->next = plugs;
                        plugs = p;
                }
                free(p); /* no hole of this size is left */
        }
        return plugs;
}

void heap_unplug(struct heap_plug *plug) {
        while (plug != NULL) {
                struct heap_plug *next = plug->next;
                free(plug);
                plug = next;
        }
}

/* Segments that cannot be written hold nothing but the file's bytes, so that dropping their pages loses nothing. */
static int forget_object(struct dl_phdr_info *info, size_t size _unused_, void *userdata) {
        const uintptr_t page_size = *(const uintptr_t *) userdata;
        if (strncmp(info->dlpi_name, "linux-vdso", strlen("linux-vdso")) == 0)
                return 0; /* the kernel's, not a file's */
        for (size_t i = 0; i < info->dlpi_phnum; i++) {
                const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
                if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0)
                        continue;
                uintptr_t start = (info->dlpi_addr + segment->p_vaddr) & ~(page_size - 1);
                uintptr_t end = info->dlpi_addr + segment->p_vaddr + segment->p_memsz;
                (void) madvise((void *) start, end - start, MADV_DONTNEED);
        }
        return 0;
}

void memory_forget_startup(void) {
        uintptr_t page_size = (uintptr_t) sysconf(_SC_PAGESIZE);
        (void) dl_iterate_phdr(forget_object, &page_size);
}

void memory_give_back(void) {
        (void) malloc_trim(0);
}
