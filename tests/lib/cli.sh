# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Source me after tap.sh in a test of the program from outside.
#   mk ARG...               run the program; ended after 10 s, so that it cannot hang us
#   sim SCRIPT ARG...       the same with --sim-script; SCRIPT is its text, "\n" between lines
#   does STATUS ARG...      one result: the exit status, and nothing on stderr but "ready"
#   fails STATUS TEXT ARG... one result: the exit status, nothing on stdout, one line on
#                           stderr that begins with "minikey CMD: " and has TEXT in it
#   misused TEXT ARG...     as fails 64; a line on where help is may follow
#   json NAME FILTER        one result: every line of $out is a JSON object and fulfils FILTER
#   slow                    is this a build whose times mean nothing?
# $prog is the program's name in its messages.

prog=minikey

mk() {
	run timeout -k 2 10 "$MINIKEY" "$@"
}

# shellcheck disable=SC2059 # a script is a format
sim() {
	printf "$1\n" >"$t/script.sim"
	shift
	mk "$@" --sim-script "$t/script.sim"
}

quiet() {
	[ "$status" = "$1" ] && [ "$(printf '%s' "$err" | grep -cv -e 'listening on' -e ': ready on')" = 0 ]
}

does() {
	cli_want=$1
	shift
	mk "$@"
	ok "$prog $*: $cli_want" quiet "$cli_want"
}

complains() {
	[ "$status" = "$1" ] && [ -z "$out" ] && [ "$(lines "$err")" -ge 1 ] || return
	contains "$err" "$2" || return
	case $err in "$prog $3: "*) ;; *) return 1 ;; esac
}

complains_once() {
	complains "$@" && [ "$(lines "$err")" = 1 ]
}

fails() {
	cli_want=$1 cli_text=$2
	shift 2
	mk "$@"
	ok "$prog $*: $cli_want, one line" complains_once "$cli_want" "$cli_text" "$1"
}

misused() {
	cli_text=$1
	shift
	mk "$@"
	ok "$prog $*: 64" complains 64 "$cli_text" "$1"
}

if command -v jq >/dev/null 2>&1; then
	fulfils() {
		[ -n "$out" ] &&
			[ "$(printf '%s\n' "$out" | jq -s length 2>&1)" = "$(lines "$out")" ] &&
			printf '%s\n' "$out" |
			jq -es "all(.[]; type == \"object\" and ($1))" >/dev/null 2>&1
	}
	json() {
		ok "$1" fulfils "$2"
	}
else
	json() {
		skip "$1" "no jq"
	}
fi

slow() {
	[ "${MINIKEY_SLOW-}" = 1 ]
}
