#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The K-bus wire on a serial port: what is heard, and why nothing is.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# wire LINE... -- ARG...: run minikey on a port that carries LINEs; $does: more that it does
does_wire=
wire() {
	rm -f "$t/path"
	mkfifo "$t/path"
	: >"$t/lines"
	while [ "$1" != -- ]; do
		printf '%s\n' "$1" >>"$t/lines"
		shift
	done
	shift
	# shellcheck disable=SC2086 # words
	python3 "$top_srcdir/tests/lib/wire.py" $does_wire <"$t/lines" >"$t/path" 2>"$t/sent" &
	read -r path <"$t/path"
	mk "$@" -i "kbus:$path"
	wait $!
}

ignition='80 04 BF 11 01 2B'
locked='00 05 BF 7A 30 03 F3'
key='44 05 BF 74 05 01 8E'
fob='00 04 BF 72 16 DF'

speed='80 05 BF 18 00 00 22'
ask='3F 03 80 10 AC'
# shellcheck disable=SC2086 # words
send() {
	wire "$speed" -- send -c r53 --allow-unverified "$@" $ask
}

modules='echo 3F038010AC=8004BF110329 3F0644730000808E=4405BF7405018E 3F03007945=0005BF7A1000D0
	3F0300003C=000F3FA0000000010101A3000105000137'

heard() {
	# The first byte is the end of a frame, which is no fault; the lock's first copy has a wrong XOR.
	wire F3 "$ignition" '00 05 BF 7A 30 03 F2' "$locked" "$key" -- status --json
	ok "status: 0" is "$status" 0
	json "the body" '.car == "r5x" and .ignition == "acc" and .locks == "secured" and
		.key_in_lock == true and .key_number == 1'
	json "no doors and windows that no MINI on a K-bus has" '(.doors, .windows, .age_s, .evidence) |
		keys | all(contains("rear") | not)'
	ok "what was no frame is counted" contains "$err" "7 of 28 bytes were in no frame"
	ok "nothing was sent" is "$(cat "$t/sent")" ""
}

keys_heard() {
	wire "$fob" "$key" -- keys --listen 500ms --json
	ok "keys --listen: 0" is "$status" 0
	json "a fob and a key, each with what told it" '.complete == false and
		([.keys[] | [.kind, .slot, .evidence, .frame]] | sort) ==
		[["fob", 1, "claimed", "1B00BF72#16"], ["transponder", 1, "sibling", "1B44BF74#0501"]]'
	wire "$fob" "$key" '44 05 BF 74 00 FF 75' '44 05 BF 74 04 00 8E' -- keys --listen 300ms
	ok "keys --listen: more than one key" contains "$out" "r5x knows 1 fob and 2 transponders, as far as was heard; there may be more"
	ok "keys --listen: an inferred slot is shown with its byte" contains "$out" "claimed: kbus.md 2.2, inferred, from 1B00BF72#16"
	ok "keys --listen: what it cannot know" contains "$out" "Only keys that were used while it listened are listed"
	ok "keys --listen: nothing was sent" is "$(cat "$t/sent")" ""
}

watched() {
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
}

unplugged() {
	wire "$ignition" ! -- watch -c r53 --only lock
	ok "unplugged: 5" is "$status" 5
	ok "unplugged: said" contains "$err" "kbus:$path: the cable is gone: was it unplugged?"
	wire "$ignition" ! -- watch -c r53 --only lock --reconnect --for 700ms
	ok "--reconnect: it goes on" is "$status" 0
	ok "--reconnect: said" contains "$err" "waiting for it to come back"
}

not_sent() {
	# shellcheck disable=SC2086 # words
	wire "$speed" -- send -c r53 --allow-unverified 44 05 BF 74 04 01 8F
	ok "a pty of another program is a car: 7" is "$status" 7
	ok "a pty of another program: nothing was sent" is "$(cat "$t/sent")" ""
	wire -- send -c r53 --allow-unverified $ask
	ok "a sleeping bus: 7" complains_once 7 "nothing is heard on the K-bus: it sleeps" send
	ok "a sleeping bus: nothing was sent" is "$(cat "$t/sent")" ""
	wire "$locked" -- send -c r53 --allow-unverified 3F 03 00 79 45
	ok "a locked car: 7" complains_once 7 "the car is locked" send
	ok "a locked car: nothing was sent" is "$(cat "$t/sent")" ""
}

no_echo() {
	send
	ok "no echo: 5" complains_once 5 "no echo on $path: the cable has no 12 V" send
	ok "no echo: sent once" is "$(cat "$t/sent")" "$ask"
	does_wire=echo
	send
	ok "echo: 0" is "$status" 0
	ok "echo: sent once" is "$(cat "$t/sent")" "$ask"
	ok "echo: nothing to say" is "$err" ""
}

collides() {
	does_wire='echo collide=1'
	send
	ok "one collision: 0" is "$status" 0
	ok "one collision: sent again" is "$(grep -c "$ask" "$t/sent")" 2
	ok "one collision: said" contains "$err" "1 collision: something else came back"
	does_wire='echo collide=9'
	send
	ok "collisions: 5" is "$status" 5
	ok "collisions: said" contains "$err" "something else came back three times"
	ok "collisions: counted" contains "$err" "3 collisions"
	ok "collisions: three tries" is "$(grep -c "$ask" "$t/sent")" 3
}

asked() {
	does_wire=$modules
	wire "$speed" -- status --poll --allow-unverified --json
	ok "status --poll: 0" is "$status" 0
	json "status --poll: what was answered" '.car == "r5x" and .ignition == "on" and .locks == "unlocked" and
		.doors.driver == "closed" and .key_number == 1 and .key_in_lock == true'
	ok "status --poll: the ignition first" is "$(head -n 1 "$t/sent")" "$ask"
	ok "status --poll: three requests" is "$(sort -u "$t/sent" | grep -c '^3F')" 3
	wire "$speed" -- status --poll --json
	ok "not verified: 7" is "$status" 7
	ok "not verified: said" contains "$err" "--allow-unverified sends it"
	ok "not verified: nothing was sent" is "$(cat "$t/sent")" ""
}

not_asked() {
	does_wire=$modules
	wire -- status --poll --allow-unverified
	ok "asleep: 7" complains_once 7 "nothing is heard on the K-bus: it sleeps" status
	ok "asleep: nothing was sent" is "$(cat "$t/sent")" ""
	wire "$locked" -- status --poll --allow-unverified
	ok "locked: 7" complains_once 7 "the car is locked" status
	ok "locked: nothing was sent" is "$(cat "$t/sent")" ""
}

asked_more() {
	does_wire=$modules
	wire "$speed" -- scan --poll --allow-unverified --timeout 300ms --json
	ok "scan --poll: 0" is "$status" 0
	json "scan --poll: who answered" '[.modules[] | [.address, .state, .answer_ms >= 0]] == [["00", "answered", true]]'
	wire "$speed" -- keys --poll --allow-unverified --json
	ok "keys --poll: 0" is "$status" 0
	json "keys --poll: the one in the lock" '.complete == false and
		[.keys[] | [.kind, .slot, .in_lock, .frame]] == [["transponder", 1, true, "1B44BF74#0501"]]'
	ok "keys --poll: no request of the simulator's own" is "$(grep -c '0B F' "$t/sent")" 0
}

no_answer() {
	does_wire='echo 3F038010AC=8004BF110329'
	wire "$speed" -- keys --poll --allow-unverified --timeout 300ms
	ok "keys --poll, no answer: 6" is "$status" 6
	ok "keys --poll, no answer: why" contains "$err" "--listen lists those that are heard"
	does_wire='echo 3F038010AC=8004BF11002A'
	wire "$speed" -- status --poll --allow-unverified
	ok "ignition off: 7" complains_once 7 "switch the ignition on" status
	ok "ignition off: asked once" is "$(cat "$t/sent")" "$ask"
}

silence() {
	wire -- status --timeout 100ms
	ok "a silent wire: 3" is "$status" 3
	ok "a silent wire: why" contains "$err" "not one byte came: the bus sleeps after 60 s"
	ok "a silent wire: the OBD socket" contains "$err" "OBD socket, which has no K-bus"
	wire '01 02 03 04 05 06' -- status --timeout 300ms
	ok "no K-bus: 3" is "$status" 3
	ok "no K-bus: why" contains "$err" "bytes came, but no frame"
}

together heard keys_heard watched unplugged not_sent no_echo collides asked not_asked asked_more no_answer silence

misused "known is cts" status -i kbus:/dev/ttyUSB0,ctx
misused "no port before the comma" status -i kbus:,cts
fails 5 "no '/dev/nowhere': is the cable plugged in?" status -i kbus:/dev/nowhere
fails 5 "'/dev/null' is no serial port" watch -i kbus:/dev/null
fails 5 "Connection refused" status -i kbus:tcp://127.0.0.1:1
misused "tcp://HOST:PORT" status -i kbus:tcp://127.0.0.1
finish
