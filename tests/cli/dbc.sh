#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey dbc: the faults of DBC files, and what is in one.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

data=$top_srcdir/tests/data
cd "$t" || exit 99

# wide: how many lines of $out are wider than 80 characters
wide() {
	printf '%s\n' "$out" | LC_ALL=C.UTF-8 awk 'length > 80 { n++ } END { print n + 0 }'
}

# has LINE...: each is a line of $out
has() {
	for ok_line; do
		printf '%s\n' "$out" | grep -qxF -e "$ok_line" || return
	done
}

# ---- check ----

for f in "$data"/*.dbc "$top_srcdir"/dbc/*.dbc; do
	does 0 dbc check --strict "$f"
	ok "${f##*/}: no fault" contains "$out" ", no fault"
	does 0 dbc check --json "$f"
	ok "${f##*/}: nothing to say in JSON" is "$out" ""
done

cat >bad.dbc <<'EOF'
BU_: A
BO_ 1 Good: 2 A
 SG_ X : 0|8@1+ (1,0) [0|255] "" A
 SG_ Y : 8|8@2+ (1,0) [0|255] "" A
 SG_ Z : 4|4@1+ (1,0) [0|15] "" B
BA_ "No" BO_ 1 5;
EOF
does 1 dbc check bad.dbc
ok "each fault is a line with its place" is "$out" "bad.dbc:4:14: warning: expected 0 (Motorola) or 1 (Intel), got '2'
bad.dbc:5:6: warning: 'Z' overlaps 'X'
bad.dbc:5:33: warning: the node 'B' is not in the list of BU_
bad.dbc:6:6: warning: the attribute 'No' is not defined
bad.dbc: 1 message, 2 signals, 4 warnings"
does 1 dbc check --json bad.dbc
ok "in JSON, too" is "$(lines "$out")" 4
json "as objects" '.file == "bad.dbc" and .severity == "warning" and .line >= 4 and .column >= 6
	and (.text | length > 10)'
does 8 dbc check --strict bad.dbc
ok "--strict: a bad line is an error" contains "$out" "bad.dbc:4:14: error: expected 0"
ok "--strict: what is loaded is not" contains "$out" "bad.dbc:5:6: warning: 'Z' overlaps"
does 1 dbc check "$data/layouts.dbc" bad.dbc "$data/multiplexed.dbc"
ok "several files" is "$(lines "$out")" 7
grep -v -e Y -e BA_ bad.dbc >doubt.dbc
does 1 dbc check --strict doubt.dbc
ok "--strict: doubts alone are no bad lines" contains "$out" "1 message, 2 signals, 2 warnings"

printf 'nothing\n' >nothing.dbc
mk dbc check nothing.dbc
ok "a file without a message: 8" is "$status" 8
ok "its faults are told" contains "$out" "nothing.dbc:1:1: warning: expected a keyword, got 'nothing'"
ok "and what it is not" contains "$err" "minikey dbc: nothing.dbc: not one message in it"
fails 8 "cannot read 'missing.dbc'" dbc check missing.dbc
mk dbc check missing.dbc bad.dbc
ok "a missing file does not stop the others" is "$status $(lines "$out")" "8 5"
fails 8 "cannot read '/'" dbc check /
status=0
out=$("$MINIKEY" dbc check - <bad.dbc 2>"$t/err") || status=$?
ok "- is the standard input" contains "$status $out" "1 -:4:14: warning"

misused "say 'check' or 'show'" dbc
misused "neither 'check' nor 'show'" dbc list x
misused "check: no FILE" dbc check
misused "show: no FILE" dbc show
misused "more than one FILE and one MESSAGE" dbc show a b c

# ---- show ----

does 0 dbc show "$data/layouts.dbc"
ok "a line for each message, and a head" is "$(lines "$out")" 11
ok "an id of 29 bits has 8 digits" contains "$out" "18FEEF02 Long_Frame"
does 0 dbc show --json "$data/layouts.dbc"
json "one object" '(.messages | length == 10) and .nodes == ["Ecu","Tester"] and
	.messages[1] == {"name":"Motorola","id":"101","length":8,"sender":"Ecu","signals":5}'

does 0 dbc show "$data/layouts.dbc" Motorola
ok "Motorola: the picture" has \
	"          7       6       5       4       3       2       1       0   " \
	"    0 |a M_Bit|b M_Three              |c M_Cross 10:7                 |" \
	"      +-------+-----------------------+-----------------------+-------+" \
	"    1 |c M_Cross 6:0                                          |d 16   |" \
	"    2 |d M_Signed 15:8                                                |" \
	"    3 |d M_Signed 7:0                                                 |" \
	"    4 |e M_Long 31:24                                                 |" \
	"    7 |e M_Long 7:0                                                   |"
ok "and the table" has \
	"  Signal   Start Bits Order    Type Factor Offset         Min        Max Unit" \
	"d M_Signed     8   17 motorola int   -0.25    1.5   -16382.25    16385.5"
does 0 dbc show "$data/layouts.dbc" 100
ok "Intel, by its id" has \
	"    0 |c I_Cross 3:0                  |b I_Three              |a I_Bit|" \
	"    1 |d 0    |c I_Cross 10:4                                         |" \
	"    2 |d I_Signed 8:1                                                 |" \
	"    3 |d I_Signed 16:9                                                |" \
	"    4 |e I_Long 7:0                                                   |"
does 0 dbc show "$data/layouts.dbc" 0x18FEEF02
ok "empty rows are one" has \
	"  2-7 |                                                               |"
ok "64 bytes" contains "$out" "   63 |e L_Last 11:4 "

does 0 dbc show "$data/multiplexed.dbc" Nested
ok "every branch has its picture" has "When Outer = 0:" "When Outer = 1-2:" "When Inner = 2-3:" \
	"When Deep = 0:" "When Deep = 1, 3:"
ok "with the rows that its signals are in" has \
	"    1 |               |g Fourth 6:1                                   |"
ok "and the table says when" contains "$out" " Deep = 1, 3"
does 0 dbc show --json "$data/multiplexed.dbc" Nested
json "as JSON" '[.signals[] | select(.selector == "Deep") | [.name, .when]] ==
	[["Fourth",[[1,1],[3,3]]],["Fifth",[[0,0]]]]'
json "who selects" '[.signals[] | select(.multiplexor) | .name] == ["Outer","Inner","Deep"]'

does 0 dbc show "$data/every-statement.dbc" Door
ok "values, comments, attributes" has "Values of Angle:" "    2047  unknown" \
	"  BO_ is a keyword, but not here." '  It says "open".' "Attributes of Open:" \
	"  Grade = likely" "  Note = x;y"
does 0 dbc show --json "$data/every-statement.dbc" Door
json "as JSON" '.attributes == {"CycleTime":"100","Grade":"sure"} and .signals[1].values ==
	{"-2048":"lowest","-1":"ajar","2047":"unknown"} and .signals[1].unit == "deg" and
	.signals[2].type == "float" and .signals[0].receivers == ["Lamp","Tester"]'

mk dbc show bad.dbc Good
ok "what overlaps is drawn as both" has \
	"    0 |a+b                            |a X 3:0                        |"
ok "bad lines are warned about" contains "$err" "minikey dbc: bad.dbc:4:14: warning: expected 0"
mk dbc show --strict bad.dbc
ok "--strict: they are errors" contains "$status $out$err" "8 minikey dbc: bad.dbc:4:14: error: "
fails 1 "no message is called 'Nobody'" dbc show "$data/layouts.dbc" Nobody
fails 8 "cannot read" dbc show missing.dbc

# ---- what the terminal can show ----

printf 'BO_ 1 Heat: 1 A\n SG_ T : 0|8@1+ (1,0) [0|0] "\260C" A\nCM_ BO_ 1 "\303\244 \033[1m";\n' >heat.dbc
does 0 dbc show heat.dbc Heat
ok "ASCII alone without UTF-8" [ -z "$(printf '%s' "$out" | tr -d '\n -~')" ]
ok "what it cannot show is there by number" contains "$out" '\xC2\xB0C'
if locale -a 2>/dev/null | grep -qix 'c\.utf-*8'; then
	run env LC_ALL=C.UTF-8 "$MINIKEY" dbc show heat.dbc Heat
	ok "UTF-8 where the locale is" has "    0 │a T                                                            │"
	ok "units as they are" contains "$out" "°C"
	ok "but no control character" contains "$out" 'ä \x1B[1m'
else
	skip "UTF-8 where the locale is" "no locale C.UTF-8"
fi
for m in Intel Motorola Whole Floats Long_Frame; do
	does 0 dbc show "$data/layouts.dbc" $m
	ok "$m fits 80 columns" is "$(wide)" 0
done

# ---- decode with such files ----

printf '(1.0) can0 201#40FFEE\n' >one.log
does 0 decode --json --dbc "$data/multiplexed.dbc" one.log
json "ranges decide what is there" '.signals == {"Mode":64,"Middle":61183}'
mk decode --json --dbc bad.dbc one.log
ok "a bad line of a DBC is a warning" contains "$status $err" "0 minikey decode: bad.dbc:4:14: warning: "
mk decode --strict --dbc bad.dbc one.log
ok "--strict: an error" contains "$status $err" "8 minikey decode: bad.dbc:4:14: error: "
ok "and nothing is decoded" is "$out" ""
does 0 decode --strict --dbc doubt.dbc one.log
finish
