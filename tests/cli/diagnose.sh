#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey diagnose: what to try, in which order, and when a workshop is needed. What it asks
# on a terminal is in questions.py.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# says NAME TEXT...: each TEXT is there, whatever the line ends
says() {
	says_name=$1
	shift
	for text; do
		contains "$flat" "$text" || {
			ok "$says_name" contains "$flat" "$text"
			return
		}
	done
	ok "$says_name" true
}

lacks() {
	if contains "$flat" "$2"; then ok "$1" false; else ok "$1" true; fi
}

# before A B: A is there, and B after it
before() {
	contains "$flat" "$1" && contains "${flat#*"$1"}" "$2"
}

diagnose() {
	diagnose_want=$1
	shift
	mk diagnose "$@"
	flat=$(printf '%s' "$out" | tr -s ' \n' '  ')
	ok "diagnose $*: $diagnose_want" is "$status$err" "$diagnose_want"
	ok "diagnose $*: 80 columns of text, sources named" plain
}

plain() {
	[ "$(awk 'length > 80 || /[^ -~]/' "$t/out" | grep -c '')" = 0 ] || return
	contains "$out" "
Sources:
  "
}

r53='--car r53 --built 2005-06'

# shellcheck disable=SC2086
{
diagnose 0 $r53 --symptom none-works
says "the case" "r53, built 2005-06, 3-button fob: no fob locks or unlocks the car"
says "which procedures apply" "one-turn applies; documented" "four-turns applies; claimed" \
	"resync-two-button no: R50 and R53 built from 2004-07"
ok "first charge, then initialise" before "1. Charge the fob" "minikey guide fob one-turn"
ok "the better known procedure first" before "guide fob one-turn" "guide fob four-turns"
ok "then again, near the mirror, then a workshop" before "two or three times" "near the inside mirror"
says "a workshop" "When a workshop is needed: - When several tries with all fobs failed"
says "each has source and grade" "[kbus.md 7.3: documented]" "[001; 000: claimed]"

diagnose 0 $r53 --symptom other-stopped
says "one stopped after the other was done: both in one go" "do them in one go" "was initialised alone"
diagnose 0 $r53 --symptom car-battery
says "the car's battery was off" "owner of a 2007 convertible" "2005 R53 had no luck"
diagnose 0 $r53 --symptom mirror
says "a replaced mirror" "A replaced mirror has a receiver of its own" "had no luck with any procedure"
diagnose 0 $r53 --symptom sometimes
says "only sometimes" "Charge the fob" "A weak battery"
diagnose 1 $r53 --symptom settings
says "settings differ: nothing to try" "There is nothing for the owner to try." "is inferred"
diagnose 0 $r53 --symptom new-key
says "a new key: the fob perhaps, the transponder never" "Sources differ on new fobs" \
	"No procedure for owners pairs the transponder" "by the car's papers"
diagnose 0 $r53 --symptom one-fob
says "only one fob: do that one" "One fob alone can be initialised."
diagnose 1 $r53 --symptom used-fob
says "a used fob: no source says" "Whether a car learns a used fob or its insides, no source says"
diagnose 0 $r53 --symptom stored
says "a stored car's fob" "from the first position on" "How long charging takes, no source says"
diagnose 1 $r53 --symptom no-start
says "the engine does not start: not this" "without which the engine does not start"
lacks "no procedure is proposed" "minikey guide fob"
diagnose 0 $r53 --symptom locked-out
says "locked out: the blade" "Open the driver's door with the blade. (minikey guide emergency-open)"
}

diagnose 0 --car r50 --fob 2-button --symptom battery
says "2 buttons: a CR2032, 5 minutes" "new CR2032" "5 minutes at most"
says "2 buttons: re-synchronise" "minikey guide fob resync-two-button"
says "2 buttons: teaching needs the dealer" "needs the dealer's tester"
lacks "2 buttons: nothing to charge" "Charge the fob"
diagnose 1 --car r53 --built 2003-01 --symptom new-key
says "2 buttons, a new key: the dealer" "2-button fob" "needs the dealer's tester"
diagnose 0 --car r56 --symptom battery
says "round: charge in the slot, or replace it with Comfort Access" "charge it in its slot" \
	"With Comfort Access: replace its battery"
says "round: one owner's procedure" "minikey guide fob three-cycles" "[002: claimed]"
diagnose 0 --car r60 --symptom none-works
says "r60: no procedure" "Procedures: none: no initialisation by the owner is known"
diagnose 0 --car f56 --symptom none-works
says "f56: battery, and how to start" "Replace the fob's battery" "marked place of the steering column"
diagnose 1 --car f56 --symptom new-key
diagnose 0 --car u25 --symptom none-works
says "u25: the phone" "(minikey guide digital-key)"
diagnose 1 --car j05 --symptom locked-out
says "j05: no source names it" "does not name this car"

for s in $("$MINIKEY" --complete symptoms); do
	for c in 'r52' 'r50 --fob 2-button' r55 f60 j01; do
		# shellcheck disable=SC2086
		mk diagnose --car $c --symptom "$s" --json
		json "$c, $s: an answer, each with source and grade" '.symptom == "'"$s"'" and
			((.try | length > 0) == .can_try) and (.try + .know + .workshop | length > 0 and
			all((.text | length > 10) and (.source | length > 2) and
			(.evidence | IN("documented", "claimed"))))'
		ok "$c, $s: the status says whether there is something to try" \
			is "$status" "$(contains "$out" '"can_try":true' && echo 0 || echo 1)"
	done
done
mk diagnose --car r53 --built 2005-06 --symptom failed --json
json "commands are told" '[.try[].command | select(.)] ==
	["minikey guide fob one-turn", "minikey guide fob four-turns", "minikey guide fob --coach"]'
json "procedures with their reasons" '.procedures | length == 5 and (map(select(.applies) | .id) ==
	["one-turn", "four-turns"]) and all(.applies == (.reason == null))'
# Each command that is named works.
"$MINIKEY" diagnose --car r53 --built 2005-06 --symptom none-works --json >"$t/json"
grep -o '"command":"minikey [^"]*"' "$t/json" | sed 's/.*minikey //; s/"$//' | sort -u >"$t/commands"
while read -r c; do
	# shellcheck disable=SC2086
	mk $c
	ok "minikey $c: is there" [ "$status" -le 1 ]
done <"$t/commands"

fails 64 "which car? --car CAR" diagnose
fails 64 "which fob? --built YYYY-MM tells it, or --fob 2-button, --fob 3-button" \
	diagnose --car r53 --symptom failed
fails 64 "--symptom, one of none-works, one-dead," diagnose --car r52
fails 64 "unknown symptom 'broken'" diagnose --symptom broken
fails 64 "Too many arguments: 'r53'" diagnose r53
fails 64 "--fob round: the r53 has another kind" diagnose --car r53 --fob round
fails 64 "'2005' is no month" diagnose --built 2005
finish
