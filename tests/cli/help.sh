#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the program and every command owe their user: help on stdout, complaints on stderr.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"

# too_wide FILE: how many lines are wider than 80 columns
too_wide() {
	awk 'length > 80 { n++ } END { print n + 0 }' "$1"
}

# owes [COMMAND]: what every command owes
owes() {
	name=${1:-minikey}
	for option in --help -? --usage; do
		run timeout 10 "$MINIKEY" "$@" "$option"
		ok "$name $option succeeds" is "$status" 0
		ok "$name $option is all on stdout" [ -n "$out" -a -z "$err" ]
		ok "$name $option fits 80 columns" is "$(too_wide "$t/out")" 0
	done
	run timeout 10 "$MINIKEY" "$@" --help
	ok "$name --help names it" contains "$out" "Usage: minikey${1:+ $1} ["
	ok "$name --help says where to report bugs" contains "$out" "Report bugs to "
	run timeout 10 "$MINIKEY" "$@" --version
	ok "$name --version succeeds" is "$status" 0
	ok "$name --version is one line" is "$(lines "$out")" 1
	ok "$name --version is minikey and a number" contains "$out" "minikey 0."
	run timeout 10 "$MINIKEY" "$@" --no-such-option
	ok "$name rejects an unknown option" is "$status" 64
	ok "$name complains on stderr only" [ -z "$out" -a -n "$err" ]
	ok "$name names itself and the option" \
		contains "$err" "minikey${1:+ $1}: unrecognized option '--no-such-option'"
}

owes
for c in $("$MINIKEY" --complete commands); do
	owes "$c"
	ok "$c is in the program's help" contains "$("$MINIKEY" --help)" "  $c "
	ok "$c's help speaks of all its options" \
		[ -z "$("$MINIKEY" --dump-cli | awk -v c="$c" '$1 == c && NF > 1 { print $2 }' |
			while read -r o; do
				"$MINIKEY" "$c" --help | grep -q -e " ${o}[[ =]" || echo "$o"
			done)" ]
done

run timeout 10 "$MINIKEY"
ok "no command is a usage error" is "$status" 64
ok "and that is on stderr only" [ -z "$out" -a -n "$err" ]
run timeout 10 "$MINIKEY" nonsense
ok "an unknown command is a usage error" is "$status" 64
ok "it is named, on stderr only" contains "$out|$err" "|minikey: unknown command 'nonsense'"
run timeout 10 "$MINIKEY" ''
ok "so is an empty command" is "$status" 64
run timeout 10 "$MINIKEY" keys too many
ok "words that no command wants are a usage error" is "$status" 64
run timeout 10 "$MINIKEY" -h
ok "-h is --help" is "$status $out" "0 $("$MINIKEY" --help)"
finish
