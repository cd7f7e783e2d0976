#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The control language of the simulated cars, and what `minikey sim` says without CAN.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

car=r53
shown() {
	printf '%s' "$1" | sed 's/\\n/; /g'
}

# good SCRIPT: it runs to its end
good() {
	sim "$1" watch -i sim:$car
	ok "$car: $(shown "$1"): 0" quiet 0
}

# bad SCRIPT LINE:COLUMN TEXT: exit 8, before anything else happens
bad() {
	sim "$1" watch -i sim:$car --json
	ok "$car: $(shown "$1"): 8" is "$status" 8
	ok "$car: $(shown "$1"): where" contains "$err" "minikey watch: $t/script.sim:$2: "
	ok "$car: $(shown "$1"): what" contains "$err" "$3"
	ok "$car: $(shown "$1"): one line" is "$(lines "$err")" 1
}

# unmet SCRIPT LINE: exit 1, the line named
unmet() {
	sim "$1" watch -i sim:$car --json
	ok "$car: $(shown "$1"): 1" is "$status" 1
	ok "$car: $(shown "$1"): where" contains "$err" "script.sim:$2:"
	ok "$car: $(shown "$1"): not as expected" contains "$err" "not as expected"
}

for car in r53 r56 f56; do
	good '# a comment\n\n   \nat 1s door driver open # and another'
	good 'at 1s door driver open\nwait 500ms door driver close\nwait 0.5s door passenger open\nat 3s door passenger closed'
	good 'boot open\nwait 1s boot close\nbonnet open\nroof open\nroof close\nwindow driver open\nwindow passenger open'
	good 'ignition acc\nwait 1s ignition on\nwait 1s ignition start\nwait 1s ignition off\nwait 1s key remove\nkey insert 2'
	good 'fob 1 press unlock\nwait 1s fob 1 release unlock\nfob 2 click boot\nfob 5 click lock'
	good 'fob 1 battery low\nfob 1 battery flat\nfob 1 click lock\nfob 1 battery ok'
	good 'switch lock\nwait 1s switch unlock\ncylinder lock\nwait 1s cylinder unlock'
	good 'fault drop 5%%\nfault corrupt 1%%\nfault delay 200ms\nfault pending 3\nfault nrc B1\nfault off'
	good 'fault slow 800ms\nfault silent\nfault garbage\nfault other\nfault off'

	good 'at 1s fob 1 click lock\nat 5s expect locks secured'
	good 'at 1s switch lock\nat 5s expect locks locked'
	good 'expect locks unlocked\nexpect ignition off\nexpect key in\nexpect door driver closed\nexpect boot closed\nexpect session closed'
	good 'expect fob 1 learned\nexpect fob 1 slot 0\nexpect fob 2 slot 1\nexpect fob 3 forgotten'
	good 'fob 1 battery flat\nat 1s fob 1 click lock\nat 5s expect locks unlocked'
	good 'fob 3 click lock\nat 5s expect locks unlocked'
	good 'at 1s key remove\nwait 1s expect key out'
	unmet 'at 1s switch lock\nat 5s expect locks secured' 2
	unmet 'at 1s expect locks locked' 1
	unmet '\n\nexpect ignition on' 3
	unmet 'expect door driver open' 1
	unmet 'expect fob 3 learned' 1
	unmet 'expect fob 1 slot 1' 1
	unmet 'expect key out' 1

	bad 'fly away' 1:1 ''
	bad 'at 1s door driver open\nat 2s door cat open' 2:12 "'cat'"
	bad 'at 1s door driver ajar' 1:19 "'ajar'"
	bad 'at x door driver open' 1:4 ''
	bad 'at' 1:3 'a time'
	bad 'wait 1s' 1:8 ''
	bad 'ignition acc now' 1:14 ''
	bad 'ignition' 1:9 ''
	bad 'key insert 3' 1:12 ''
	bad 'key insert 0' 1:12 ''
	bad 'fob 6 click lock' 1:5 ''
	bad 'fob 1 click horn' 1:13 "'horn'"
	bad 'fault drop 101%%' 1:12 ''
	bad 'fault nrc 1ff' 1:11 ''
	bad 'fault nrc 00' 1:11 'refuses nothing with 00'
	bad 'fault slow' 1:11 'a time'
	bad 'fault silent radio' 1:14 "'radio' should be a module of this car"
	bad 'fault no-echo' 1:7 'no-echo needs a serial wire'
	bad 'phone owner pair' 1:1 'this car has no digital key'
	bad 'door rear-driver open' 1:6 'has no such door'
done
for car in r53 r56; do
	bad 'at 1s key remove\nat 2s ignition acc' 2:16 'no key in the lock'
	bad 'at 1s ignition acc\nat 2s key remove' 2:7 'the key is held'
	bad 'at 1s key insert 1' 1:7 'in the lock already'
done
for car in r56 f60; do
	good 'fault fc-wait 255\nfault overflow\nfault silent kombi\nfault off'
	bad 'fault fc-wait 256' 1:15 'a module waits 255 times at most'
	bad 'fault silent gm' 1:14 "the $car has no such module"
done
car=r53
good 'fault silent gm\nfault silent ews\nfault silent ike\nfault nrc A2\nfault nrc b0\nfault nrc B2\nfault nrc ff'
for code in 22 A0 A1 B3; do
	bad "fault nrc $code" 1:11 "the r53 refuses nothing with $code"
done
bad 'fault silent cas' 1:14 'the r53 has no such module'
bad 'fault fc-wait 1' 1:1 'the modules of the r53 have no flow control'
bad 'fault overflow' 1:1 'the modules of the r53 have no flow control'
for car in r56 r61; do
	good 'dtc cas A125 21\ndtc frm 9cbb 24\ndtc jbe 1234 00\ndtc kombi FFFF ff\ndtc cas clear'
	bad 'dtc bdc A125 21' 1:5 'has no such module'
	bad 'dtc cas A1256 21' 1:9 'has 4 hexadecimal digits'
	bad 'dtc cas A12 21' 1:9 'has 4 hexadecimal digits'
	bad 'dtc cas A125' 1:13 'two hexadecimal digits'
	bad 'dtc radio clear' 1:5 "'radio' should be a module of this car"
done
for car in f54 f56; do
	good 'dtc bdc 80510A 2C\ndtc zgw d90001 08\ndtc kombi 000000 00\ndtc bdc clear'
	bad 'dtc cas 80510A 21' 1:5 'has no such module'
	bad 'dtc bdc A125 21' 1:9 'has 6 hexadecimal digits'
	good 'ignition on\nwait 1s key remove\nwait 1s expect ignition on\nignition off'
	bad 'key remove\nwait 1s ignition on' 2:18 'the ignition does not come on: no key inside'
	bad 'key insert 2' 1:1 'key 1 is inside already'
	bad 'key remove\nkey remove' 2:1 'there is no key inside'
done
car=r53
bad 'dtc gm A125 21' 1:8 'has 2 hexadecimal digits'
bad 'dtc ews 12 21' 1:5 'only gm and dme'
bad 'dtc dme 12 21' 1:9 'has 4 hexadecimal digits'
good 'dtc gm 3D 03\ndtc dme 1234 21'
car=r60
good 'door rear-driver open\nexpect door rear-driver open'
car=r53
good 'limit ignition 4s\nlimit fob 20s\nlimit presses 8s'
good 'ignition acc\nwait 1s ignition off\nwait 1s key remove\nwait 1s expect session open\nwait 30s expect session closed'
good 'ignition acc\nwait 1s ignition off\nwait 1s key remove\nwait 1s door driver open\nexpect session closed'
good 'ignition acc\nwait 1s ignition off\nwait 4s key remove\nwait 1ms expect session open'
good 'ignition acc\nwait 1s ignition off\nwait 4001ms key remove\nwait 1ms expect session closed'
car=r56
bad 'limit fob 5s' 1:1 'no initialisation'

# The same script gives the same bus, to the byte, however often.
printf 'fault drop 20%%\nfault corrupt 20%%\nat 1s ignition on\nat 60s ignition off\n' >"$t/a.sim"
mk monitor -i sim:r53 --sim-script "$t/a.sim" --json
cp "$t/out" "$t/first"
mk monitor -i sim:r53 --sim-script "$t/a.sim" --json
ok "chance is the same every time" cmp -s "$t/first" "$t/out"
ok "and there is some" [ "$(lines "$out")" -gt 20 ]

{
	printf x
	head -c 10000 /dev/urandom
} >"$t/random"
mk watch -i sim:r53 --sim-script "$t/random"
ok "random bytes as a script: 8" is "$status" 8
ok "random bytes as a script: one line" is "$(printf '%s\n' "$err" | grep -cv 'listening on')" 1
ok "random bytes as a script: where" contains "$err" "$t/random:1:"
ok "random bytes as a script: nothing reaches the terminal" \
	is "$(tr -d '[:print:]\n\t' <"$t/err" | wc -c)" 0
printf 'at 1s door driver open\n\0at 2s fly\n' >"$t/nul"
mk watch -i sim:r53 --sim-script "$t/nul"
ok "a script is not cut at a zero byte: 8" is "$status" 8
: >"$t/empty"
does 0 watch -i sim:r53 --sim-script "$t/empty"
fails 64 "drives a 'sim:' car only" watch -i can9 --sim-script "$t/empty"

# ---- minikey sim, as far as it gets without CAN ----

misused "which car" sim -i can9
misused "unknown car 'z99'" sim z99 -i can9
misused "more than one car" sim r53 r56 -i can9
fails 64 "is a car already" sim r53 -i sim:r53
fails 5 "can9" sim r53 -i can9
fails 5 "can9" sim f56 -i can9
fails 64 "the r56 has no K-line" sim r56 -i kline:pty
fails 64 "give the port that it prints" keys -i kline:pty
misused "no duration" sim r53 -i can9 --for x
finish
