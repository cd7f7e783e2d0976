#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey convert, and reading logs of every format by every command that reads logs.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
TZ=CET-1CEST,M3.5.0,M10.5.0/3
export TZ

cat >"$t/log" <<LOG
(1700000000.000000) kcan 130#4540210F8F R
(1700000000.100001) kcan 18FEF100#01 T
(1700000000.200000123) can1 456#R5 R
(1700000000.300000) can1 456##311223344556677880102030405060708 R
(1700003600.999999999) kcan 000# R
LOG

# ---- there and back: equal to the last digit ----

for k in candump asc trc pcapng; do
	does 0 convert "$t/log" "$t/there" --to $k
	does 0 convert "$t/there" "$t/back.log"
	ok "$k and back: every frame, name, direction and digit" cmp -s "$t/log" "$t/back.log"
	mk convert "$t/back.log" "$t/again" --to $k
	ok "$k: written twice, the same" cmp -s "$t/there" "$t/again"
done

mk convert "$t/log" "$t/log.pcap"
mk convert "$t/log.pcap" - --to candump
want=$(sed 's/ T$/ R/; s/ kcan / can0 /; s/ can1 / can0 /' "$t/log")
ok "pcap and back: all but direction and names" is "$out" "$want"

mk convert "$t/log" "$t/log.csv"
ok "csv: what has no form there is counted" is "$status" 1
ok "csv: and told" contains "$err" "1 frame left out: csv has no form for it"

printf '00 05 BF 7A 30 03 F3\n12.5 80 0C E7 24 03 00 31 36 20 20 20 20 20 6B\n' >"$t/k.hex"
mk convert "$t/k.hex" - --to candump
ok "K-bus: over 8 bytes it is a CAN FD frame with its fill" is "$out" \
	"$(printf '(0.000000) kbus 1B00BF7A#3003 R\n(12.500000) kbus 1B80E724##0030031362020202020000003 R')"
printf '%s\n' "$out" >"$t/k.log"
mk convert "$t/k.log" - --to kbus
ok "K-bus: back to the exact bytes" is "$out" \
	"$(printf '0.000000 00 05 BF 7A 30 03 F3\n12.500000 80 0C E7 24 03 00 31 36 20 20 20 20 20 6B')"

# ---- which format: by the ending, by --to ----

for e in log asc trc csv pcap pcapng hex; do
	mk convert "$t/k.log" "$t/x.$e"
	ok ".$e is known" is "$status" 0
done
fails 64 "tells no format" convert "$t/log" "$t/x.xyz"
fails 64 "no format 'blf'" convert "$t/log" "$t/x.log" --to blf
misused "IN and OUT are needed" convert "$t/log"
misused "too much" convert a b c
fails 64 "are the same file" convert "$t/log" "$t/log" --to candump
ln -s log "$t/link"
fails 64 "are the same file" convert "$t/log" "$t/link" --to candump
ok "the log is still there" [ "$(lines "$(cat "$t/log")")" = 5 ]

# ---- what is wrong ----

fails 8 "No such file" convert "$t/nothing" "$t/x.log"
fails 8 "not one frame" convert /dev/null "$t/new.log"
ok "nothing was written" [ ! -e "$t/new.log" ]
fails 8 "Is a directory" convert "$t" "$t/x.log"
fails 74 "cannot write" convert "$t/log" /dev/full --to candump
fails 74 "cannot write" convert "$t/log" "$t/no/x.log"
printf 'date Tue Nov 14 10:13:20.250 pm 2023\n   0.1 1  100 Rx d 1 ZZ\n   0.1 1  100 Rx d 1 22\n' >"$t/bad"
mk convert "$t/bad" - --to kbus
ok "a bad line has its place" contains "$err" "bad:2:22: warning: no frame"
mk convert "$t/log" "$t/y.pcap"
head -c 100 "$t/y.pcap" >"$t/cut.pcap"
mk convert "$t/cut.pcap" - --to candump
ok "a bad record has its number" contains "$err" "cut.pcap: record 3: warning: the file is cut short here"
ok "what is before it is there" is "$(lines "$out")" 2

# ---- privacy ----

printf '(1.0) can0 380#30544553543132\n(2.0) can0 7E8#2230303030303030\n' >"$t/vin"
mk convert "$t/vin" - --to candump
ok "convert changes no byte" contains "$out" "380#30544553543132"
mk convert --mask "$t/vin" - --to candump
ok "--mask replaces the end of the VIN" contains "$out" "380#58583030303030"
ok "--mask says so in the head" contains "$out" "# minikey: the last seven characters of VINs"
ok "--mask leaves the rest" contains "$out" "7E8#2230303030303030"

# ---- packed, from a pipe, by other commands ----

mk decode --all --json "$t/log"
want=$out
for pack in gzip zstd; do
	if ! command -v $pack >/dev/null; then
		skip "packed by $pack" "no $pack"
		continue
	fi
	$pack -c "$t/log" >"$t/packed"
	mk decode --all --json "$t/packed"
	if contains "$err" "cannot unpack"; then
		skip "packed by $pack" "this build has no library for it"
		continue
	fi
	ok "packed by $pack" is "$out" "$want"
	head -c "$(($(wc -c <"$t/packed") - 10))" "$t/packed" >"$t/cut"
	mk decode --all --json "$t/cut"
	ok "$pack cut short: a warning" contains "$err" "$pack data is damaged or cut short"
	# shellcheck disable=SC2016
	run sh -c 'timeout 10 "$MINIKEY" decode --all --json - <"$0"' "$t/packed"
	ok "packed by $pack on the standard input" is "$out" "$want"
done
for k in asc trc pcapng; do
	mk convert "$t/log" "$t/x" --to $k
	mk decode --all --json "$t/x"
	ok "decode reads $k" is "$out" "$want"
	# shellcheck disable=SC2016
	run sh -c 'cat "$0" | timeout 10 "$MINIKEY" decode --all --json -' "$t/x"
	ok "decode reads $k from a pipe" is "$out" "$want"
	mk status -c r56 -i "log:$t/x" --json
	ok "log: reads $k" contains "$out" '"ignition":'
done
finish
