#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey monitor: all frames, raw and decoded; what is filtered, and what is lost.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# every NAME PATTERN: each line of $out has PATTERN in it, and there is one
every() {
	ok "$1" [ "$(printf '%s\n' "$out" | grep -c "$2")" = "$(lines "$out")" ]
	ok "$1: there are some" [ -n "$out" ]
}

lock='at 1s door driver open\nat 2s door driver close\nat 3s fob 1 click lock'

sim "$lock" monitor -i sim:r53
ok "a scripted car: 0" quiet 0
ok "raw" contains "$out" "       3.000  sim:r53  rx  1B00BF72  [ 1]  12 "
ok "decoded, in words" contains "$out" "Fob_Lock=pressed"
ok "its end" contains "$out" "Lock_State=secured"
sim "$lock" monitor -i sim:r56
ok "the other platform: 0" quiet 0
ok "3 digits" contains "$out" "  2FC  [ 7] "
ok "the VIN is masked" contains "$out" 'Vin=*******'

sim "$lock" monitor -i sim:r53 --json
json "a frame's fields" '(keys - ["message","signals","values","errors"]) == ["bus","data","dir","id","t"]'
json "what each is" '(.t | type == "number") and .bus == "sim:r53" and .dir == "rx" and
	(.id | test("^[0-9A-F]{8}$")) and (.data | test("^([0-9A-F]{2})*$")) and
	(.message | type == "string")'
json "physical values are numbers, words are strings" \
	'(.signals | all(type == "number")) and (.values // {} | all(type == "string"))'
ok "the end of it" contains "$out" '"id":"1B00BF7A","data":"3000","message":"Body"'
sim "$lock" monitor -i sim:r56 --json
json "3 digits when not extended" '.id | test("^[0-7][0-9A-F]{2}$")'
json "the VIN is masked" '.message != "Vin" or .values.Vin == "masked"'

# ---- filters ----

sim "$lock" monitor -i sim:r53 --id 1B00BF72
every "--id" " 1B00BF72 "
sim "$lock" monitor -i sim:r56 --id 2FC --id 0EA
every "two ids" ' \(2FC\|0EA\) '
sim "$lock" monitor -i sim:r56 --id 0E0:7F0
every "--id with a mask" "  0E[0-9A-F] "
sim "$lock" monitor -i sim:r53 --id 072
ok "11 bits do not match 29" is "$out" ""
sim "$lock" monitor -i sim:r53 --message Fob
every "--message" " Fob "
sim "$lock" monitor -i sim:r53 --message Fob --message Body --json
json "two messages" '.message | IN("Fob","Body")'
sim "$lock" monitor -i sim:r53 --grep SECURED
every "--grep: a value's word, in any case" secured
sim "$lock" monitor -i sim:r53 --grep fob_lock
every "--grep: a signal's name" Fob_Lock
sim "$lock" monitor -i sim:r53 --count 3
ok "--count" is "$(lines "$out")" 3
sim "$lock" monitor -i sim:r53 --count 1 --message Body
ok "--count counts what is shown" is "$(lines "$out")" 1
sim "$lock" monitor -i sim:r53 --for 500ms
ok "--for" is "$(printf '%s\n' "$out" | grep -c 'Door_Driver=open')" 0
ok "--for: what came before" contains "$out" "Door_Driver=closed"
sim "$lock" monitor -i sim:r53 --message Nonsense
ok "no such message: nothing" is "$out" ""

misused "is no id" monitor -i sim:r53 --id xyz
misused "is no id" monitor -i sim:r53 --id 800
misused "is no id" monitor -i sim:r53 --id 123456789
misused "is no id" monitor -i sim:r53 --id 2FC:
misused "not a number" monitor -i sim:r53 --count 0
misused "no duration" monitor -i sim:r53 --for soon

# ---- a log as the bus ----

cat >"$t/bus.log" <<LOG
(1000.000000) can0 130#4542698FC0
(1000.100000) can0 130#4542698FC1
(1000.200000) can0 130#4542698FC0
(1000.300000) can0 2FC#820000FFFFFFFF T
(1000.400000) can0 7A0#0102
(1000.500000) can0 20000040#0000000000000000
(1000.600000) can0 123#R4
LOG
does 0 monitor -i "log:$t/bus.log" -c r56 --json
ok "what the DBC does not know is left out" is "$(lines "$out")" 5
ok "bad checksum" contains "$out" '"data":"4542698FC1"'
ok "it is told" contains "$out" '"errors":["checksum"'
ok "the counter stood still" contains "$out" '"counter"]'
ok "sent by somebody here" contains "$out" '"dir":"tx","id":"2FC"'
ok "an error of the bus" contains "$out" '"event":"error","name":"bus","value":"bus-off"'
does 0 monitor -i "log:$t/bus.log" -c r56 --json --all
ok "--all" contains "$out" '{"t":1000.4,"bus":"can0","dir":"rx","id":"7A0","data":"0102"}'
does 0 monitor -i "log:$t/bus.log" -c r56
ok "text shows all of them" is "$(lines "$out")" 7
ok "text: the error of the bus is explained" contains "$out" \
	"error: bus-off: the controller left the bus after too many errors"
ok "text: bad checksum" contains "$out" "bad checksum"
ok "text: a remote request" contains "$out" "remote request"
finish
