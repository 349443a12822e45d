/* SPDX-License-Identifier: MIT */
#pragma once

/* Memory of forked families.
 *
 * A child that allocates out of the holes in its parent's heap writes to a page for each, and
 * every such page stops being shared. With the holes plugged it allocates side by side on fresh pages. */

/* What plugs the holes; NULL: nothing. */
struct heap_plug;

/* Fills the holes of this process's heap, to be called right before forking. Costs no memory to speak of: holes are
 * taken, not touched beyond their headers. */
struct heap_plug *heap_plug(void);

/* Gives them back. NULL is fine. */
void heap_unplug(struct heap_plug *plug);

/* Gives free memory back to the system, before a long rest. */
void memory_give_back(void);

/* Lets go of the libraries' code and constants that starting up has mapped: what is needed again comes back from the
 * page cache, the rest (most of it relocation and initialisation) is no longer ours. */
void memory_forget_startup(void);
