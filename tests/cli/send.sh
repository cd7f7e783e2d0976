#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey send: by name, raw, as K-bus bytes; and where it will not.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# ---- a simulated car takes anything ----

does 0 send -i sim:r53 Body
does 0 send -i sim:r53 Body Door_Driver=open Lock_State=unlocked
does 0 send -i sim:r53 Body Door_Driver=1
does 0 send -i sim:r53 1B00BF7A#3003
does 0 send -i sim:r53 7A0#0102
does 0 send -i sim:r53 7A0#
does 0 send -i sim:r53 7A0#R
does 0 send -i sim:r53 1B443FA0##001010000000000000000000100000004
does 0 send -i sim:r53 00 05 BF 7A 30 03 F3
does 0 send -i sim:r53 "00 05 BF 7A 30 03 F3"
does 0 send -i sim:r53 0005BF7A3003F3
does 0 send -i sim:r53 3F 03 00 00 3C
does 0 send -i sim:r56 Body Lock_State=locked
does 0 send -i sim:r56 130#4542698FC0

# ---- what is no message ----

fails 64 "would have to be F3" send -i sim:r53 00 05 BF 7A 30 03 F4
fails 64 "its length" send -i sim:r53 00 06 BF 7A 30 03 F3
fails 64 "its length" send -i sim:r53 00 05 BF
fails 64 "no message is called 'Nonsense'" send -i sim:r53 Nonsense
fails 64 "no signal 'Nonsense'" send -i sim:r53 Body Nonsense=1
fails 64 "'cat' is no number and no word" send -i sim:r53 Body Door_Driver=cat
fails 64 "does not fit" send -i sim:r53 Body Door_Driver=2
fails 64 "does not fit" send -i sim:r53 Body Door_Driver=-1
fails 64 "no SIGNAL=VALUE" send -i sim:r53 Body Door_Driver
fails 64 "no number and no word" send -i sim:r53 Body Door_Driver=
fails 64 "column 10" send -i sim:r53 7A0#01020
fails 64 "column 1" send -i sim:r53 8A0#00
fails 64 "is no frame" send -i sim:r53 7A0#000102030405060708
fails 64 "one frame at a time" send -i sim:r53 7A0#01 7A0#02
fails 64 "no message is called" send -i sim:r56 Key_Status
misused "nothing to send" send -i sim:r53

# ---- links that cannot be virtual: judged before they are opened ----

for i in kbus:/dev/pts/99 kline:/dev/ttyUSB0 elm:/dev/ttyUSB0 slcan:/dev/ttyACM0 \
	socketcand:host/can0 kdcan:/dev/ttyUSB0; do
	fails 7 "not the tester's 6F1" send -i $i 7A0#0102
	fails 7 "source byte 00" send -i $i 00 05 BF 7A 30 03 F3
	case $i in
	elm:*) ;;
	kdcan:*) fails 6 "the r53 has no D-CAN" send -i $i -c r53 Body Lock_State=locked ;;
	*) fails 7 "source byte 00" send -i $i -c r53 Body Lock_State=locked ;;
	esac
done
fails 6 "even parity, which an ELM327 has not" send -i elm:/dev/ttyUSB0 -c r53 Body Lock_State=locked
fails 7 "not the tester's" send -i kbus:/dev/pts/99 -c r56 2FC#840000FFFFFFFF
fails 7 "--bench" send -i elm:/dev/ttyUSB0 130#4542698FC0
fails 7 "0C" send -i kbus:/dev/ttyUSB0 --bench -c r53 3F 04 00 0C 01 36
fails 7 "locks, unlocks" send -i elm:/dev/ttyUSB0 --bench -c r56 2A0#2222180120630503
fails 7 "locks, unlocks" send -i elm:/dev/ttyUSB0 --bench -c r56 26E#0097F490
fails 7 "byte 2 (2E)" send -i elm:/dev/ttyUSB0 -c f56 6F1#40042EF19000
fails 7 "byte 2 (27)" send -i elm:/dev/ttyUSB0 -c f56 6F1#40022701
fails 7 "byte 2 (31)" send -i elm:/dev/ttyUSB0 --bench -c f56 6F1#400431010203
fails 7 "default session" send -i elm:/dev/ttyUSB0 -c f56 6F1#40021003
fails 7 "segmented" send -i elm:/dev/ttyUSB0 -c r56 6F1#4010082201020304
fails 7 "segmented" send -i elm:/dev/ttyUSB0 -c r56 6F1#4021010203040506
fails 7 "more bytes than" send -i elm:/dev/ttyUSB0 -c r56 6F1#40052101
fails 7 "name yours with --car" send -i elm:/dev/ttyUSB0 6F1#40021A80
fails 7 "--allow-unverified" send -i kbus:/dev/ttyUSB0 -c r53 3F 03 80 10 AC
fails 7 "only our simulator" send -i kbus:/dev/ttyUSB0 --allow-unverified -c r53 3F 04 00 0B F0 C0
fails 5 "is the cable plugged in" send -i kbus:/dev/nowhere --allow-unverified -c r53 3F 03 80 10 AC
fails 5 "no '/dev/nowhere': is the cable plugged in" send -i elm:/dev/nowhere --bench -c r56 130#4542698FC0

# ---- and those of which only opening them tells ----

fails 5 "can9" send -i can9 7A0#0102
printf '(1.000000) vcan0 123#00\n' >"$t/log"
fails 5 "to a log" send -i "log:$t/log" 7A0#0102
misused "unknown kind" send -i usb:0 7A0#0102
finish
