#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A simulated R56 behind simulated OBD adapters: what is said over them is what is said of the
# same car without, also when the serial line is bad.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
. "$top_srcdir/tests/lib/car.sh"

# begin WHERE: a car behind a new adapter, $address
begin() {
	play r56 "elm:$1"
}

end() {
	exec 3>&- 4<&-
	kill "$car" 2>/dev/null
	wait "$car" || :
}

# Without what varies from run to run: times.
plain() {
	jq -cS 'del(.age_s) | del(.keys[]?.last_used) | del(.modules[]?.answer_ms)'
}

mk status --json --poll -i sim:r56
status_want=$(printf '%s' "$out" | plain)
mk scan --json -i sim:r56
scan_want=$(printf '%s' "$out" | plain)
ask_keys="keys -c r56 --poll --json"
mk keys --json -i sim:r56
keys_want=$(printf '%s' "$out" | plain)

behind() {
	kind=$1
	begin "pty,$kind"
	ok "$kind: the address is printed" contains "$address" "elm:/dev/pts/"
	# shellcheck disable=SC2086
	mk $ask_keys -i "$address"
	ok "$kind: keys: 0" is "$status" 0
	ok "$kind: the keys are as without" is "$(printf '%s' "$out" | plain)" "$keys_want"
	mk status --poll -i "$address" -c r56 --json
	ok "$kind: status: 0" is "$status" 0
	ok "$kind: status is as without" is "$(printf '%s' "$out" | plain)" "$status_want"
	ok "$kind: nothing was wrong" is "$err" ""

	listen watch -c r56 --until lock=locked
	ok "$kind: watch is ready" contains "$first" '"event":"ready"'
	tell 'key remove' 'fob 1 click lock'
	hear
	ok "$kind: watch: 0" is "$status" 0
	ok "$kind: the fob" contains "$out" '"event":"fob","name":"slot 0","value":"lock"'
	ok "$kind: the lock" contains "$out" '"event":"lock"'
	ok "$kind: nothing was damaged" is "$err" ""
	end
}

clone() {
	behind clone
}

genuine() {
	behind genuine
}

stn() {
	behind stn
}

network() {
	begin tcp,genuine
	ok "on the network: the address" contains "$address" "elm:tcp://127.0.0.1:"
	mk scan --poll --bench --allow-unverified --timeout 100ms -i "$address" -c r56 --json
	ok "on the network: scan: 0" is "$status" 0
	ok "on the network: the modules are the same" is "$(printf '%s' "$out" | plain)" "$scan_want"
	end
}

# ---- what is no OBD adapter ----

stick() {
	for kind in lawicel canable; do
		play r56 "slcan:pty,$kind"
		port=${address#slcan:}
		fails 5 "but a stick for CAN: it is slcan:$port" status -i "elm:$port"
		end
	done
}

silent() {
	answer ''
	fails 5 "no adapter answers: is it in the OBD socket" status -i "elm:$port"
	answer '='
	fails 5 "or the wire of a K-line cable (kline:$port" status -i "elm:$port"
}

# Its echo comes, its answers do not: it need not be a cable.
hangs() {
	begin pty
	tell 'fault serial late 3s'
	fails 5 "echoes, but does not answer: an adapter that hangs" status -i "$address"
	end
}

prompts() {
	answer '>'
	fails 5 "what answers there is no ELM327" status -i "elm:$port"
}

# ---- a bad serial line: the same, or a clear error ----

bad_line() {
	begin pty,genuine
	tell "fault $1"
	# shellcheck disable=SC2086
	mk $ask_keys -i "$address"
	ok "$1: 0" is "$status" 0
	ok "$1: the same keys" is "$(printf '%s' "$out" | plain)" "$keys_want"
	end
}

bad_lines() {
	for fault in 'serial nul 2%' 'serial split 20ms' 'serial late 50ms' 'serial baud 38400'; do
		bad_line "$fault"
	done
}

# Each key that is told is one that the car has.
known() {
	printf '%s\n' "$out" | plain | jq -c '.keys[] | [.kind, .slot, .in_lock]' >"$t/got"
	while read -r key; do
		printf '%s' "$keys_want" | jq -e --argjson k "$key" \
			'any(.keys[]; [.kind, .slot, .in_lock] == $k)' >/dev/null || return 1
	done <"$t/got"
}

worse_line() {
	begin pty,genuine
	tell "fault $1"
	# shellcheck disable=SC2086
	mk $ask_keys -i "$address"
	ok "$1: an error is said, or nothing is wrong" [ "$status" = 0 -o -n "$err" ]
	ok "$1: no key that is not there" known
	end
}

loses() {
	worse_line 'serial lose 2%'
}

wrong_echo() {
	worse_line 'serial wrong-echo'
}

starts_anew() {
	begin pty,genuine
	listen monitor -c r56 --all --count 40
	tell 'fault serial reset'
	hear
	ok "started anew while somebody listens: 0" is "$status" 0
	ok "started anew: told" contains "$err" "started anew 1 times"
	end
}

# It says what it can of a bus that is off, also to who comes later.
bus_off() {
	begin pty
	listen watch --until error=bus-error
	tell 'fault busoff'
	hear
	ok "bus-off: 0" is "$status" 0
	ok "bus-off: told as the adapter tells it" contains "$out" '"event":"error","name":"bus","value":"bus-error"'
	mk watch -i "$address" --for 10s --until error=bus-error --json
	ok "bus-off: told to who comes later" is "$status" 0
	end
}

# Many frames in no time, into 256 bytes and 9600 bit/s.
too_much() {
	begin pty,clone
	tell 'fault serial baud 9600'
	listen monitor -c r56 --all --for 4s
	for i in 1 2 3 4 5 6 7 8; do
		tell 'door driver open' 'window driver open' 'boot open' 'door driver close' \
			'window driver close' 'boot close'
	done
	hear
	ok "too much for a slow line: 0" is "$status" 0
	ok "too much for a slow line: lost frames are told" contains "$out" '"lost"'
	json "what is heard is what the car says" \
		'if .id then (.id | length) == 3 and ((.data // "") | length) <= 16 else true end'
	end
}

taken() {
	begin tcp
	fails 5 "another program has this port" sim r56 -i "elm:tcp:${address##*:}"
	mk keys -c r56 -i "$address" --timeout 500ms
	ok "only heard: 0, and how they are asked" is "$status ${err#*; }" \
		"0 --poll does that, and lists the keys they know"
	end
}

together clone genuine stn network stick silent hangs prompts bad_lines loses wrong_echo starts_anew bus_off too_much taken

# ---- what cannot be ----

fails 64 "give the port that it prints" watch -i elm:pty
fails 64 "kbus:pty is its wire" sim r53 -i elm:pty
misused "clone, genuine or stn" sim r56 -i elm:pty,other
misused "clone, genuine or stn" sim r56 -i elm:tcp:0,
for port in tcp: tcp:x tcp:65536 tcp:192.168.0.10:35000; do
	misused "an adapter on the network it is tcp://HOST:PORT; of a simulated car tcp:PORT" sim r56 -i "elm:$port"
done
for rate in 0 1 9599 4000001 999999999 fast; do
	misused "serial rate, 9600 to 4000000" keys -i "elm:/dev/nowhere@$rate"
done
fails 5 "no '/dev/nowhere'" keys -i elm:/dev/nowhere@4M
fails 5 "no such host: is its name right?" keys -i elm:tcp://nowhere.invalid:35000
finish
