#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The K-bus wire on a serial port: what is heard, and why nothing is.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# wire LINE... -- ARG...: run minikey on a port that carries LINEs
wire() {
	rm -f "$t/path"
	mkfifo "$t/path"
	: >"$t/lines"
	while [ "$1" != -- ]; do
		printf '%s\n' "$1" >>"$t/lines"
		shift
	done
	shift
	python3 "$top_srcdir/tests/lib/wire.py" <"$t/lines" >"$t/path" 2>"$t/sent" &
	read -r path <"$t/path"
	mk "$@" -i "kbus:$path"
	wait $!
}

ignition='80 04 BF 11 01 2B'
locked='00 05 BF 7A 30 03 F3'
key='44 05 BF 74 05 01 8E'
fob='00 04 BF 72 16 DF'

# The first byte is the end of a frame; the lock's first copy has a wrong XOR.
wire F3 "$ignition" '00 05 BF 7A 30 03 F2' "$locked" "$key" -- status --json
ok "status: 0" is "$status" 0
json "the body" '.car == "r5x" and .ignition == "acc" and .locks == "secured" and
	.key_in_lock == true and .key_number == 1'
ok "what was no frame is counted" contains "$err" "8 of 28 bytes were in no frame"
ok "nothing was sent" is "$(cat "$t/sent")" ""

wire "$fob" "$key" -- keys --listen 500ms --json
ok "keys --listen: 0" is "$status" 0
json "a fob and a key" '[.keys[] | [.kind, .slot]] | sort == [["fob", 1], ["transponder", 1]]'

wire "$ignition" "$locked" -- watch -c r53 --until lock=locked --json
ok "watch: 0" is "$status" 0
json "its lines" '.event != "lost"'
ok "the lock, and its frame" contains "$out" '"value":"secured"'
ok "no noise" is "$err" ""

wire '44 05 BF 74 01 FF 74' -- monitor --count 1 --json
json "FF is a byte like others" '.bus == "kbus" and .id == "1B44BF74" and .data == "01FF"'
wire "$ignition" "$locked" -- record --for 500ms
ok "record: 0" is "$status" 0
ok "record: both frames" is "$(printf '%s\n' "$out" | grep -c -e 'kbus 1B80BF11#01 R' -e 'kbus 1B00BF7A#3003 R')" 2
ok "nothing was sent, neither" is "$(cat "$t/sent")" ""

wire "$ignition" ! -- watch -c r53 --only lock
ok "unplugged: 5" is "$status" 5
ok "unplugged: said" contains "$err" "kbus:$path: the cable is gone: was it unplugged?"
wire "$ignition" ! -- watch -c r53 --only lock --reconnect --for 700ms
ok "--reconnect: it goes on" is "$status" 0
ok "--reconnect: said" contains "$err" "waiting for it to come back"

wire -- send -c r53 --allow-unverified 3F 03 80 10 AC
ok "send: 5" complains_once 5 "only listened to" send
ok "send: nothing was" is "$(cat "$t/sent")" ""
wire -- status --timeout 100ms
ok "a silent wire: 3" is "$status" 3
ok "a silent wire: why" contains "$err" "not one byte came: the bus sleeps after 60 s"
ok "a silent wire: the OBD socket" contains "$err" "OBD socket, which has no K-bus"
wire '01 02 03 04 05 06' -- status --timeout 300ms
ok "no K-bus: 3" is "$status" 3
ok "no K-bus: why" contains "$err" "bytes came, but no frame"

fails 5 "no '/dev/nowhere': is the cable plugged in?" status -i kbus:/dev/nowhere
fails 5 "'/dev/null' is no serial port" watch -i kbus:/dev/null
fails 5 "Connection refused" status -i kbus:tcp://127.0.0.1:1
misused "tcp://HOST:PORT" status -i kbus:tcp://127.0.0.1
finish
