#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey decode: candump logs, good, bad and hostile.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

cat >"$t/log" <<LOG
(1.000000) vcan0 1B00BF7A#3003
# a comment

not a line
(2.000000) vcan0 2FC#84000
(2.400000) vcan0 123#DEADBEEF
(2.500000) vcan0 1B80BF11#07 T
(3.500000) vcan1 1B00BF72#12
LOG

# ---- a log with bad lines ----

mk decode "$t/log"
ok "bad lines: 0" is "$status" 0
ok "two warnings" is "$(lines "$err")" 2
ok "where: a line that is none" contains "$err" "minikey decode: $t/log:4:5: warning: "
ok "where: half a byte" contains "$err" "minikey decode: $t/log:5:27: warning: "
ok "the frames around them" is "$(lines "$out")" 4
ok "one of them" contains "$out" "00:00:01.000  vcan0  rx  1B00BF7A  [ 2]  30 03 "
ok "in words" contains "$out" "Lock_State=secured"
ok "sent" contains "$out" "  tx  1B80BF11  [ 1]  07 "
ok "the ignition" contains "$out" "Ignition_R=on Ignition_15=on Ignition_50=on"
ok "the bus of each" contains "$out" "vcan1  rx  1B00BF72"
ok "unknown frames too" contains "$out" "DE AD BE EF"
mk decode --strict "$t/log"
ok "--strict: 8" is "$status" 8
ok "--strict: still all frames" is "$(lines "$out")" 4

mk decode --json "$t/log"
ok "JSON: known frames only" is "$(lines "$out")" 3
json "JSON: a frame's fields" '(keys - ["values","errors"]) == ["bus","data","dir","id","message",
	"signals","t"]'
ok "JSON: a frame" contains "$out" '{"t":1,"bus":"vcan0","dir":"rx","id":"1B00BF7A","data":"3003","message":"Body","signals":{'
ok "JSON: a number" contains "$out" '"Lock_State":3'
ok "JSON: its word" contains "$out" '"Lock_State":"secured"'
mk decode --json --all "$t/log"
ok "--all" contains "$out" '{"t":2.4,"bus":"vcan0","dir":"rx","id":"123","data":"DEADBEEF"}'

# ---- filters ----

mk decode --id 1B00BF72 "$t/log"
ok "--id" is "$(lines "$out")" 1
mk decode --message Body --json "$t/log"
json "--message" '.message == "Body"'
mk decode --grep pressed "$t/log"
ok "--grep" is "$(lines "$out")" 1
misused "is no id" decode --id 99999999 "$t/log"

# ---- files ----

: >"$t/empty"
does 0 decode "$t/empty"
ok "an empty file: nothing" is "$out" ""
does 0 decode /dev/null
does 0 decode --strict "$t/empty"
fails 8 "No such file" decode "$t/none"
fails 8 "Is a directory" decode "$t"
echo kept >"$t/old"
for how in --all --csv --csv=--events --plot=Lock_State; do
	# shellcheck disable=SC2046 # two words from one
	fails 8 "No such file" decode $(echo "$how" | sed 's/csv=/csv /') -o "$t/old" "$t/none"
	ok "and what -o names stays as it was" is "$(cat "$t/old")" kept
done
fails 8 "No such file" decode -o "$t/new" "$t/none"
ok "nor is it made" test ! -e "$t/new"
mk decode --csv -o "$t/old" "$t/none" "$t/log"
ok "one of two is there: it is replaced" is "$status;$(head -n 1 "$t/old")" \
	"8;t,bus,id,message,signal,value"
fails 74 "cannot write" decode -o "$t" "$t/log" "$t/log"
mk decode "$t/none" "$t/log"
ok "one of two is missing: 8" is "$status" 8
ok "the other is decoded" is "$(lines "$out")" 4
mk decode "$t/log" "$t/log"
ok "two files" is "$(lines "$out")" 8
misused "no FILE" decode
# shellcheck disable=SC2016 # the inner shell's
run timeout -k 2 10 sh -c '"$MINIKEY" decode - <"$1"' - "$t/log"
ok "standard input: 0" is "$status" 0
ok "standard input: its frames" is "$(lines "$out")" 4
ok "standard input: its name" contains "$err" "-:4:5: warning: "
printf '(1.000000) vcan0 1B00BF7A#3003' >"$t/unended"
does 0 decode "$t/unended"
ok "a last line without its end" is "$(lines "$out")" 1
printf '(1.000000) vcan0 1B00BF7A#3003\r\n(2.000000)  vcan0\t1B00BF7A#3003\r\n' >"$t/crlf"
does 0 decode "$t/crlf"
ok "lines of another system" is "$(lines "$out")" 2

# ---- hostile bytes: a warning or a frame for each line, and an end ----

{
	printf x
	head -c 10000 /dev/urandom
} >"$t/random"
mk decode "$t/random"
ok "random bytes: 0" is "$status" 0
ok "random bytes: it says so" contains "$err" "$t/random:1:"
mk decode --strict "$t/random"
ok "random bytes, --strict: 8" is "$status" 8
head -c 100000 /dev/zero >"$t/zeros"
mk decode "$t/zeros"
ok "zeros: 0" is "$status" 0
ok "zeros: one warning" is "$(lines "$err")" 1
{
	printf '(1.000000) vcan0 123#'
	head -c 2000000 /dev/zero | tr '\0' A
	printf '\n(2.000000) vcan0 1B00BF7A#3003\n'
} >"$t/long"
mk decode "$t/long"
ok "a line of 2 MB: 0" is "$status" 0
ok "a line of 2 MB: one warning" is "$(lines "$err")" 1
ok "a line of 2 MB: the next is read" contains "$out" "Lock_State=secured"
cat >"$t/odd" <<LOG
(99999999999999999999.000000) vcan0 123#00
(1.000000) vcan0 123#000102030405060708
(1.000000) vcan0 123##100010203040506070809
(1.000000) vcan0 FFF#00
(1.000000) vcan0 1B00BF7A
(1.000000) averyveryverylongbusname_that_no_kernel_would_have_taken_from_anybody 123#00
() vcan0 123#00
(1.) vcan0 123#00
(-1.000000) vcan0 123#00
(1.000000) vcan0 123#00 X
(1.000000) vcan0 123#0g
(1.000000) vcan0 123###
LOG
mk decode --all "$t/odd"
ok "odd lines: 0" is "$status" 0
ok "odd lines: each is a frame or a warning" is $(($(lines "$out") + $(lines "$err"))) 12
printf '(1.000000) \033[31mx 123#00\n(2.000000) vc\377n0 123#00\n' >"$t/escape"
mk decode --all "$t/escape"
ok "control characters in a bus name do not reach the terminal" \
	is "$(cat "$t/out" "$t/err" | grep -c "$(printf '\033')")" 0
mk decode "$(printf 'no\033[31mfile\nsecond')"
ok "nor those of a file's name" is "$(grep -c "$(printf '\033')" "$t/err")" 0
ok "nor its line break" is "$(lines "$err")" 1

# ---- a K-bus frame over 8 bytes is FD, filled to a legal length ----

cat >"$t/fd" <<LOG
(1.000000) vcan0 1B443FA0##001010000000000000000000100000004
(2.000000) vcan0 1B80D054##0414230303030000000000000000000003
(3.000000) vcan0 1B443FA0##00101000000000000000000010000000F
LOG
mk decode --json --all -c r53 "$t/fd"
ok "the fill is taken off" contains "$out" '"id":"1B443FA0","data":"010100000000000000000001'
ok "the fill: how much" contains "$out" '"data":"010100000000000000000001"'
json "a fill that cannot be is data" '.t != 3 or (.data | length == 30 or length == 32)'

# ---- the VIN ----

cat >"$t/vin.log" <<LOG
(1.000000) can0 130#4542698FC0
(2.000000) can0 380#58583132333435
LOG
mk decode "$t/vin.log"
ok "masked" contains "$out" 'Vin=*******'
ok "its bytes too" is "$(printf '%s\n' "$out" | grep -c '31 32 33 34 35')" 0
mk decode --json "$t/vin.log"
ok "JSON: masked" contains "$out" '"Vin":"masked"'
ok "JSON: its bytes too" is "$(printf '%s\n' "$out" | grep -c 3132333435)" 0
mk decode --show-vin --json "$t/vin.log"
ok "--show-vin" contains "$out" '"Vin":"XX12345"'
ok "--show-vin: its bytes" contains "$out" '"data":"58583132333435"'
mk decode --show-vin "$t/vin.log"
ok "--show-vin: text" contains "$out" Vin=XX12345
printf '(1.000000) can0 1B008054##0585812345000000000000000000000000003\n' >"$t/vin5x.log"
mk decode --all -c r53 "$t/vin5x.log"
ok "on the K-bus" contains "$out" 'Vin=*******'
ok "on the K-bus: its bytes" is "$(printf '%s\n' "$out" | grep -c '58 58 12 34 5')" 0
mk decode --all -c r53 --show-vin "$t/vin5x.log"
ok "on the K-bus: --show-vin" contains "$out" Vin=XX12345

# One log may hold two buses; what a VIN is does not hang on which was heard first.
cat >"$t/two.log" <<LOG
(1.000000) kbus 1B00BF7A#3003
(1.100000) can0 130#4542698FC0
(1.200000) can0 380#58583132333435
LOG
mk decode --json --all "$t/two.log"
ok "two buses: the VIN's bytes stay masked" is "$(printf '%s\n' "$out" | grep -c 3132333435)" 0
ok "two buses: both are known" contains "$out" '"message":"Terminal"'

# ---- cars ----

printf '(1.000000) can0 2FC#840000FFFFFFFF\n' >"$t/one.log"
mk decode -c f56 "$t/one.log"
ok "--car" contains "$out" "Lock_State=secured"
mk decode -c r53 "$t/one.log"
ok "--car that has no such frame" is "$(printf '%s\n' "$out" | grep -c Lock_State)" 0
fails 6 "nothing is publicly known" decode -c j01 "$t/one.log"
misused "unknown car" decode -c z99 "$t/one.log"

# ---- other DBCs ----

esc=$(printf '\033')
bel=$(printf '\007')
cat >"$t/my.dbc" <<DBC
VERSION ""
BO_ 291 My_Message: 4 ECU
 SG_ Half : 0|8@1+ (0.5,0) [0|0] "${esc}[31m" ECU
 SG_ Signed : 8|8@1- (1,0) [0|0] "km" ECU
 SG_ Late : 32|8@1+ (1,0) [0|0] "" ECU
VAL_ 291 Signed -83 "min${bel}us" 1 "one" ;
DBC
mk decode --dbc "$t/my.dbc" "$t/log"
ok "--dbc replaces the cars" is "$(printf '%s\n' "$out" | grep -c Lock_State)" 0
ok "--dbc: a message" contains "$out" "My_Message Half=111"
ok "--dbc: a word of a negative value, escaped" contains "$out" 'Signed=min\x07us'
ok "--dbc: nothing reaches the terminal" is "$(grep -c "$esc" "$t/out")" 0
mk decode --dbc "$t/my.dbc" --json "$t/log"
ok "--dbc: JSON" contains "$out" '"message":"My_Message","signals":{"Half":111,"Signed":-83}'
json "--dbc: a signal beyond the frame is absent" '.signals | has("Late") | not'
json "--dbc: its word, whole" '.values.Signed == "min\u0007us"'
mk decode --dbc "vcan0=$t/my.dbc" --json "$t/log"
ok "--dbc for its bus" contains "$out" My_Message
mk decode --dbc "vcan1=$t/my.dbc" --json "$t/log"
ok "--dbc for another bus" is "$out" ""

cat >"$t/faulty.dbc" <<DBC
VERSION ""
BO_ 291 Good: 4 ECU
 SG_ A : 0|8@1+ (1,0) [0|0] "" ECU
 SG_ B : 0|99@1+ (1,0) [0|0] "" ECU
VAL_ 9 Nobody 1 "x" ;
DBC
mk decode --dbc "$t/faulty.dbc" "$t/log"
ok "faults: 0" is "$status" 0
ok "faults: where" contains "$err" "$t/faulty.dbc:4:"
ok "faults: the next" contains "$err" "$t/faulty.dbc:5:6: warning: "
ok "faults: what is good is used" contains "$out" "Good A=222"
mk decode --dbc "$t/log" "$t/log"
ok "no DBC: 8" is "$status" 8
ok "no DBC: said" contains "$err" "is it a DBC file?"
ok "no DBC: nothing decoded" is "$out" ""
fails 8 "No such file" decode --dbc "$t/none" "$t/log"
fails 8 "Is a directory" decode --dbc "$t" "$t/log"
mk decode --dbc "$t/random" "$t/log"
ok "random bytes as a DBC: 8" is "$status" 8
printf 'BO_ 291 Good: 4 ECU\n%s[31mKEY 1\n SG_ %s : 0\n' "$esc" "$esc" >"$t/esc.dbc"
mk decode --dbc "$t/esc.dbc" "$t/log"
ok "a DBC's control characters do not reach the terminal" is "$(grep -c "$esc" "$t/err")" 0
head -c 3000 "$top_srcdir/dbc/r56_kcan.dbc" >"$t/half.dbc"
mk decode --dbc "$t/half.dbc" "$t/log"
ok "a DBC that breaks off: 0" is "$status" 0
for f in r5x_kbus r56_kcan f5x_kcan; do
	does 0 decode --dbc "$top_srcdir/dbc/$f.dbc" "$t/empty"
done
# A VIN that a module answers, over ISO-TP: F190, and seventeen characters.
cat >"$t/vin.log" <<'LOG'
(1.000000) can0 640#F1101462F1904E4F
(1.001000) can0 640#F12156494E4E4F56
(1.002000) can0 640#F122494E31323334
(1.003000) can0 640#F123353637FFFFFF
LOG
does 0 decode "$t/vin.log" -c r56
ok "an answered VIN is masked" contains "$out" "F1 22 49 4E 58 58 30 30"
ok "to its end" contains "$out" "F1 23 30 30 30 FF FF FF"
does 0 decode "$t/vin.log" -c r56 --json --all
ok "as JSON, too" contains "$out" F122494E58583030
does 0 decode "$t/vin.log" -c r56 --show-vin
ok "--show-vin shows it" contains "$out" "F1 22 49 4E 31 32 33 34"
does 0 monitor -i "log:$t/vin.log" -c r56
ok "monitor masks it, too" contains "$out" "F1 23 30 30 30 FF FF FF"

finish
