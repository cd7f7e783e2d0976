#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey program: a whole initialisation, judged; its limits to the millisecond.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

turn='at 1s ignition acc\nwait 1s ignition off\nwait 1s key remove'
press3='wait 1s fob 1 click lock\nwait 1s fob 1 click lock\nwait 1s fob 1 click lock'
let_go='wait 500ms fob 1 release unlock'
part="wait 2s fob 1 press unlock\n$press3\n$let_go"
part2=$(printf '%s' "$part" | sed 's/fob 1/fob 2/g')

# timed MS-KEY-OUT MS-UNLOCK MS-THIRD-LOCK: a script that takes so long
timed() {
	printf '%s\\n' 'at 1s ignition acc' 'wait 1s ignition off' "wait $(($1 - 1000))ms key remove" \
		"wait $2ms fob 1 press unlock" 'wait 1s fob 1 click lock' 'wait 1s fob 1 click lock' \
		"wait $(($3 - 2000))ms fob 1 click lock" "$let_go"
}

# p STATUS NAME SCRIPT ARG...: judged, as JSON
p() {
	want=$1 name=$2 script=$3
	shift 3
	sim "$script" program -i sim:r53 --json "$@"
	ok "$name: $want" quiet "$want"
}

# judged VERDICT: of the last line, which is the only result
judged() {
	ok "$name: $1" contains "$(tail -n 1 "$t/out")" "{\"event\":\"result\",\"verdict\":\"$1\","
	ok "$name: one result" is "$(grep -c '"event":"result"' "$t/out")" 1
}

# missed STEP TOOK LIMIT: it is the one that failed, and text says so too
missed() {
	judged failed
	ok "$name: step and times" contains "$out" ",\"ok\":false,\"took_s\":$2,\"limit_s\":$3,"
	ok "$name: the step" contains "$(grep '"ok":false' "$t/out")" "\"id\":\"$1\""
	json "$name: with a reason and a hint" '(.event == "result" or .ok or (.reason | length > 10))
		and (.event == "step" or (.hint | length > 10))'
	mk program -i sim:r53 --sim-script "$t/script.sim"
	ok "$name: text: 1" quiet 1
	ok "$name: text: the step fails" contains "$out" "FAIL"
	ok "$name: text: both times" contains "$(grep FAIL "$t/out")" " $2 s of $3 s"
	ok "$name: text: the verdict" contains "$out" "failed: "
}

# ---- by itself ----

does 0 program -i sim:r53 --auto --fobs 2 --json
json "steps, then a result" '.event | IN("step","result")'
json "a step's fields" '.event == "result" or ((.id | IN("ignition","unlock","presses","confirm"))
	and .ok == true and (.took_s | type == "number") and (.limit_s | type == "number") and
	has("reason"))'
json "each within its limit" '.event == "result" or (.took_s <= .limit_s and
	.limit_s == {"ignition":5,"unlock":30,"presses":10,"confirm":3}[.id])'
json "the result's fields" '.event == "step" or (.verdict == "programmed" and
	.procedure == "one-turn" and .fobs == [0,1] and has("reason") and has("hint"))'
ok "one of ignition and three of each fob" is "$(grep -c '"event":"step"' "$t/out")" 7
name="--auto" && judged programmed
for fobs in 1 3 4; do
	does 0 program -i sim:r53 --auto --fobs $fobs --json
	ok "--fobs $fobs" is "$(tail -n 1 "$t/out" | sed 's/.*"fobs":\[\([0-9,]*\)\].*/\1/' |
		tr -d ,)" "$(printf 0123 | cut -c "1-$fobs")"
done
does 0 program -i sim:r53 --auto
ok "text: the procedure first" contains "$(head -n 1 "$t/out")" "one turn of the key"
ok "text: the verdict last" contains "$out" "programmed: 1 fob learned"
ok "text: a step with both times" contains "$out" "1.8 s of 5 s"
does 0 program -i sim:r52 --auto --built 2003-01 --json
does 0 program -i sim:r50 --auto --built 2004-07 --json
does 0 program -i sim:r53 --trigger --auto --fobs 2 --json
name="--trigger --auto" && judged programmed
does 0 program -i sim:r53 --auto --procedure one-turn --json

# auto VERDICT STATUS PROCEDURE "BUILT" STEPS ARG...: played, recognised, and judged by name
auto() {
	verdict=$1 want=$2 which=$3 built=$4 steps=$5
	shift 5
	for named in "" "--procedure $which"; do
		# shellcheck disable=SC2086 # words
		does "$want" program --auto $built $named --json "$@"
		name="$which $named" && judged "$verdict"
		ok "$name: it is that one" contains "$(tail -n 1 "$t/out")" "\"procedure\":\"$which\""
		ok "$name: its steps" is "$(sed -n 's/.*"id":"\([a-z]*\)".*/\1/p' "$t/out" | tr '\n' ' ')" "$steps "
	done
}
auto programmed 0 one-turn "--built 2005-06" "ignition unlock presses confirm" -i sim:r53
auto programmed 0 one-turn-on "--built 2003-01" "ignition unlock presses release confirm" -i sim:r53
auto unconfirmed 1 three-cycles "" "ignition" -i sim:r56
does 0 program -i sim:r53 --auto --procedure four-turns --fobs 2 --json
name=four-turns && judged programmed
json "four-turns: its limits" '.event == "result" or .limit_s ==
	{"ignition":10,"unlock":(if .fob == 2 then 30 else 10 end),"presses":10,"release":0.5,"confirm":3}[.id]'
does 1 program -i sim:r53 --built 2003-01 --auto --procedure resync-two-button --json
name=resync-two-button && judged unconfirmed
ok "resync-two-button: its steps" is "$(sed -n 's/.*"id":"\([a-z]*\)".*/\1/p' "$t/out" | tr '\n' ' ')" "ignition unlock lock "
four='at 1s ignition on\nwait 1s ignition off\nwait 1s ignition on\nwait 1s ignition off\nwait 1s ignition on\nwait 1s ignition off\nwait 1s ignition on\nwait 5s ignition off\nwait 800ms key remove'
sim "$four\n${part%"$let_go"}wait 900ms fob 1 release unlock" program -i sim:r53 --json
ok "four turns, and let go late: failed, as neither" quiet 1
ok "and each is explained" contains "$(tail -n 1 "$t/out")" "as one-turn: too slow: key turned and out in 5.8 s; the limit is 5 s"
does 0 program -i sim:r53 --built 2003-01 --trigger --auto --fobs 2 --json
does 0 program -i sim:r53 --procedure four-turns --trigger --auto --json

# ---- the limits ----

p 0 "at the limits" "$(timed 5000 30000 10000)"
judged programmed
ok "at the limits: key out" contains "$out" '"ok":true,"took_s":5,"limit_s":5,'
ok "at the limits: UNLOCK" contains "$out" '"ok":true,"took_s":30,"limit_s":30,'
ok "at the limits: LOCK" contains "$out" '"ok":true,"took_s":10,"limit_s":10,'
p 1 "key out after 5.001 s" "$(timed 5001 2000 3000)"
missed ignition 5.001 5
p 1 "UNLOCK after 30.001 s" "$(timed 2000 30001 3000)"
missed unlock 30.001 30
p 1 "third LOCK after 10.001 s" "$(timed 2000 2000 10001)"
missed presses 10.001 10
p 1 "two presses" "$turn\nwait 2s fob 1 press unlock\nwait 1s fob 1 click lock\nwait 1s fob 1 click lock\n$let_go"
missed presses 2.5 10
ok "two presses: told apart" contains "$out" "2 of 3"
p 1 "a door opened" "$turn\nwait 7s door driver open\n$part"
missed unlock 7 30
ok "a door opened: which" contains "$out" "driver door"
p 1 "a door open before" "door passenger open\n$turn\n$part"
missed ignition 2 5
ok "a door open before: which" contains "$out" "passenger door"
p 1 "gone to start" "at 1s ignition start\nwait 1s ignition off\nwait 1s key remove\n$part"
missed ignition 2 5
p 1 "UNLOCK let go early" "$turn\nwait 2s fob 1 press unlock\nwait 1s fob 1 click lock\n$let_go\nwait 500ms fob 1 click lock"
missed presses 1.5 10
ok "UNLOCK let go early: told apart" contains "$out" "too early"

# The next fob's 30 s begin when the car has confirmed the one before, 300 ms after it.
p 0 "second fob after 30.000 s" "$turn\n$part\nwait 30300ms fob 2 press unlock\n$(printf '%s' "$part2" | sed 's/^[^\\]*\\n//')" --fobs 2
judged programmed
ok "second fob: its time" contains "$out" '"id":"unlock","fob":2,"ok":true,"took_s":30,"limit_s":30'
p 1 "second fob after 30.001 s" "$turn\n$part\nwait 30301ms fob 2 press unlock\n$(printf '%s' "$part2" | sed 's/^[^\\]*\\n//')" --fobs 2
judged failed
ok "second fob late: the first one is learned" contains "$out" '"fobs":[0]'
ok "second fob late: 1 of 2" contains "$out" "1 of 2 fobs"
p 0 "second fob late, but one is enough" "$turn\n$part\nwait 30301ms fob 2 press unlock"
judged programmed

# ---- other ways to fail, and to succeed ----

p 1 "the key left in" "at 1s ignition acc\nwait 1s ignition off\n$part"
judged failed
ok "the key left in: told" contains "$out" "left in the lock"
p 1 "no fob at all" "$turn"
judged failed
ok "no fob at all: told" contains "$out" "nothing was heard from the fob"
ok "no fob at all: the hint" contains "$(tail -n 1 "$t/out")" "charge the fob"
p 1 "a car with limits of its own" "limit fob 5s\n$turn\nwait 10s fob 1 press unlock\n$press3\n$let_go"
judged failed
ok "a car with limits of its own: told" contains "$out" "no confirmation"
ok "a car with limits of its own: the hint" contains "$(tail -n 1 "$t/out")" mirror
p 0 "to on instead of acc" "at 1s ignition on\nwait 1s ignition off\nwait 1s key remove\n$part"
judged programmed
ok "to on instead of acc: remarked" contains "$(grep '"id":"ignition"' "$t/out")" ' on'
p 0 "four presses are no fault" "$turn\nwait 2s fob 1 press unlock\n$press3\nwait 500ms fob 1 click lock\n$let_go"
judged programmed
p 0 "LOCK with UNLOCK, then three" "$turn\nwait 2s fob 1 press unlock\nwait 400ms fob 1 click lock\n$press3\n$let_go"
judged programmed
p 1 "LOCK with UNLOCK, then two" "$turn\nwait 2s fob 1 press unlock\nwait 400ms fob 1 click lock\nwait 1s fob 1 click lock\nwait 1s fob 1 click lock\n$let_go"
judged failed
p 0 "LOCK 0.5 s after UNLOCK counts" "$turn\nwait 2s fob 1 press unlock\nwait 500ms fob 1 click lock\nwait 1s fob 1 click lock\nwait 1s fob 1 click lock\n$let_go"
judged programmed
p 0 "a second try in time" "$turn\nwait 2s fob 1 press unlock\nwait 1s fob 1 click lock\n$let_go\nwait 4s fob 1 press unlock\n$press3\n$let_go"
judged programmed
p 1 "the centre switch" "$turn\nwait 1s switch lock\n$part"
judged failed
ok "the centre switch: told" contains "$(tail -n 1 "$t/out")" "by hand"
p 1 "a key put back" "$turn\nwait 3s key insert 1\n$part"
judged failed
ok "a key put back: told" contains "$(tail -n 1 "$t/out")" "key was put into the lock"
p 0 "an unlearned fob" "$turn\n$(printf '%s' "$part" | sed 's/fob 1/fob 3/g')"
judged programmed
p 1 "one fob of two" "$turn\n$part" --fobs 2
judged failed
p 0 "the same fob twice is one fob" "$turn\n$part\nwait 4s fob 1 press unlock\n$press3\n$let_go"
ok "the same fob twice: one slot" contains "$(tail -n 1 "$t/out")" '"fobs":[0],'

# ---- what is no initialisation ----

p 1 "ordinary presses" 'key remove\nat 1s fob 1 click lock\nat 4s fob 1 click unlock\nat 5s fob 1 click lock'
judged failed
ok "ordinary presses: nothing learned" contains "$out" '"fobs":[]'
p 1 "UNLOCK held and LOCK pressed, without a turn" "key remove\n$part"
judged failed
for seconds in 3 25 29 31 60 300; do
	p 1 "a drive of $seconds s" "at 1s ignition acc\nwait 1s ignition on\nwait 500ms ignition start\nwait 500ms ignition on\nwait ${seconds}s ignition off\nwait 9s key remove\nwait 1s door driver open\nwait 1s door driver close\nwait 1s fob 1 click lock"
	ok "a drive of $seconds s: never programmed" is "$(grep -c '"verdict":"programmed"' "$t/out")" 0
done
ok "a long drive is no attempt" is "$(grep -c '"event":"step"' "$t/out")" 0
p 0 "a drive, and then an initialisation" "at 1s ignition acc\nwait 1s ignition on\nwait 60s ignition off\nwait 30s ignition acc\nwait 1s ignition off\nwait 1s key remove\n$part"
judged programmed
p 1 "an empty script" '# nothing'
judged failed

# ---- a recording: the same lines as live, and what it does not have ----

# steps: the JSON of the last run without times of day
steps() {
	sed 's/"t":[0-9.]*,//' "$t/out"
}
# recorded SCRIPT: judged live into $live, and left in $t/rec.log
recorded() {
	sim "$1" program -i sim:r53 --json --fobs 2
	live=$(steps)
	sim "$1" record -i sim:r53 -o "$t/rec.log"
}
for s in "$turn\\n$part\\nwait 2s fob 2 press unlock\\n$(printf '%s' "$press3" | sed 's/fob 1/fob 2/g')\\nwait 500ms fob 2 release unlock\\nwait 60s switch lock" \
	"$four\\n$part\\nwait 60s switch lock" "$(timed 5001 2000 3000)" \
	"$turn\\nwait 2s fob 1 click unlock\\nwait 5s door driver open\\nwait 60s switch lock" '# nothing'; do
	rm -f "$t/rec.log"
	recorded "$s"
	mk program -i "log:$t/rec.log" -c r53 --built 2005-06 --json --fobs 2
	ok "judged from a recording as live" is "$(steps)" "$live"
done
recorded "$turn\n$part\nwait 60s switch lock"
for id in 11 74 72 7A; do
	grep -v "BF$id#" "$t/rec.log" >"$t/part.log"
	mk program -i "log:$t/part.log" -c r53 --built 2005-06 --json
	name="without $id" && judged unconfirmed
	ok "$name: 1" quiet 1
	ok "$name: says what was not seen" contains "$(tail -n 1 "$t/out")" "; not seen: "
	ok "$name: nothing is called learned" contains "$(tail -n 1 "$t/out")" '"fobs":[]'
done
for fobs in 1 2; do
	head -n "$(grep -n 'BF72#' "$t/rec.log" | head -n 3 | tail -n 1 | cut -d: -f1)" "$t/rec.log" >"$t/cut.log"
	mk program -i "log:$t/cut.log" -c r53 --built 2005-06 --json --fobs $fobs
	name="a recording that ends in the middle, $fobs" && judged unconfirmed
	ok "$name: said" contains "$(tail -n 1 "$t/out")" "the recording ended before"
done
mk program -i "log:$t/rec.log" --json
ok "the car not named: the same" is "$(tail -n 1 "$t/out" | grep -c '"verdict":"programmed","procedure":"one-turn"')" 1
cycle='wait 1s ignition on\nwait 1s ignition off'
sim "$cycle\n$cycle\n$cycle\nwait 9s door driver open" record -i sim:r56 -o "$t/r56.log"
mk program -i "log:$t/r56.log" --json
name="an r56, not named" && judged unconfirmed
ok "$name: 1" quiet 1
ok "$name: which" contains "$(tail -n 1 "$t/out")" '"procedure":"three-cycles"'

# ---- where it does not apply: decided before any link is opened ----

for a in '-i sim:f56' '-i sim:r55' '-i sim:j01' '-c j01' '-c f56' '-c r57' '-i can9 -c j01' \
	'-i can9 -c u25' '-c r53 --built 2005-06 --fob 2-button' '-i sim:r53 --fob round' \
	'-c r52 --fob 2-button' '-i can9 -c r60 --fob round' '--fob no-slot'; do
	# shellcheck disable=SC2086 # words
	fails 6 "does not apply" program $a
	# shellcheck disable=SC2086
	mk program $a --json
	ok "program $a --json: 6" is "$status" 6
	name="program $a" && judged not-applicable
	ok "program $a --json: of no procedure" contains "$out" '"procedure":null,'
done
for a in 'one-turn -c r53 --built 2003-01' 'one-turn -c r50 --built 2004-06' \
	'one-turn -i sim:r53 --built 2003-01' 'one-turn -i can9 -c r53 --built 2003-01' \
	'four-turns -i sim:r53 --built 2004-12' 'four-turns -c r52 --built 2009-01' \
	'one-turn-on -i sim:r53' 'one-turn-on -c r52 --built 2004-10' \
	'resync-two-button -i sim:r53' 'resync-two-button -c r53 --built 2003-01 --fob 3-button' \
	'three-cycles -i sim:r53' 'three-cycles -c r55' 'one-turn -i sim:r56'; do
	# shellcheck disable=SC2086 # words
	fails 6 "does not apply" program --procedure $a
	# shellcheck disable=SC2086
	mk program --procedure $a --json
	name="program --procedure $a" && judged not-applicable
	ok "$name: which" contains "$out" "\"procedure\":\"${a%% *}\""
done
mk program -i can9 -c r52 --built 2003-01
ok "r52: all of them may: it came as far as the link" is "$status" 5

misused "--auto" program -i can0 --auto
misused "--auto" program --auto
misused "--auto" program -i "log:$t/none" --auto
sim '# nothing' program -i sim:r53 --auto
ok "two who drive the car: 64" complains 64 "--sim-script" program
misused "unknown procedure" program -i sim:r53 --procedure dance
misused "unknown kind" program -i sim:r53 --fob 4-button
misused "one fob at a time" program -i sim:r53 --built 2003-01 --procedure resync-two-button --fobs 2
misused "from 1 to 4" program -i sim:r53 --auto --fobs 0
misused "from 1 to 4" program -i sim:r53 --auto --fobs 5

# ---- an hour of the car's time in less than a second of ours ----

i=0
for s in "$(timed 5000 30000 10000)" "$(timed 5001 2000 3000)" "$(timed 2000 30001 3000)" \
	"$(timed 2000 2000 10001)" "$turn" "$turn\nwait 7s door driver open\n$part"; do
	i=$((i + 1))
	# shellcheck disable=SC2059 # a script is a format
	printf "$s\n" >"$t/$i.sim"
done
begin=$(date +%s%N)
for i in 1 2 3 4 5 6; do
	"$MINIKEY" program -i sim:r53 --sim-script "$t/$i.sim" --json >"$t/out" 2>/dev/null
done
"$MINIKEY" program -i sim:r53 --auto --fobs 2 --json >"$t/out" 2>/dev/null
took=$((($(date +%s%N) - begin) / 1000000))
if slow; then
	skip "the whole table within a second" "a slow build"
else
	ok "the whole table within a second ($took ms)" [ "$took" -lt 1000 ]
fi
finish
