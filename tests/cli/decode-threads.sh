#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey decode of logs so long that several processors read them: what comes out is, to
# the byte, what one processor makes of it.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

if ! command -v taskset >/dev/null || [ "$(nproc)" -lt 2 ]; then
	skip "several processors" "there is one, or no taskset"
	finish
	exit
fi

# 150,000 frames of a locked and unlocked car on two buses, one line in 10,000 damaged;
# counters jump, words and unknown ids are there.
awk 'BEGIN {
	for (i = 0; i < 150000; i++) {
		t = sprintf("(%d.%06d)", 1700000000 + int(i / 1000), i % 1000 * 1000)
		if (i % 10000 == 5000) print t " kbus 1B00BF7A#3"
		else if (i % 7 == 0) printf "%s kbus 1B00BF7A#%s00\n", t, int(i / 700) % 2 ? "30" : "10"
		else if (i % 7 == 1) printf "%s can0 2FC#%02X0000FFFFFFFF\n", t, int(i / 300) % 2 ? 129 : 132
		else if (i % 7 == 2) printf "%s can0 130#45%02X698F%02X\n", t, i % 256, i % 16 * 16
		else if (i % 7 == 3) printf "%s can0 %08X##1%024X T\n", t, i, i
		else if (i % 7 == 4) print t " can1 123#R4"
		else if (i % 70 == 5) print t " can1 20000040#0000000000000000"
		else printf "%s can1 %03X#%04X\n", t, i % 2048, i % 65536
	}
}' >"$t/log"

# same NAME ARG...: with one processor and with all of them; what it says is the same too
same() {
	name=$1
	shift
	one=0 all=0
	timeout -k 2 60 taskset -c 0 "$MINIKEY" decode "$@" >"$t/one" 2>"$t/one.err" </dev/null || one=$?
	timeout -k 2 60 "$MINIKEY" decode "$@" >"$t/all" 2>"$t/all.err" </dev/null || all=$?
	status=$all out=$(head -n 3 "$t/all") err=$(head -n 3 "$t/all.err")
	ok "$name: there is something" [ "$(wc -l <"$t/one")" -gt 5 ]
	ok "$name: the same status" is "$all" "$one"
	ok "$name: the same lines" cmp -s "$t/all" "$t/one"
	ok "$name: the same warnings" cmp -s "$t/all.err" "$t/one.err"
}
same text "$t/log"
ok "the warnings" is "$(lines "$(cat "$t/all.err")")" 15
same JSON --json --all "$t/log"
ok "as many lines as frames" is "$(wc -l <"$t/all")" 149985
same CSV --csv "$t/log"
same "one signal" --json --signal Lock_State "$t/log"
same "a condition" --where 'Lock_State == secured && t > +60s' "$t/log"
same --strict --strict "$t/log" "$t/log"
gzip -c "$t/log" >"$t/log.gz"
same "packed" --json "$t/log.gz"
"$MINIKEY" convert "$t/log" "$t/log.pcap" 2>/dev/null
same "events of a packed log" --events "$t/log.gz" "$t/log"
head -c 400000 "$t/log.gz" >"$t/cut.gz"
same "counts of a packed log that is cut short" --stats "$t/cut.gz" "$t/log.gz"
ok "where it is cut" contains "$(cat "$t/all.err")" "gzip data is damaged or cut short here"
same "pcap" --all --json "$t/log.pcap"

# ---- through pipes: the last frame is shown before the next one is there ----

# has_lines N: wait until $t/out has so many
has_lines() {
	turns=0
	while [ "$(wc -l <"$t/out")" -lt "$1" ] && [ $((turns += 1)) -lt 1000 ]; do
		timeout 0.02 tail -f /dev/null || :
	done
}

mkfifo "$t/in"
"$MINIKEY" decode --id 1B00BF7A - <"$t/in" >"$t/out" 2>/dev/null &
pid=$!
exec 3>"$t/in"
head -n 100001 "$t/log" >&3
# 14,285 frames and 1,429 bus errors, before the pipe ends
has_lines 15714
ok "a pipe that goes on: all that came is shown" is "$(wc -l <"$t/out")" 15714
echo '(1700000200.000000) kbus 1B00BF7A#1000' >&3
exec 3>&-
wait "$pid"
ok "a pipe that goes on: to its end" is "$(wc -l <"$t/out")" 15715

# ---- output that ends early, and signals ----

to_full() {
	timeout -k 2 20 "$MINIKEY" decode "$t/log" >/dev/full 2>"$t/err.full"
}
run to_full
ok "a full disk: 74" is "$status" 74
ok "a full disk: said once" is "$(grep -c 'cannot write' "$t/err.full")" 1

to_head() {
	{
		timeout -k 2 20 "$MINIKEY" decode "$t/log" 2>/dev/null
		echo $? >"$t/status"
	} | head -n 1
}
run to_head
ok "a reader that has gone: 0" is "$(cat "$t/status")" 0
ok "a reader that has gone: its line" is "$(lines "$out")" 1

# The input goes on, but nobody is left who reads the output.
left_alone() {
	{
		timeout -k 2 20 "$MINIKEY" decode - <"$t/in" 2>/dev/null
		echo $? >"$t/status"
	} | head -n 1 &
	exec 3>"$t/in"
	cat "$t/log" >&3 2>/dev/null
	turns=0
	while [ ! -s "$t/status" ] && [ $((turns += 1)) -lt 500 ]; do
		timeout 0.02 tail -f /dev/null || :
	done
	cat "$t/status"
	exec 3>&-
}
rm -f "$t/status"
run left_alone
ok "a reader that has gone, the input has not: 0" contains "$out" "
0"

interrupted() {
	"$MINIKEY" decode "$t/log" - <"$t/in" >"$t/out" 2>/dev/null &
	pid=$!
	exec 3>"$t/in"
	has_lines 149985
	kill -INT $pid
	wait $pid
}
run interrupted
ok "SIGINT: 130" is "$status" 130
ok "SIGINT: all that was read is there" is "$(wc -l <"$t/out")" 149985
finish
