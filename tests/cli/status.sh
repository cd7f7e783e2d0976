#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey status: one snapshot, of what was heard and of nothing else.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

does 0 status -i sim:r53
for w in ignition locks 'driver door' 'passenger door' boot bonnet 'key in the lock' roof; do
	ok "text has: $w" contains "$out" "$w"
done
ok "text: the words" contains "$out" unlocked
ok "text: grades" contains "$out" sibling

does 0 status -i sim:r53 --json
json "its fields, and no others" 'keys == ["age_s","bonnet","boot","car","doors","evidence",
	"fob","ignition","init_possible","key_in_lock","key_number","locks","windows"]'
json "a new car" '.car == "r53" and .ignition == "off" and .key_in_lock == true and
	.key_number == 0 and .locks == "unlocked" and .boot == "closed" and .bonnet == "closed"'
json "two doors" '.doors == {"driver":"closed","passenger":"closed"}'
json "no fob was used: its battery is not guessed" '.fob.battery == "unknown" or .fob.slot != null'
json "nothing public says whether it may be initialised" '.init_possible == null'
json "grades are words" '.evidence | length > 5 and all(IN("observed","sibling","documented",
	"claimed","simulated"))'
json "ages are seconds" '.age_s | length > 5 and all(type == "number" and . >= 0 and . < 10)'
json "each age has its grade" '(.age_s | keys) == (.evidence | keys)'

does 0 status -i sim:r56 --json
json "r56: the same words" '.car == "r56" and .ignition == "off" and .locks == "unlocked" and
	.key_in_lock == true and .doors.driver == "closed"'
does 0 status -i sim:r55 --json
json "r55: a car of the same platform" '.car == "r55" and .doors.driver == "closed"'
does 0 status -i sim:r60 --json
json "r60 has four doors" '.doors | keys == ["driver","passenger","rear_driver","rear_passenger"]'

# after SCRIPT FILTER: for both platforms
after() {
	for c in r53 r56; do
		sim "$1" status -i sim:$c --json
		json "$c: $2" "$2"
	done
}

after 'at 1s fob 1 click lock' '.locks == "secured"'
after 'at 1s switch lock' '.locks == "locked"'
after 'at 1s cylinder lock\nat 2s cylinder unlock' '.locks == "unlocked"'
after 'at 1s door driver open' '.doors.driver == "open" and .doors.passenger == "closed"'
after 'at 1s door passenger open\nat 2s door passenger close' '.doors.passenger == "closed"'
after 'at 1s boot open' '.boot == "open"'
after 'at 1s bonnet open' '.bonnet == "open"'
after 'at 1s ignition acc' '.ignition == "acc"'
after 'at 1s ignition on' '.ignition == "on"'
after 'at 1s ignition start' '.ignition == "start"'
after 'at 1s key remove' '.key_in_lock == false'
after 'at 1s window driver open' '.windows.driver == "open"'
after 'at 1s fob 2 click unlock' '.fob.slot == 1'
sim 'fob 2 battery low\nat 1s fob 2 click unlock' status -i sim:r53 --json
json "a low battery" '.fob == {"slot":1,"battery":"low"}'

# ---- a log: what was never heard is null or unknown ----

printf '(5.000000) vcan0 1B80BF11#01\n(7.500000) vcan0 123#00\n' >"$t/part.log"
does 0 status -i "log:$t/part.log" --json
json "the one thing heard" '.ignition == "acc"'
json "the rest" '.locks == "unknown" and .key_in_lock == null and .key_number == null and
	.doors.driver == "unknown" and .boot == "unknown" and .windows == {} and
	.fob == {"slot":null,"battery":"unknown"}'
json "how old it is, in the log's time" '.age_s.ignition == 2.5'
printf '(5.000000) vcan0 123#00\n' >"$t/none.log"
fails 3 "nothing was heard" status -i "log:$t/none.log"
fails 3 "nothing was heard" status -i "log:$t/none.log" --json
printf '(5.0) vcan0 20000020#0000000000000000\n(6.0) vcan0 1B80BF11#01\n(7.0) vcan0 20000020#0000000000000000\n' >"$t/error.log"
mk status -i "log:$t/error.log" --json
ok "an error of the bus is explained, once" is "$status $err" "0 minikey status: log:$t/error.log: no-ack: \
nobody acknowledges what is sent: nobody else is on the bus, or not at this bit rate"
json "and does not hinder" '.ignition == "acc"'

# kbus.md 2.5: 0x15 has the kind of car in its first four bits, 4 an E46, B an R50.
printf '(5.0) vcan0 1B80BF15#42048042\n(6.0) vcan0 1B80BF11#01\n(7.0) vcan0 1B80BF15#42048042\n' >"$t/e46.log"
mk status -i "log:$t/e46.log" --json
ok "another car on a bus like that: said once" is "$status $err" "0 minikey status: log:$t/e46.log: by its \
cluster this car is an e46, and no MINI that is known here: what is said of it may be wrong"
printf '(5.0) vcan0 1B80BF15#B0048042\n(6.0) vcan0 1B80BF11#01\n' >"$t/r50.log"
does 0 status -i "log:$t/r50.log" --json
ok "an R50: nothing to say" is "$err" ""

# ---- asking ----

does 0 status -i sim:r53 --poll --json
json "--poll" '.locks == "unlocked"'

# A BC1RD answers the simulator's request by the layout of kbus.md 3.3; a BC1 has no window.
does 0 status -i sim:r53 --poll --json
json "r53: all of it, in the places a document gives" '.locks == "unlocked" and .ignition == "off" and
	.key_in_lock == true and .doors == {"driver":"closed","passenger":"closed"} and
	.boot == "closed" and .bonnet == "closed" and .init_possible == false and
	([.evidence | .locks, .ignition, .key_in_lock, .boot, .bonnet, .init_possible] | unique) ==
	["documented"]'
json "no fob was used yet: the one that is shown, the bus named" '.fob.slot == 0 and
	.evidence.fob == "claimed"'
sim 'at 1s ignition acc\nat 2s ignition off\nat 3s key remove' status -i sim:r53 --poll --json
json "the window of an initialisation is open" '.init_possible == true and .key_in_lock == false'
sim 'at 1s door driver open\nat 2s boot open\nat 3s bonnet open\nat 4s ignition on' \
	status -i sim:r52 --poll --json
json "what is open, and the ignition" '.doors.driver == "open" and .doors.passenger == "closed" and
	.boot == "open" and .bonnet == "open" and .ignition == "on" and .evidence.boot == "documented"'
sim 'at 1s fob 2 click lock' status -i sim:r53 --poll --json
json "secured, by fob 2" '.locks == "secured" and .fob.slot == 1'
sim 'at 1s switch lock' status -i sim:r53 --poll --json
json "locked" '.locks == "locked"'
mk status -i sim:r50 --built 2003-05 --poll --json
ok "a BC1: 0" is "$status $err" "0 "
json "a BC1 says nothing of an initialisation; the bus said the rest" '.init_possible == null and
	.locks == "unlocked" and .evidence.locks == "sibling"'
sim 'at 1s ignition on' status -i sim:r50 --built 2003-05 --poll --json
json "its terminal R alone does not undo what the bus said" '.ignition == "on"'

does 0 status -i sim:r56 --poll --json
json "--poll on the other platform: all that status waits for, from one answer of the CAS" \
	'.locks == "unlocked" and .ignition == "off" and .key_in_lock == true and
	.key_number == 0 and .doors == {"driver":"closed","passenger":"closed"} and
	.boot == "closed" and .bonnet == "closed"'
json "by a document, and just now" '([.evidence[]] | unique) == ["documented"] and
	([.age_s[]] | max) < 0.1'
ok "with nothing to complain of" is "$err" ""
sim 'key remove\nat 1s door passenger open\nat 2s boot open\nat 3s bonnet open' \
	status -i sim:r56 --poll --json
json "after a script: what the CAS says then" '.key_in_lock == false and .key_number == null and
	.doors.passenger == "open" and .boot == "open" and .bonnet == "open" and
	([.evidence | .ignition, .key_in_lock, .boot, .bonnet, ."doors.passenger"] | unique) ==
	["documented"]'
sim 'fob 1 click lock\nat 1s ignition on' status -i sim:r56 --poll --json
json "locks and ignition" '.locks == "secured" and .ignition == "on" and
	.evidence.locks == "documented"'
does 0 status -i sim:r60 --poll --json
json "four doors" '.doors | length == 4 and all(. == "closed")'
sim 'fault pending 3' status -i sim:r56 --poll --json
json "an answer that takes its time" '.evidence.locks == "documented"'

# An F5x is asked datum by datum.
f5x='door driver open\nat 1s boot open\nat 2s ignition on'
for c in f54 f55 f56 f57 f60; do
	sim "$f5x" status -i sim:$c --poll --json
	json "$c: what its BDC says" '.ignition == "on" and .doors.driver == "open" and
		.doors.passenger == "closed" and .boot == "open" and .key_number == 0 and
		.locks == "unlocked" and ([.evidence | .ignition, .locks, ."doors.driver",
		."doors.passenger", .boot, .key_number] | unique) == ["documented"]'
done
sim 'fob 1 click lock' status -i sim:f56 --poll --json
json "f56: all doors secured: so is the car" '.locks == "secured" and .evidence.locks == "documented"'

# What is not answered is listened for, and told.
sim 'fault nrc 22' status -i sim:r56 --poll --json
ok "refused: 0" is "$status" 0
json "refused: what the bus says" '.evidence.ignition == "sibling" and .locks == "unlocked"'
ok "the refusal in words" contains "$err" "minikey status: module 40 refused Cas_Status: 22, conditions not correct"
sim 'fault drop 100%%' status -i sim:r56 --poll
ok "silent: the module is named" contains "$err" "minikey status: module 40 (CAS) does not answer"
sim 'fault unplug' status -i sim:r56 --poll
ok "unplugged: 5" complains_once 5 "sim:r56" status
does 0 status -i "log:$t/part.log" --poll --json
json "a log cannot be asked: it is read" '.ignition == "acc"'
finish
