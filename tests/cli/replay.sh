#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey replay, on simulated cars in virtual time; on a real bus: tests/vm/replay.vm
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

cat >"$t/log" <<LOG
(1700000000.000000) can0 2FC#8200000000000F R
(1700000001.000000) can1 130#4540210F8F T
(1700000061.000000) can0 20000004#0004000000000000 R
(1700000061.500000) can0 123#R2 R
LOG

mk replay "$t/log" -i sim:r56
ok "replay: 0" is "$status" 0
ok "replay: frames and time" is "$out" "3 frames sent in 61.5 s, at most 0 s late"
ok "error frames are counted" contains "$err" "1 error frame of the log not sent"
ok "several buses are told" contains "$err" "frames of can0 and can1 all go to sim:r56"
mk replay "$t/log" -i sim:r56 --json
json "--json" '.event == "result" and .frames == 3 and .took_s == 61.5 and .skipped == 1'
mk replay "$t/log" -i sim:r56 --speed 60
ok "--speed" is "$out" "3 frames sent in 1.025 s, at most 0 s late"
mk replay "$t/log" -i sim:r56 --max-gap 2s
ok "--max-gap" is "$out" "3 frames sent in 3.5 s, at most 0 s late"
mk replay "$t/log" -i sim:r56 --loop=3
ok "--loop=3" is "$out" "9 frames sent in 184.5 s, at most 0 s late"
mk replay "$t/log" -i sim:r56 --bus can1
ok "--bus" is "$out" "1 frame sent in 0 s, at most 0 s late"
ok "--bus: nothing to say" is "$err" ""
# shellcheck disable=SC2016
run sh -c 'timeout 10 "$MINIKEY" replay - -i sim:r56 <"$0"' "$t/log"
ok "from the standard input" contains "$out" "3 frames sent"
mk convert "$t/log" "$t/log.pcapng"
mk replay "$t/log.pcapng" -i sim:r56 --bus can0
ok "from pcapng" contains "$out" "2 frames sent in 61.5 s"

# A step back in time is the start of another recording, not a wait and not a rush.
cat "$t/log" "$t/log" >"$t/twice"
mk replay "$t/twice" -i sim:r56
ok "two recordings in a row" contains "$out" "6 frames sent in 123 s"

# It can be heard: what the car is told is in its own answer to nobody, so look at the link.
printf '00 05 BF 7A 30 03 F3\n80 04 BF 11 01 2B\n' >"$t/k.hex"
mk replay "$t/k.hex" -i sim:r53
ok "K-bus lines" contains "$out" "2 frames sent"

fails 8 "No such file" replay "$t/nothing" -i sim:r56
fails 8 "not one frame" replay /dev/null -i sim:r56
mk replay "$t/log" -i sim:r56 --bus can7
ok "no frame of that bus: 8" is "$status" 8
fails 5 "is the cable plugged in?" replay "$t/log" -i kdcan:/dev/pts/9999
misused "is no factor" replay "$t/log" -i sim:r56 --speed 0
misused "is no factor" replay "$t/log" -i sim:r56 --speed fast
misused "can be read once" replay - -i sim:r56 --loop
misused "no FILE" replay -i sim:r56
misused "too much" replay a b -i sim:r56
fails 8 "not one frame of bus" replay "$t/log" --bus nosuch -i sim:r53
mk replay "$t/log" -i "log:$t/log"
ok "a log cannot be sent to: 5" is "$status" 5

# For ever, until a signal.
env --default-signal=INT timeout -s INT 1 "$MINIKEY" replay "$t/log" -i sim:r56 --loop >"$t/out" 2>"$t/err" </dev/null
status=$?
ok "--loop: until it is ended" [ "$status" = 124 ] || [ "$status" = 130 ]
finish
