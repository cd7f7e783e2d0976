#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A recording on a new wire: what reads a port reads the K-bus; and what that costs.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# begin ARG...: replay on a new wire, $address; its output goes on in 4
begin() {
	rm -f "$t/said"
	mkfifo "$t/said"
	timeout -k 2 30 "$MINIKEY" replay -i kbus:pty "$@" >"$t/said" 2>"$t/replay" &
	player=$!
	exec 4<"$t/said"
	read -r address <&4
}

ended() {
	out=$(cat <&4)
	status=0
	wait "$player" || status=$?
	err=$(cat "$t/replay")
}

cat >"$t/drive.log" <<LOG
(1000.000000) kbus 1B80BF11#01
(1030.000000) kbus 1B00BF72#16
(1030.200000) kbus 1B00BF7A#3003
(1060.000000) kbus 1B44BF74#00FF
LOG

begin "$t/drive.log" --speed 60
ok "the address is printed" contains "$address" "kbus:/dev/pts/"
mk watch -c r53 -i "$address" --json
ok "watch hears it to its end: 5" is "$status" 5
ok "watch: the end is said" contains "$err" "the cable is gone"
json "watch: the fob, the lock" '.event != "lost" and .event != "error"'
ok "watch: the fob" contains "$out" '"event":"fob","name":"slot 1","value":"lock"'
ok "watch: the lock" contains "$out" '"event":"lock","name":"car","value":"secured"'
ok "watch: the last frame" contains "$out" '"frame":"1B44BF74#00FF"'
ended
ok "replay: 0" is "$status" 0
ok "replay: at its speed" contains "$out" "4 frames sent in 1."

begin "$t/drive.log" --speed 60 --json
ok "--json: ready, with the address" contains "$address" '{"event":"ready","interface":"kbus:/dev/pts/'
port=${address#*kbus:}
port=${port%\"*}
got=$(timeout 10 cat "$port" 2>/dev/null | od -An -v -tx1 | tr -d ' \n')
ok "another program reads the bytes" is "$got" 8004bf11012b0004bf7216df0005bf7a3003f34405bf7400ff75
ended
ok "--json: 0" is "$status" 0
json "--json: the result" '.event == "result" and .frames == 4'

begin "$t/drive.log"
kill -INT "$player"
ended
ok "nobody opens it: it waits, and can be ended" is "$status" 130
printf '(1000.000000) can0 130#4500\n' >"$t/can.log"
begin "$t/can.log"
mk watch -c r53 -i "$address"
ended
ok "a CAN frame: 5" is "$status" 5
ok "a CAN frame: said" contains "$err" "it is no K-bus frame"

for i in kline:pty slcan:pty elm:tcp; do
	fails 64 "a new wire for 'minikey sim': give" replay -i "$i" "$t/drive.log"
done
fails 64 "for 'minikey sim' and 'replay': give" watch -i kbus:pty

# ---- full load ----

# load N: a recording of N frames of 8 bytes without a pause between them
load() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "(%.6f) kbus 1B80BF19#14%02X00\n", 1000 + i * 0.0112, i % 256 }'
}

# cost CMD...: $ms, what it needs of the processor for the whole of the wire, and $frames
cost() {
	begin "$t/load.log"
	python3 - "$MINIKEY" "$@" -i "$address" >"$t/heard" 2>/dev/null <<'PY'
import os, resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, timeout=60)
use = resource.getrusage(resource.RUSAGE_CHILDREN)
print(int(1000 * (use.ru_utime + use.ru_stime)))
PY
	ms=$(cat "$t/heard")
	ended
}

seconds=${MINIKEY_LOAD_SECONDS-3}
load $((seconds * 89)) >"$t/load.log"
if slow; then
	skip "watch at full load" "times mean nothing here"
	skip "monitor at full load" "times mean nothing here"
else
	# Measured over 20 s: 0.6 % of a core (watch), 0.7 % (monitor).
	cost watch -c r53
	ok "watch at full load: under 5 % of a core" [ "$ms" -lt $((seconds * 50)) ]
	[ -z "${MINIKEY_LOAD_SECONDS-}" ] || echo "# watch: $ms ms of $seconds s"
	cost monitor --all
	ok "monitor at full load: under 5 % of a core" [ "$ms" -lt $((seconds * 50)) ]
	[ -z "${MINIKEY_LOAD_SECONDS-}" ] || echo "# monitor: $ms ms of $seconds s"
fi
finish
