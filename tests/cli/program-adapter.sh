#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A car that was not named, behind CAN adapters: what the bus says it is decides, and not what
# it was asked. No K-bus is there, and none is asked.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
. "$top_srcdir/tests/lib/car.sh"

# judge ARG...: program on the car's bus, and it is ready; then judged
judge() {
	rm -f "$t/says"
	mkfifo "$t/says"
	timeout -k 2 20 "$MINIKEY" program -i "$address" --json "$@" >"$t/out" 2>"$t/says" &
	judge=$!
	exec 5<"$t/says"
	read -r ready <&5
}

judged() {
	err=$(cat <&5)
	status=0
	wait "$judge" || status=$?
	out=$(cat "$t/out")
}

leave() {
	exec 3>&- 4<&-
	kill "$car" 2>/dev/null
	wait "$car" || :
}

# three_cycles WHERE ARG...: of an R56 there
three_cycles() {
	play r56 "$1"
	shift
	name="r56 on ${address%%:*} $*"
	judge "$@"
	ok "$name: ready" contains "$ready" "ready on $address"
	for _ in 1 2 3; do
		tell 'wait 300ms ignition on' 'wait 300ms ignition off'
	done
	judged
	ok "$name: 1" is "$status" 1
	ok "$name: the step" contains "$out" '"event":"step","id":"ignition","ok":true,'
	ok "$name: the verdict" contains "$out" '"verdict":"unconfirmed","procedure":"three-cycles",'
	ok "$name: nothing was wrong" is "$err" ""
	leave
}

# none WHERE: an F56 has no procedure
none() {
	play f56 "$1"
	judge
	judged
	ok "f56 on ${address%%:*}: 6" is "$status" 6
	ok "f56 on ${address%%:*}: the verdict" contains "$out" '"verdict":"not-applicable"'
	leave
}

# silent WHERE: nobody answers, and the adapter is asked for nothing that it cannot do
silent() {
	printf 'fault busoff\nwait 60s ignition off\n' >"$t/silent.sim"
	play r56 "$1" --script "$t/silent.sim"
	for command in keys status; do
		mk "$command" -i "$address" --poll --timeout 100ms
		ok "$command on a silent ${address%%:*}: 3" is "$status" 3
		ok "$command on a silent ${address%%:*}: said" contains "$err" "no answer on $address"
	done
	leave
}

slcan() {
	three_cycles slcan:pty
	three_cycles slcan:pty --procedure three-cycles
}

elm() {
	three_cycles elm:pty
	three_cycles elm:pty --procedure three-cycles
}

server() {
	three_cycles socketcand:127.0.0.1:0/can0
	none socketcand:127.0.0.1:0/can0
}

others() {
	none slcan:pty
	none elm:pty
	silent slcan:pty
	silent elm:pty
}

together slcan elm server others
finish
