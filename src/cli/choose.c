/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/choose.h"
#include "link/canif.h"

int choose_interface(const struct cmd *cmd, char **ret_name)
{
	_cleanup_(freep) struct canif *list = NULL;
	char names[256] = "";
	size_t used = 0;
	int n = canif_list(&list);

	if (n == 1) {
		*ret_name = strdup(list[0].name);
		if (!*ret_name)
			return cli_fail(cmd, EXIT_LINK, "out of memory");
		cli_say(cmd, "using %s, the only CAN interface", *ret_name);
		return 0;
	}
	for (int i = 0; i < n && used < sizeof(names) - CANIF_NAME_MAX - 2; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, " %s", list[i].name);
	if (n > 1)
		return cli_fail(cmd, EXIT_LINK, "which interface? there are%s; name one with -i%s", names,
				cmd == &cmd_sim ? "" : ", or -i sim:r53 for a simulated car");

	if (cmd == &cmd_sim)
		return cli_fail(cmd, EXIT_LINK, "no CAN interface here for the car to be on; 'sudo ip link "
				"add dev vcan0 type vcan' makes one");

	return cli_fail(cmd, EXIT_LINK, "no CAN interface here; name a link with -i, or -i sim:r53 "
			"for a simulated car");
}
