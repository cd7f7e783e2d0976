#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The udev rules are for the adapters that src/link/adapter.c knows, and for no others.
. "$top_srcdir/tests/lib/tap.sh"

rules=$top_srcdir/udev/70-minikey.rules
known=$(sed -n 's/^\t{ 0x\([0-9a-f]*\), 0x\([0-9a-f]*\), ".*/\1:\2/p' "$top_srcdir/src/link/adapter.c" | sort)
# "0403:6001" for each product of each line
ruled=$(sed -n 's/^ATTRS{idVendor}=="\([0-9a-f]*\)", ATTRS{idProduct}=="\([0-9a-f|]*\)", GOTO="minikey_ours"$/\1 \2/p' "$rules" |
	while read -r vendor products; do
		echo "$products" | tr '|' '\n' | sed "s/^/$vendor:/"
	done | sort)
ok "the table of adapters is found" [ "$(lines "$known")" -ge 9 ]
out=$ruled
ok "the rules are for these" is "$ruled" "$known"

# What a rule jumps to is there, further down, and every line is comments or key, operator, value.
labels=$(sed -n 's/.*\(GOTO\|LABEL\)="\([a-z_]*\)".*/\1 \2/p' "$rules" |
	awk '$1 == "GOTO" { want[$2] = 1 } $1 == "LABEL" { if (!want[$2]) print; delete want[$2] }
		END { for (w in want) print w }')
ok "labels" is "$labels" ""
out=$(grep -vnE '^(#.*|([A-Z]+(\{[A-Za-z_/]+\})?(==|!=|\+=|=)"[^"]*"(, )?)+)?$' "$rules")
ok "every line is a rule or a comment" [ -z "$out" ]
finish
