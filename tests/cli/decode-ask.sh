#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey decode: questions to a recording. Events, conditions, times, tables, counts.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
TZ=UTC
export TZ

cat >"$t/log" <<LOG
(1700000000.000000) kbus 1B00BF7A#1000
(1700000001.250000) kbus 1B00BF72#12
(1700000001.350000) kbus 1B00BF72#02
(1700000001.500000) kbus 1B00BF7A#3000
(1700000001.600000) kbus 1B00BF7A#1000
(1700000001.700000) kbus 1B00BF7A#3000
(1700000001.800000) kbus 1B00BF7A#3000
(1700000002.000000) kbus 123#0102
LOG

# ---- events: what watch says of the same log ----

run timeout -k 2 10 "$MINIKEY" watch -i "log:$t/log"
want=$out
mk decode --events "$t/log"
ok "--events: 0" is "$status" 0
ok "--events: the lines of watch" is "$out" "$want"
ok "--events: there are some" contains "$out" "fob slot 0: lock"
run timeout -k 2 10 "$MINIKEY" watch --json -i "log:$t/log"
want=$(printf '%s\n' "$out" | tail -n +2)
mk decode --events --json "$t/log"
ok "--events --json: the lines of watch" is "$out" "$want"
mk decode --events=fob "$t/log"
ok "--events=fob" is "$(lines "$out")" 2
mk decode --events=lock --from +1.55s "$t/log"
ok "--events --from: what was before is known" is "$out" "22:13:21.600  locks: unlocked (was secured)
22:13:21.700  locks: secured (was unlocked)"
mk decode --events --where 'Lock_State == secured' "$t/log"
ok "--events --where" is "$(printf '%s\n' "$out" | grep -c 'locks: secured')" 2
ok "--events --where: no others" is "$(lines "$out")" 2
head -n 4 "$t/log" >"$t/a"
tail -n +5 "$t/log" >"$t/b"
mk decode --events "$t/log"
want=$out
mk decode --events "$t/a" "$t/b"
ok "--events: one recording in two files" is "$out" "$want"
misused "names no event" decode --events=nothing "$t/log"

# ---- conditions ----

# where LINES CONDITION
where() {
	mk decode --where "$2" "$t/log"
	ok "--where '$2'" is "$status:$(lines "$out")" "0:$1"
}
where 3 'Lock_State == secured'
where 3 'Lock_State==3'
where 2 'Lock_State != secured'
where 2 'Lock_State < secured'
where 5 'Lock_State <= secured'
where 5 'Body.Lock_State >= unlocked'
where 0 'Fob.Fob_Slot == 9'
where 5 '!(Lock_State == secured)'
where 4 'Lock_State == "secured" || id == 123'
where 4 'Lock_State == secured || id == 0x123'
where 1 'Lock_State == secured && t < 1700000001.6'
where 2 'Lock_State == secured && t >= +1.7s'
where 3 'id == 1B00BF7A && (t >= "2023-11-14 22:13:21.5" && t <= 2023-11-14T22:13:21.7Z)'
where 8 'bus == kbus'
where 0 "bus != 'kbus'"
where 1 'id < 7FF'
where 7 'id >= 00000000'
where 5 'Lock_State == unlocked || Lock_State == secured && t > +0'

# is_wrong COLUMN TEXT CONDITION
is_wrong() {
	mk decode --where "$3" "$t/log"
	ok "--where '$3': 64, column $1" is "$status" 64
	ok "--where '$3': where" contains "$err" "--where, column $1: "
	ok "--where '$3': why" contains "$err" "$2"
}
is_wrong 1 "no message has" 'Lock_Stat == secured'
is_wrong 15 "no word of this signal" 'Lock_State == securd'
is_wrong 12 "==, !=, <" 'Lock_State = secured'
is_wrong 14 "a number or a word" 'Lock_State =='
is_wrong 24 ") is missing" '(Lock_State == secured '
is_wrong 23 "&& or ||" 'Lock_State == secured Lock_State == 1'
is_wrong 1 "a signal, id" ''
is_wrong 7 "is no id" 'id == 12345'
is_wrong 6 "is no time" 't == soon'
is_wrong 15 "quote" 'Lock_State == "secured'
mk decode --where "$(printf '(%.0s' $(seq 500))" "$t/log"
ok "--where: 500 parentheses" is "$status" 64
misused "once" decode --where 'id == 1' --where 'id == 2' "$t/log"

# ---- numbers with fractions are compared as they are written ----

cat >"$t/my.dbc" <<DBC
VERSION ""
BO_ 256 Motor: 8 ECU
 SG_ Speed : 0|16@1+ (0.1,0) [0|0] "km/h" ECU
 SG_ Temp : 16|8@1- (1,0) [0|0] "degC" ECU
 SG_ Mode : 24|8@1+ (1,0) [0|0] "" ECU
 SG_ Flag : 32|1@1+ (1,0) [0|0] "" ECU
VAL_ 256 Mode 0 "off" 1 "on, hot" ;
BO_ 257 Other: 1 ECU
 SG_ Mode : 0|8@1+ (1,0) [0|0] "" ECU
DBC
cat >"$t/motor" <<LOG
(10.000000) can0 100#9A02FB0000
(10.100000) can0 100#9B02050101
(10.200000) can1 100#9B02050001
(10.350000) can1 101#07
(10.400000) can0 100#9B02
LOG
mk decode --dbc "$t/my.dbc" --where 'Speed == 66.6' "$t/motor"
ok "66.6 is 666 times 0.1" is "$(lines "$out")" 1
mk decode --dbc "$t/my.dbc" --where 'Temp < -4.5' "$t/motor"
ok "below zero" is "$(lines "$out")" 1
mk decode --dbc "$t/my.dbc" --where 'Mode == "on, hot"' "$t/motor"
ok "a word with a blank" is "$(lines "$out")" 1

# ---- signals ----

mk decode --dbc "$t/my.dbc" --signal Temp "$t/motor"
ok "--signal: frames that carry it" is "$(lines "$out")" 3
ok "--signal: nothing else" is "$(printf '%s\n' "$out" | grep -c Speed=)" 0
mk decode --dbc "$t/my.dbc" --json --signal Other.Mode --signal Flag "$t/motor"
ok "--signal, twice" is "$(printf '%s\n' "$out" | grep -c -e '"signals":{"Mode":7}' -e '"signals":{"Flag":')" 4
mk decode --signal Nothing "$t/log"
ok "--signal: none of that name" is "$status" 64
ok "--signal: said so" contains "$err" "no message has a signal 'Nothing'"

# ---- times ----

mk decode --from +1.5s --to +1.7s "$t/log"
ok "--from, --to" is "$(lines "$out")" 2
mk decode --from 1700000001.8 "$t/log"
ok "--from: seconds" is "$(lines "$out")" 2
mk decode --to '2023-11-14 22:13:21' "$t/log"
ok "--to: a date" is "$(lines "$out")" 1
mk decode --from 2023-11-14T22:13Z --to 2023-11-15 "$t/log"
ok "--from: a date, to the minute" is "$(lines "$out")" 8
TZ=UTC-1
mk decode --from '2023-11-14 23:13:22' "$t/log"
TZ=UTC
ok "--from: a local date" is "$(lines "$out")" 1
for wrong in soon 2023-13-01 +1x '' 2023-11-14Q22:13; do
	misused "is no time" decode --from "$wrong" "$t/log"
done

# ---- tables ----

mk decode --dbc "$t/my.dbc" --csv "$t/motor"
ok "--csv: 0" is "$status" 0
ok "--csv: the header" is "$(printf '%s\n' "$out" | head -n 1)" "t,bus,id,message,signal,value"
ok "--csv: a row a value" is "$(lines "$out")" 15
ok "--csv: a number" contains "$out" "10,can0,100,Motor,Speed,66.60000000000001
"
ok "--csv: a word with a comma" contains "$out" '10.1,can0,100,Motor,Mode,"on, hot"
'
mk decode --dbc "$t/my.dbc" --csv --signal Speed --signal Mode --signal Flag "$t/motor"
ok "--csv --signal: columns" is "$out" 't,bus,id,message,Speed,Mode,Flag
10,can0,100,Motor,66.60000000000001,off,0
10.1,can0,100,Motor,66.7,"on, hot",1
10.2,can1,100,Motor,66.7,off,1
10.35,can1,101,Other,,7,
10.4,can0,100,Motor,66.7,,'
mk decode --csv -c r56 "$t/log"
ok "--csv: nothing known, only the header" is "$(lines "$out")" 1
misused "exclude each other" decode --csv --json "$t/log"
misused "only one of" decode --stats --events "$t/log"
misused "frames and --events only" decode --csv --stats "$t/log"
mk decode --csv --events "$t/log"
ok "--csv --events: as many as the lines of --events" is "$(lines "$out")" \
	$(($("$MINIKEY" decode --events "$t/log" | wc -l) + 1))
mk decode --csv --events=fob,lock "$t/log"
ok "--csv --events" is "$out" 't,event,name,value,previous
1700000000,lock,car,unlocked,unknown
1700000001.25,fob,slot 0,lock,
1700000001.35,fob,slot 0,released,
1700000001.5,lock,car,secured,unlocked
1700000001.6,lock,car,unlocked,secured
1700000001.7,lock,car,secured,unlocked'
printf '(1.000000) can0 380#58583132333435\n' >"$t/vin"
mk decode --csv "$t/vin"
ok "--csv: the VIN is masked" contains "$out" 'Vin,*******'
mk decode --csv --show-vin "$t/vin"
ok "--csv --show-vin" contains "$out" 'Vin,XX12345'

# ---- counts ----

mk decode --stats "$t/log"
ok "--stats: 0" is "$status" 0
ok "--stats: periods" contains "$out" "kbus     1B00BF7A  Body                                5     450.000     100.000    1500.000    606.218"
ok "--stats: an unknown id" contains "$out" "3 ids, 1 of them unknown"
cat >"$t/faults" <<LOG
(1.000000) can0 130#4542698FC0
(1.100000) can0 130#4542698FC1
(1.200000) can0 20000040#0000000000000000
not a line
(1.300000) can1 130#4542698FC0
LOG
mk decode --stats --json "$t/faults"
json "--stats --json: one object" '.frames == 3 and .bus_errors == 1 and .bad_lines == 1 and .ids == 2
	and .span_s == 0.3 and .unknown_ids == 0 and .lost == 0'
json "--stats --json: an id" '.messages[0] | .bus == "can0" and .id == "130" and .count == 2 and
	.message == "Terminal" and .mean_s == 0.1 and .min_s == 0.1 and .jitter_s == 0'
json "--stats --json: faults" '.bad_checksums + .counter_jumps >= 1'
json "--stats --json: once, no period" '.messages[1] | has("mean_s") | not'
mk decode --stats --id 123 "$t/log"
ok "--stats: only what is asked for" contains "$out" "1 frames in 0.000 s, 1 ids"
: >"$t/empty"
mk decode --stats --json "$t/empty"
json "--stats: of nothing" '.frames == 0 and .first == null and .messages == []'

fails 8 "No such file" decode --stats "$t/none"
fails 8 "No such file" decode --stats --json "$t/none"
fails 8 "No such file" decode --plot Lock_State "$t/none"
mk decode --stats "$t/none" "$t/log"
ok "--stats: one of two is missing: 8" is "$status" 8
ok "--stats: the other is counted" contains "$out" "8 frames in 2.000 s"

# ---- where it goes ----

mk decode --csv --signal Lock_State -o "$t/out.csv" "$t/log"
ok "-o: nothing on stdout" is "$out" ""
ok "-o: it is in the file" is "$(wc -l <"$t/out.csv")" 6
mk decode --signal Lock_State -o "$t/out.csv" "$t/log"
ok "-o: what was there is gone" is "$(grep -c , "$t/out.csv")" 0
cp "$t/log" "$t/same"
mk decode "$t/same" -o "$t/same"
ok "-o: no recording overwrites itself" is "$status" 64
ok "-o: it is still there" cmp -s "$t/log" "$t/same"
mk decode --signal Nothing -o "$t/out.csv" "$t/log"
ok "-o: an error leaves what was there" is "$(wc -l <"$t/out.csv")" 5
mk decode -o "$t/none/x" "$t/log"
ok "-o: a folder that is not there: 74" is "$status" 74
mk decode -o /dev/full "$t/log"
ok "-o: a full disk: 74" is "$status" 74
finish
