#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Frames of one bus on another: logs, simulated cars, a K-bus on a pty. With a vcan it is in
# tests/vm/bridge.vm.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# way N FILTER: of the result's way N
way() {
	printf '%s\n' "$out" | jq -e "select(.event == \"result\") | .ways[$1] | $2" >/dev/null
}

cat >"$t/car.log" <<'LOG'
(1000.000000) kbus 1B80BF11#01 R
(1000.100000) kbus 1B44BF74#0401 T
(1000.200000) kbus 20000040#0000000000000000
(1000.300000) kbus 1B00BF7A#3003 R
LOG
before=$(date +%s%N)
mk bridge "log:$t/car.log" sim:r53 --json
took=$((($(date +%s%N) - before) / 1000000))
ok "a log to a car: 0" is "$status" 0
json "ready comes first" '.event == "ready" and .to == "sim:r53" and .both == false or .event == "result"'
ok "it is the first of two lines" is "$(printf '%s\n' "$out" | jq -r .event | tr '\n' ' ')" "ready result "
ok "all but the error frame went, also what was sent then" way 0 '.frames == 3 and .errors == 1 and
	.lost == 0 and .refused == 0'
ok "in the log's time" [ "$took" -ge 300 ]
mk bridge "log:$t/car.log" sim:r53 --id 1B44BF74
ok "in words: what went where" contains "$err" "log:$t/car.log to sim:r53: 1 frame, 0 lost, 0 refused"
ok "an error frame is explained" contains "$err" "bus-off"
mk bridge "log:$t/car.log" sim:r53 -c r53 --message Body --json
ok "--message" way 0 '.frames == 1'
fails 64 "no message is called 'Nonsense'" bridge "log:$t/car.log" sim:r53 --message Nonsense
mk bridge "log:$t/car.log" sim:r53 --json --count 2
ok "--count: 0" is "$status" 0
ok "--count" way 0 '.frames == 2'

# Two cars on one bus: what one says, the other hears, and no frame goes round.
mk bridge sim:r53 sim:r53 --both --for 2s --json
ok "both ways: 0" is "$status" 0
ok "both ways: each car's own frames" way 0 ".frames > 0 and .frames < 20"
ok "both ways: as many as the other's" way 1 ".frames > 0 and .frames < 20"
printf 'wait 100ms door driver open\nwait 100ms door driver close\n' >"$t/doors.sim"
mk bridge sim:r53 sim:r53 --sim-script "$t/doors.sim" --json --id 1B00BF7A
ok "a script drives the first car, and ends it: 0" is "$status" 0
ok "its doors" way 0 '.frames >= 2'
mk bridge "log:$t/car.log" sim:r53 --sim-script "$t/doors.sim" --json
ok "or the second" is "$status" 0

# The gate: no car may be told that its doors are locked by a log.
mkfifo "$t/path"
python3 "$top_srcdir/tests/lib/wire.py" </dev/null >"$t/path" 2>"$t/sent" &
read -r path <"$t/path"
cat >"$t/gate.log" <<'LOG'
(1.000000) kbus 1B80BF11#01
(1.010000) kbus 1B80BF11#03
(1.020000) kbus 1B3F000C#4601
(1.030000) kbus 1B00BF7A#3003
(1.040000) kbus 1B3F000B#
LOG
mk bridge "log:$t/gate.log" "kbus:$path" --allow-unverified --json
wait $!
ok "a real bus: 7" is "$status" 7
ok "every frame was refused" way 0 '.frames == 0 and .refused == 5'
ok "each id is told once" is "$(printf '%s\n' "$err" | grep -c 'is not sent on')" 4
ok "with the reason" contains "$err" "1B80BF11 is not sent on kbus:$path: source byte 80"
ok "a sleeping bus is left to sleep" contains "$err" \
	"1B3F000B is not sent on kbus:$path: nothing is heard on the K-bus"
ok "not a byte was sent" is "$(cat "$t/sent")" ""

rm -f "$t/path"
mkfifo "$t/path"
python3 "$top_srcdir/tests/lib/wire.py" </dev/null >"$t/path" 2>"$t/sent" &
read -r path <"$t/path"
mk bridge "log:$t/gate.log" "kbus:$path" --bench -c r53 --json --id 1B80BF11 --count 1
wait $!
ok "a bench gets what its car says, as bytes" contains "$(cat "$t/sent")" "80 04 BF 11 01 2B"

# A wire with a car on it.
mkfifo "$t/lines" "$t/said"
timeout -k 2 20 "$MINIKEY" sim r53 -i kbus:pty <"$t/lines" >"$t/said" 2>"$t/sim" &
exec 3>"$t/lines" 4<"$t/said"
read -r address <&4
mk bridge "log:$t/gate.log" "$address" --json
ok "to a wire of our own simulated car: 0" is "$status" 0
ok "all goes through, it is virtual" way 0 '.frames == 5 and .refused == 0 and .lost == 0'
rm -f "$t/heard"
mkfifo "$t/heard"
timeout -k 2 10 "$MINIKEY" bridge "$address" sim:r53 --json --count 3 >"$t/heard" 2>"$t/err" &
bridge=$!
exec 5<"$t/heard"
read -r first <&5
ok "K-bus on a pty: ready" contains "$first" '"event":"ready"'
printf '%s\n' 'door driver open' 'door driver close' 'door driver open' 'door driver close' >&3
out=$(cat <&5) status=0
wait "$bridge" || status=$?
ok "K-bus on a pty: 0" is "$status" 0
ok "three frames came over" way 0 '.frames == 3 and .lost == 0'
timeout -k 2 10 "$MINIKEY" bridge "$address" sim:r53 >"$t/out" 2>"$t/heard" &
bridge=$!
exec 5<"$t/heard"
read -r first <&5
ok "in words: ready" is "$first" "minikey bridge: ready: $address to sim:r53"
echo 'fault unplug' >&3
err=$(cat <&5) out='' status=0
wait "$bridge" || status=$?
ok "unplugged: 5" is "$status" 5
ok "unplugged: said" contains "$err" "$address: the cable is gone"
exec 3>&-

fails 5 "nothing can be sent to a log" bridge sim:r53 "log:$t/car.log"
fails 5 "nothing can be sent to a log" bridge "log:$t/car.log" sim:r53 --both
fails 64 "'vcan0' twice" bridge vcan0 vcan0
fails 64 "two buses: bridge FROM TO" bridge vcan0
misused "Too many arguments: 'c'" bridge a b c
mk bridge log:/dev/null sim:r53 --for 5s
ok "an empty log: 8" is "$status" 8
ok "an empty log: said" contains "$err" "/dev/null: not one valid line in it"
fails 5 "cannot open" bridge nosuchcan0 sim:r53
fails 64 "no interface name" bridge sim:r53 /dev/ttyUSB0
finish
