#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A simulated R53 behind a pty: the K-bus as it is on a port.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
. "$top_srcdir/tests/lib/car.sh"

# begin ARG...: a car on a new pty, $address
begin() {
	play r53 kbus:pty "$@"
}

end() {
	exec 3>&-
	kill "$car"
	wait "$car" || :
}

# both CMD ARG...: its JSON on the wire and in the own process, without times; and without the
# fob, which a car names when it begins: that was before anybody listened on this wire.
plain='walk(if type == "object" then del(.age_s, .last_used, .answer_ms, .fob) else . end)'
both() {
	mk "$@" -i sim:r53 --json
	printf '%s\n' "$out" | jq -cS "$plain" >"$t/own"
	mk "$@" -c r53 -i "$address" --json
	ok "$1 on the wire: 0" is "$status" 0
	printf '%s\n' "$out" | jq -cS "$plain" >"$t/wire"
	ok "$1: something is there to compare" [ -s "$t/own" ]
	ok "$1: the same as without a wire" is "$(cat "$t/wire")" "$(cat "$t/own")"
}

watched() {
	begin
	ok "the address is printed" contains "$address" "kbus:/dev/pts/"
	listen watch -c r53 --until lock=locked
	ok "watch is ready" contains "$first" '"event":"ready"'
	tell 'key remove' 'fob 1 click lock'
	hear
	ok "watch: 0" is "$status" 0
	json "each line is an event" 'has("event")'
	ok "the fob" contains "$out" '"event":"fob","name":"slot 0","value":"lock"'
	ok "the lock, and its frame" contains "$out" '"event":"lock"'
	ok "nothing was damaged" is "$err" ""

	listen monitor --all --for 3s --count 3
	tell 'door driver open'
	hear
	ok "another program, after the first: 0" is "$status" 0

	# This one says on the standard error that it is ready.
	rm -f "$t/heard"
	mkfifo "$t/heard"
	timeout -k 2 20 "$MINIKEY" program -c r53 --built 2005-06 --fobs 1 -i "$address" --json \
		>"$t/steps" 2>"$t/heard" &
	listener=$!
	exec 5<"$t/heard"
	read -r first <&5
	ok "program is ready" contains "$first" "ready on $address"
	tell 'door driver close' 'key insert 1' 'wait 200ms ignition acc' 'wait 200ms ignition off' 'wait 200ms key remove' \
		'wait 200ms fob 1 press unlock' 'wait 1s fob 1 click lock' 'wait 1s fob 1 click lock' \
		'wait 1s fob 1 click lock' 'wait 500ms fob 1 release unlock'
	: >"$t/err"
	hear
	out=$(cat "$t/steps")
	ok "program: 0" is "$status" 0
	json "all steps, live" 'if .event == "step" then .ok else .verdict == "programmed" end'
	end
}

virtual() {
	begin
	# Our own simulated car is no car: a K-bus frame that no car is sent (DESIGN 6). Another copy of
	# the program is another program.
	mk send -c r53 -i "$address" 44 05 BF 74 04 01 8F
	ok "the gate takes the car of this program for virtual: 0" is "$status" 0
	cp "$MINIKEY" "$t/other"
	run timeout -k 2 10 "$t/other" send -c r53 -i "$address" 44 05 BF 74 04 01 8F
	ok "another program does not: 7" is "$status" 7
	ok "it says why" contains "$err" "--bench"

	end
}

alike() {
	begin
	if command -v jq >/dev/null 2>&1; then
		both keys
		both status --poll
		both scan
		both faults
	else
		skip "keys, status, scan, faults" "no jq"
	fi
	mk send -c r53 -i "$address" Body Door_Driver=open
	ok "send, by name: 0" is "$status" 0
	end
}

triggered() {
	begin
	listen program -c r53 --built 2005-06 --trigger
	ok "program --trigger: the ignition is played" contains "$first" '"id":"ignition","ok":true'
	kill -INT "$listener"
	hear
	ok "program --trigger: can be ended" is "$status" 130
	end
}

joins() {
	# Whoever joins while the car starts speaks between its frames, and not into one.
	for i in 1 2 3 4; do
		begin
		mk status --poll -i "$address"
		ok "status of a car that just starts, $i: 0" is "$status" 0
		ok "no collision, no byte in no frame" is "$err" ""
		end
	done
}

another_wire() {
	# On a wire that carries no K-bus this is said while it is listened to, once; and what to do.
	begin
	mk status --poll -i "$address"
	tell 'fault noise 100%'
	rm -f "$t/heard"
	mkfifo "$t/heard"
	timeout -k 2 20 "$MINIKEY" watch -i "$address" >"$t/out" 2>"$t/heard" &
	listener=$!
	exec 5<"$t/heard"
	read -r first <&5
	tell 'wait 100ms door driver open' 'wait 500ms door driver close' 'wait 500ms door driver open' \
		'wait 500ms door driver close' 'wait 500ms door driver open' 'wait 500ms door driver close'
	read -r err <&5
	ok "another wire: said early" is "$err" "minikey watch: $address: bytes come, but no frame of a known device: is this the \
K-bus wire, is the cable's ground connected?"
	kill -INT "$listener"
	hear_rest=$(cat <&5)
	ok "and not again" is "$(printf '%s\n' "$hear_rest" | grep -c 'bytes come')" 0
	wait "$listener" || :
	end
}

recorded() {
	# An initialisation that is recorded, and judged afterwards.
	begin
	rm -f "$t/heard"
	mkfifo "$t/heard"
	timeout -k 2 20 "$MINIKEY" record -c r53 -i "$address" >"$t/heard" 2>"$t/err" &
	listener=$!
	exec 5<"$t/heard"
	# What the car says when it begins may have been before: it says more.
	tell 'boot open' 'wait 400ms boot close' 'wait 400ms boot open' 'wait 400ms boot close' \
		'wait 400ms boot open' 'wait 400ms boot close' 'wait 400ms boot open' 'wait 400ms boot close'
	read -r first <&5
	tell 'ignition acc' 'wait 200ms ignition off' 'wait 200ms key remove' 'wait 200ms fob 1 press unlock' \
		'wait 1s fob 1 click lock' 'wait 1s fob 1 click lock' 'wait 1s fob 1 click lock' \
		'wait 500ms fob 1 release unlock' 'wait 200ms fault unplug'
	hear
	{ printf '%s\n' "$first"; printf '%s\n' "$out"; } >"$t/played.log"
	ok "record: 5, the port is gone" is "$status" 5
	ok "record: said" contains "$err" "the cable is gone"
	mk decode -c r53 --events --json "$t/played.log"
	ok "decode what was recorded: 0" is "$status" 0
	ok "decode: the fob's button" contains "$out" '"event":"fob","name":"slot 0","value":"unlock"'
	mk report -c r53 --built 2005-06 --fobs 1 "$t/played.log" -o "$t/page.html"
	ok "report: it says yes" is "$status" 0
	ok "report: a page" contains "$(cat "$t/page.html")" "</html>"
	exec 3>&-
	status=0
	wait "$car" || status=$?
	ok "the car ends" is "$status" 0
}

played() {
	# A script that has been played is the end, whether somebody listens or nobody.
	echo 'at 200ms door driver open' >"$t/script"
	mk sim r53 -i kbus:pty --script "$t/script"
	ok "a script that nobody hears: 0" is "$status" 0
	: >"$t/empty"
	mk sim r50 -i kbus:pty --script "$t/empty"
	ok "an empty script: 0" is "$status" 0

	echo 'at 3s door driver open' >"$t/script"
	begin --script "$t/script"
	mk watch -c r53 -i "$address" --only door
	ok "what the script does is heard until the port is gone: 5" is "$status" 5
	ok "the last of it, too" contains "$out" "driver door: open"
	status=0
	wait "$car" || status=$?
	ok "a script that is heard: 0" is "$status" 0
	exec 3>&-
}

together played watched virtual alike triggered joins another_wire recorded

fails 64 "give the port that it prints" watch -i kbus:pty
fails 64 "the r56 has no K-bus" sim r56 -i kbus:pty
finish
