#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey watch: changes only, and conditions to wait for.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# w WANT SCRIPT ARG...: watch sim:$car; one result
car=r53
w() {
	want=$1 script=$2
	shift 2
	sim "$script" watch -i sim:$car --json "$@"
	ok "$car: $(oneline "$script") $*: $want" quiet "$want"
}

oneline() {
	printf '%s;' "$1" | sed 's/\\n/; /g'
}

last() {
	out=$(printf '%s\n' "$out" | tail -n 1)
}

# ---- what it says ----

lock='at 1s fob 1 click lock\nat 5s door driver open'
w 0 "$lock"
json "each line is an event" '.event | IN("ready","lock","door","ignition","key","fob","lid",
	"window","init","bus","lost","error")'
first=$(head -n 1 "$t/out")
ok "the first line is ready" is "$first" '{"event":"ready","interface":"sim:r53","car":"r53"}'
ok "JSON: nothing on stderr" is "$err" ""
json "an event's fields" '.event == "ready" or ((keys - ["previous"]) == ["event","frame","name",
	"t","value"])'
json "only a button has no state before" '.event | IN("ready","fob")) or (has("previous")'
json "the frame that says it" '(.event == "ready") or (.frame | test("^1B[0-9A-F]{6}#([0-9A-F]{2})*$"))'
ok "a button" contains "$out" \
	'{"t":1,"event":"fob","name":"slot 0","value":"lock","frame":"1B00BF72#12"}'
ok "what it did" contains "$out" \
	'"event":"lock","name":"car","value":"secured","previous":"unlocked","frame":"1B00BF7A#3000"}'
ok "a door" contains "$out" '"event":"door","name":"driver","value":"open","previous":"closed"'

sim "$lock" watch -i sim:r53
ok "text: ready on stderr" is "$err" "listening on sim:r53 (r53)"
ok "text: a line" contains "$out" "       1.000  fob slot 0: lock"
ok "text: a change" contains "$out" "driver door: open (was closed)"
ok "text: each event has one" is "$(printf '%s\n' "$out" | grep -c 'locks: secured')" 1

w 0 'at 1s fob 1 click lock\nat 3s fob 1 click lock\nat 5s fob 1 click lock' --only lock
ok "changes only" is "$(printf '%s\n' "$out" | grep -c '"value":"secured"')" 1
w 0 "$lock" --only door
json "--only door" '.event | IN("ready","door")'
w 0 "$lock" --only fob,lock
json "--only fob,lock" '.event | IN("ready","fob","lock")'
ok "both came" contains "$out" '"event":"lock"'
w 0 "$lock" --only door --count 1
ok "--count counts what is shown" is "$(lines "$out")" 2
w 0 "$lock" --for 2s
ok "--for: what came in time" contains "$out" '"value":"secured"'
ok "--for: nothing later" is "$(printf '%s\n' "$out" | grep -c '"value":"open"')" 0

# ---- the bus falls asleep, 60 s after its last frame, and wakes ----

sleeps='at 1s door driver open\nat 200s door driver close'
w 0 "$sleeps" --only bus
ok "asleep, by no frame" contains "$out" \
	'"event":"bus","name":"bus","value":"asleep","previous":"awake"}'
ok "awake, by the frame that woke it" contains "$out" \
	'{"t":200,"event":"bus","name":"bus","value":"awake","previous":"asleep","frame":"1B00BF7A#5000"}'
ok "no more than that" is "$(lines "$out")" 3
t0=$(printf '%s\n' "$out" | sed -n 's/^{"t":\([0-9]*\)\.*[0-9]*,.*asleep","previous":"awake".*/\1/p')
ok "60 s after the light went on with the door" is "$t0" 61
sim "$sleeps" watch -i sim:r53
ok "text: asleep" contains "$out" "bus: asleep (no frame for 60 s)"
ok "text: awake" contains "$out" "     200.000  bus: awake (was asleep)"
w 0 "$sleeps" --until bus=asleep
ok "--until bus=asleep: the last event" contains "$(printf '%s\n' "$out" | tail -n 1)" '"value":"asleep"'
w 0 "$sleeps" --until bus=awake --count 1
w 1 'at 1s door driver open' --until bus=asleep
w 0 "$sleeps" --only bus --count 1 --exec "env | grep '^MINIKEY_' | sort >$t/bus"
ok "--exec: its environment" is "$(grep -e EVENT -e NAME -e VALUE -e PREVIOUS -e FRAME "$t/bus" | tr '\n' ' ')" \
	"MINIKEY_EVENT=bus MINIKEY_NAME=bus MINIKEY_PREVIOUS=awake MINIKEY_VALUE=asleep "
sim "$sleeps" monitor -i sim:r53
ok "monitor: asleep" contains "$out" "bus: asleep (no frame for 60 s)"
ok "monitor: awake" contains "$out" "bus: awake (was asleep)"
sim "$sleeps" monitor -i sim:r53 --json --message Body
ok "monitor --json: it is an event, which no filter keeps back" contains "$out" '"event":"bus","name":"bus","value":"asleep"'
car=r56
w 0 'at 1s ignition on\nat 2s ignition off\nat 300s door driver open' --only bus
ok "a CAN is not said to sleep" is "$(lines "$out")" 1
car=r53

# ---- conditions ----

for car in r53 r56; do
	w 0 "$lock" --until lock=locked --for 10s
	last
	ok "$car: it ends as soon as the fob has locked it" contains "$out" '"value":"secured"'
	w 0 "$lock" --until lock=secured --for 10s
	w 0 'at 1s switch lock\nat 5s door passenger open' --until lock=locked --for 10s
	last
	ok "$car: and by the centre switch" contains "$out" '"value":"locked"'
	w 1 'at 1s switch lock' --until lock=secured --for 10s
	w 0 'at 1s cylinder lock' --until lock=locked --for 10s
	w 1 'at 1s door driver open' --until lock=locked --for 10s
	w 1 'at 10100ms fob 1 click lock' --until lock=locked --for 10s
	w 0 'at 10100ms fob 1 click lock' --until lock=locked --for 11s
	w 0 '# nothing' --until lock=unlocked --for 10s
	w 1 '# nothing' --until lock=locked
	w 0 'at 1s door driver open' --until door.driver=open --for 10s
	w 1 'at 1s door driver open' --until door.passenger=open --for 10s
	w 0 'at 1s door passenger open' --until door=open --for 10s
	w 0 'at 1s boot open' --until lid.boot=open --for 10s
	w 0 'at 1s ignition acc' --until ignition=acc --for 10s
	w 0 'at 1s ignition on' --until ignition=on --for 10s
	w 0 'at 1s key remove' --until key.in_lock=out --for 10s
	w 0 'at 1s fob 1 click lock' --until fob=lock --for 10s
	w 1 'at 1s fob 1 click lock' --until fob=unlock --for 10s
	w 0 'at 1s fob 2 click unlock' --until fob.1=unlock --for 10s
	w 1 'at 1s fob 1 click unlock' --until fob.1=unlock --for 10s
	w 0 'at 1s window driver open' --until window.driver=open --for 10s
done
car=r53
w 1 "$lock" --until lid.boot=open --count 2
w 0 "$lock" --until lock=secured --only door
json "--only hides what --until waits for, and still waits" '.event != "lock"'

# What is being waited for is true already: no traffic is needed to be told so again.
w 0 'at 1s switch lock\nat 20s door driver open' --until lock=locked
ok "the door came too late to be seen" is "$(printf '%s\n' "$out" | grep -c '"value":"open"')" 0

# ---- a bus that ends, and one that fails ----

sim 'at 1s door driver open\nat 2s fault unplug' watch -i sim:r53 --json
ok "unplugged: 5" is "$status" 5
ok "what was heard before is shown" contains "$out" '"value":"open"'
ok "one line" is "$(lines "$err")" 1
w 0 'at 1s fault busoff'
ok "bus-off is an event" contains "$out" '"event":"error","name":"bus","value":"bus-off"'
w 0 'at 1s fault busoff' --until error=bus-off

cat >"$t/bus.log" <<LOG
(1000.000000) can0 1B00BF7A#1000
(1004.000000) can0 1B00BF7A#1100
(1009.000000) can0 1B00BF7A#1000
(1012.000000) can0 1B00BF72#12
(1012.250000) can0 1B00BF7A#3000
LOG
does 0 watch -i "log:$t/bus.log" --json
ok "a log: the car is not known before its frames" contains "$out" \
	"{\"event\":\"ready\",\"interface\":\"log:$t/bus.log\",\"car\":null}"
ok "a log: its own times" contains "$out" '{"t":1012.25,"event":"lock","name":"car","value":"secured"'
does 0 watch -i "log:$t/bus.log" --until lock=locked
does 1 watch -i "log:$t/bus.log" --until lock=locked --for 10s
does 0 watch -i "log:$t/bus.log" --until door=open --for 10s
printf '(1800000000.000000) can0 1B00BF7A#3000\n' >"$t/now.log"
does 0 watch -i "log:$t/now.log" --for 2562047h --until lock=locked
does 0 watch -i "log:$t/bus.log" -c r53 --json
ok "--car: known" contains "$out" '"car":"r53"}'
# shellcheck disable=SC2016 # the inner shell's
run timeout -k 2 10 sh -c '"$MINIKEY" watch -i log:- --until lock=locked --json <"$1"' - "$t/bus.log"
ok "a log from the standard input: 0" is "$status" 0
ok "a log from the standard input: heard" contains "$out" '"value":"secured"'

# A checksum that is wrong is told; the frame is heard all the same (can.md 1.3).
cat >"$t/sum.log" <<LOG
(1.000000) can0 130#4542698FC0
(1.100000) can0 130#0001C00F21
LOG
does 0 watch -i "log:$t/sum.log" -c r56 --json
ok "a bad checksum is an event" contains "$out" '"event":"error","name":"Terminal","value":"checksum"'
ok "but the frame is not dropped" contains "$out" '"name":"ignition","value":"off","previous":"on"'

# ---- what cannot be waited for ----

misused "never has that value" watch -i sim:r53 --until lock=lokked
misused "EVENT[.NAME]=VALUE" watch -i sim:r53 --until lock
misused "EVENT[.NAME]=VALUE" watch -i sim:r53 --until lock=
misused "unknown event" watch -i sim:r53 --until weather=fine
misused "no such name" watch -i sim:r53 --until door.cat=open
misused "a fob does" watch -i sim:r53 --until fob=dance
misused "0 to 15" watch -i sim:r53 --until fob.16=lock
misused "not waited for" watch -i sim:r53 --until lost=1
misused "names no event" watch -i sim:r53 --only doors
misused "names no event" watch -i sim:r53 --only door,
misused "no duration" watch -i sim:r53 --for 10x
misused "no duration" watch -i sim:r53 --for=-1s
misused "not a number" watch -i sim:r53 --count 0
misused "not a number" watch -i sim:r53 --count 1x
misused "Too many arguments" watch -i sim:r53 door
# ---- in real time too a script's end is the end ----

sim 'at 100ms door driver open\n' watch -i sim:r53 --only door --real-time
ok "--real-time: 0" is "$status" 0
ok "--real-time: until the script has ended" is "$(printf '%s\n' "$out" | grep -c 'driver door: open')" 1
sim 'at 100ms door driver open\n' watch -i sim:r53 --real-time --until lock=locked
ok "--real-time: not met until then: 1" is "$status" 1
finish
