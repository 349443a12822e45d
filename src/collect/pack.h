/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/instance.h"
#include "model/inventory.h"
#include "model/volume.h"

/* Records as the API tells them, made into those of the inventory; the caller's to free. NULL when out of memory. */
struct inventory_instance *pack_instance(const struct instance *instance);

/* kind, managed_by, holder and costs are left to the caller. */
struct inventory_volume *pack_volume(const struct volume *volume);
