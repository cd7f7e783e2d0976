#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey catalog: every message of a car, its grade and its source.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

does 0 catalog
ok "21 cars, a line each" is "$(lines "$out")" 21
does 0 catalog --json
json "21 cars" '.cars | length == 21'
json "each has a name and a bus, or none" '.cars | all((.name | length > 5) and has("bus"))'
json "every car of the design" '[.cars[].car] | sort == (["r50","r52","r53","r55","r56","r57",
	"r58","r59","r60","r61","f54","f55","f56","f57","f60","j01","j05","u25","f65","f66",
	"f67"] | sort)'

for c in r50 r52 r53 r55 r56 r57 r58 r59 r60 r61 f54 f55 f56 f57 f60; do
	does 0 catalog $c --json
	json "$c: messages" ".car == \"$c\" and (.messages | length > 5)"
	json "$c: every message has a grade and a source" '.messages | all((.evidence |
		IN("observed","sibling","documented","claimed","simulated")) and
		(.source | type == "string" and length > 0))'
	json "$c: so has every signal" '[.messages[].signals[]] | all((.evidence |
		IN("observed","sibling","documented","claimed","simulated")) and
		(.source | type == "string" and length > 0))'
	json "$c: ids are 3 or 8 hex digits" \
		'.messages | all(.id | test("^([0-7][0-9A-F]{2}|[01][0-9A-F]{7})$"))'
	json "$c: a request says whom it asks" '.messages | map(select(.request)) |
		all((.ecu | test("^[0-9A-F]{2}$")) and (.protocol | IN("ds2","kwp","uds")))'
done

does 0 catalog r53
for w in Body Ignition Key_Status Fob Lock_State sibling simulated kbus.md; do
	ok "r53: $w" contains "$out" "$w"
done
does 0 catalog r56
for w in Terminal Key_Number Lock_State observed can.md; do
	ok "r56: $w" contains "$out" "$w"
done

# Requests and modules of diagnosis: facts can.md 2.2, 3.
for c in r55 r56 r61 f54 f56 f60; do
	does 0 catalog $c --json
	json "$c: modules with addresses" '.modules | length > 10 and all((.address |
		test("^[0-9A-F]{2}$")) and (.name | length > 1) and (.protocol | IN("kwp","uds")) and
		(.evidence | IN("documented","claimed")) and (.source | length > 0))'
	json "$c: nothing that writes, resets, unlocks or runs a routine" '[.messages[] |
		select(.request) | .request[:2]] | unique - ["18","19","1A","21","22","30","3E"] == []'
	json "$c: 30 only to report" '[.messages[] | select(.request[:2] == "30") |
		.request[4:6]] - ["01"] == []'
done
does 0 catalog r56 --json
json "r56: CAS and FRM" '[.modules[] | select(.name | IN("CAS","FRM")).address] == ["40","72"]'
json "r56: the current key is documented" '[.messages[] | select(.request == "2127" and
	.ecu == "40") | [.evidence, .protocol]] == [["documented","kwp"]]'
json "r56: an order of results is a claim" '[.messages[] | select(.request == "21A4").evidence] ==
	["claimed"]'
json "r56: the simulator's own" '[.messages[] | select(.request == "21F8").evidence] == ["simulated"]'
does 0 catalog f56 --json
json "f56: BDC" '[.modules[] | select(.name == "BDC") | .address + .protocol] == ["40uds"]'
json "f56: doors are documented, learned fobs a claim" '[.messages[] |
	select(.request | IN("22DA79","22DACB")).evidence] == ["documented","claimed"]'
does 0 catalog r53
ok "r53: which build of the body module has it, and what is made up" contains "$out" \
	"Bc1rd_Inputs  request 0BF2 to 00, a BC1RD  simulated: simulator; layout kbus.md 3.3: EDX BC1RD"
ok "r53: the places of the bits have a document" contains "$out" "Init_Possible  documented: kbus.md 3.3"
ok "r53: an engine whose protocol nobody says" contains "$out" "12  DME      Engine. Which of DS2 and KWP2000"
does 0 catalog r53 --json
json "r53: one build alone" '[.messages[] | select(.variant == "bc1").name] | sort ==
	["Bc1_Inputs","Bc1_Lock_Relays","Bc1_Radio"]'
json "r53: no request whose bytes are not public has another grade than simulated" '.messages |
	map(select(.request[:2] == "0B" and .ecu != "12")) | length > 5 and all(.evidence == "simulated")'
does 0 catalog f56
ok "f56: the request in text" contains "$out" "request 22DC56 to 40  documented"
ok "f56: the modules in text" contains "$out" "40  BDC"

for c in j01 j05 u25 f65 f66 f67; do
	fails 6 "nothing is publicly known" catalog $c
done
misused "unknown car 'z99'" catalog z99
misused "more than one car" catalog r53 r56
finish
