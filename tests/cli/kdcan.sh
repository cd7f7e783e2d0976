#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A K+DCAN cable behind a network: questions and answers, and nothing else. Its locks are
# not heard, so the first request is a single read of the terminal state.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# cable REQUEST=ANSWER... -- ARG...: run minikey with the cable's address in place of @
cable() {
	mkfifo "$t/port"
	answers=
	while [ "$1" != -- ]; do
		answers="$answers $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	python3 "$top_srcdir/tests/lib/cable.py" $answers >"$t/port" 2>"$t/requests" &
	read -r port <"$t/port"
	case $port in
	/*) ;;
	*) port=tcp://127.0.0.1:$port ;;
	esac
	mk "$@" -i "kdcan:$port" --poll --timeout 300ms
	wait $!
	rm "$t/port"
	requests=$(tr '\n' ';' <"$t/requests")
}

keys_asked() {
	cable 22DC56=62DC5609 22DAB4=62DAB401 -- keys -c f56 --json
	ok "keys: 0" is "$status" 0
	json "the current key" '.car == "f56" and [.keys[].slot] == [1] and .complete == false'
	ok "the terminal state is asked for first" is "$requests" "40 22DC56;40 22DAB4;"
}

status_asked() {
	cable 22DC56=62DC5609 22DA87=62DA8700000000 -- status --json
	ok "status: 0" is "$status" 0
	json "a car that nobody named" '.car == "f5x" and .ignition == "on" and .locks == "unlocked"'

	cable 22DC56=62DC5609 22DA87=62DA8701010101 -- status --json
	ok "locked, with the ignition on: 0" is "$status" 0
	json "the picture until then" '.car == "f5x" and .ignition == "on" and .locks == "locked" and
		.doors.driver == "unknown"'
	ok "it says why there is no more" contains "$err" "the car is locked"
	ok "and asks no more" is "${requests##*22DA87}" ";"
}

nothing_more() {
	cable 22DC56=62DC5602 -- keys -c f56
	ok "ignition off: 7, and no more than that one request" is "$status;$requests" "7;40 22DC56;"
	ok "ignition off: what to do" contains "$err" "switch the ignition on"
	cable 22DC56=7F2222 -- keys -c f56
	ok "refused: 4" complains_once 4 "conditions not correct" keys
	cable 22DC56=- -- keys -c f56
	ok "silence: 3" complains_once 3 "no answer" keys
	cable 22DC56=! -- keys -c f56
	ok "the cable goes away: 5" complains_once 5 "gone" keys
	ok "one request each" is "$requests" "40 22DC56;"
}

own_port() {
	# On a serial port.
	cable --pty 22DC56=62DC5609 22DAB4=62DAB401 -- keys -c f56 --json
	ok "a port, keys: 0" is "$status" 0
	json "a port: the current key" '.car == "f56" and [.keys[].slot] == [1]'
	cable --pty 22DC56=- -- keys -c f56
	ok "a port, silence after the echo: 3" complains_once 3 "no answer" keys
	ok "a port, silence: ends with what to do" is "${err##*; }" "switch the ignition on"
}

bad_port() {
	cable --pty --no-echo -- keys -c f56
	ok "no echo: 5" complains_once 5 "no echo on '$port': the cable has no 12 V" keys
	ok "no echo: one request" is "$requests" "40 22DC56;"
	cable --pty --garbage -- keys -c f56
	ok "garbage: 5" complains_once 5 "what came is no telegram" keys
	cable --pty 22DC56=! -- keys -c f56
	ok "a port that goes away: 5" complains_once 5 "the cable is gone: was it unplugged?" keys
	cable --no-echo -- keys -c f56
	ok "a network need not give back what is sent: 3" complains_once 3 "no answer" keys
}

together keys_asked status_asked nothing_more own_port bad_port

for c in monitor watch 'record -o x.log' program; do
	# shellcheck disable=SC2086 # words are meant to be split
	fails 5 "no frames are heard" $c -i kdcan:tcp://localhost:9
done
finish
