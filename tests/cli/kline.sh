#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A K-line cable whose DSR says that the ignition is on: what modules say, and what is wrong
# where none can be asked. It is behind RFC 2217, which has modem lines, rates and breaks.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# line MODE [REQUEST=ANSWER...] -- ARG...: run minikey with a cable of that kind
line() {
	rm -f "$t/port"
	mkfifo "$t/port"
	mode=$1
	shift
	answers=
	while [ "$1" != -- ]; do
		answers="$answers $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	echo "modem 20" | python3 "$top_srcdir/tests/lib/rfc2217.py" "$mode" $answers >"$t/port" 2>"$t/set" &
	read -r port <"$t/port"
	mk "$@" -i "kline:rfc2217://127.0.0.1:$port" -c r53 --poll
	wait $!
}

# BC1RD by the ident of kbus.md 4.3 with its diagnosis index (3.2); the EWS refuses. The engine
# takes no wake-up, but KWP2000*.
ident=0010A0883694831403A3000996021323
answers() {
	line echo "00040004=$ident" 44040040=4404B0F0 B812F1021A80C3=B8F112045A805678AB -- scan --json \
		--allow-unverified --timeout 300ms
	ok "scan: 0" is "$status" 0
	json "what answered, and what did not" '[.modules[] | .address + " " + .protocol + " " + .state] ==
		["00 ds2 answered", "12 kwp answered", "44 ds2 refused"]'
	json "the refusal in words" '.modules[] | select(.address == "44") | .reason == "parameter error"'
	set=$(cat "$t/set")
	ok "how the port is set for DS2" contains "$set" "baud 9600
parity even
dtr off
rts off"
	ok "the 00 at 360 baud, and StartCommunication" contains "$set" "baud 360
parity none
dtr off
rts off
data 00
baud 10400"
	ok "the break" contains "$set" "break on
break off"
}

busy() {
	# Busy, in the same breath the answer.
	line echo "00040004=0004A1A5$ident" -- scan --json
	json "busy first" '[.modules[] | select(.state == "answered") | .address] == ["00"]'
}

damaged() {
	# What is damaged is asked for three times in all; a byte more, and it is none.
	line echo "00040004=00$ident" -- scan --json
	json "damaged, each time" '.modules[] | select(.address == "00") | .state == "failed" and
		.reason == "its answer was damaged on the wire"'
	ok "asked three times" is "$(grep -c 'data 00' "$t/set")" 3
}

another() {
	# An answer of another module is not the asked one's, and what no document has is not asked.
	line echo 00040004=4404A0E0 -- scan --json
	ok "another's answer: 7" is "$status" 7
	ok "it alone is asked, and once more after silence" is "$(grep data "$t/set")" "data 00 04 00 04
data 00 04 00 04"
}

silence() {
	line echo -- scan --allow-unverified --timeout 300ms
	ok "silence: 3" complains_once 3 "with pins 7 and 8 joined in the cable all are reached" scan
}

no_echo() {
	line dead -- scan
	ok "no echo: 5" complains_once 5 "no echo on 'rfc2217://127.0.0.1:$port': the cable has no 12 V" scan
	ok "no echo: one request" is "$(grep -c data "$t/set")" 1
	line wrong -- scan
	ok "another echo: 5" complains_once 5 "byte 1 of 4 was sent as 00 and came back as 10" scan
	ok "another echo: three tries" is "$(grep -c data "$t/set")" 3
}

never_idle() {
	line talk -- scan
	ok "never idle: 5" complains_once 5 "is never idle: another tester talks" scan
	ok "never idle: nothing was sent" is "$(grep -c data "$t/set")" 0
}

together answers busy damaged another silence no_echo never_idle

finish
