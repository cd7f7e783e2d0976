#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A simulated R56 behind simulated CAN sticks, on a pty: what is said over slcan is what is
# said of the same car without, also when the serial line is bad.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
. "$top_srcdir/tests/lib/car.sh"

# begin KIND: a car behind a new stick, $address
begin() {
	play r56 "slcan:pty${1-}"
}

# The car ends with its wire; $ended is its status.
leave() {
	exec 3>&- 4<&-
	ended=0
	wait "$car" || ended=$?
}

end() {
	tell 'fault unplug'
	leave
}

# What varies from run to run, and the name of the interface. A key was last used when its next
# message came: that may not have been yet.
plain() {
	sed -e 's/"\(t\|answer_ms\|last_used\)":[-0-9.e+nul][-0-9.e+nul]*/"\1":0/g' -e "s|$address|sim:r56|g" \
		-e 's/"age_s":{[^}]*}/"age_s":{}/'
}

# alike ARG...: the command says the same over slcan as in one process
alike() {
	mk "$@" -i sim:r56 --poll --json
	want=$(printf '%s' "$out" | plain)
	mk "$@" -i "$address" -c r56 --poll --bench --allow-unverified --json
	ok "$* over $1 $kind: 0" is "$status" 0
	ok "$* $kind: the same as without" is "$(printf '%s' "$out" | plain)" "$want"
	ok "$* $kind: nothing was wrong" is "$err" ""
}

same_as_without() {
	kind=$1
	begin "$kind"
	ok "the address is printed$kind" contains "$address" "slcan:/dev/pts/"
	alike keys
	alike scan
	alike status

	listen watch -c r56 --until lock=locked
	ok "watch is ready$kind" contains "$first" '"event":"ready"'
	tell 'key remove' 'fob 1 click lock'
	hear
	ok "watch$kind: 0" is "$status" 0
	json "each line is an event$kind" 'has("event")'
	ok "the fob$kind" contains "$out" '"event":"fob","name":"slot 0","value":"lock"'
	ok "nothing was damaged$kind" is "$err" ""

	listen watch -c r56
	tell 'fault unplug'
	hear
	ok "unplug$kind: 5" is "$status" 5
	ok "unplug$kind: said" contains "$err" "the cable is gone"
	leave
	ok "the car ends$kind" is "$ended" 0
}

lawicel() {
	same_as_without ''
}

canable() {
	same_as_without ,canable
}

# ---- a bad serial line: the same, or a clear error ----

address=none
mk keys -i sim:r56 --poll --json
keys_want=$(printf '%s' "$out" | plain)

# hurt LINE: with this fault
hurt() {
	begin
	tell "$1"
	mk keys -i "$address" -c r56 --poll --bench --allow-unverified --json
	got=$(printf '%s' "$out" | plain)
	ok "$1: an error is said" [ "$status" = 0 -o -n "$err" ]
	end
}

bad_lines() {
	for fault in 'split 20ms' 'nul 2%' 'late 50ms'; do
		hurt "fault serial $fault"
		ok "$fault: 0" is "$status" 0
		ok "$fault: the same keys" is "$got" "$keys_want"
	done
}

# No key may be there that the car has not: each that is told is one of those it knows.
not_wrong() {
	printf '%s\n' "$got" | tr '{' '\n' | grep '"slot"' | tr -d ']}' | sed 's/,$//' >"$t/got"
	while read -r key; do
		contains "$keys_want" "${key%%,\"state\"*}" || return 1
	done <"$t/got"
}

worse_lines() {
	hurt 'fault serial lose 2%'
	ok "lose 2%: the same, or less" not_wrong
	hurt 'fault serial echo'
	ok "echo: no key is made up" not_wrong
}

starts_anew() {
	begin
	tell 'fault serial echo'
	fails 5 "sends back what it is sent" keys -i "$address" -c r56 --bench
	tell 'fault off'
	listen monitor -c r56 --all --count 3
	tell 'fault serial reset'
	hear
	ok "started anew while somebody listens: 0" is "$status" 0
	end
}

# It says what it can of a bus that is off, also to who comes later.
bus_off() {
	begin
	listen watch --until error=bus-error
	tell 'fault busoff'
	hear
	ok "bus-off: 0" is "$status" 0
	ok "bus-off: told as the adapter tells it" contains "$out" '"event":"error","name":"bus","value":"error-passive"'
	mk watch -i "$address" --for 10s --until error=bus-error --json
	ok "bus-off: told to who comes later" is "$status" 0
	end
}

# ---- what is no stick ----

elm327() {
	play r56 elm:pty
	port=${address#elm:}
	fails 5 "but an ELM327: it is elm:$port" status -i "slcan:$port"
	mk keys -c r56 -i "$address"
	ok "an ELM327 that has worked: 0" is "$status" 0
	fails 5 "but an ELM327: it is elm:$port" status -i "slcan:$port"
	end
}

something_else() {
	answer '\a'
	fails 5 "refuses all it is told, even to say who it is" status -i "slcan:$port"
	answer '='
	fails 5 "perhaps a K-line cable (kline:$port" status -i "slcan:$port"
}

# ---- other programs ----

python_can() {
	if ! /usr/bin/python3 -c 'import can' 2>/dev/null; then
		skip "python-can hears the car, and is answered" "no python3-can for /usr/bin/python3"
		return
	fi
	begin
	out=$(timeout -k 2 20 /usr/bin/python3 - "${address#slcan:}" 2>"$t/err" <<'PY'
import sys, can
bus = can.Bus(interface="slcan", channel=sys.argv[1], bitrate=500000, sleep_after_open=0)
bus.send(can.Message(arbitration_id=0x6f1, is_extended_id=False, data=[0x40, 0x02, 0x1a, 0x80]))
ids = set()
while not {0x130, 0x640} <= ids:
    m = bus.recv(5)
    if m is None:
        break
    ids.add(m.arbitration_id)
print("broadcast" if 0x130 in ids else "-", "answer" if 0x640 in ids else "-")
bus.shutdown()
PY
	)
	ok "python-can hears the car, and is answered" is "$out" "broadcast answer"
	end
}

together lawicel canable bad_lines worse_lines starts_anew bus_off elm327 something_else python_can

# ---- what cannot be ----

fails 64 "give the port that it prints" watch -i slcan:pty
fails 64 "kbus:pty is its wire" sim r53 -i slcan:pty
misused "lawicel or canable" sim r56 -i slcan:pty,other
misused "tcp:PORT" sim r56 -i slcan:tcp:
for rate in 83.333k 0 fast 499999; do
	misused "slcan has no code for others" watch -i "slcan:/dev/ttyACM0@$rate"
done
misused "2M or 5M" watch -i slcan:/dev/ttyACM0@500k/4M
fails 5 "no '/dev/nowhere'" watch -i slcan:/dev/nowhere@100k
fails 5 "no serial port" watch -i slcan:/dev/null
fails 5 "Connection refused" keys -i slcan:tcp://127.0.0.1:1
finish
