# SPDX-License-Identifier: GPL-3.0-or-later
# A simulated car on a bus of its own, and a listener there; source cli.sh first.

# play CAR ADDRESS ARG...: the car's process is $car, where it is $address
play() {
	on=$1 bus=$2
	shift 2
	rm -f "$t/lines" "$t/said"
	mkfifo "$t/lines" "$t/said"
	timeout -k 2 120 "$MINIKEY" sim "$on" -i "$bus" "$@" <"$t/lines" >"$t/said" 2>"$t/sim" &
	car=$!
	exec 3>"$t/lines" 4<"$t/said"
	read -r address <&4
}

# tell LINE...: its control lines
tell() {
	printf '%s\n' "$@" >&3
}

# listen ARG...: minikey on the car's bus, its first line in $first; then hear
listen() {
	rm -f "$t/heard"
	mkfifo "$t/heard"
	timeout -k 2 20 "$MINIKEY" "$@" -i "$address" --json >"$t/heard" 2>"$t/err" &
	listener=$!
	exec 5<"$t/heard"
	read -r first <&5
}

# hear: until it ends: $out, after its first line, $err, $status
hear() {
	out=$(cat <&5)
	status=0
	wait "$listener" || status=$?
	err=$(cat "$t/err")
}

# answer TEXT: no car, but something that says TEXT to every line (answer.py), at $port
answer() {
	rm -f "$t/port"
	mkfifo "$t/port"
	python3 "$top_srcdir/tests/lib/answer.py" "$1" >"$t/port" 2>/dev/null &
	read -r port <"$t/port"
	port=tcp://127.0.0.1:$port
}
