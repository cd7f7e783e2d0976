#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Serial ports that cannot be opened: each kind of address says why, and what to do.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

chmod 755 "$t"
touch "$t/port"
mkfifo "$t/path" "$t/end"
python3 -c 'import os, sys; m, s = os.openpty(); print(os.ttyname(s), flush=True); sys.stdin.read()' \
	<"$t/end" >"$t/path" &
exec 3>"$t/end"
read -r path <"$t/path"

as_user=
[ "$(id -u)" != 0 ] || as_user='setpriv --reuid 65534 --regid 65534 --clear-groups'

for kind in kbus kline elm; do
	fails 5 "no '/dev/nowhere': is the cable plugged in?" status -i $kind:/dev/nowhere
	fails 5 "'/dev/null' is no serial port" status -i $kind:/dev/null
	fails 5 "'$t' is no serial port" status -i "$kind:$t"
	run flock "$path" timeout -k 2 10 "$MINIKEY" status -i "$kind:$path"
	ok "$kind: in use" complains_once 5 "'$path' is in use by another program: end that first" status
	# shellcheck disable=SC2086
	if $as_user "$MINIKEY" --version >/dev/null 2>&1; then
		chmod 060 "$t/port"
		run $as_user timeout -k 2 10 "$MINIKEY" status -i "$kind:$t/port"
		ok "$kind: no permission, but for a group" complains_once 5 "usermod -aG $(stat -c %G "$t/port") " status
		chmod 000 "$t/port"
		run $as_user timeout -k 2 10 "$MINIKEY" status -i "$kind:$t/port"
		ok "$kind: no permission, and none for a group" complains_once 5 "see 'ls -l $t/port'" status
	fi
	fails 5 "Connection refused: does the server run, at that port?" status -i $kind:tcp://127.0.0.1:1
	fails 5 "Connection refused" status -i $kind:rfc2217://127.0.0.1:1
done
exec 3>&-
wait
finish
