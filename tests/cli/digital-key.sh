#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Cars with digital keys: what keys, status and watch show of the simulated ones.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

pair='key insert 2\nignition acc\nphone owner pair\nignition off'

# key NAME KIND SLOT STATE
key() {
	json "$1" ".keys | any(.kind == \"$2\" and .slot == $3 and .state == \"$4\")"
}

for c in j01 j05 u25 f65 f66 f67; do
	does 0 keys -i sim:$c --json
	json "$c: two fobs and a card, all simulated" ".car == \"$c\" and .complete and
		([.keys[] | [.kind, .slot, .state, .evidence]] == [[\"fob\",0,\"learned\",\"simulated\"],
		[\"fob\",1,\"learned\",\"simulated\"],[\"service-card\",0,\"inactive\",\"simulated\"]])"
done
sim "$pair\nphone 2 share\nphone 3 share\nphone 3 accept\nphone 4 share\nphone 4 accept\n\
phone 4 revoke\ncard activate" keys -i sim:f67 --json
key "the main key" owner 0 active
key "an invitation" shared 1 invitation-pending
key "a shared key" shared 2 active
key "pre-deletion" shared 3 pre-deletion
key "the service card" service-card 0 active
sim "$pair\nphone 2 share" keys -i sim:j01
ok "in text" contains "$out" "j01 knows 2 fobs and 3 digital keys"
ok "of transponders nothing" is "$(printf '%s\n' "$out" | grep -c transponder)" 0
sim "$pair\nphone 2 share\nphone 2 accept\nphone 2 revoke\nphone owner unlock" keys -i sim:j01 --json
json "a key in pre-deletion is gone once another has used the car" '[.keys[].kind] ==
	["fob","fob","owner","service-card"]'

# What is not allowed is a wrong line: 8.
sim "$pair\nphone 2 share\nphone 3 share\nphone 4 share\nphone 5 share\nphone 6 share\n\
phone 7 share" keys -i sim:f67
ok "a sixth share: 8" is "$status" 8
ok "a sixth share: where and why" contains "$err" "script.sim:10:1: 5 keys are shared"
for a in 'phone 1 share|owner or the number of a phone, 2 to 30' 'phone 31 share|2 to 30' \
	'phone 2 pair|only the owner' 'phone owner fly|, authenticate, express, passive' 'phone|the line ends too early' \
	'dtc bdc 123456 2F|remember no faults' 'key insert 1|key 1 is inside already' \
	'key insert 2\nkey remove|there are two keys inside' 'key remove 2|that key is not inside' \
	'key remove 1\nignition acc|no key inside'; do
	sim "${a%%|*}" keys -i sim:j01
	ok "${a%%|*}: 8" is "$status" 8
	ok "${a%%|*}: why" contains "$err" "${a#*|}"
done
sim 'phone owner pair' keys -i sim:f56
ok "no digital key in an f56: 8" is "$status" 8
sim 'expect card active' keys -i sim:j01
ok "an expectation that fails: 1" is "$status" 1
sim 'key insert 2\nkey remove 1\nexpect key in\nkey remove\nexpect key out' keys -i sim:j01
ok "two keys, in and out" is "$status" 0

# ---- doors and locks ----

does 0 status -i sim:j05 --json
json "status" '.car == "j05" and .ignition == "off" and .locks == "unlocked" and
	.doors.rear_driver == "closed" and .boot == "closed" and .key_number == 0 and
	(.evidence | all(. == "simulated"))'
does 0 status -i sim:j01 --json
json "j01: no rear doors" '.doors | has("rear_driver") | not'
sim "$pair\nwait 1s phone owner lock\nwait 1s phone owner unlock" \
	watch -i sim:j01 --json --only lock
ok "a phone locks and unlocks" is \
	"$(printf '%s\n' "$out" | grep -o '"value":"[a-z]*"' | tr -d '\n')" \
	'"value":"unlocked""value":"secured""value":"unlocked"'
sim 'at 1s fob 2 click lock' watch -i sim:u25 --json --until lock=secured --only fob
ok "a fob is heard" contains "$out" '"name":"slot 1","value":"lock"'
sim "$pair\nphone owner tray\nwait 1s phone owner start" watch -i sim:f67 --only ignition
ok "a phone starts the car" contains "$out" "ignition: on (was start)"
sim 'window driver open\nboot open\ndoor passenger open' status -i sim:f66 --json
json "lids, doors, windows" '.windows.driver == "open" and .boot == "open" and
	.doors.passenger == "open" and .doors.driver == "closed"'

# ---- nothing is invented of a real one ----

for c in 'keys -i can9' 'status -i can9' 'watch -i can9' catalog; do
	# shellcheck disable=SC2086
	fails 6 "nothing is publicly known" $c $([ "$c" = catalog ] && echo j01 || echo -c j01)
done
fails 6 "publicly known" scan -i sim:j01
fails 6 "publicly known" faults -i sim:j01
does 0 monitor -i sim:f56 --for 3s
ok "no other car sends it" is "$(printf '%s\n' "$out" | grep -c 1E00)" 0
finish
