#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A simulated R53 behind a pty: the K-line of its OBD socket, and what is wrong with it.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

rm -f "$t/lines" "$t/said"
mkfifo "$t/lines" "$t/said"
timeout -k 2 60 "$MINIKEY" sim r53 -i kline:pty --control "$t/control" <"$t/lines" >"$t/said" 2>"$t/sim" &
car=$!
exec 3>"$t/lines" 4<"$t/said"
read -r address <&4

# tell LINE: one control line, done when this returns
tell() {
	answer=$(python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b"\n")
print(s.makefile().readline(), end="")' "$t/control" "$1")
	ok "told: $1" is "$answer" ok
}

ok "the address is printed" contains "$address" "kline:/dev/pts/"
run "$MINIKEY" scan -c r53 -i "$address"
ok "scan: 0" is "$status" 0
ok "scan: the body module" contains "$out" "BC1RD"
run "$MINIKEY" keys -c r53 --poll --allow-unverified -i "$address"
ok "keys: 0" is "$status" 0
ok "keys: fobs and transponders" contains "$out" "r53 knows 2 fobs and 2 transponders"

# The same as on the K-bus, but for what only broadcasts say, and for times.
plain() {
	jq -cS 'del(.age_s) | del(.keys[]?.last_used) | del(.modules[]?.answer_ms)'
}
run "$MINIKEY" status -c r53 -i sim:r53 --json --poll
want=$(printf '%s' "$out" | jq -c '[.ignition, .locks, .doors, .boot, .bonnet, .init_possible]')
run "$MINIKEY" status -c r53 -i "$address" --json --poll
ok "status: 0" is "$status" 0
ok "status: what the modules say" is \
	"$(printf '%s' "$out" | jq -c '[.ignition, .locks, .doors, .boot, .bonnet, .init_possible]')" "$want"
run "$MINIKEY" keys -c r53 -i sim:r53 --json
keys=$(printf '%s' "$out" | plain)
run "$MINIKEY" keys -c r53 -i "$address" --json
ok "keys: the same" is "$(printf '%s' "$out" | plain)" "$keys"
tell 'dtc gm 3D 03'
run "$MINIKEY" faults -c r53 -i "$address" --json
ok "faults: 1, there is one" is "$status" 1
ok "faults: its code" contains "$out" "3D"

# hurt LINE: the keys are those it has, or one line says why not
hurt() {
	tell "$1"
	run "$MINIKEY" keys -c r53 -i "$address" --json
	if [ "$status" = 0 ] && [ -z "$err" ]; then
		ok "$1: the same keys" is "$(printf '%s' "$out" | plain)" "$keys"
	else
		ok "$1: said" [ -n "$err" ]
		ok "$1: no key that is not there" none_new
	fi
	tell 'fault mend'
}

none_new() {
	printf '%s' "$out" | plain | jq -c '.keys[]?' >"$t/got"
	while read -r key; do
		printf '%s' "$keys" | jq -e --argjson k "$key" 'any(.keys[]; [.kind, .slot] == [$k.kind, $k.slot])' \
			>/dev/null || return 1
	done <"$t/got"
}

hurt 'fault noise 5%'
hurt 'fault slow 400ms'
hurt 'fault garbage'
hurt 'fault other'
hurt 'fault damage 2%'
hurt 'fault lose 2%'
tell 'fault collide'
run "$MINIKEY" keys -c r53 -i "$address" --json
ok "collide: another try, or said" [ "$status" = 0 -o -n "$err" ]
tell 'fault mend'

tell 'fault no-echo'
fails 5 "echo" keys -c r53 --poll --allow-unverified -i "$address"
tell 'fault mend'
tell 'fault silent'
run "$MINIKEY" keys -c r53 --poll --allow-unverified -i "$address"
ok "silent: 3" is "$status" 3
tell 'fault mend'
run "$MINIKEY" keys -c r53 --poll --allow-unverified -i "$address"
ok "mended: 0" is "$status" 0
ok "mended: the same" contains "$out" "r53 knows 2 fobs and 2 transponders"
tell 'fault unplug'
status=0
wait "$car" || status=$?
ok "unplug: the car ends" is "$status" 0
fails 64 "the r56 has no K-line" sim r56 -i kline:pty
finish
