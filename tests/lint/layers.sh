#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The house: each room of src/ includes only itself and the rooms it stands on; what is
# allowed to send, and to include the kernel's CAN headers, is one file each.
. "$top_srcdir/tests/lib/tap.sh"

# layer ROOM ROOM|FILE...: ROOM may include itself and the others
layer() {
	dir=$1
	allowed=$(echo "$*" | sed 's/\([a-z]\) /\1|/g')
	out=$(grep -HnE '^#include "' "$top_srcdir/src/$dir"/*.[ch] |
		grep -vE "#include \"($allowed)[/\"]")
	err=
	ok "src/$dir includes only: $*" [ -z "$out" ]
}

layer base
layer link base
layer proto base link
layer dbc base
layer car base link proto dbc
layer proc base car link proto dbc
# The simulated car shares nothing with the code that reads it but bytes, frames, and
# ISO-TP, whose two sides are tried against the kernel's.
layer sim base link proto/isotp.h proto/kbus.h
layer address base link proto sim
layer out base link proto dbc car proc
layer cli base link proto dbc car proc sim address out

rooms=$(cd "$top_srcdir/src" && echo */)
ok "there are no other rooms" is "$rooms" "address/ base/ car/ cli/ dbc/ link/ out/ proc/ proto/ sim/"

# only PATTERN FILE...: nobody else has it
only() {
	pattern=$1
	shift
	out=$(cd "$top_srcdir/src" && grep -lE -e "$pattern" */*.[ch])
	ok "'$pattern' is only in: $*" is "$(echo $out)" "$*"
}

# Transports send what the gate gave them, and flow control.
only '\blink_send\(' car/gate.c link/link.c link/link.h proto/kbus-carrier.c proto/tp-isotp.c proto/tp-kbus.c
only '\btp_send\(' car/gate.c car/gate.h proto/tp.c proto/tp.h
only '\bbytelink_send\(' link/bytelink.c link/bytelink.h link/portwire.c link/socketcand.c proto/elm-link.c proto/kbus-link.c proto/kline.c proto/slcan-link.c proto/tp-bmwfast.c sim/dongle-link.c
only '\bkline_send\(' proto/kline.c proto/kline.h proto/tp-kline.c proto/tp-kwp.c
# What simulated modules say, on a wire of our own.
only '\bportwire_(send|say)\(' link/portwire.c link/portwire.h proto/kbus-wire.c sim/kline-port.c
only '\bbytelink_break\(' link/bytelink-wire.h link/bytelink.c link/bytelink.h proto/kline.c
# What proves that a pty is no car: only the car of `sim` is played on one.
only '\bpty_proof_make\(' link/pty-proof.c link/pty-proof.h link/pty.c
only '\bbytelink_pty_open\(' address/address.c address/address.h address/new-port.c address/new-port.h link/pty.c link/pty.h
only '\bnew_port_open\(' address/address.c address/new-port.c address/new-port.h
only '[|] SESSION_PLAYS' cli/cmd-sim.c
only '->send\(' link/bytelink.c link/link.c proto/tp.c
only 'include <linux/can' link/canif.c link/socketcan.c proto/tp-kernel.c
only 'include <libsocketcan' link/canctl.c
only 'include <mosquitto' cli/broker.c
only '\b(printf|puts|putchar|exit)\(' cli/args.c cli/cli.c cli/complete.c

out=$(cd "$top_srcdir/src" && wc -l */*.[ch] | awk '$1 > 600 && $2 != "total"')
ok "no file has over 600 lines" [ -z "$out" ]
out=$(cd "$top_srcdir" && grep -L 'SPDX-License-Identifier' src/*/*.[ch] src/*.c tests/*/*.[ch] tests/*/*.sh)
ok "every source says its licence" [ -z "$out" ]
finish
