#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every example in the manual pages and in README.md does what the page says.
#
# An example is a block (.Bd -literal to .Ed; ```console to ```) with lines that begin
# with "$ ". What follows such a line is what a terminal shows after it; "..." stands for
# anything, alone on a line for any number of lines. "$ echo $?" tells an exit status; a
# command without one must succeed. "$ cat FILE" makes FILE when it is not there yet.
# shellcheck disable=SC1091,SC2016,SC2034,SC2154
. "$top_srcdir/tests/lib/tap.sh"

# These need an interface or a car. They are run on one that is not there: they must come
# as far as opening it, and end with 5.
elsewhere='minikey bridge kbus:/dev/ttyUSB0 vcan0 --reconnect
minikey monitor -i can0 --id 7A0:7F0 --for 10s
minikey keys -i can0 -c r56 --listen 30s
minikey links --probe=/dev/ttyUSB0
minikey links up can0 --bitrate 100k --listen-only && minikey watch -i can0 -c r56
minikey record -i can0 -o drive.pcapng --max-time 1h --for 24h
minikey replay night.log -i vcan0 --loop
minikey scan -i can0 --poll
minikey status -i can0 -c r56
minikey watch -i can0 -c r56
minikey watch -i can0 -c r56 --until lock=locked --for 1min && echo locked
minikey program -i can0 -c r53 --built 2005-06 --fobs 2
minikey send -i vcan0 -c r53 Body Lock_State=secured
minikey send -i vcan0 1B00BF7A#3000
minikey sim r53 -i vcan0
minikey watch -i vcan0 -c r53
minikey sim r56 -i vcan0 --script locked.sim'

mkdir "$t/bin" "$t/there" || exit 99
ln -s "$MINIKEY" "$t/bin/minikey"
PATH=$t/bin:$PATH
export PATH
TZ=UTC
export TZ

# blocks FILE: its examples, with man's escapes undone and "%%" between them
blocks() {
	awk '
		/^\.Bd -literal/ || /^```console$/ { on = 1; next }
		on && (/^\.Ed/ || /^```$/) { on = 0; print "%%"; next }
		on { sub(/^\\&/, ""); gsub(/\\e/, "\\"); print }' "$1"
}

# same WANT GOT: GOT is WANT, where "..." in WANT stands for anything
same() {
	awk '
		function glob(s) {
			gsub(/[][\\.*^$+?(){}|]/, "\\\\&", s)
			gsub(/\\\.\\\.\\\./, ".*", s)
			return "^" s "$"
		}
		function match_from(i, k) {
			for (; i <= n; i++) {
				if (want[i] == "...") {
					for (; k <= m + 1; k++)
						if (match_from(i + 1, k))
							return 1
					return 0
				}
				if (k > m || got[k] !~ glob(want[i]))
					return 0
				k++
			}
			return k > m
		}
		FNR == NR { want[++n] = $0; next }
		{ got[++m] = $0 }
		END { exit !match_from(1, 1) }' "$1" "$2"
}

# try NAME: runs $t/cmd in the block's folder; $out is what a terminal would show
try() {
	status=0
	(cd "$t/there" && timeout 10 sh "$t/cmd") >"$t/got" 2>&1 </dev/null || status=$?
	out=$(cat "$t/got") err=''
}

# one PAGE NEXT: the command in $cmd, whose output should be $t/want; NEXT: the line after
one() {
	name="${1##*/}: \$ $cmd"
	case $cmd in
	'cat '*)
		file=$t/there/${cmd#cat }
		[ -e "$file" ] || cp "$t/want" "$file"
		;;
	'echo $?')
		ok "$name (after: $before)" is "$status" "$(cat "$t/want")"
		return
		;;
	esac
	before=$cmd
	printf '%s\n' "$cmd" >"$t/cmd"
	if printf '%s\n' "$elsewhere" | grep -qxF -e "$cmd"; then
		printf '%s\n' "$cmd" >>"$t/used"
		sed -i 's/ v\{0,1\}can0/ nosuchcan0/' "$t/cmd"
		try
		ok "$name: comes as far as the link" is "$status" 5
	elif [ "${cmd#*| jq}" != "$cmd" ] && ! command -v jq >/dev/null; then
		skip "$name" "no jq"
	else
		try
		ok "$name" shows "$2"
	fi
}

# shows NEXT: the output is as wanted, and so is the status unless the page tells it
shows() {
	same "$t/want" "$t/got" || return
	[ "$1" = '$ echo $?' ] || [ "$status" = 0 ]
}

# page FILE
page() {
	rm -rf "$t/there"
	mkdir "$t/there"
	ln -s "$top_srcdir/tests" "$t/there/tests"
	before='' cmd=''
	: >"$t/want"
	blocks "$1" >"$t/blocks"
	while IFS= read -r line; do
		case $line in
		'$ '* | %%)
			[ -z "$cmd" ] || one "$1" "$line"
			cmd=${line#\$ }
			[ "$line" != %% ] || cmd=''
			: >"$t/want"
			;;
		*) printf '%s\n' "$line" >>"$t/want" ;;
		esac
	done <"$t/blocks"
	ok "${1##*/} has examples" [ -n "$before" ]
}

: >"$t/used"
for p in "$top_srcdir"/man/*.[15]; do
	page "$p"
done
page "$top_srcdir/README.md"

printf '%s\n' "$elsewhere" | sort >"$t/all"
ok "every command that needs an interface is still in a page" \
	is "$(sort -u "$t/used")" "$(cat "$t/all")"
finish
