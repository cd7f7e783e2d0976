#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey keys: which keys the car knows, by asking it and by listening.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# count NAME NUMBER KIND STATE: so many keys of this kind are in this state
count() {
	json "$1" "[.keys[] | select(.kind == \"$3\" and .state == \"$4\")] | length == $2"
}

does 0 keys -i sim:r53
ok "two and two" contains "$out" "2 fobs and 2 transponders"
ok "slots of fobs" contains "$out" "slot 1"
ok "numbers of transponders" contains "$out" "number 1"
ok "it says that they are counted apart" contains "$out" "counted apart"
ok "a grade on each line" is "$(printf '%s\n' "$out" | grep -c '^  .*simulated')" 4

does 0 keys -i sim:r53 --json
json "one object" '.car == "r53" and .complete == true and (.keys | length == 4)'
json "its fields, and no others" 'keys == ["car","complete","keys"]'
json "a key's fields, and no others" '.keys | all(keys == ["battery","evidence","in_lock",
	"kind","last_used","slot","source","state"])'
json "fobs have slots 0 and 1" '[.keys[] | select(.kind == "fob").slot] == [0,1]'
json "transponders have numbers 0 and 1" '[.keys[] | select(.kind == "transponder").slot] == [0,1]'
json "transponder 0 is in the lock" '[.keys[] | select(.kind == "transponder").in_lock] == [true,false]'
json "of a fob the lock knows nothing" '[.keys[] | select(.kind == "fob").in_lock] == [null,null]'
json "what only the simulator speaks says so" '.keys | all(.evidence == "simulated")'
json "battery is a word" '.keys | all(.battery | IN("ok","low","unknown"))'

for c in r50 r52 r55 r56 r57 r58 r59 r60 r61; do
	does 0 keys -i sim:$c --json
	json "$c: two and two" "(.car == \"$c\") and (.keys | map(.kind) ==
		[\"fob\",\"fob\",\"transponder\",\"transponder\"])"
done

# An F5x has one number for both; what it tells is inferred, or the current key only.
for c in f54 f55 f56 f57 f60; do
	does 0 keys -i sim:$c --json
	json "$c: two fobs, the first is the valid one" '[.keys[] | [.kind, .slot, .state]] ==
		[["fob",0,"valid"],["fob",1,"learned"]]'
	json "$c: that may not be all" ".complete == false and .car == \"$c\""
	json "$c: grades" '[.keys[].evidence] == ["documented","claimed"]'
done
does 0 keys -i sim:f56
ok "f56: there may be more" contains "$out" "f56 knows 2 fobs, as far as it tells; there may be more"
sim 'fob 2 battery low\nat 1s fob 2 click lock' keys -i sim:f56 --json
json "f56: a low battery" '[.keys[].battery] == ["ok","low"]'
json "f56: what the locks did last" '.last_action | .action == "secure" and .cause == "remote" and
	.key == 1 and .evidence == "claimed"'
sim 'fob 2 battery low\nat 1s fob 2 click lock' keys -i sim:f56
ok "f56: the same in text" contains "$out" "Last action of the locks: secure, cause: remote, key 1"
does 0 keys -i sim:f56 --json
json "f56: no action, none told" 'has("last_action") | not'

# ---- a car that something was done to ----

turn='ignition acc\nwait 1s ignition off\nwait 1s key remove\nwait 2s fob 2 press unlock'
press='wait 1s fob 2 click lock'
sim "$turn\n$press\n$press\n$press\nwait 1s fob 2 release unlock" keys -i sim:r53 --json
ok "after an initialisation with one fob: 0" is "$status" 0
count "the other one is forgotten" 1 fob learned
count "transponders are never touched" 2 transponder enabled

sim 'at 1s key remove\nat 2s key insert 2' keys -i sim:r53 --json
json "key 2 in the lock is transponder 1" \
	'[.keys[] | select(.kind == "transponder").in_lock] == [false,true]'
sim 'key remove' keys -i sim:r53 --json
json "no key in the lock" '.keys | all(.in_lock != true)'
sim 'fob 2 battery low\nat 1s fob 2 click lock' keys -i sim:r53 --json
json "fob 2's battery is low" '[.keys[] | select(.kind == "fob").battery] == ["ok","low"]'
json "and when it was used" '[.keys[] | select(.kind == "fob" and .slot == 1).last_used] == [1.1]'
sim 'at 1s fob 2 click lock' keys -i sim:r56 --json
count "r56: nothing is learned by a press" 2 fob learned

# ---- answers that do not come, or say no ----

for c in r53 r56; do
	sim 'fault drop 100%%' keys -i sim:$c
	ok "$c, nothing comes back: 3" complains_once 3 "no answer" keys
	sim 'fault delay 3s' keys -i sim:$c
	ok "$c, too late: 3" complains_once 3 "no answer" keys
	sim 'fault delay 3s' keys -i sim:$c --timeout 5s --json
	ok "$c, waiting longer: 0" is "$status" 0
	sim 'fault delay 200ms' keys -i sim:$c --json
	count "$c, late in time" 2 fob learned
	sim 'fault pending 3' keys -i sim:$c --json
	count "$c, not ready three times" 2 fob learned
	sim 'fault unplug' keys -i sim:$c
	ok "$c, unplugged: 5" complains_once 5 "sim:$c" keys
done
sim 'fault nrc 22' keys -i sim:r56
ok "a refusal: 4" complains_once 4 "conditions not correct" keys
sim 'fault nrc 33' keys -i sim:r56
ok "its code and its words" complains_once 4 "33, security access denied" keys
for c in r56 f56; do
	sim 'fault nrc 21' keys -i sim:$c
	ok "$c, busy for ever: 4" complains_once 4 "21, busy, repeat the request" keys
	sim 'fault pending 60' keys -i sim:$c
	ok "$c, pending for ever: 3" complains_once 3 "'the answer is pending' without end" keys
	sim 'fault other' keys -i sim:$c
	ok "$c, another request's answers: 3" complains_once 3 "it answered another request" keys
	sim 'fault garbage' keys -i sim:$c
	ok "$c, garbage: 3, and not that nothing came" complains_once 3 "module 40, asked for" keys
done

# Public requests are asked for as well, when the simulator's own list is not to be had.
sim 'fault nrc 22' keys -i sim:r56
ok "the request of a document is told, not the simulator's own" contains "$err" "Cas_Key"

# ---- listening ----

sim 'at 1s fob 2 click lock' keys -i sim:r53 --listen 3s --json
ok "--listen: 0" is "$status" 0
json "a list of what is heard is not complete" '.complete == false'
json "fob 2 was heard" '[.keys[] | select(.kind == "fob").slot] | contains([1])'
json "heard, not learned" '.keys | all(.state == "heard")'
json "graded as its frame" '.keys | all(.evidence != "simulated")'
sim 'at 1s fob 2 click lock' keys -i sim:r53 --listen 3s
ok "it says that there may be more" contains "$out" "there may be more"

cat >"$t/keys.log" <<LOG
(1000.000000) vcan0 1B44BF74#0502
(1001.000000) vcan0 1B00BF72#16
(1001.100000) vcan0 1B00BF72#06
LOG
printf '(1000.000000) vcan0 123#00\n' >"$t/none.log"
does 0 keys -i "log:$t/keys.log" --listen 10s --json
json "a log: fob 1 by its button, transponder 2 by the lock" \
	'[.keys[] | [.kind, .slot]] | sort == [["fob",1],["transponder",2]]'
does 0 keys -i "log:$t/keys.log" --json
json "a log is listened to without being told" '[.keys[].slot] | sort == [1,2]'
fails 3 "nothing was heard" keys -i "log:$t/none.log" --listen 10s
finish
