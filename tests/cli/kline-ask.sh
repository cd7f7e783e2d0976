#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A real car at the end of a K-line cable: what is asked there, and what never is. A pty has no
# modem lines, so it stands for the cable that does not say whether the ignition is on.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

# port ARG...: run minikey on a port with a body module that would answer its ident (kbus.md 4.3)
port() {
	rm -f "$t/path"
	mkfifo "$t/path"
	python3 "$top_srcdir/tests/lib/wire.py" echo 00040004=0010A0883694831403A30009960213 \
		</dev/null >"$t/path" 2>"$t/sent" &
	read -r path <"$t/path"
	mk "$@" -i "kline:$path"
	wait $!
}

# refused STATUS TEXT ARG...: it says so in one line, and not a byte goes out
refused() {
	refused_status=$1 refused_text=$2
	shift 2
	port "$@"
	ok "$*: $refused_status" complains_once "$refused_status" "$refused_text" "$1"
	ok "$*: nothing was sent" is "$(cat "$t/sent")" ""
}

for c in scan faults; do
	refused 7 "only with --poll" $c
done
for c in scan faults status; do
	refused 7 "neither locks nor ignition are known: there is no DSR line" $c --poll
	refused 7 "use a K+DCAN cable" $c --poll --allow-unverified
	refused 7 "there is no DSR line" $c --poll --allow-unverified --bench
	refused 7 "there is no DSR line" $c --poll -c r53 --built 2005-06
done
refused 7 "no frames are heard on" status

# Nothing to ask for keys is public: --listen on the K-bus is the way.
for o in '' --poll '--poll --allow-unverified --bench' '--listen 1s'; do
	# shellcheck disable=SC2086 # words
	refused 6 "'keys -i kbus:PORT --listen 60s'" keys $o
done
finish
