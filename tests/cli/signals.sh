#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# SIGINT and SIGTERM: 130 and 143, what was printed is whole, and it always ends.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

mkfifo "$t/pipe" "$t/in"

# start ARG...: in the background, its output in a FIFO. A shell has its background jobs
# ignore SIGINT, which env undoes. What hangs is ended; timeout(1) in front of it would
# lose a signal that comes while it starts.
start() {
	env --default-signal=INT "$MINIKEY" "$@" <"$t/in" >"$t/pipe" 2>"$t/err" &
	pid=$!
	{ timeout 10 tail -s 0.1 --pid="$pid" -f /dev/null || kill -s KILL "$pid"; } >/dev/null 2>&1 &
	exec 7>"$t/in"
}

# hit SIGNAL LINES: once so many lines are out; then all there is
hit() {
	got=0
	: >"$t/out"
	{
		while [ "$got" -lt "$2" ] && read -r line; do
			printf '%s\n' "$line" >>"$t/out"
			got=$((got + 1))
		done
		kill -s "$1" "$pid" 2>/dev/null
		cat >>"$t/out"
	} <"$t/pipe"
	status=0
	wait "$pid" || status=$?
	exec 7>&-
	out=$(cat "$t/out") err=$(cat "$t/err")
}

# await TEXT: until it is on stderr; the output is read on 6
await() {
	while ! grep -q "$1" "$t/err"; do
		kill -0 "$pid" 2>/dev/null || break
	done
}

# over: it ends; take what it printed
over() {
	cat <&6 >"$t/out"
	exec 6<&- 7>&-
	status=0
	wait "$pid" || status=$?
	out=$(cat "$t/out") err=$(cat "$t/err")
}

# whole: does its last line end?
whole() {
	[ -s "$t/out" ] && [ "$(tail -c 1 "$t/out" | wc -l)" = 1 ]
}

# ends SIGNAL STATUS LINES ARG...
ends() {
	sig=$1 want=$2 count=$3
	shift 3
	start "$@"
	hit "$sig" "$count"
	ok "$*: SIG$sig: $want" is "$status" "$want"
	ok "$*: SIG$sig: whole lines" whole
	ok "$*: SIG$sig: no complaint" is "$(printf '%s' "$err" |
		grep -v -e 'listening on' -e ': ready on')" ""
}

for s in 'INT 130' 'TERM 143'; do
	# shellcheck disable=SC2086 # words
	set -- $s
	# in real time: waiting for what does not come
	ends "$1" "$2" 1 watch -i sim:r53 --json
	json "what was printed is JSON" .event
	ends "$1" "$2" 5 watch -i sim:r53 --json
	ends "$1" "$2" 3 watch -i sim:r56
	ends "$1" "$2" 20 monitor -i sim:r56 --json
	json "what was printed is JSON" .id
	ends "$1" "$2" 3 monitor -i sim:r53
	ends "$1" "$2" 1 program -i sim:r53
	ok "text: interrupted" contains "$out" interrupted

	# in virtual time: busy
	printf 'at 10000000s door driver open\n' >"$t/long.sim"
	ends "$1" "$2" 100 monitor -i sim:r56 --sim-script "$t/long.sim" --json
	json "what was printed is JSON" .id
	start watch -i sim:r56 --sim-script "$t/long.sim"
	exec 6<"$t/pipe"
	await 'listening on'
	kill -s "$1" "$pid" 2>/dev/null
	over
	ok "watch in virtual time: SIG$1: $2" is "$status" "$2"

	# reading a log that has no end
	start watch -i log:- --json
	echo '(1.000000) vcan0 1B00BF7A#3003' >&7
	hit "$1" 3
	ok "watch -i log:-: SIG$1: $2" is "$status" "$2"
	json "what was printed is JSON" .event
done

# program says what has become of it: one result, though nothing happened
start program -i sim:r53 --json
exec 6<"$t/pipe"
await 'ready on'
kill -s INT "$pid"
over
ok "program --json: SIGINT: 130" is "$status" 130
ok "program --json: one result" is "$(lines "$out")" 1
json "program --json: interrupted" '.event == "result" and .verdict == "interrupted"'

# a log on the standard input of which no more comes
start decode -
echo '(1.000000) vcan0 1B00BF7A#3003' >&7
hit TERM 1
ok "decode -, no more comes: SIGTERM: 143" is "$status" 143
ok "decode -, no more comes: what came is shown" contains "$out" "Lock_State=secured"

# every line is flushed, in virtual time too: the first one is there long before the end
start watch -i sim:r56 --sim-script "$t/long.sim" --json
exec 6<"$t/pipe"
read -r line <&6
running=yes
kill -s TERM "$pid" 2>/dev/null || running=no
over
ok "watch --json: the ready line is out before the end" is "$running" yes

# a reader that does not read: the first signal may wait for it, the next ones do not
stuck() {
	start "$@"
	exec 6<"$t/pipe"
	read -r line <&6
	# shellcheck disable=SC2016 # the inner shell's
	timeout 5 sh -c 'while kill -s TERM "$1" 2>/dev/null; do :; done' - "$pid"
	status=0
	wait "$pid" || status=$?
	exec 6<&- 7>&-
	out=$line err=
	ok "$*, its reader asleep: SIGTERM: 143" is "$status" 143
}
i=0
while [ "$i" -lt 3000 ]; do
	echo "($i.000000) vcan0 1B00BF7A#3003"
	i=$((i + 1))
done >"$t/big.log"
stuck monitor -i sim:r56 --sim-script "$t/long.sim" --json
stuck watch -i sim:r53 --json
stuck decode --json "$t/big.log"
stuck monitor -i "log:$t/big.log" --json
finish
