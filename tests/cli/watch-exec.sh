#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey watch --exec: what the command finds in its environment, in which order the
# commands run, and what becomes of them at the end.
# shellcheck disable=SC2016 # the commands' own variables
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

EXEC_T=$t
export EXEC_T
lock='at 1s fob 1 click lock\nat 5s door driver open'

# ---- the environment ----

sim "$lock" watch -i sim:r53 --only lock,fob --exec \
	'echo "$MINIKEY_T $MINIKEY_EVENT $MINIKEY_NAME ${MINIKEY_PREVIOUS-none} $MINIKEY_VALUE $MINIKEY_FRAME"'
ok "0" is "$status" 0
printf '%s\n' "$out" | grep -v '^  ' >"$t/ran"
out=$(cat "$t/ran")
ok "one run for each event that is shown" is "$(lines "$out")" 4
ok "a change, with what was before" contains "$out" "1.25 lock car unlocked secured 1B00BF7A#3000"
ok "a button has nothing before it" contains "$out" "1 fob slot 0 none lock 1B00BF72#12"
ok "the last is the last" is "$(tail -n 1 "$t/ran")" "1.25 lock car unlocked secured 1B00BF7A#3000"

MINIKEY_PREVIOUS=outer sim "$lock" watch -i sim:r53 --only fob --exec \
	'echo "<${MINIKEY_PREVIOUS-none} $MINIKEY_INTERFACE $MINIKEY_CAR>"'
ok "an outer watch's event is not inherited; address and car are told" \
	contains "$out" "<none sim:r53 r53>"

sim "$lock" watch -i sim:r53 --only lock --exec 'echo "ran $MINIKEY_VALUE"'
ok "the event's line, then what its command printed" is "$(printf '%s\n' "$out" | sed 's/^ *//')" \
	"0.080  locks: unlocked (was unknown)
ran unlocked
1.250  locks: secured (was unlocked)
ran secured"
sim "$lock" watch -i sim:r53 --only lock --json --exec 'echo ran'
json "with --json standard output has nothing else" '.event'
ok "what the command prints goes to stderr" is "$err" "ran
ran"
sim "$lock" watch -i sim:r53 --only lock --exec 'cat; echo over'
ok "its input is empty" contains "$out" "over"

printf '(1.0) can0 20000040#0000000000000000\n' >"$t/bus.log"
mk watch -i "log:$t/bus.log" --exec 'echo "$MINIKEY_EVENT $MINIKEY_NAME $MINIKEY_VALUE"'
ok "an error of the bus" contains "$out" "error bus bus-off"

# ---- exit statuses ----

sim "$lock" watch -i sim:r53 --only lock --exec 'exit 3'
ok "the command's status is its own affair: 0" quiet 0
sim "$lock" watch -i sim:r53 --only lock --count 1 --exec 'kill -KILL $$'
ok "killed: 0" is "$status" 0
ok "but it is said" contains "$err" "minikey watch: --exec: the command was ended by a signal: Killed"
sim "$lock" watch -i sim:r53 --until lock=locked --exec 'false'
ok "--until met: 0" is "$status" 0
sim "$lock" watch -i sim:r53 --until lock=mixed --exec 'true'
ok "--until not met: 1" is "$status" 1
misused "no command" watch -i sim:r53 --exec ''

# ---- while a command runs, the bus is heard; the others wait for their turn ----

doors='at 100ms door driver open\nat 200ms door passenger open\nat 300ms door passenger close'
sim "$doors" watch -i sim:r53 --real-time --only door --until door.passenger=open --exec '
	case $MINIKEY_NAME$MINIKEY_VALUE in
	driveropen) until grep -q "passenger door: open" "$EXEC_T/out"; do :; done ;;
	esac
	echo "$MINIKEY_NAME $MINIKEY_VALUE" >>"$EXEC_T/order"'
ok "real time: 0" quiet 0
ok "each in its turn, the last also after --until is met" is "$(cat "$t/order")" \
	"driver closed
passenger closed
driver open
passenger open"

# Three commands that would take each other's place if two ran at once.
sim "$doors" watch -i sim:r53 --real-time --only door --exec '
	mkdir "$EXEC_T/alone" || echo two at once
	: | cat
	rmdir "$EXEC_T/alone"'
ok "never two at once" is "$(printf '%s\n' "$out" | grep -c 'two at once')" 0
ok "and none is left behind" [ ! -e "$t/alone" ]

# ---- Ctrl-C ends it, and the command with it ----

for how in '' --real-time; do
	for signal in INT TERM; do
		rm -f "$t/ended"
		# shellcheck disable=SC2086 # none or one
		sim "$lock" watch -i sim:r53 $how --exec "
			trap 'echo ended >\"\$EXEC_T/ended\"; exit' $signal
			kill -$signal \$PPID
			while :; do :; done"
		[ "$signal" = INT ] && want=130 || want=143
		ok "SIG$signal $how: $want" is "$status" "$want"
		ok "the command was ended too" timeout 5 sh -c 'until [ -s "$EXEC_T/ended" ]; do :; done'
	done
done

# The shell's own child, which the shell waits for, is ended as well.
rm -f "$t/ended"
sim "$lock" watch -i sim:r53 --exec '
	sh -c "trap \"echo ended >\\\"\$EXEC_T/ended\\\"; exit\" TERM; kill -TERM $PPID; while :; do :; done"
	echo went on >>"$EXEC_T/ended"'
ok "a group: 143" is "$status" 143
ok "all of the command was ended" timeout 5 sh -c 'until [ -s "$EXEC_T/ended" ]; do :; done'
ok "and nothing of it went on" is "$(cat "$t/ended")" ended
finish
