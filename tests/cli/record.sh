#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey record: formats, files in a row, SIGHUP, signals, the VIN.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
TZ=UTC
export TZ

printf 'at 1s door driver open\nat 2s fob 1 click lock\nat 3s key remove\n' >"$t/s.sim"
rec() {
	mk record -i sim:r56 --sim-script "$t/s.sim" "$@"
}

rec
want=$(printf '%s\n' "$out" | grep -v '^#')
frames=$(lines "$want")
ok "record: 0" is "$status" 0
ok "record: candump, with direction" contains "$want" "130#4040C10FA0 R"
ok "record: many frames" [ "$frames" -gt 20 ]
rec -o "$t/r.log"
ok "-o FILE: the same, nothing on the standard output" is "$(grep -v '^#' "$t/r.log")$out" "$want"
for k in asc trc pcapng; do
	rec -o "$t/r.$k"
	mk convert "$t/r.$k" - --to candump
	ok "-o FILE.$k: the same frames" is "$out" "$want"
	rec --format $k
	cp "$t/out" "$t/r2"
	mk convert "$t/r2" - --to candump
	ok "--format $k: the same frames" is "$out" "$want"
done
rec --count 3
ok "--count" is "$(printf '%s\n' "$out" | grep -vc '^#')" 3
rec --for 1s
ok "--for" [ "$(lines "$out")" -lt "$frames" ]

# ---- files in a row: together they are the recording, none is too long ----

rec -o "$t/row.log" --max-size 1k
ok "--max-size: more than two files" [ -e "$t/row.2.log" ]
long=0
: >"$t/all"
for f in "$t/row.log" "$t/row.1.log" "$t/row.2.log" "$t/row.3.log" "$t/row.4.log"; do
	[ -e "$f" ] || continue
	[ "$(wc -c <"$f")" -le 1024 ] || long=1
	grep -v '^#' "$f" >>"$t/all"
done
ok "--max-size: none is longer" [ $long = 0 ]
ok "--max-size: nothing is lost between them" is "$(cat "$t/all")" "$want"
rec -o "$t/row.asc" --max-time 1s
ok "--max-time: a file a second" [ -e "$t/row.2.asc" ]
ok "--max-time: each is whole" is "$(tail -n 1 "$t/row.1.asc")" "End TriggerBlock"
mk convert "$t/row.1.asc" - --to candump
ok "--max-time: each is read alone" is "$(printf '%s\n' "$out" | head -n 1 | cut -c 1-3)" "(1."

# ---- the VIN: the EWS of this bus is asked for it ----

printf '(1.0) can0 380#30544553543132\n(2.0) can0 1BD08054##054541234500986404600000403\n' >"$t/vin"
mk record -i "log:$t/vin"
ok "the end of the VIN is a dummy" contains "$out" "380#58583030303030"
ok "also on the K-bus" contains "$out" "1BD08054##058580000000986404600000403"
ok "the head says so" contains "$out" "# minikey: the last seven characters of VINs are replaced by a dummy"
mk record -i "log:$t/vin" --show-vin
ok "--show-vin" contains "$out" "380#30544553543132"
ok "--show-vin: no remark" is "$(printf '%s\n' "$out" | grep -c '^#')" 0
mk record -i "log:$t/vin" -o "$t/vin.pcapng"
ok "pcapng says it too" grep -q 'replaced by a dummy' "$t/vin.pcapng"
mk record -i "log:$t/vin" -o "$t/vin.pcap"
ok "pcap has no place for it" contains "$err" "pcap has no place that says so"

# ---- faults ----

fails 64 "no format 'x'" record -i sim:r53 --format x
misused "need a file" record -i sim:r53 --max-size 10M
misused "is no size" record -i sim:r53 -o "$t/x" --max-size 10x
misused "over 0" record -i sim:r53 -o "$t/x" --max-time 0
misused "--json" record -i sim:r53 --json
rec -o /dev/full
ok "a full disk: 74" is "$status" 74
ok "a full disk: one line" is "$(lines "$err")" 1
fails 74 "cannot write" record -i sim:r53 -o "$t/no/such/folder.log"
fails 8 "No such file" record -i "log:$t/nothing"

# ---- live: SIGHUP, SIGINT. Waits for lines, not for times ----

# has FILE: until frames are in it
has_frames() {
	i=0
	while [ $i -lt 20000 ] && ! grep -q '#' "$1" 2>/dev/null; do i=$((i + 1)); done
	grep -q '#' "$1"
}
more_than() {
	i=0
	while [ $i -lt 20000 ] && [ "$(wc -c <"$1")" -le "$2" ]; do i=$((i + 1)); done
	[ "$(wc -c <"$1")" -gt "$2" ]
}
env --default-signal=INT,HUP timeout -k 2 20 "$MINIKEY" record -i sim:r56 --real-time -o "$t/live.log" \
	</dev/null >"$t/live.out" 2>"$t/live.err" &
pid=$!
ok "live: frames come" has_frames "$t/live.log"
mv "$t/live.log" "$t/live.old"
child=$(tr -d " " <"/proc/$pid/task/$pid/children")
kill -HUP "${child:-$pid}"
ok "SIGHUP: a new file" has_frames "$t/live.log"
size=$(wc -c <"$t/live.log")
kill -HUP "${child:-$pid}"
ok "SIGHUP when it was not moved: goes on in it" more_than "$t/live.log" "$size"
kill -INT "${child:-$pid}"
status=0
wait $pid || status=$?
ok "SIGINT: 130" is "$status" 130
ok "nothing said" is "$(cat "$t/live.err")" ""
cat "$t/live.old" "$t/live.log" | grep -v '^#' >"$t/both"
ok "no line is cut" is "$(grep -vc '^([0-9.]*) sim:r56 [0-9A-F#]* R$' "$t/both")" 0
mk decode --strict "$t/both"
ok "both files are one recording" is "$status" 0
gaps=$(awk -F'[().]' '/ 130#/ { t = $2 "." $3; if (p && t - p > 0.35) n++; p = t } END { print n + 0 }' "$t/both")
ok "no frame between them is missing" is "$gaps" 0
finish
