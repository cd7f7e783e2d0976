#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every way to fail: its status, one line that says why, and nothing on stdout.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

cat >"$t/log" <<LOG
(1.000000) vcan0 1B00BF7A#3003
LOG
printf 'no line at all\nnor this\n' >"$t/bad.log"
printf '# only a comment\n' >"$t/comment.log"
: >"$t/empty.log"

# ---- 64: what was typed ----

run timeout -k 2 10 "$MINIKEY"
ok "no command: 64" is "$status" 64
ok "no command: on stderr" [ -z "$out" ]
run timeout -k 2 10 "$MINIKEY" nonsense
ok "an unknown command: 64" is "$status" 64
ok "an unknown command: named" contains "$err" "minikey: unknown command 'nonsense'"
ok "an unknown command: one line" is "$(lines "$err")" 1
run timeout -k 2 10 "$MINIKEY" --nonsense keys
ok "an unknown option before the command: 64" is "$status" 64
ok "an unknown option before the command: no path" is "${err%%: *}" minikey
misused "unknown car 'z99'" keys -c z99
ok "an unknown car: one line" is "$(lines "$err")" 1
misused "unrecognized option '--nonsense'" keys --nonsense
ok "an unknown option: one line" is "$(lines "$err")" 1
misused "requires an argument" keys --interface
misused "unknown kind" keys -i usb:0
misused "kline:rfc2217://HOST:PORT, elm:tcp://HOST:PORT" keys -i rfc2217://localhost:2217
misused "kline:rfc2217://HOST:PORT, elm:tcp://HOST:PORT" keys -i tcp://localhost:35000
misused "tcp://HOST:PORT or rfc2217://HOST:PORT" keys -i kbus:tcp:localhost:35000
misused "tcp://HOST:PORT or rfc2217://HOST:PORT" keys -i kline:rfc2217:localhost:2217
misused "no interface name" keys -i ""
misused "no interface name" keys -i can0/1
misused "no interface name" keys -i a_name_too_long_for_linux
misused "nothing after the colon" keys -i sim:
misused "nothing after the colon" keys -i log:
misused "a port goes there" keys -i kline:
fails 64 "unknown car 'z99' in 'sim:z99'" keys -i sim:z99
fails 64 "is not the car of" keys -i sim:r53 -c r56
misused "no month" keys -i sim:r53 --built 2005-13
misused "no month" keys -i sim:r53 --built 2005-6
misused "no month" keys -i sim:r53 --built 05-06-2005
misused "no duration" keys -i sim:r53 --timeout soon
misused "no duration" keys -i sim:r53 --timeout 99999999999999999999s
misused "Too many arguments" keys -i sim:r53 r53
for c in keys status watch monitor program decode send sim catalog; do
	misused "unrecognized option" $c --nonsense
done
MINIKEY_CAR=z99
export MINIKEY_CAR
for c in keys status watch monitor program; do
	fails 64 "unknown car 'z99' in MINIKEY_CAR" $c -i sim:r53
done
MINIKEY_CAR=r56
fails 64 "is not the car of" keys -i sim:r53
unset MINIKEY_CAR
MINIKEY_INTERFACE=sim:r56
export MINIKEY_INTERFACE
does 0 keys --json
ok "MINIKEY_INTERFACE" contains "$out" '"car":"r56"'
does 0 keys -i sim:r53 --json
ok "-i before MINIKEY_INTERFACE" contains "$out" '"car":"r53"'
MINIKEY_INTERFACE=usb:0
misused "unknown kind" keys
unset MINIKEY_INTERFACE

# ---- 5: links ----

if grep -qsx 280 /sys/class/net/*/type; then
	skip "no interface was named" "there is a CAN interface here"
else
	for c in keys status watch monitor program 'send 123#00'; do
		# shellcheck disable=SC2086 # words
		fails 5 "-i sim:r53" $c
	done
	fails 5 "no CAN interface" sim r53
	ok "sim does not send people to -i sim:r53, which it refuses" \
		is "$(printf '%s\n' "$err" | grep -c -e '-i sim:r53')" 0
fi
for c in keys status watch monitor 'program -c r53' 'send 123#00' 'sim r53'; do
	# shellcheck disable=SC2086
	fails 5 "can9" ${c%% *} -i can9 ${c#"${c%% *}"}
done
mk keys -i can9
if [ -e /proc/net/can ] || [ -e /sys/module/can ]; then
	ok "no interface: said" contains "$err" "no interface 'can9'"
else
	ok "no kernel CAN: said" contains "$err" "this kernel has no CAN"
	ok "no kernel CAN: what to do" contains "$err" "modprobe"
	ok "no kernel CAN: or without" contains "$err" "sim:r53"
	ok "no kernel CAN: said once" is "$(printf '%s\n' "$err" | grep -o sim:r53 | grep -c .)" 1
fi
fails 5 "can9" keys -i socketcan:can9
fails 5 "no '/dev/nowhere'" keys -i elm:/dev/nowhere@38400
fails 5 "no serial port" watch -i elm:/dev/null
fails 5 "Connection refused" keys -i elm:tcp://127.0.0.1:1
fails 6 "even parity, which an ELM327 has not" keys -c r53 -i elm:/dev/ttyUSB0
misused "serial rate, 9600 to 4000000" keys -i elm:/dev/ttyUSB0@fast
for c in keys status; do
	fails 5 "is the cable plugged in?" $c -i kdcan:/dev/ttyUSB99
	fails 64 "give the port that it prints" $c -i kline:pty
	fails 5 "is the cable plugged in?" $c -i kline:/dev/ttyUSB99
	fails 5 "is no serial port" $c -i kline:/dev/null
done
for k in kline kdcan; do
	fails 5 "'$k'; an address of this kind goes on after a colon" scan -i $k
	fails 5 "nothing goes after the port here" scan -i $k:/dev/ttyUSB99@9600
	fails 5 "is no serial port; 'minikey links' lists them" scan -i "$k:$t"
	fails 5 "is the cable plugged in? 'minikey links'" scan -i "$k:$t/log/port"
done
fails 6 "the r53 has no D-CAN, its modules are asked on the K-line: kline:/dev/ttyUSB0" \
	scan -i kdcan:/dev/ttyUSB0 -c r53
fails 6 "the modules of the r56 are asked on D-CAN: kdcan:/dev/ttyUSB0" scan -i kline:/dev/ttyUSB0 -c r56
for c in watch monitor 'program -c r53' 'record -o x.log'; do
	# shellcheck disable=SC2086
	fails 5 "the K-bus, where frames are heard, is at the radio" $c -i kline:/dev/ttyUSB99
done
for c in watch monitor 'program -c r53'; do
	# shellcheck disable=SC2086
	fails 5 "no frames are heard" $c -i kdcan:/dev/ttyUSB0
done
fails 5 "Connection refused" keys -i kdcan:tcp://127.0.0.1:1 --poll
misused "tcp://HOST:PORT" keys -i kdcan:tcp://127.0.0.1
misused "tcp://HOST:PORT" status -i kdcan:tcp://127.0.0.1:99999
sim 'at 1s fault unplug' watch -i sim:r53 --json
ok "a link that goes away: 5" is "$status" 5
ok "a link that goes away: named" contains "$err" "minikey watch: sim:r53: the interface is gone"

# ---- 6: cars of which nothing is known ----

for c in j01 u25 f66; do
	for w in keys status watch monitor; do
		fails 6 "nothing is publicly known" $w -i can9 -c $c
	done
done

# ---- 8: files ----

for o in --sim-script --dbc; do
	for c in keys status watch monitor program; do
		fails 8 "No such file" $c -i sim:r53 $o "$t/none"
		fails 8 "Is a directory" $c -i sim:r53 $o "$t"
	done
done
if [ "$(id -u)" = 0 ]; then
	nobody=/proc/self/mem	# even root reads nothing at its beginning
else
	nobody=$t/mine
	cp "$t/log" "$nobody"
	chmod 0 "$nobody"
fi
fails 8 "cannot read '$nobody'" decode "$nobody"
fails 8 "cannot read '$nobody'" watch -i sim:r53 --sim-script "$nobody"
fails 8 "cannot read '$nobody'" keys -i sim:r53 --dbc "$nobody"
for c in status watch monitor 'keys --listen 1s' 'program -c r53'; do
	# shellcheck disable=SC2086
	set -- ${c%% *} ${c#"${c%% *}"}
	fails 8 "No such file" "$@" -i "log:$t/none"
	fails 8 "Is a directory" "$@" -i "log:$t"
	for f in bad empty comment; do
		mk "$@" -i "log:$t/$f.log"
		ok "$c: a log without one valid line ($f): 8" is "$status" 8
		ok "$c: a log without one valid line ($f): said" contains \
			"$(printf '%s\n' "$err" | grep -v warning)" "minikey $1: "
	done
	mk "$@" -i "log:$t/bad.log"
	ok "$c: bad lines are told" contains "$err" "minikey $1: $t/bad.log:1:4: warning: "
done
sim 'at 1s fob 1 click lock\nat 2s door cat open' watch -i sim:r53
ok "a script's fault: 8" complains_once 8 "$t/script.sim:2:12: " watch
sim 'at 2s expect locks locked' watch -i sim:r53 --json
ok "an expectation: 1" is "$status" 1
ok "an expectation: where" contains "$err" "minikey watch: $t/script.sim:1:"
ok "an expectation: one line" is "$(lines "$err")" 1
for c in keys status monitor program; do
	sim 'at 2s expect locks locked' $c -i sim:r53 --json
	ok "$c: an expectation: 1" is "$status" 1
	ok "$c: an expectation: where" contains "$err" "minikey $c: $t/script.sim:1:"
	sim 'fly' $c -i sim:r53
	ok "$c: a script's fault: 8" is "$status" 8
done

# ---- messages are of the command, not of a file name ----

ln -s "$MINIKEY" "$t/other-name" 2>/dev/null
run timeout -k 2 10 "$t/other-name" keys --nonsense
ok "by another name: still minikey" contains "$err" "minikey keys: "
finish
