# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Source me in a test script. It speaks TAP, which Automake's driver reads.
#   run CMD...        $out, $err, $status: what it printed and its exit status
#   ok NAME CMD...    one result: CMD succeeds. On failure $out, $err, $status are shown
#   contains A B      A has B in it            is A B     they are equal
#   lines TEXT        how many lines TEXT has
#   skip NAME WHY     one result that could not be had
#   together BLOCK... functions with results, which wait for time to pass: all at once, each in a
#                     process and a scratch folder of its own; their results in this order
#   finish            last
# $t is a scratch folder of this script. Names that begin with ok_ are taken.

n=0 out='' err='' status=0
t=$(mktemp -d) || exit 99
trap 'rm -rf "$t"' EXIT
LC_ALL=C
export LC_ALL
unset ARGP_HELP_FMT MINIKEY_INTERFACE MINIKEY_CAR NO_COLOR || :

run() {
	status=0
	"$@" >"$t/out" 2>"$t/err" </dev/null || status=$?
	out=$(tr -d '\0' <"$t/out")
	err=$(tr -d '\0' <"$t/err")
}

ok() {
	n=$((n + 1))
	ok_name=$1
	shift
	if "$@"; then
		echo "ok $n - $ok_name"
		return
	fi
	echo "not ok $n - $ok_name"
	{
		echo "wanted: $*"
		echo "status: $status"
		printf '%s\n' "$out" | sed 's/^/out: /' | head -n 40
		printf '%s\n' "$err" | sed 's/^/err: /' | head -n 40
	} | cut -c 1-400 | sed 's/^/# /'
}

contains() {
	case $1 in *"$2"*) ;; *) return 1 ;; esac
}

is() {
	[ "$1" = "$2" ]
}

lines() {
	printf '%s' "${1:+$1
}" | grep -c '' || :
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# Each block ends with a line that says so: one that broke off is a failure.
together_run() {
	t=$t/$1 n=0
	"$1"
	echo "end of $1"
}

together() {
	together_pids=
	for block in "$@"; do
		mkdir "$t/$block"
		together_run "$block" >"$t/$block/tap" &
		together_pids="$together_pids $!"
	done
	for pid in $together_pids; do
		wait "$pid" || :
	done
	for block in "$@"; do
		together_tell "$block" <"$t/$block/tap"
	done
}

# The results of BLOCK, with numbers as they follow here
together_tell() {
	last=
	while IFS= read -r last; do
		case $last in
		"ok "*) n=$((n + 1)) && printf '%s\n' "ok $n ${last#ok * }" ;;
		"not ok "*) n=$((n + 1)) && printf '%s\n' "not ok $n ${last#not ok * }" ;;
		"end of $1") return ;;
		*) printf '%s\n' "$last" ;;
		esac
	done
	n=$((n + 1))
	echo "not ok $n - the checks of $1 broke off"
}

finish() {
	echo "1..$n"
}
