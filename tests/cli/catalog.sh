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

for c in j01 j05 u25 f65 f66 f67; do
	fails 6 "nothing is publicly known" catalog $c
done
misused "unknown car 'z99'" catalog z99
misused "more than one car" catalog r53 r56
finish
