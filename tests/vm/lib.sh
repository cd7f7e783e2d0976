# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Source me in a test script that runs inside the test machine (tests/vm/run -s SCRIPT).
# Nothing here waits for a time to pass: it waits for a line, a listener or an end.
#   bg NAME CMD...       start CMD; it writes to $t/NAME.out and NAME.err. Stdin is $t/NAME.in
#                        when that is there (see control), else empty
#   control NAME         make $t/NAME.in, a pipe that stays open; tell NAME LINE... writes there
#   seen FILE PATTERN    wait until a line matches
#   bg_listen IF NAME CMD...  bg, then wait until one more socket listens on IF
#   ends NAME            wait for its end: $status, $out, $err
#   stop NAME [SIGNAL]   send the signal (INT), then as ends
#   sent IF              how many frames the interface has been given to send
#   jqs FILTER FILE      what jq makes of the JSON lines in FILE
#   quiet CMD...         CMD without its output
# Names that begin with vm_ are taken.

. "$top_srcdir/tests/lib/tap.sh"
# shellcheck disable=SC2154 # $t is tap.sh's

[ "${MINIKEY_IN_VM-}" = 1 ] || {
	echo "Bail out! It changes network interfaces: run it by tests/vm/run -s $0"
	exit 99
}

# within SECONDS CMD...: repeat CMD until it succeeds. CMD starts processes, tens of
# milliseconds each on this machine, so the loop does not spin. Once one wait was in vain
# the others are short, so that a broken program does not take all day to fail.
within() {
	read -r vm_up _ </proc/uptime
	[ -z "$vm_impatient" ] || set 3 "$@"
	vm_end=$((${vm_up%.*} + $1))
	[ -z "$vm_impatient" ] || shift
	shift
	until "$@"; do
		read -r vm_up _ </proc/uptime
		[ "${vm_up%.*}" -le "$vm_end" ] || { vm_impatient=yes; return 1; }
	done
}
vm_impatient=

has() {
	grep -q -e "$2" "$1" 2>/dev/null
}

# has FILE PATTERN, or nobody is left to write it. FILE is $t/NAME.out or NAME.err.
has_or_over() {
	has "$1" "$2" && return
	vm_file=${1##*/}
	eval "vm_pid=\${pid_${vm_file%.*}-}"
	[ -n "$vm_pid" ] && gone "$vm_pid"
}

seen() {
	within 30 has_or_over "$1" "$2" && has "$1" "$2" && return
	# shellcheck disable=SC2034 # for ok
	status="'$2' never came" out=$(cat "$1") err=$(cat "${1%.*}.err" 2>/dev/null)
	return 1
}

listeners() {
	cat /proc/net/can/rcvlist_all /proc/net/can/rcvlist_fil /proc/net/can/rcvlist_inv \
		/proc/net/can/rcvlist_sff /proc/net/can/rcvlist_eff | grep -c "^ *$1 "
}

more_listeners() {
	[ "$(listeners "$1")" -gt "$2" ]
}

control() {
	mkfifo "$t/$1.in"
}

# The pipe is held open by a descriptor of its own, so that NAME never sees its end.
bg() {
	vm_name=$1
	shift
	vm_in=/dev/null
	[ -p "$t/$vm_name.in" ] && vm_in=$t/$vm_name.in
	# A shell without job control makes its background jobs deaf to SIGINT.
	env --default-signal=INT,QUIT "$@" <>"$vm_in" >"$t/$vm_name.out" 2>"$t/$vm_name.err" &
	eval "pid_$vm_name=$!"
}

tell() {
	vm_name=$1
	shift
	# Opened for both ways: with no reader left it must not block.
	printf '%s\n' "$@" 1<>"$t/$vm_name.in"
}

bg_listen() {
	vm_bus=$1
	vm_before=$(listeners "$vm_bus")
	shift
	bg "$@"
	within 30 more_listeners "$vm_bus" "$vm_before" && return
	sed 's/^/# /' "$t/$1.err"
	echo "Bail out! '$*' does not listen on $vm_bus"
	exit 1
}

gone() {
	! grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null
}

ends() {
	eval "vm_pid=\$pid_$1"
	# shellcheck disable=SC2154 # vm_pid comes from the line above
	within 60 gone "$vm_pid" || {
		echo "# $1 does not end; it is killed"
		kill -KILL "$vm_pid"
	}
	status=0
	wait "$vm_pid" || status=$?
	out=$(cat "$t/$1.out")
	err=$(cat "$t/$1.err")
}

stop() {
	eval "kill -s ${2-INT} \$pid_$1" 2>/dev/null
	ends "$1"
}

sent() {
	cat "/sys/class/net/$1/statistics/tx_packets"
}

quiet() {
	"$@" >/dev/null
}

jqs() {
	jq -c "$1" "$2" 2>&1
}
