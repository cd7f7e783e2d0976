#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey scan: which modules answer, and what they say they are.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

does 0 scan -i sim:r56
ok "four answered" contains "$out" "4 of 21 addresses answered"
ok "CAS says its index" contains "$out" "40 CAS    kwp  part 9000040  index 06A0   made 2008-03-14"

ok "80 columns" is "$(printf '%s\n' "$out" | awk 'length > 80')" ""
ok "where the layout is from, once" is "$(printf '%s\n' "$out" | grep -c "can.md 3.1")" 1

does 0 scan -i sim:r56 --json
json "its fields, and no others" 'keys == ["asked","car","modules"]'
json "a module's fields, and no others" '.modules | all(keys == ["address","answer_ms","date",
	"evidence","index","name","part_number","protocol","reason","source","state","variant"])'
json "by address" '[.modules[] | [.address, .name]] ==
	[["00","JBE"],["40","CAS"],["60","KOMBI"],["72","FRM"]]'
json "all by KWP2000" '.car == "r56" and (.modules | all(.protocol == "kwp" and .state == "answered"))'

does 0 scan -i sim:f56 --json
json "f56: UDS; a part number is not public" '.car == "f56" and [.modules[] |
	[.address, .protocol, .index, .part_number, .date]] ==
	[["10","uds","0F0010",null,null],["40","uds","0F2050",null,null],["60","uds","0F0060",null,null]]'
does 0 scan -i sim:r53 --json
json "r53: DS2, by week" '[.modules[] | [.address, .name, .protocol, .index, .date]] ==
	[["00","GM","ds2","A3","2005-W01"],["44","EWS","ds2","01","2005-W01"],
	["80","IKE","ds2","01","2005-W01"]]'

json "r53: the body module's build" '[.modules[].variant] == ["bc1rd",null,null]'

# kbus.md 3.2, 7.2: A0 is a BC1, until 07/2004 and in no R52.
build() {
	does 0 scan -i "sim:$1" --built "$2" --json
	json "$1 of $2: $3" "[.modules[0] | .index, .variant] == [\"$4\",\"$3\"]"
	ok "$1 of $2: nothing to wonder about" is "$err" ""
}
build r50 2003-05 bc1 A0
build r53 2004-06 bc1 A0
build r53 2004-07 bc1rd A3
build r52 2004-06 bc1rd A3
does 0 scan -i sim:r50 --built 2003-05
ok "in words, and how it is known" contains "$out" "GM is a BC1: R50 and R53 built before 2004-07
        claimed: kbus.md"
ok "an R5x: 80 columns" is "$(printf '%s\n' "$out" | awk 'length > 80')" ""

# Each car has these three: which one is silent is said.
sim "fault drop 60%%" scan -i sim:r53
ok "one is silent: 0" is "$status" 0
ok "the others are shown" contains "$out" "r53 on sim:r53: 2 of 3 addresses answered"
ok "it is named, with what to do" is "$err" "minikey scan: module 80 (IKE) does not answer; try again"

does 0 scan --all -i sim:r56 --json
json "every address is asked, the same answer" '.asked == 232 and (.modules | length == 4)'

sim 'fault silent cas' scan -i sim:r56 --json
json "a silent module is not there" '[.modules[].name] == ["JBE","KOMBI","FRM"]'
sim 'fault silent' scan -i sim:r56
ok "all silent: 3" is "$status" 3
ok "and nothing on stdout" is "$out" ""
sim 'fault nrc 22' scan -i sim:r56 --json
json "refused: it is there, and why" '.modules | length == 4 and
	all(.state == "refused" and .reason == "conditions not correct" and .index == null)'
sim 'fault slow 1500ms' scan -i sim:r56
ok "slower than a second: not there" is "$status" 3
sim 'fault slow 1500ms' scan -i sim:r56 --timeout 2s
ok "but with more time" contains "$out" "4 of 21"
sim 'fault slow 300ms' scan -i sim:r56 --json
json "slow: the time it took" '.modules | all(.answer_ms >= 300 and .answer_ms < 330)'
sim 'fault garbage' scan -i sim:r56 --json
json "garbage: they are there, and why they did not answer" '.modules | length == 4 and
	all(.state == "failed" and .reason == "a part of the message is missing or out of order")'
sim 'fault garbage' scan -i sim:f56 --json
json "too short for ISO-TP to say anything: that is no silence" '.modules | length == 3 and
	all(.state == "failed" and .reason == "what it sent is no answer")'
sim 'fault other' scan -i sim:r56
ok "answers to other requests: 0" is "$status" 0
ok "answers to other requests: in words" contains "$out" "40 CAS    it answered another request"

for c in scan faults; do
	sim 'at 1s expect locks secured' $c -i sim:r56
	ok "$c, an expect that fails: 1" complains_once 1 "not as expected: the car is unlocked" $c
	sim 'fault unplug' $c -i sim:r56
	ok "$c, unplugged: 5" complains_once 5 "sim:r56" $c
	sim 'fault busoff' $c -i sim:r56
	ok "$c, bus-off: it comes to an end" is "$status" 3
done
misused x scan x -i sim:r53
fails 8 "cannot read" scan -i log:/nonexistent
finish
