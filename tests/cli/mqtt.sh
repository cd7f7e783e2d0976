#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# watch --mqtt against a real broker: what it is told, also by the last will, and after the
# broker was gone.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
PATH=$PATH:/usr/sbin

misused "which broker" watch -i sim:r56 --mqtt-tls
misused "which broker" watch -i sim:r56 --mqtt-user me
misused "no HOST or HOST:PORT" watch -i sim:r56 --mqtt ''
misused "no HOST or HOST:PORT" watch -i sim:r56 --mqtt here:0
misused "no HOST or HOST:PORT" watch -i sim:r56 --mqtt here:65536
misused "no HOST or HOST:PORT" watch -i sim:r56 --mqtt '[::1'
misused "no beginning of topics" watch -i sim:r56 --mqtt here --mqtt-topic 'a/#'
misused "no beginning of topics" watch -i sim:r56 --mqtt here --mqtt-topic /a
misused "whose password" watch -i sim:r56 --mqtt here --mqtt-password-file x

mk watch -i sim:r56 --mqtt 127.0.0.1:1 --for 0s
for why in 'built without MQTT' 'needs libmosquitto'; do
	if contains "$err" "$why"; then
		ok "no MQTT: 5, one line" complains_once 5 "$why" watch
		skip "a broker" "$why"
		finish
		exit
	fi
done
for p in mosquitto mosquitto_sub mosquitto_passwd openssl python3; do
	command -v $p >/dev/null || {
		skip "a broker" "no $p"
		finish
		exit
	}
done

port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])') || exit 99
at="-h 127.0.0.1 -p $port"

# broker LINE...: a broker, configured by LINEs; it is there when this returns
broker() {
	{
		echo "user $(id -un)"
		printf '%s\n' "$@"
	} >"$t/broker.conf"
	mosquitto -c "$t/broker.conf" >"$t/broker.log" 2>&1 &
	broker=$!
	while ! grep -q ' running$' "$t/broker.log"; do
		kill -0 "$broker" 2>/dev/null || { cat "$t/broker.log"; exit 99; }
	done
}

plain="listener $port 127.0.0.1
allow_anonymous true"

stop() {
	kill "$1"
	wait "$1" 2>/dev/null || :
}

# sub TOPIC...: what the broker tells of them from now on, and is_told WHAT waits for it
sub() {
	topics=
	for topic; do topics="$topics -t $topic"; done
	rm -f "$t/told"
	mkfifo "$t/told"
	# shellcheck disable=SC2086 # words
	stdbuf -oL mosquitto_sub $at -d -W 30 $topics -F 'told %r %t %p' >"$t/told" 2>&1 &
	sub=$!
	exec 6<"$t/told"
	while read -r line <&6 && ! contains "$line" Subscribed; do :; done
}

is_told() {
	while read -r line <&6; do
		case $line in "told $1"*) return 0 ;; esac
	done
	return 1
}

# kept TOPIC: its retained message
kept() {
	# shellcheck disable=SC2086
	mosquitto_sub $at -W 5 -C 1 -t "$1"
}

# seen FILE TEXT: a program that runs as $2 has written it
seen() {
	while ! grep -qF -e "$2" "$1"; do kill -0 "$3" 2>/dev/null || return; done
}

# ---- what there is to know, in virtual time ----

broker "$plain"
sub 'minikey/event'
printf 'wait 1s %s\n' 'door driver open' 'door driver close' 'key remove' 'fob 1 click lock' >"$t/script.sim"
does 0 watch -i sim:r56 --sim-script "$t/script.sim" --mqtt "127.0.0.1:$port" --json
printf '%s\n' "$out" | grep -v '"event":"ready"' >"$t/events"
while read -r event; do
	is_told "0 minikey/event " && [ "${line#told 0 minikey/event }" = "$event" ] || break
done <"$t/events"
ok "every event is told once, as --json has it, and not kept" is "$line" "told 0 minikey/event $(tail -n 1 "$t/events")"
stop "$sub"
for row in ignition=off key_in_lock=out key_number=none locks=secured doors/driver=closed boot=closed \
	windows/roof=closed init_possible=unknown availability=offline; do
	out=$(kept "minikey/${row%=*}")
	ok "kept: $row" is "$out" "${row#*=}"
done
out=$(kept minikey/status)
json "kept: the status, as JSON" '.car == "r56" and .locks == "secured" and .key_in_lock == false'
# shellcheck disable=SC2086
out=$(mosquitto_sub $at -W 1 -t 'minikey/doors/+' -t 'minikey/event' -F %t 2>&1 | grep minikey)
ok "nothing else: two doors, no event" is "$out" "minikey/doors/driver
minikey/doors/passenger"

does 0 watch -i sim:r53 --sim-script "$t/script.sim" --mqtt "127.0.0.1:$port" --mqtt-topic home/mini --only door \
	--mqtt-discovery
ok "another beginning" is "$(kept home/mini/locks)" secured
out=$(kept homeassistant/binary_sensor/home_mini/home_mini_doors_driver/config)
json "Home Assistant: a door" '.state_topic == "home/mini/doors/driver" and .device_class == "door" and
	.payload_on == "open" and .availability_topic == "home/mini/availability" and
	.device.identifiers == ["home_mini"]'
out=$(kept homeassistant/sensor/home_mini/home_mini_locks/config)
json "Home Assistant: the locks" '.state_topic == "home/mini/locks" and (has("payload_on") | not)'

# ---- a living car: the last will; the broker goes and comes ----

mkfifo "$t/lines" "$t/said"
timeout -k 2 60 "$MINIKEY" sim r56 -i socketcand::0 <"$t/lines" >"$t/said" 2>"$t/sim" &
car=$!
exec 3>"$t/lines" 4<"$t/said"
read -r address <&4

# watching ARG...: in the background, until it is told that it is there
watching() {
	timeout -k 2 60 "$MINIKEY" watch -c r56 -i "$address" --mqtt "127.0.0.1:$port" --mqtt-topic car "$@" \
		>"$t/out" 2>"$t/err" &
	watch=$!
}

sub 'car/availability' 'car/doors/driver' 'car/ignition'
watching
ok "it is online" is_told "0 car/availability online"
ok "what is not known yet is unknown" is_told "0 car/ignition unknown"
ok "the door is closed" is_told "0 car/doors/driver closed"
echo 'door driver open' >&3
ok "the door is open" is_told "0 car/doors/driver open"
pkill -KILL -P "$watch"
wait "$watch" 2>/dev/null || :
ok "its last will" is_told "0 car/availability offline"
ok "is kept" is "$(kept car/availability)" offline

watching
ok "online again" is_told "0 car/availability online"
ok "with what it hears" is_told "0 car/doors/driver open"
stop "$sub"
stop "$broker"
ok "the broker is gone: said" seen "$t/err" "mqtt://127.0.0.1:$port: " "$watch"
echo 'door driver close' >&3
ok "it watches on" seen "$t/out" "driver door: closed (was open)" "$watch"
broker "$plain"
begin=$(date +%s%N)
door=
while [ -z "$door" ]; do
	# shellcheck disable=SC2086
	door=$(mosquitto_sub $at -W 1 -C 1 -t car/doors/driver 2>/dev/null)
	[ $(($(date +%s%N) - begin)) -lt 10000000000 ] || break
done
took=$((($(date +%s%N) - begin) / 1000000))
ok "the state is right again" is "$door" closed
ok "online" is "$(kept car/availability)" online
slow || ok "within a second of the broker's start ($took ms)" [ "$took" -lt 1000 ]
ok "it is back: said" seen "$t/err" "127.0.0.1:$port: connected" "$watch"
ok "what was not told is counted" seen "$t/err" "not told: there was no connection" "$watch"
pkill -TERM -P "$watch"
status=0
wait "$watch" || status=$?
ok "SIGTERM: 143" is "$status" 143
ok "it says that it goes" is "$(kept car/availability)" offline
stop "$broker"

# ---- no broker at all: that is no reason not to watch ----

mk watch -i "$address" -c r56 --mqtt "127.0.0.1:$port" --for 1s
ok "no broker: 0" is "$status" 0
ok "no broker: said once" is "$(printf '%s\n' "$err" | grep -c 'Connection refused.*trying again')" 1
ok "no broker: the events" contains "$out" "key number: 0"
kill -INT "$car"
exec 3>&- 4<&-

# ---- who may ----

mosquitto_passwd -b -c "$t/passwords" driver 'right one' 2>/dev/null
broker "listener $port 127.0.0.1" "allow_anonymous false" "password_file $t/passwords"
echo 'right one' >"$t/right"
echo 'wrong one' >"$t/wrong"
live="watch -i sim:r56 --mqtt 127.0.0.1:$port --real-time"
# shellcheck disable=SC2086
{
	does 0 $live --mqtt-user driver --mqtt-password-file "$t/right" --for 1s
	MINIKEY_MQTT_PASSWORD='right one'
	export MINIKEY_MQTT_PASSWORD
	does 0 $live --mqtt-user driver --for 1s
	unset MINIKEY_MQTT_PASSWORD
	for who in '--mqtt-user driver --mqtt-password-file $t/wrong' '--mqtt-user driver' ''; do
		eval "mk $live $who --for 8s"
		ok "refused ($who): 5" is "$status" 5
		ok "refused ($who): said" contains "$err" "the broker refuses this user or password: see --mqtt-user"
		ok "refused ($who): once" is "$(printf '%s\n' "$err" | grep -c mqtt://)" 1
	done
	fails 8 "cannot read '$t/none'" $live --mqtt-user driver --mqtt-password-file "$t/none"
}
stop "$broker"

# ---- TLS, with an authority of our own ----

# certificate NAME AUTHORITY: a certificate for localhost
{
	for ca in ca other; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$ca" -keyout "$t/$ca.key" -out "$t/$ca.pem"
	done
	openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$t/host.key" -out "$t/host.csr"
	echo 'subjectAltName=DNS:localhost' >"$t/ext"
	openssl x509 -req -in "$t/host.csr" -CA "$t/ca.pem" -CAkey "$t/ca.key" -CAcreateserial -days 2 \
		-extfile "$t/ext" -out "$t/host.pem"
} >"$t/openssl" 2>&1 || cat "$t/openssl"
broker "listener $port 127.0.0.1" "allow_anonymous true" "certfile $t/host.pem" "keyfile $t/host.key"
live="watch -i sim:r56 --real-time --mqtt"
# shellcheck disable=SC2086
{
	does 0 $live "localhost:$port" --mqtt-ca "$t/ca.pem" --mqtt-topic secret --for 1s
	ok "TLS: told" is "$(mosquitto_sub -h localhost -p "$port" --cafile "$t/ca.pem" -W 5 -C 1 -t secret/locks)" unlocked
	mk $live "localhost:$port" --mqtt-ca "$t/other.pem" --for 8s
	ok "TLS: another authority: 5" is "$status" 5
	ok "TLS: another authority: said" contains "$err" "certificate verify failed: is it a port with TLS"
	mk $live "127.0.0.1:$port" --mqtt-ca "$t/ca.pem" --for 8s
	ok "TLS: another name: 5" is "$status" 5
	mk $live "localhost:$port" --mqtt-tls --for 8s
	ok "TLS: whom the system does not trust: 5" is "$status" 5
	ok "TLS: whom the system does not trust: said" contains "$err" "one whom this system trusts"
	mk $live "127.0.0.1:$port" --for 1s
	ok "no TLS to a port with it: the next step" contains "$err" "if it wants TLS: --mqtt-tls"
	fails 8 "cannot read '$t/none'" $live "localhost:$port" --mqtt-ca "$t/none" --for 1s
}
stop "$broker"
finish
