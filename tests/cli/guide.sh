#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey guide: each statement of the documents about fobs, emergency opening and Digital
# Key, in the variant that is the car's; where sources differ; what no source has.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# says NAME TEXT...: the page of the last guide() has each TEXT, blanks and line ends alike
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

# guide STATUS ARG...: a page that fits its width and names its sources
guide() {
	guide_want=$1
	shift
	mk guide "$@"
	flat=$(printf '%s' "$out" | tr -s ' \n' '  ')
	ok "guide $*: $guide_want" is "$status" "$guide_want"
	ok "guide $*: 80 columns, nothing but text, sources named" plain
	[ "$guide_want" = 0 ] || ok "guide $*: one line says why" \
		is "$(lines "$err") ${err%%:*}" "1 minikey guide"
}

plain() {
	[ "$(awk 'length > 80 || /[^ -~]/' "$t/out" | grep -c '')" = 0 ] || return
	contains "$out" "
Sources:
  "
}

# ---- fob ----

guide 0 fob --car r53 --built 2005-06
says "r53 of 2005: one turn" "Initialise 3-button fobs: one turn of the key" "documented"
says "r53 of 2005: four turns, claimed" "four turns of the key" "4 times, without taking it out" \
	"Grade: claimed [000 B; 002]"
lacks "r53 of 2005: not what is for older cars" "Re-synchronise"
ok "all keys at hand is the first step of each" is \
	"$(printf '%s\n' "$out" | grep -c '^  1\. Have all keys of the car at hand')" 2
mk guide fob --car r53 --built 2005-06 --json
json "try every fob is the last step of each" '[.sections[] | select(.steps != []) |
	.steps[-1].text | startswith("Try every fob")] == [true, true]'
json "one-turn has its limits" '[.sections[] | select(.id == "one-turn").steps[].limit_s |
	select(.)] == [5, 30, 10, 3, 30]'
json "what is our own choice says so" '[.sections[] | select(.id == "one-turn").steps[] |
	select(.own_choice).limit_s] == [3]'
guide 0 fob --car r53 --built 2005-06
says "a limit of our own is told" "(Within 10 s, our own choice: from the ignition being off"
says "sources that differ are shown" "Where sources differ" "owner of a 2003 car reports" \
	"second position"
says "near the mirror" "near the inside mirror"
says "a replaced mirror" "mirror that was replaced"
says "charge it, or a CR2032" "Charge the fob in the ignition lock; a clamshell gets a new CR2032"
says "two or three times, then a workshop" "two or three times" "Then a workshop"
says "a session is one go" "those that took no part stop working" "At most 4"
says "what ends a session" "a key in the lock" "a door that opens" "lock cylinder" "30 s without a fob"
says "it pairs no immobiliser" "Does it pair the immobiliser too? No."
says "a used fob: no source answers" "No source says whether"
says "only one fob" "Only one fob came with the car? Do that one."
says "charging a stored car's fob" "first position of the key enough" "How long does charging take? No source"
says "settings differ" "Each may have a memory of its own, which is inferred."
says "one works, the other stopped" "Both have to be done in one go. [001]"
says "the car's battery was off" "owner of a 2007 convertible; the owner of a 2005 R53 had no luck"

guide 0 --car r53 --built 2003-01 --fob 2-button
says "a 2-button fob: re-synchronise" "Re-synchronise a 2-button fob" "Within 10 s: from the ignition" \
	"needs the dealer"
ok "before what names no kind of fob" contains "${flat%%Initialise fobs of the first cars*}" \
	"Re-synchronise a 2-button fob"
lacks "not what is for 3 buttons" "3-button fobs:"
guide 0 --car r52
lacks "every r52 has 3 buttons" "Re-synchronise"
says "r52: one turn" "one turn of the key"
guide 0 --car r56
says "r56: one owner's word, and that the manual has none" "one owner of an R56" "Grade: claimed [002]" \
	"2007, page 18) has no procedure"
lacks "r56: nothing about another fob" "CR2032"
guide 6 --car r57
says "r57: no procedure" "has no procedure" "dealer"
guide 6 --car f56
says "f56: what to do" "service centre's business" "Replace the fob's battery first" \
	"marked place of the steering column"
guide 6 --car u25
says "u25: the phone" "minikey guide digital-key"
guide 0
says "any car: all four fobs" "2-button (" "3-button (" "round (" "no-slot ("
guide 6 --fob no-slot
guide 0 --fob 3-button

# ---- emergency opening ----

guide 0 emergency-open --car r50
says "early: button, ring, blade" "press the button on the back of the fob, and pull at the end with the ring"
says "early: the keyhole is in sight" "the driver's door: it is in plain sight"
lacks "early: no cap to take off" "oval cap: it hides"
guide 0 emergency-open --car f56
says "later: an oval cap at the rear of the driver's handle" "At the rear of the driver's door handle" \
	"oval cap: it hides the keyhole"
says "later: an inch into the slot below" "From below" "slot at the cap" "about an inch (25 mm)"
says "later: lift it at its groove" "into the groove around the cap and lift it off"
says "out of the lock before the handle is pulled" "take it out again before you touch the handle" \
	"6. Pull the handle"
says "for a dead battery or interference" "battery is flat, or something near by jams its radio"
says "2002 to 2025, and the models" "2002 to 2025" "Hardtop with 2 and 4 doors" Convertible Clubman \
	Countryman Paceman Coupe Roadster "John Cooper Works GP"
says "where the variants part is our reading" "is our reading"
for c in r50 r52 r53 r55 r56 r57 r58 r59 r60 r61; do
	mk guide emergency-open --car $c --json
	json "$c: early" '[.sections[].id] == ["keyhole-in-sight"] and .way'
done
for c in f54 f55 f56 f57 f60 u25 f65 f66 f67; do
	mk guide emergency-open --car $c --json
	json "$c: later" '[.sections[].id] == ["keyhole-under-cap"] and .way'
done
guide 6 emergency-open --car j01
guide 6 emergency-open --car j05
says "j05: no source names it" "neither the electric Cooper (J01) nor the Aceman (J05)"
guide 0 emergency-open
says "any car: both" "the keyhole is in sight" "a cap hides the keyhole"

# ---- Digital Key ----

guide 0 digital-key
says "the Convertible has Digital Key, all others Plus" "Digital Key in the Convertible (F67), and Digital Key Plus"
says "Comfort Access is needed" "Comfort Access (option 322)"
says "at most 5, at most 18" "Digital Key: at most 5 shared keys" "Digital Key Plus: at most 18 shared keys"
says "exactly one main key" "There is exactly one."
says "no message on any bus is public" "No public source" "end with 6"
overview=$out
for p in setup activate use secure share restrictions activation-code revoke delete new-phone \
	lost-phone smartwatch service-card valet no-power phone profile; do
	ok "its part $p is listed" contains "$overview" "
  $p "
	mk guide digital-key $p
	ok "part $p is there" is "$status" 0
done

guide 0 digital-key setup
says "to model year 2025: all physical keys in the car" "To model year 2025: take all physical keys into the car"
says "from 2026: one key and the set-up card" "From model year 2026: hold the set-up card" "with one physical key"
says "accessory mode; refused while the engine runs" "accessory mode. While the engine runs it refuses"
says "the card's NFC fails: QR code" "scan the QR code on the card"
says "neither set-up card nor fob is left in the car" "Leave neither in the car"
says "set-up by the app" "MINI App"
guide 0 digital-key activate
says "set-up by an e-mail's link" "tap the pairing link"
says "set-up by the car's menu with a pairing token" "Home > Digital Key > Add Key" "pairing token"

guide 0 digital-key use
says "unlock: NFC, or by itself" "Digital Key, unlock and lock: hold the phone to the handle" \
	"Digital Key Plus, unlock and lock: the car does it by itself"
says "start: the tray and START, or START" "into the charging tray and press START/STOP" \
	"Digital Key Plus, start: press START/STOP"
says "doors and boot closed to lock" "Close all doors and the boot first"
says "in the tray only to start and for the boot button" "twice only: to start, and for the boot button"
says "the antenna to the handle" "where its NFC antenna is"
guide 0 digital-key use --car f67
lacks "f67: nothing of Plus" "Digital Key Plus,"
guide 0 digital-key use --car f66
says "Plus with Comfort Access: not in the tray" "need not be in the tray"
lacks "f66: no tray" "twice only"
guide 0 digital-key secure
says "Express mode off or screen lock on: authentication" "Express mode or Comfort access switched off" \
	"screen lock on" "face, finger, PIN"
says "Passive mode: from the pocket; off: asks first" "stays in the pocket" "With it off the phone asks first"

guide 0 digital-key share
says "the recipient needs no account" "No MINI ID and no app is needed"
says "restrictions before sending" "before the invitation goes out: hours, area, top speed, radio volume"
says "an activation code sent separately" "activation code, send it too, in a message of its own"
says "first use is confirmed on the car's screen" "At the first use the recipient confirms the key on the car's screen"
says "invitation pending, then Unlock and Drive" '"invitation pending"' '"Unlock and Drive"'
says "several keys: use the own one first" "asked to use the own key once"
says "5 and 18" "at most 5 keys" "at most 18 keys"
guide 0 digital-key share --car f67
says "f67: 5" "at most 5 keys"
lacks "f67: not 18" "18"
guide 0 digital-key share --car u25
says "u25: 18" "at most 18 keys"
lacks "u25: not 5" "at most 5"

guide 0 digital-key revoke
says "by the owner: pre-deletion until another active key has used the car" "pre-deletion: it still works, until another active key"
says "given back: at once" "Recipient, on the own phone: remove the key from the wallet. It is gone at once."
says "in the car with main key or fob: at once" "with the main key or a fob inside: Home > Keys > Reset Functions > Delete Key. It is gone at once."
says "sources differ on pre-deletion" "Sources differ on what ends pre-deletion"
guide 0 digital-key delete
says "the main key: on the phone or in the car" "Remove This Car Key" "Keys > Digital Key > Reset Function"
guide 0 digital-key new-phone
says "a new main key deletes the old one" "The main key on the old phone is deleted by that."
says "shared keys are invited anew" "Invite everybody with a shared key anew." "they are not deleted"
guide 0 digital-key lost-phone
says "lost: delete it in the car, by this menu" "Delete the lost phone's key in the car" \
	"Keys > Digital Key > Reset Function"
guide 0 digital-key smartwatch
says "a watch" "Phone and watch must both support"
guide 0 digital-key service-card
says "the card is inactive unless activated" "It is inactive unless"
says "activated and deactivated in the tray" "put the card into the charging tray" "Deactivate Card"
says "deactivated before it is stored" "Only then may it be stored in the car."
guide 0 digital-key valet
says "valet: card or fob" "activated service card, or a physical fob: not the phone"
guide 0 digital-key no-power
says "5 h in Express mode" "up to 5 h, if Express mode is on"
says "not after it was switched off by hand" "Not if it was switched off by hand."
says "on by default on iPhone and Pixel, off on Samsung" "Lock Screen: on unless changed" \
	"Security Required Authentication: off unless changed"
says "airplane mode and network do not matter" "Airplane mode, low-battery mode and no network do not matter"
says "a watch does not" "A watch without power does not work."
guide 0 digital-key phone
says "supported phone, current app and wallet" "iPhone, Google Pixel and Samsung Galaxy" \
	"Keep the app, the wallet"
guide 0 digital-key profile
says "a profile links to one device" "Each profile links to one device only."

guide 6 digital-key --car r53
says "r53: not for it" "Digital Key is for cars with Operating System 9"
guide 6 digital-key share --car f56

# ---- the coach, line by line; its times are tested in unit/test-coach.c ----

# coach STATUS KEYS ARG...: a key a line
coach() {
	coach_want=$1
	printf '%s\n' "$2" | tr ' ' '\n' | sed 's/^y$//' >"$t/keys"
	shift 2
	status=0
	timeout 10 "$MINIKEY" guide --coach "$@" <"$t/keys" >"$t/out" 2>"$t/err" || status=$?
	out=$(cat "$t/out") err=$(cat "$t/err")
	flat=$(printf '%s' "$out" | tr -s ' \n' '  ')
	ok "guide --coach $*: $coach_want" is "$status" "$coach_want"
}

coach 0 'y y y y y y q' fob one-turn
says "each step has its limit" "KEY OUT Take the key out. Within 5 s." \
	"UNLOCK Press UNLOCK and hold it. Within 30 s." "Within 10 s."
says "what was done is told with its time" "ok KEY OUT 0.0 s of 5 s" "ok fob 1 UNLOCK 0.0 s of 30 s"
says "success is only what was marked" "Done, by your marks, with 1 fob. What the car did only you saw"
lacks "it is never called programmed" "programmed"
coach 1 'y y y y y n q' fob one-turn
says "the doors did not move: hints" "FAIL fob 1 DOORS?" "near the inside mirror" "Then a workshop"
coach 0 'y y y y y y' fob four-turns
says "four turns" "4 times, without taking it out. Mark it" "Unlock the car with the switch"
coach 0 'y y y y y y' --car r53 --built 2003-01 --fob 2-button
says "the 2-button fob's" "Re-synchronise a 2-button fob" "LOCK Press LOCK. Within 10 s."
ok "that there is another is said on stderr" contains "$err" "'minikey guide fob one-turn-on --coach'"
coach 0 'y y y' --car r56
says "r56: did you hear a chime?" "CHIME? Did you hear a chime?"
coach 1 q --car r52
coach 6 y --car f56
ok "f56: one line" is "$out$(lines "$err")" 1
fails 6 "four-turns does not apply: it is claimed for cars built from 2005 to 2008" \
	guide fob four-turns --coach --car r53 --built 2003-01
fails 64 "emergency-open has none" guide emergency-open --coach
fails 64 "it has no --json" guide --coach --json
fails 64 "fob has no part 'two-turns'" guide fob two-turns
guide 0 fob four-turns
says "a procedure alone" "four turns of the key"
lacks "and no other" "fobs: one turn"

# ---- for programs ----

for a in fob emergency-open digital-key 'digital-key share'; do
	# shellcheck disable=SC2086
	mk guide $a --json
	json "$a: every statement has text, grade and source" '[.sections[] |
		.steps[], .notes[], .disputed[], .hints[]] | length > 5 and all((.text | length > 10) and
		(.source | length > 2) and (.evidence | IN("documented", "claimed")))'
	json "$a: every source is a document that is named" '. as $page | [.sections[] |
		.steps[], .notes[], .disputed[], .hints[]] | all(.source | split("; ")[] | split(" ")[0] |
		IN($page.documents[].id))'
done
mk guide --car f56 --json
json "no way: said, status 6" '.way == false and .car == "f56" and .built == null'
ok "and on stderr" is "$status $(lines "$err")" "6 1"

fails 64 "unknown topic 'fobs'; there are fob, emergency-open, digital-key" guide fobs
fails 64 "digital-key has no part 'sharing'" guide digital-key sharing
fails 64 "Too many arguments: 'share'" guide emergency-open share
fails 64 "Too many arguments: 'more'" guide digital-key share more
fails 64 "unknown kind 'flat'" guide --fob flat
fails 64 "--fob round: the r53 has another kind" guide --car r53 --fob round
fails 64 "--fob 2-button: the r52 has another kind, 3-button" guide --car r52 --fob 2-button
fails 64 "unknown car" guide --car z4
finish
