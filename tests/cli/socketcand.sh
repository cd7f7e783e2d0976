#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# socketcand: one minikey is the car and the server, others are its clients.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
. "$top_srcdir/tests/lib/car.sh"

# car WHERE CAR ARG...: a car on socketcand:WHERE, $address
car() {
	where=$1 model=$2
	shift 2
	play "$model" "socketcand:$where" "$@"
}

# gone: the car ends; its exit status
gone() {
	kill -INT "$car"
	exec 3>&- 4<&-
	status=0
	wait "$car" || status=$?
}

# without FILTER: $out without what a real link and a simulated one differ in, sorted keys
same_as_inside() {
	jq -cS "$1" "$t/inside" >"$t/want" && printf '%s\n' "$out" | jq -cS "$1" | cmp -s - "$t/want"
}

command -v jq >/dev/null || {
	skip "socketcand" "no jq"
	finish
	exit
}

# ---- the same as on sim:r56 ----

# alike WHAT COMMAND ARG...: on a car of its own
alike() {
	what=$1 command=$2
	shift 2
	does 0 "$command" -i sim:r56 --json
	printf '%s\n' "$out" >"$t/inside"
	car :0 r56
	does 0 "$command" -c r56 -i "$address" "$@" --json
	ok "$command $*: the same" same_as_inside "$what"
	gone
}

body='[.car, .ignition, .key_in_lock, .key_number, .locks, .doors, .boot, .bonnet]'
listened() {
	alike "$body" status
}

polled() {
	alike "$body" status --poll
}

modules='del(.interface) | .modules[] |= del(.answer_ms)'
scanned() {
	alike "$modules" scan --poll --allow-unverified
}

# A car may be behind a socketcand, so only what real ones answer is asked.
keys_asked() {
	car :0 r56
	ok "the address is printed" contains "$address" "socketcand:127.0.0.1:"
	ok "and the bus's name" is "${address##*/}" can0
	mk keys -c r56 -i "$address" --poll --json
	ok "keys --poll: 0" is "$status" 0
	ok "keys --poll: what no real car is asked is said" contains "$err" "more is not asked"
	json "keys: transponder 0 is in the lock" \
		'[.keys[] | select(.kind == "transponder" and .in_lock)] | length == 1 and .[0].slot == 0'
	json "keys: the fobs" '[.keys[] | select(.kind == "fob") | .slot] == [0, 1]'
	gone
}

watched() {
	car :0 r56
	script='door driver open\ndoor driver close\nkey remove\nfob 1 click lock\n'
	printf "$script" | sed 's/^/wait 500ms /' >"$t/script.sim"
	mk watch -i sim:r56 --sim-script "$t/script.sim" --json --until lock=locked
	printf '%s\n' "$out" | jq -c 'select(.event != "ready")' >"$t/inside"
	listen watch -c r56 --until lock=locked
	ok "watch is ready" contains "$first" '"event":"ready"'
	# What it already was when watch began is told first.
	while read -r line <&5 && ! contains "$line" '"name":"bonnet"'; do :; done
	tell 'wait 200ms door driver open' 'wait 700ms door driver close' 'wait 700ms key remove' \
		'wait 700ms fob 1 click lock'
	hear
	ok "watch: 0" is "$status" 0
	what='[.event, .name, .value, .previous, (.frame | split("#")[0])]'
	out=$(printf '%s\n' "$out" | jq -c "select(.previous != \"unknown\") | $what")
	jq -c "select(.previous != \"unknown\") | $what" "$t/inside" >"$t/want"
	ok "watch: the same events by the same messages" is "$out" "$(cat "$t/want")"
	gone
}

# ---- clients hear each other ----

python_can() {
	where=${address#socketcand:}
	port=${where#*:}
	run timeout 20 /usr/bin/python3 "$top_srcdir/tests/lib/python-can.py" "${where%%:*}" "${port%/*}" \
		"${port#*/}" "$@"
}

joined() {
	car :0 r56
	listen watch -c r56 --until lock=locked
	tell 'key remove' 'fob 1 click lock'
	hear
	ok "a locked car" is "$status" 0
	listen watch -c r56 --only fob --count 1
	does 0 send 23A#00300460 -c r56 -i "$address" --bench
	hear
	ok "what one client sends, another hears" contains "$out" \
		'"event":"fob","name":"slot 0","value":"lock"'
	if /usr/bin/python3 -c 'import can' 2>/dev/null; then
		listen watch -c r56 --only fob --count 1
		python_can 23A 00300460 2FC
		ok "python-can joins" is "$status${out%%
*}" 0joined
		ok "python-can hears the car, at the right time" contains "$out" "2FC#840000FFFFFFFF True"
		hear
		ok "minikey hears python-can" contains "$out" '"event":"fob","name":"slot 0","value":"lock"'
		# The car hears it, too: who are you, CAS?
		python_can 6F1 40021A8000000000 640
		ok "and the car answers it" contains "$out" "640#F1"
	else
		skip "python-can" "no python3-can for /usr/bin/python3"
	fi

	fails 7 "not sent" send 123#0102 -c r56 -i "$address"
	fails 7 "not sent" send 2A0#00 -c r56 -i "$address" --bench
	gone
}

# ---- the end, and the way back ----

back_again() {
	car :0 r56
	listen watch -c r56
	gone
	ok "the car ended by a signal: 130" is "$status" 130
	hear
	ok "the server's end: 5" is "$status" 5
	ok "and said" contains "$err" "the server hung up"
	fails 5 "nobody listens there: start 'socketcand -i BUS'" watch -c r56 -i "$address"

	port=${address#*:*:}
	car ":$port" r56
	ok "the same port once more" is "${address#*:*:}" "$port"
	listen watch -c r56 --reconnect --only door --until door.driver=open
	gone
	while ! grep -q "waiting for it to come back" "$t/err"; do kill -0 "$listener" || break; done
	car ":$port" r56
	while ! grep -q "is back" "$t/err"; do kill -0 "$listener" || break; done
	tell 'door driver open'
	hear
	ok "--reconnect: it goes on" is "$status" 0
	ok "--reconnect: what came then" contains "$out" '"name":"driver","value":"open"'

	tell 'fault unplug'
	status=0
	wait "$car" || status=$?
	ok "an unplugged car ends: 0" is "$status" 0
	exec 3>&- 4<&-
}

# ---- K-bus: also what needs CAN FD ----

kbus() {
	car :0/kbus r53
	ok "a bus's name" is "${address##*/}" kbus
	listen watch -c r53 --until lock=locked
	tell 'key remove' 'fob 1 click lock'
	hear
	ok "r53: watch: 0" is "$status" 0
	ok "r53: the lock" contains "$out" '"event":"lock"'
	gone
	car :0/kbus r53
	listen watch -c r53 --until ignition=on
	tell 'ignition on'
	hear
	# The K-bus repeats it seldom, and scan listens for a while only.
	tell 'wait 400ms ignition acc' 'wait 400ms ignition on' 'wait 400ms ignition acc' \
		'wait 400ms ignition on' 'wait 400ms ignition acc' 'wait 400ms ignition on' \
		'wait 400ms ignition acc' 'wait 400ms ignition on'
	does 0 scan -c r53 -i "$address" --poll --allow-unverified --json
	printf '%s\n' "$out" >"$t/far"
	does 0 scan -i sim:r53 --json
	printf '%s\n' "$out" >"$t/inside"
	out=$(cat "$t/far")
	ok "r53: scan: the same" same_as_inside "$modules"
	gone
}

together listened polled scanned keys_asked watched joined back_again kbus

# ---- what goes wrong ----

car :0 r56
fails 5 "the server has no such bus" watch -c r56 -i "${address%/*}/can9"
fails 5 "another program has this port" sim r56 -i "$address"
gone
fails 5 "no such host" keys -i socketcand:nowhere.invalid/can0
fails 5 "Connection refused" keys -i kdcan:tcp://127.0.0.1:1 --poll
fails 5 "no such address to listen on" sim r56 -i socketcand:192.0.2.1:0
misused "socketcand:HOST[:PORT]/BUS" watch -i socketcand:pi
misused "socketcand:HOST[:PORT]/BUS" watch -i socketcand::29536/can0
misused "socketcand:HOST[:PORT]/BUS" watch -i socketcand:pi:0/can0
misused "socketcand:[HOST][:PORT][/BUS]" sim r56 -i socketcand:x:y
finish
