#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where output goes: full disks, readers that have gone, closed descriptors, terminals.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

printf 'at 1s door driver open\nat 2s fob 1 click lock\n' >"$t/s"
printf '(1.000000) vcan0 1B00BF7A#3003\n(2.000000) vcan0 1B00BF72#12\n' >"$t/log"

# each FUNCTION: for all that prints, as words
each() {
	for a in --version --help --usage 'keys --help' 'program --help' catalog 'catalog --json' \
		'catalog r53' 'catalog r56 --json' 'keys -i sim:r53' 'keys -i sim:r56 --json' \
		'status -i sim:r53' 'status -i sim:r56 --json' "watch -i sim:r53 --sim-script $t/s" \
		"watch -i sim:r53 --sim-script $t/s --json" "monitor -i sim:r53 --sim-script $t/s" \
		"monitor -i sim:r56 --sim-script $t/s --json" 'program -i sim:r53 --auto --fobs 2' \
		'program -i sim:r53 --auto --json' 'program -i sim:f56 --json' "decode $t/log" \
		"decode --json $t/log" "decode $t/log $t/log" "watch -i log:$t/log" \
		"watch -i log:$t/log --json" "monitor -i log:$t/log" "status -i log:$t/log"; do
		"$1" "$a"
	done
}

# The lines of stderr that are no "ready"
complaints() {
	printf '%s' "$err" | grep -v -e 'listening on' -e ': ready on' -e 'does not apply' || :
}

# ---- a full disk ----

# shellcheck disable=SC2086 # words
to_full() {
	timeout -k 2 10 "$MINIKEY" $1 >/dev/full
}
full() {
	run to_full "$1"
	ok "$1 >/dev/full: 74" is "$status" 74
	ok "$1 >/dev/full: one line" is "$(lines "$(complaints)")" 1
	ok "$1 >/dev/full: why" contains "$(complaints)" "cannot write: No space left on device"
}
if [ -c /dev/full ]; then
	each full
else
	skip "/dev/full" "there is none"
fi

# ---- no standard output at all ----

# shellcheck disable=SC2086
to_closed() {
	timeout -k 1 3 "$MINIKEY" $1 >&-
}
closed() {
	status=0
	to_closed "$1" 2>"$t/err" </dev/null || status=$?
	out='' err=$(cat "$t/err")
	ok "$1 >&-: 74" is "$status" 74
	ok "$1 >&-: one line" is "$(lines "$(complaints)")" 1
}
each closed
closed 'send --help'

# Nor does what is opened later take the place of a closed descriptor.
status=0
timeout -k 1 3 "$MINIKEY" keys -i sim:r53 >"$t/out" 2>&- <&- || status=$?
out=$(cat "$t/out") err=
ok "no stdin, no stderr: 0" is "$status" 0
ok "no stdin, no stderr: the keys" contains "$out" "2 fobs"
status=0
timeout -k 1 3 "$MINIKEY" keys -i can9 >"$t/out" 2>&- || status=$?
out=$(cat "$t/out")
ok "an error without stderr: its status" is "$status" 5
ok "an error without stderr: not on stdout" is "$out" ""
status=0
timeout -k 1 3 "$MINIKEY" decode - >"$t/out" 2>"$t/err" <&- || status=$?
out=$(cat "$t/out") err=$(cat "$t/err")
ok "no stdin to decode: 8" complains_once 8 "cannot read '-'" decode

# ---- a reader that has gone: silence ----

mkfifo "$t/pipe"
# shellcheck disable=SC2094 # to have a reader that goes
exec 8<>"$t/pipe" 9>"$t/pipe" 8<&-
# shellcheck disable=SC2086
to_gone() {
	timeout -k 2 10 "$MINIKEY" $1 >&9
}
gone() {
	run to_gone "$1"
	ok "$1, no reader: ends by itself" [ "$status" != 124 -a "$status" != 137 ]
	ok "$1, no reader: silent" is "$(complaints)" ""
}
each gone
run to_gone 'watch -i sim:r53 --json'
ok "a live watch without a reader: 0" is "$status" 0
run to_gone 'monitor -i sim:r56'
ok "a live monitor without a reader: 0" is "$status" 0
run to_gone "monitor -i sim:r56 --sim-script $t/s"
ok "its status: 0" is "$status" 0
exec 9>&-

# ---- JSON is JSON ----

valid() {
	case $1 in
	*--json*) ;;
	*) return ;;
	esac
	# shellcheck disable=SC2086
	mk $1
	json "$1: JSON, an object a line" true
}
each valid
sim 'at 1s ignition on\nat 60s ignition off' monitor -i sim:r53 --json --all
json "a minute of the K-bus" .t
sim 'at 1s ignition on\nat 60s ignition off' monitor -i sim:r56 --json --all
json "a minute of the K-CAN" .t
sim 'fault drop 20%%\nfault corrupt 30%%\nat 1s ignition on\nat 60s ignition off' watch -i sim:r56 --json
json "a bad bus" .event
mk watch -i "log:$t/log" --sim-script "$t/none" --json
ok "no JSON beside an error" is "$out" ""
printf 'at 1s door driver open\n' >"$t/a\"b\\c"
mk watch -i "log:$t/lo\"g" --json
ok "a name with a quote: 8" is "$status" 8
cp "$t/log" "$t/lo\"g\\n"
mk watch -i "log:$t/lo\"g\\n" --json
json "a name with a quote and a backslash" '.event != "ready" or (.interface | endswith("lo\"g\\n"))'

# ---- colour: on a terminal only ----

esc=$(printf '\033')
# tty ARG...: what a terminal gets; the environment is as it is
tty() {
	run timeout -k 2 10 script -qec "$(printf "'%s' " "$MINIKEY" "$@")" /dev/null
}
coloured() {
	contains "$out" "${esc}["
}
plain() {
	[ -n "$out" ] && ! coloured
}
if command -v script >/dev/null 2>&1; then
	TERM=xterm
	export TERM
	for c in "watch -i sim:r53 --sim-script $t/s" "monitor -i sim:r53 --sim-script $t/s" \
		"program -i sim:r53 --auto" "catalog r53"; do
		# shellcheck disable=SC2086
		mk $c
		ok "$c: plain in a pipe" plain
		# shellcheck disable=SC2086
		tty $c
		ok "$c: coloured on a terminal" coloured
		NO_COLOR=1
		export NO_COLOR
		# shellcheck disable=SC2086
		tty $c
		ok "$c: NO_COLOR" plain
		NO_COLOR=
		# shellcheck disable=SC2086
		tty $c
		ok "$c: an empty NO_COLOR means nothing" coloured
		unset NO_COLOR
		TERM=dumb
		# shellcheck disable=SC2086
		tty $c
		ok "$c: a dumb terminal" plain
		TERM=xterm
	done
	tty watch -i sim:r53 --sim-script "$t/s" --json
	ok "JSON is never coloured" plain
else
	skip "colour" "no script(1)"
fi
finish
