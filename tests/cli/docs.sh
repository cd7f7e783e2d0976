#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command and option is in its manual page and in the three completions, and there
# is none in them that the program has not. The exit statuses and the verbs of the
# simulated cars are in the manual. (Which options a completion offers for which command
# is tested in completion.sh, what the pages' examples do in examples.sh.)
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"

man=$top_srcdir/man
completions=$top_srcdir/completions
"$MINIKEY" --dump-cli >"$t/cli" || exit 99
commands=$("$MINIKEY" --complete commands | tr '\n' ' ') || exit 99

# options [COMMAND]: what the program has (of all commands), sorted
options() {
	{
		awk -v c="${1-}" 'c == "" || $1 == c {
			for (i = 2; i <= NF; i++) if ($i ~ /^-/) print $i
		}' "$t/cli"
		printf '%s\n' --help --usage --version '-?' -V
	} | sort -u
}

# page_options PAGE: those that are items of its sections with options, sorted
page_options() {
	awk '
		/^\.Sh/ { on = /OPTIONS/ }
		on && /^\.It/ { for (i = 2; i < NF; i++) if ($i == "Fl") print "-" $(i + 1) }
	' "$1" | sed 's/\\&//' | sort
}

# page_mentions PAGE: long options anywhere in it
page_mentions() {
	sed -n 's/^\.\(It \)\{0,1\}\(.*Fl .*\)/\2/p' "$1" | tr ' ' '\n' |
		sed -n 's/^\(-[a-z][a-z-]*\)$/-\1/p' | sort -u
}

# without A B: the lines of A that B has not
without() {
	printf '%s\n' "$1" >"$t/a"
	printf '%s\n' "$2" >"$t/b"
	grep -vxF -f "$t/b" -e '' "$t/a" || :
}

# ---- manual pages ----

for c in $commands; do
	page=$man/minikey-$c.1
	ok "$c has a page" [ -f "$page" ]
	out=$(page_options "$page") err=''
	ok "$c's page has its options, each once, and no others" is "$out" "$(options "$c")"
	ok "minikey(1) lists $c" grep -qxF ".It Ic $c" "$man/minikey.1"
	ok "minikey(1) points to $c's page" grep -q "^\.Xr minikey-$c 1 ,\{0,1\}\.\{0,1\}$" "$man/minikey.1"
	out=$(grep -c "^\.Sh" "$page")
	want=7
	for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
		grep -qxF ".Sh $section" "$page" || out="$out, no $section"
	done
	if options "$c" | grep -qx -e --json; then
		want=8
		grep -qx ".Sh JSON" "$page" || out="$out, no JSON"
	fi
	ok "$c's page has its sections" is "$out" $want
done

for page in "$man"/*.[15]; do
	name=${page##*/}
	case $name in
	minikey.1 | minikey-sim.5) ;;
	*)
		c=${name#minikey-}
		ok "$name is of a command" contains " $commands" " ${c%.1} "
		;;
	esac
	out=$(without "$(page_mentions "$page")" "$(options)") err=''
	ok "$name speaks of no option that is not there" [ -z "$out" ]
	out=$(sed -n 's/^\.Xr \(minikey[a-z-]*\) \([15]\).*/\1.\2/p' "$page" | while read -r to; do
		[ -f "$man/$to" ] || echo "$to"
	done)
	ok "$name points to no page that is not there" [ -z "$out" ]
	if command -v mandoc >/dev/null; then
		run mandoc -Tlint -W warning "$page"
		ok "$name is good mdoc" is "$status$out$err" 0
	else
		skip "$name is good mdoc" "no mandoc"
	fi
done

# Those that every command with a bus has.
out=$(awk '$1 == "keys" { print $2 }' "$t/cli" | grep . | grep -vx -e --listen | while read -r o; do
	page_options "$man/minikey.1" | grep -qxF -e "$o" || echo "$o"
done)
ok "minikey(1) has the common options" [ -z "$out" ]

# EXIT_SIGNAL is 128, plus the signal.
statuses=$(sed -n 's/^\tEXIT_[A-Z_]* = \([0-9]*\),.*/\1/p' "$top_srcdir/src/cli/cli.h")
out=$(for s in $statuses; do
	[ "$s" != 128 ] || s=130
	awk '/^\.Sh/ { on = /EXIT STATUS/ } on' "$man/minikey.1" |
		grep -q "^\.It \([0-9]* , \)*$s\( ,.*\)*$" || echo "$s"
done)
ok "minikey(1) has the exit statuses" [ -z "$out" -a "$(lines "$statuses")" -gt 8 ]

out=$(for w in $("$MINIKEY" --complete cars); do
	sed -n '/^The cars that/,/^lists them/p' "$man/minikey.1" | tr -s ' ,;' '\n' | grep -qx "$w" ||
		case $w in r5[5-9] | r6[01]) ;; *) echo "$w" ;; esac
done)
ok "minikey(1) has the cars" [ -z "$out" ]

out=$(for w in $("$MINIKEY" --complete events); do
	grep -q "^\.It $w Ta " "$man/minikey-watch.1" || echo "$w"
done)
ok "minikey-watch(1) has the events" [ -z "$out" ]

out=$(for w in $("$MINIKEY" --complete procedures); do
	grep -qx "\.It Li $w" "$man/minikey-program.1" || echo "$w"
done)
ok "minikey-program(1) has the procedures" [ -z "$out" ]

out=$(for w in $("$MINIKEY" --complete symptoms); do
	grep -qx "\.It Li $w" "$man/minikey-diagnose.1" || echo "$w"
done)
ok "minikey-diagnose(1) has the symptoms" [ -z "$out" ]

out=$(for w in $("$MINIKEY" --complete topics) $("$MINIKEY" --complete fobs); do
	grep -qx "\.It Li $w" "$man/minikey-guide.1" || echo "$w"
done)
ok "minikey-guide(1) has the topics and the kinds of fobs" [ -z "$out" ]

# verbs: "fault drop", "door driver", "fob press": the first two words of every pattern
# that are no value, one pair a line
verbs() {
	doors=$(sed -n 's/^#define DOORS "\(.*\)"$/\1/p' "$1")
	sed -n 's/^\t{ "\(.*\)", [a-zA-Z_]*, [a-zA-Z_]* },$/\1/p' "$1" | sed "s/\" DOORS \"/$doors/" |
		awk '{
			second = $2 ~ /^</ ? $3 : $2
			if (second ~ /^</) second = $1
			n = split($1, a, "|")
			m = split(second, b, "|")
			for (i = 1; i <= n; i++)
				for (k = 1; k <= m; k++)
					if (b[k] != "closed" && b[k] != "...") print a[i], b[k]
					else if (b[k] == "...") print a[i], a[i]
		}'
}
verbs "$top_srcdir/src/sim/verb.c" >"$t/verbs"
out=$(while read -r a b; do
	sed -n 's/^\.It //p' "$man/minikey-sim.5" | grep -w -e "$a" | grep -qw -e "$b" ||
		echo "$a $b"
done <"$t/verbs")
ok "minikey-sim(5) has the verbs" [ -z "$out" -a "$(lines "$(cat "$t/verbs")")" -gt 30 ]

# ---- completions ----

for shell in minikey _minikey minikey.fish; do
	file=$completions/$shell
	out=$(for c in $commands; do grep -qw -e "$c" "$file" || echo "$c"; done) err=''
	ok "$shell has every command" [ -z "$out" ]
	grep -v '^[[:space:]]*#' "$file" >"$t/code"
	case $shell in
	*.fish) sed -n 's/^complete .* -l \([a-z-]*\).*/--\1/p' "$t/code" ;;
	*) grep -oe '--[a-z][a-z-]*' "$t/code" | grep -vxe --complete ;;
	esac | sort -u >"$t/has"
	out=$(without "$(options | grep '^--')" "$(cat "$t/has")")
	ok "$shell has every option" [ -z "$out" ]
	out=$(without "$(cat "$t/has")" "$(options)")
	ok "$shell has no other" [ -z "$out" ]
done
finish
