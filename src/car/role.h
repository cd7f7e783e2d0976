/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dbc/dbc.h"

/*
 * The canonical signals (DESIGN 4): every DBC uses these names, so that the state of a
 * car needs no code per car. "Ignition" is for buses that send one terminal state rather
 * than bits.
 */
enum role {
	ROLE_NONE,
	ROLE_IGNITION,
	ROLE_IGNITION_R,
	ROLE_IGNITION_15,
	ROLE_IGNITION_50,
	ROLE_KEY_IN_LOCK,
	ROLE_KEY_VALID,
	ROLE_KEY_NUMBER,
	ROLE_LOCK_STATE,
	ROLE_LOCK_DRIVER,
	ROLE_LOCK_PASSENGER,
	ROLE_LOCK_REAR_DRIVER,
	ROLE_LOCK_REAR_PASSENGER,
	ROLE_LOCK_BOOT,
	ROLE_DOOR_DRIVER,
	ROLE_DOOR_PASSENGER,
	ROLE_DOOR_REAR_DRIVER,
	ROLE_DOOR_REAR_PASSENGER,
	ROLE_BOOT,
	ROLE_BONNET,
	ROLE_WINDOW_DRIVER,
	ROLE_WINDOW_PASSENGER,
	ROLE_WINDOW_REAR_DRIVER,
	ROLE_WINDOW_REAR_PASSENGER,
	ROLE_ROOF,
	ROLE_FOB_SLOT,
	ROLE_FOB_LOCK,
	ROLE_FOB_UNLOCK,
	ROLE_FOB_BOOT,
	ROLE_FOB_BATTERY_LOW,
	ROLE_INIT_POSSIBLE,
	ROLE_VIN,
	ROLE_CHECKSUM,
	ROLE_ALIVE,
	ROLE_KEY_DISABLED,	/* of the current key, Key_Number */
	ROLE_CURRENT_BATTERY,	/* "Key_Battery": of the current key */
	ROLE_FOB_COUNT,		/* how many entries a list of fobs has */
	ROLE_LOCK_CAUSE,	/* of the last action of the locks */
	ROLE_LOCK_ACTION,
	ROLE_LOCK_KEY,
	ROLE_KEY_STATE,		/* "Key<N>_State": plus N << 8 */
	ROLE_KEY_BATTERY,	/* "Key<N>_Battery": plus N << 8 */
	ROLE_ENTRY_SLOT,	/* "Fob<N>_Slot", of entry N of a list: plus N << 8 */
	ROLE_ENTRY_BATTERY,	/* "Fob<N>_Battery": plus N << 8 */
};

#define ROLE_OF(r) ((enum role)((r) & 0xff))
#define ROLE_INDEX(r) ((r) >> 8)

/* Write each signal's role into DBC. */
void roles_bind(struct dbc *dbc);
