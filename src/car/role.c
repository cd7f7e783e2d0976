/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "car/role.h"

static const char *const names[] = {
	[ROLE_IGNITION] = "Ignition",
	[ROLE_IGNITION_R] = "Ignition_R",
	[ROLE_IGNITION_15] = "Ignition_15",
	[ROLE_IGNITION_50] = "Ignition_50",
	[ROLE_KEY_IN_LOCK] = "Key_In_Lock",
	[ROLE_KEY_VALID] = "Key_Valid",
	[ROLE_KEY_NUMBER] = "Key_Number",
	[ROLE_LOCK_STATE] = "Lock_State",
	[ROLE_LOCK_DRIVER] = "Lock_Driver",
	[ROLE_LOCK_PASSENGER] = "Lock_Passenger",
	[ROLE_LOCK_REAR_DRIVER] = "Lock_Rear_Driver",
	[ROLE_LOCK_REAR_PASSENGER] = "Lock_Rear_Passenger",
	[ROLE_LOCK_BOOT] = "Lock_Boot",
	[ROLE_DOOR_DRIVER] = "Door_Driver",
	[ROLE_DOOR_PASSENGER] = "Door_Passenger",
	[ROLE_DOOR_REAR_DRIVER] = "Door_Rear_Driver",
	[ROLE_DOOR_REAR_PASSENGER] = "Door_Rear_Passenger",
	[ROLE_BOOT] = "Boot",
	[ROLE_BONNET] = "Bonnet",
	[ROLE_WINDOW_DRIVER] = "Window_Driver",
	[ROLE_WINDOW_PASSENGER] = "Window_Passenger",
	[ROLE_WINDOW_REAR_DRIVER] = "Window_Rear_Driver",
	[ROLE_WINDOW_REAR_PASSENGER] = "Window_Rear_Passenger",
	[ROLE_ROOF] = "Roof",
	[ROLE_FOB_SLOT] = "Fob_Slot",
	[ROLE_FOB_LOCK] = "Fob_Lock",
	[ROLE_FOB_UNLOCK] = "Fob_Unlock",
	[ROLE_FOB_BOOT] = "Fob_Boot",
	[ROLE_FOB_BATTERY_LOW] = "Fob_Battery_Low",
	[ROLE_INIT_POSSIBLE] = "Init_Possible",
	[ROLE_VIN] = "Vin",
	[ROLE_CHECKSUM] = "Checksum",
	[ROLE_ALIVE] = "Alive",
	[ROLE_KEY_DISABLED] = "Key_Disabled",
	[ROLE_CURRENT_BATTERY] = "Key_Battery",
	[ROLE_FOB_COUNT] = "Fob_Count",
	[ROLE_LOCK_CAUSE] = "Lock_Cause",
	[ROLE_LOCK_ACTION] = "Lock_Action",
	[ROLE_LOCK_KEY] = "Lock_Key",
};

static const struct {
	const char *before, *after;	/* the number */
	enum role role;
} numbered[] = {
	{ "Key", "_State", ROLE_KEY_STATE },
	{ "Key", "_Battery", ROLE_KEY_BATTERY },
	{ "Fob", "_Slot", ROLE_ENTRY_SLOT },
	{ "Fob", "_Battery", ROLE_ENTRY_BATTERY },
};

static int role_of(const char *name)
{
	char *end;

	for (size_t i = 1; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return (int)i;

	for (size_t i = 0; i < ARRAY_SIZE(numbered); i++) {
		size_t len = strlen(numbered[i].before);
		long n;

		if (strncmp(name, numbered[i].before, len) || name[len] < '0' || name[len] > '9')
			continue;
		n = strtol(name + len, &end, 10);
		if (n < 20 && !strcmp(end, numbered[i].after))
			return (int)numbered[i].role | (int)n << 8;
	}

	return ROLE_NONE;
}

void roles_bind(struct dbc *dbc)
{
	for (size_t i = 0; i < dbc->n_messages; i++)
		for (size_t k = 0; k < dbc->messages[i].n_signals; k++)
			dbc->messages[i].signals[k].role = role_of(dbc->messages[i].signals[k].name);
}
