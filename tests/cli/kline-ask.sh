#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A real car at the end of a K-line cable: what is asked there, and what never is. A pty has no
# modem lines, so it stands for the cable that does not say whether the ignition is on.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# port ARG...: run minikey on a port with a body module that would answer its ident (kbus.md 4.3)
port() {
	rm -f "$t/path"
	mkfifo "$t/path"
	python3 "$top_srcdir/tests/lib/wire.py" echo 00040004=0010A0883694831403A30009960213 \
		</dev/null >"$t/path" 2>"$t/sent" &
	read -r path <"$t/path"
	mk "$@" -i "kline:$path"
	wait $!
}

# refused STATUS TEXT ARG...: it says so in one line, and not a byte goes out
refused() {
	refused_status=$1 refused_text=$2
	shift 2
	port "$@"
	ok "$*: $refused_status" complains_once "$refused_status" "$refused_text" "$1"
	ok "$*: nothing was sent" is "$(cat "$t/sent")" ""
}

# ---- a cable whose far end says that the ignition is on ----

# far MODEM REQUEST=ANSWER... -- ARG...: the same behind RFC 2217, whose DSR is bit 20 of MODEM
far() {
	far_modem=$1
	shift
	rm -f "$t/port"
	mkfifo "$t/port"
	printf 'modem %s\n' "$far_modem" >"$t/lines"
	far_answers=
	while [ "$1" != -- ]; do
		far_answers="$far_answers $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # words
	python3 "$top_srcdir/tests/lib/rfc2217.py" - $far_answers <"$t/lines" >"$t/port" 2>"$t/set" &
	read -r port <"$t/port"
	mk "$@" -i "kline:rfc2217://127.0.0.1:$port"
	wait $!
	grep '^data' "$t/set" | tr -d ' \n' | sed 's/data//g' >"$t/sent"
}

gm=00040004=0010A0001234560103A0000903021379
ews=44040040=4410A0006543210103070009030213ED
faults=0005040001=000DA00300003D032902300982

# ---- no word of the ignition: nothing is asked ----

without_dsr() {
	refused 7 "neither locks nor ignition are known: there is no DSR line" "$1" --poll
	refused 7 "use a K+DCAN cable" "$1" --poll --allow-unverified
	refused 7 "there is no DSR line" "$1" --poll --allow-unverified --bench
	refused 7 "there is no DSR line" "$1" --poll -c r53 --built 2005-06
}

no_scan() {
	refused 7 "only with --poll" scan
	without_dsr scan
}

no_faults() {
	refused 7 "only with --poll" faults
	without_dsr faults
}

no_status() {
	without_dsr status
	refused 7 "no frames are heard on" status
}

no_keys() {
	# Nothing to ask for keys is public: --listen on the K-bus is the way.
	for o in '' --poll '--poll --allow-unverified --bench' '--listen 1s'; do
		# shellcheck disable=SC2086 # words
		refused 6 "'keys -i kbus:PORT --listen 60s'" keys $o
	done
}

scanned() {
	# kbus.md 3.2, 4.3: of the idents the body module's alone was observed; the rest is computed.
	far 20 "$gm" "$ews" -- scan --poll --timeout 300ms --json
	ok "scan: 0" is "$status" 0
	json "scan: it is an R5x, and the body module a BC1" '.car == "r5x" and .asked == 4 and
		(.modules[0] | [.address, .state, .index, .variant, .part_number, .date]) ==
		["00","answered","A0","bc1","123456","2003-W09"]'
	json "scan: what no document confirms is not asked, and why" '[.modules[1:][] | [.address, .state]] ==
		[["12","failed"],["44","failed"],["80","failed"]] and
		(.modules[1:] | all(.reason | test("--allow-unverified")))'
	ok "scan: one request" is "$(cat "$t/sent")" 00040004
}

builds() {
	far 20 "$gm" -- scan --poll -c r52 --timeout 300ms
	ok "a BC1 is in no R52: said" contains "$err" "minikey scan: module 00 says it is a BC1 \
(R50 and R53 built before 2004-07), which is not what --car or --built says"
	far 20 "$gm" -- scan --poll -c r53 --built 2005-06 --timeout 300ms
	ok "nor in one built later: said" contains "$err" "which is not what --car or --built says"
	far 20 "$gm" -- scan --poll -c r53 --built 2003-05 --timeout 300ms
	ok "but before: nothing to say" is "$err" ""
}

faults_read() {
	far 20 "$faults" -- faults --poll --timeout 300ms
	ok "faults: 1" is "$status" 1
	ok "faults: codes as they are" contains "$out" "00 GM     3D  status 03"
	ok "faults: how the layout is known" contains "$out" "Layout of GM: claimed: kbus.md 4.4, inferred"
}

status_asked() {
	far 20 "$gm" -- status --poll --allow-unverified --json
	ok "status: 0" is "$status" 0
	json "status: what the cable says, and nothing else" '.ignition == "on" and .locks == "unknown" and
		.init_possible == null and .evidence == {"ignition":"documented"}'
	ok "status: what is left out, in one line" is "$err" "minikey status: more is not asked: no public \
source has the requests, and what the simulated car is asked instead goes to no other"
	ok "status: nothing was sent" is "$(cat "$t/sent")" ""
	far 20 "$gm" -- keys --poll --allow-unverified
	ok "keys: 6" complains_once 6 "publicly known" keys
}

ignition_off() {
	far 00 "$gm" -- scan --poll
	ok "DSR off: 7" complains_once 7 "the cable's DSR is off, or not wired; switch the ignition on" scan
	ok "DSR off: nothing was sent" is "$(cat "$t/sent")" ""
	far 10 "$gm" -- scan --poll
	ok "CTS is not DSR" is "$status" 7
}

switched_off() {
	# The ignition goes off after the first answer: the next module is not asked any more.
	far 20 "$gm!" "$ews" -- scan --poll --allow-unverified --timeout 300ms --json
	json "switched off meanwhile: what was answered is shown" '.modules[0].state == "answered" and
		(.modules[1:] | all(.state == "failed"))'
	ok "switched off meanwhile: nothing was sent after it" is "$(cat "$t/sent")" 00040004
}

together no_scan no_faults no_status no_keys scanned builds faults_read status_asked ignition_off switched_off

finish
