#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey faults: what the modules have stored.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

does 0 faults -i sim:r56
ok "none, in words" contains "$out" "40 CAS    no fault"

two='dtc cas A125 21\ndtc cas A0B3 28'
sim "$two" faults -i sim:r56
ok "a fault found: 1" is "$status" 1
ok "code and status" contains "$out" "40 CAS    A125  status 21"
ok "the second on a line of its own" contains "$out" "40 CAS    A0B3  status 28"
sim "$two" faults -i sim:r56 --json
json "its fields, and no others" 'keys == ["asked","car","modules"] and (.modules | all(keys ==
	["address","evidence","faults","name","protocol","reason","source","state"]))'
json "codes of KWP2000; the status has no public words" '[.modules[] | select(.name == "CAS") |
	.faults[]] == [{"code":"A125","status":"21","words":[]},{"code":"A0B3","status":"28","words":[]}]'
sim "$two" faults FRM -i sim:r56
ok "another module has none: 0" is "$status" 0
sim "$two" faults cas -i sim:r56
ok "a name in small letters" is "$status" 1
sim "$two" faults 40 -i sim:r56
ok "an address" is "$status" 1

# More than the DBC names, in several frames.
many=$(for i in 0 1 2 3 4 5 6 7 8 9; do printf 'dtc cas A10%s 21\\n' $i; done)
sim "$many" faults CAS -i sim:r56 --json
json "ten of them" '[.modules[0].faults[].code] == ["A100","A101","A102","A103","A104","A105",
	"A106","A107","A108","A109"]'

# ISO 14229-1 table D.2: 0x2F is bits 0, 1, 2, 3 and 5.
sim 'dtc bdc 930AB2 2F' faults BDC -i sim:f56 --json
json "UDS: three bytes, the status in words" '.modules[0].faults == [{"code":"930AB2","status":"2F",
	"words":["failed now","failed this cycle","pending","confirmed","failed since cleared"]}]'
sim 'dtc bdc 930AB2 2F\ndtc bdc clear' faults BDC -i sim:f56
ok "the car's owner had them cleared: 0" is "$status" 0

sim 'fault nrc 22' faults -i sim:r56
ok "nothing but refusals: 4" is "$status" 4
ok "and why" contains "$err" "conditions not correct"
sim 'fault other' faults CAS -i sim:r56
ok "no answer to this: 3" is "$status" 3
ok "no answer to this: why" contains "$err" "module 40: it answered another request"
fails 3 "no answer" faults 41 -i sim:r56

# kbus.md 4.4, the E46's three faults; no other module of an R5x is asked.
does 0 faults -i sim:r53
ok "r53: none" contains "$out" "00 GM     no fault"
sim 'dtc gm 3D 03\ndtc gm 29 02\ndtc gm 30 09' faults -i sim:r53 --json
ok "r53: found" is "$status" 1
json "r53: codes as they are, no words" '.asked == 1 and .modules[0].name == "GM" and
	.modules[0].faults == [{"code":"3D","status":"03","words":[]},
	{"code":"29","status":"02","words":[]},{"code":"30","status":"09","words":[]}]'
json "r53: that the layout is inferred" '.modules[0].evidence == "claimed"'
sim 'dtc gm 3D 03' faults -i sim:r50
ok "in text too" contains "$out" "Layout of GM: claimed: kbus.md 4.4, inferred"
fails 6 "publicly known" faults EWS -i sim:r53
fails 6 "publicly known" faults DF -i sim:f56
fails 64 "'XX' is no module" faults XX -i sim:r56
fails 64 "'BDC' is no module" faults BDC -i sim:r56
finish
