#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey links where it changes nothing: the list, and what is refused before an
# interface is touched. The rest is in tests/vm/links.vm.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

mk links
ok "the list: 0" is "$status" 0
interfaces=$out
mk links --json
ok "the list as JSON: 0, one line, silent" is "$status $(lines "$out") $err" "0 1 "
json "it has both arrays" '(.can | type) == "array" and (.serial | type) == "array"'
json "every interface has an address and a kind" 'all(.can[]; (.address | type) == "string" and
	has("kind") and (.up | type) == "boolean")'
json "every adapter has a device and addresses" 'all(.serial[]; (.device | startswith("/dev/tty")) and
	(.addresses | length) > 0)'
ok "the list for people has as many" is \
	"$(printf '%s\n' "$interfaces" | grep -c '^[^ ]')" \
	"$(printf '%s\n' "$out" | grep -o '"address":\|"device":' | grep -c .)"

for what in up down restart; do
	fails 5 "no interface 'nosuchcan0'; 'minikey links' lists" links $what nosuchcan0
	fails 5 "no interface 'aaaaaaaaaaaaaaaaaaaaaaaaa'" links $what aaaaaaaaaaaaaaaaaaaaaaaaa
	fails 5 "no interface '../lo'" links $what ../lo
	fails 5 "no interface ''" links $what ''
	fails 5 "'lo' is no CAN interface" links $what lo
	fails 64 "$what: no INTERFACE" links $what
	fails 64 "$what: more than one INTERFACE" links $what can0 can1
	fails 64 "--json is for the list" links --json $what can0
done
fails 5 "no interface 'nosuchcan0'" links up nosuchcan0 --bitrate 100k --sample-point 0.875 \
	--restart 100ms --listen-only
fails 64 "'sideways' is not 'up', 'down' or 'restart'" links sideways can0
fails 64 "say 'up INTERFACE'" links --bitrate 100k
for option in '--bitrate 100k' '--restart 1s' --listen-only; do
	# shellcheck disable=SC2086
	fails 64 "down takes no" links down can0 $option
	# shellcheck disable=SC2086
	fails 64 "restart takes no" links restart can0 $option
done
fails 64 "--sample-point needs --bitrate" links up can0 --sample-point 0.8
for rate in 0 100x -1 '' 5000M; do
	fails 64 "--bitrate: '$rate' is no bit rate" links up can0 --bitrate "$rate"
done
for point in 0 1 0,875 x ''; do
	fails 64 "--sample-point: '$point' is no part of a bit" links up can0 --bitrate 100k \
		--sample-point "$point"
done
fails 64 "--restart: 'soon' is no duration" links up can0 --restart soon
fails 64 "--restart: '0.5ms' is no whole number of milliseconds" links up can0 --restart 0.5ms
fails 64 "--restart: '50d' is no duration" links up can0 --restart 50d
fails 64 "--restart: '1200h' is no whole number" links up can0 --restart 1200h
# ---- asking a port ----

# wire LINE...: probe a port that carries LINEs, as JSON
wire() {
	rm -f "$t/path"
	mkfifo "$t/path"
	printf '%s\n' "$@" | grep . | python3 "$top_srcdir/tests/lib/wire.py" >"$t/path" 2>"$t/sent" &
	read -r path <"$t/path"
	mk links "--probe=$path" --json
}

probe() {
	printf '%s\n' "$out" | jq -e ".can == [] and (.serial | length) == 1 and
		(.serial[0].probe | $1)" >/dev/null
}

heard() {
	wire '80 04 BF 11 01 2B'
	ok "--probe, a K-bus: 0" is "$status" 0
	ok "--probe, a K-bus: its address" probe ".opened and .wire == \"kbus\" and .frames == 1 and
		.bytes == 6 and .use == \"kbus:$path\" and .either == []"
	wait $!
	ok "--probe, a K-bus: nothing was sent" is "$(cat "$t/sent")" ""
}

# One frame with a good checksum, but of a device that no document has: that can be chance.
heard_chance() {
	wire '01 04 02 11 01 17'
	ok "--probe, one frame of nobody: no K-bus" probe '.wire != "kbus" and .frames == 1 and .use == null'
	wait $!
	wire '01 04 02 11 01 17' '01 04 02 11 02 14'
	ok "--probe, two of them: a K-bus" probe ".wire == \"kbus\" and .frames == 2 and .use == \"kbus:$path\""
	wait $!
}

not_asked() {
	wire '01 02 03 04'
	ok "--probe, no K-bus: 0" is "$status" 0
	ok "--probe, no K-bus: a car that may be locked is not asked" probe '.wire == "not-asked" and
		.use == null and .frames == 0 and .bytes == 4 and .dsr == null'
	wait $!
	ok "--probe, no K-bus: nothing was sent" is "$(cat "$t/sent")" ""
}

# car BUS: a simulated one at the OBD plug, or on the K-bus: it is virtual, and asked
car() {
	mkfifo "$t/lines" "$t/said"
	timeout -k 2 20 "$MINIKEY" sim r53 -i "$1:pty" <"$t/lines" >"$t/said" 2>/dev/null &
	exec 3>"$t/lines" 4<"$t/said"
	read -r address <&4
	path=${address#*:}
}

answers() {
	car kline
	mk links "--probe=$path" --json
	ok "--probe, modules: 0" is "$status" 0
	ok "--probe, modules: three answer" probe ".wire == \"answer\" and .modules == 3 and .use == \"$address\""
}

no_power() {
	car kline
	echo 'fault no-echo' >&3
	mk links "--probe=$path" --json
	ok "--probe, no power: 0" is "$status" 0
	ok "--probe, no power" probe '(.wire == "no-echo" or .wire == "garbled") and .use == null'
}

# What the car says when it begins is over before the K-bus is listened to.
asleep() {
	car kbus
	mk scan -i "$address"
	ok "a K-bus: its modules answer" is "$status" 0
	mk links "--probe=$path" --json
	ok "--probe, an idle K-bus: either" probe ".wire == \"echo\" and .frames == 0 and .use == null and
		.either == [\"kline:$path\", \"kbus:$path\"]"
	mk links "--probe=$path"
	ok "--probe, an idle K-bus: it is not called a K-line" contains "$out" "K-line or a sleeping K-bus: not known"
	ok "--probe, an idle K-bus: both addresses" contains "$out" "-i kline:$path, or -i kbus:$path"
}

together heard heard_chance asleep not_asked answers no_power

fails 5 "'/dev/null' is no serial port" links --probe=/dev/null
fails 5 "no '/dev/nowhere'" links --probe=/dev/nowhere --json
fails 64 "too long for a device" links --probe=/dev/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
fails 64 "--probe is for the list" links --probe down can0

"$MINIKEY" links --json >/dev/full 2>"$t/err" && status=0 || status=$?
ok "the output cannot be written: 74" is "$status $(cat "$t/err")" \
	"74 minikey links: cannot write: No space left on device"
finish
