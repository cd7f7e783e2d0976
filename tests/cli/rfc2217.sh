#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A serial port behind a network, by RFC 2217: how it is set, what is heard, what goes wrong.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# port MODE LINE... -- ARG...: run minikey on a port behind a server, which carries LINEs
kind=kbus rate=
port() {
	rm -f "$t/port"
	mkfifo "$t/port"
	: >"$t/lines"
	mode=$1
	shift
	while [ "$1" != -- ]; do
		printf '%s\n' "$1" >>"$t/lines"
		shift
	done
	shift
	python3 "$top_srcdir/tests/lib/rfc2217.py" "$mode" <"$t/lines" >"$t/port" 2>"$t/set" &
	read -r port <"$t/port"
	mk "$@" -i "$kind:rfc2217://127.0.0.1:$port$rate"
	wait $!
	set=$(tr '\n' ';' <"$t/set")
}

ignition='80 04 BF 11 01 2B'
locked='00 05 BF 7A 30 03 F3'
key='44 05 BF 74 01 FF 74'

heard() {
	port '' F3 "$ignition" "$locked" "$key" -- status --json
	ok "status: 0" is "$status" 0
	json "the body" '.car == "r5x" and .ignition == "acc" and .locks == "secured"'
	ok "the port was set, DTR and RTS on purpose, and nothing was sent" is "$set" \
		"baud 9600;parity even;dtr on;rts off;purge 1;"

	port '' "$key" -- monitor --count 1 --json
	json "FF is a byte like others" '.id == "1B44BF74" and .data == "01FF"'
	port chatty "$ignition" -- monitor --count 1 --json
	json "a server with options of its own" '.id == "1B80BF11" and .data == "01"'
	ok "they are refused, as RFC 854 says: 1 by DONT, 24 and 31 by WONT" contains \
		"$(tr '\n' ';' <"$t/set" | tr -d ' ')" "refused1;refused24;refused31;"
}

hung_up() {
	port '' "$ignition" ! -- watch -c r53 --only lock
	ok "the server hangs up: 5" is "$status" 5
	ok "the server hangs up: said" contains "$err" "is gone"
}

refused() {
	port refuse -- status
	ok "no RFC 2217: 5" complains_once 5 "does not speak RFC 2217" status
	ok "no RFC 2217: the way out" contains "$err" "tcp://"
	port no-parity -- status
	ok "no parity: 5" complains_once 5 "even parity" status
}

silent() {
	port silent -- status
	ok "no telnet: 5" complains_once 5 "does not speak RFC 2217" status
}

# Nothing answers at any rate.
no_adapter() {
	kind=elm
	port '' -- status
	ok "no ELM327: 5" complains_once 5 "no adapter answers at 38400 baud or another usual rate" status
	contains "$set" "baud 38400;" && contains "$set" "baud 115200;" && contains "$set" "baud 9600;"
	ok "no ELM327: it was looked for at other rates" is $? 0
}

no_adapter_there() {
	kind=elm rate=@57600
	port '' -- status
	ok "no ELM327 at the given rate: 5" complains_once 5 "no adapter answers at 57600 baud or another" status
}

together heard hung_up refused silent no_adapter no_adapter_there

fails 5 "Connection refused" status -i kbus:rfc2217://127.0.0.1:1
fails 5 "no such host: is its name right?" status -i kbus:rfc2217://nowhere.invalid:2217
misused "rfc2217://HOST:PORT" status -i kbus:rfc2217://127.0.0.1
finish
