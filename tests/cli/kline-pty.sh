#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A simulated R53 behind a pty: the K-line of its OBD socket, and what is wrong with it. What
# takes long waits for silence, so each trial has a car of its own, and all run at once.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
. "$top_srcdir/tests/lib/car.sh"

# What its answers are but for times, and those of broadcasts.
plain() {
	jq -cS 'del(.age_s, .evidence) | del(.keys[]?.last_used) | del(.modules[]?.answer_ms)'
}

# ---- trials ----

# CMD FAULT, in a shell of its own: $t is its folder, and keeps what came of it.
try() {
	t=$t/$1.$2
	mkdir "$t"
	printf 'dtc gm 3D 03\nfault %s\nat 100s fault mend\n' "$2" >"$t/script"
	play r53 kline:pty --script "$t/script"
	poll=
	[ "$1" = status ] && poll=--poll
	# shellcheck disable=SC2086 # none, or one
	run timeout -k 2 40 "$MINIKEY" "$1" -c r53 -i "$address" $poll --json
	echo "$status" >"$t/status"
	echo 'fault unplug' >&3
	wait "$car"
}

# What a wire's faults do to an answer is by chance, so either is right: an answer, or why not.
by_chance='noise 5%
damage 2%
lose 2%
slow 400ms
garbage
other
collide
collide 1'
commands='scan status faults keys'

start_trials() {
	while read -r fault; do
		for c in $commands; do
			(try "$c" "$fault") &
			trials="$trials $!"
		done
	done
}

trials=
start_trials <<END
$by_chance
no-echo
silent
silent dme
END

# came_of CMD FAULT
came_of() {
	status=$(cat "$t/$1.$2/status")
	out=$(cat "$t/$1.$2/out")
	err=$(cat "$t/$1.$2/err")
}

# ---- without faults ----

mkdir "$t/good"
all=$t t=$t/good
play r53 kline:pty --control "$all/control"

# tell LINE: one control line, done when this returns
tell() {
	answer=$(python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b"\n")
print(s.makefile().readline(), end="")' "$all/control" "$1")
	ok "told: $1" is "$answer" ok
}

ok "the address is printed" contains "$address" "kline:/dev/pts/"
run "$MINIKEY" keys -c r53 --poll --allow-unverified -i "$address"
ok "keys: 0" is "$status" 0
ok "keys: fobs and transponders" contains "$out" "r53 knows 2 fobs and 2 transponders"

run "$MINIKEY" scan -c r53 -i "$address" --json
ok "scan: 0" is "$status" 0
ok "scan: nothing else to say" is "$err" ""
scan=$(printf '%s' "$out" | plain)
ok "scan: all of them" is "$(printf '%s' "$scan" | jq -r '[.modules[] | .address + .state] | join(" ")')" \
	"00answered 12answered 44answered 80answered"
ok "scan: the body module" is "$(printf '%s' "$scan" | jq -r '.modules[0].variant')" bc1rd

# The same as on the K-bus.
of_modules='[.ignition, .locks, .doors, .boot, .bonnet, .init_possible]'
run "$MINIKEY" status -c r53 -i sim:r53 --json --poll
want=$(printf '%s' "$out" | jq -c "$of_modules")
run "$MINIKEY" status -c r53 -i "$address" --json --poll
ok "status: 0" is "$status" 0
ok "status: what the modules say" is "$(printf '%s' "$out" | jq -c "$of_modules")" "$want"
state=$(printf '%s' "$out" | plain)
run "$MINIKEY" keys -c r53 -i sim:r53 --json
keys=$(printf '%s' "$out" | plain)
run "$MINIKEY" keys -c r53 -i "$address" --json
ok "keys: the same" is "$(printf '%s' "$out" | plain)" "$keys"
tell 'dtc gm 3D 03'
run "$MINIKEY" faults -c r53 -i "$address" --json
ok "faults: 1, there is one" is "$status" 1
faults=$(printf '%s' "$out" | plain)
ok "faults: its code" is "$(printf '%s' "$faults" | jq -c '[.modules[].faults[] | [.code, .status]]')" \
	'[["3D","03"]]'

tell 'fault silent'
run "$MINIKEY" keys -c r53 --poll --allow-unverified -i "$address"
ok "silent: 3" is "$status" 3
tell 'fault mend'
run "$MINIKEY" keys -c r53 --poll --allow-unverified -i "$address"
ok "mended: 0" is "$status" 0
ok "mended: the same" contains "$out" "r53 knows 2 fobs and 2 transponders"
run "$MINIKEY" keys -i "kdcan:${address#kline:}" --timeout 100ms
ok "taken for a D-CAN: 3, and which cars have none" complains_once 3 "an R50, R52 or R53 has no D-CAN" keys
tell 'fault unplug'
status=0
wait "$car" || status=$?
ok "unplug: the car ends" is "$status" 0
t=$all
fails 64 "the r56 has no K-line" sim r56 -i kline:pty

# ---- what came of the trials ----

# Nothing that is not so: $1 has it, or less; $2 is so.
true_scan='.asked == $so.asked and all(.modules[]; . as $m | if .state == "answered"
	then any($so.modules[]; . == $m) else .reason != null end)'
true_status='. as $is | all(keys[]; . as $k | $is[$k] | . == $so[$k] or . == "unknown" or . == null or
	(type == "object" and all(to_entries[]; .value == "unknown" or .value == $so[$k][.key])))'
true_faults='. == $so'
true_keys='all(.keys[]; . as $k | any($so.keys[]; [.kind, .slot] == [$k.kind, $k.slot]))'

# is_true CMD: $out is an answer of CMD with nothing wrong in it
is_true() {
	case $1 in
	scan) so=$scan filter=$true_scan ;;
	status) so=$state filter=$true_status ;;
	faults) so=$faults filter=$true_faults ;;
	keys) so=$keys filter=$true_keys ;;
	esac
	[ -n "$out" ] && printf '%s' "$out" | plain | jq -e --argjson so "$so" "$filter" >/dev/null
}

# is_whole CMD: and nothing is missing
is_whole() {
	case $1 in
	scan) is "$(printf '%s' "$out" | plain)" "$scan" ;;
	status) is "$(printf '%s' "$out" | plain)" "$state" ;;
	faults) is "$(printf '%s' "$out" | plain)" "$faults" ;;
	keys) is "$(printf '%s' "$out" | plain)" "$keys" ;;
	esac
}

# says_why CMD: each line is the command's, and one names the next step
says_why() {
	[ "$(printf '%s\n' "$err" | grep -cv "^minikey $1: ")" = 0 ] &&
		printf '%s\n' "$err" | grep -qE "try again|ignition on|end other testers|use a |tried: "
}

# right_or_why CMD: exit 0, or 1 of faults: a true answer, and a word on what is missing (scan
# leaves out who is silent); else no answer on stdout but of modules that failed, and why
right_or_why() {
	case $1.$status in
	scan.0)
		is_true scan && { [ -z "$err" ] || says_why scan; } ;;
	status.0 | keys.0 | faults.1)
		is_true "$1" && { is_whole "$1" || says_why "$1"; } ;;
	faults.3)
		says_why faults && ! contains "$out" '"answered"' ;;
	*.3 | *.5)
		complains_once "$status" "" "$1" && says_why "$1" ;;
	*)
		return 1 ;;
	esac
}

for p in $trials; do
	wait "$p" || :
done

check_by_chance() {
	while read -r fault; do
		for c in $commands; do
			came_of $c "$fault"
			ok "$fault: $c: right, or why not" right_or_why $c
		done
	done
}

check_by_chance <<END
$by_chance
END

for c in $commands; do
	came_of $c 'collide 1'
	ok "one collision: $c: sent again" is_whole $c
	came_of $c collide
	ok "collisions: $c: 5" complains_once 5 "does not come back as it was sent" $c
	came_of $c other
	ok "other modules answer: $c: 3" complains_once 3 "other modules answer than those that are asked" $c
	came_of $c no-echo
	ok "no echo: $c: 5, and that there are answers" complains_once 5 ", and an answer came without one" $c
	came_of $c silent
	ok "silence: $c: 3" complains_once 3 "is the ignition on?" $c
done
came_of scan 'silent dme'
ok "one is silent: the engine's module, and what was tried" contains "$err" "minikey scan: module 12 (DME) does not \
answer: no answer to StartCommunication; tried: 00 at 360 baud, 25 ms break, KWP2000*, 5 baud"
came_of scan garbage
ok "garbage: how many" contains "$err" "minikey scan: 3 modules sent nothing that can be used: try again"
finish
