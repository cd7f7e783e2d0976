#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey bug-report: what is in it, and what must not be.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"

absent() {
	case $out in *"$1"*) return 1 ;; esac
}

mk bug-report
ok "0, and nothing on stderr" is "$status$err" 0
version=$("$MINIKEY" --version)
ok "the version" contains "$out" "program   $version, "
ok "the kernel" contains "$out" "kernel    $(uname -sr) $(uname -m)"
ok "interfaces and adapters" contains "$out" "== Interfaces and adapters =="
mk links
[ -n "$out" ] || out=none
links=$(printf '%s\n' "$out" | grep -v 'serial number' | head -n 1)
mk bug-report
ok "those that links shows" contains "$out" "$links"
ok "no command, no recording: none of it" absent "== Recording"

# ---- the failing command ----

mkdir "$t/secret" || exit 99
mk bug-report decode "$t/secret/drive.log" --car r53
ok "a failing command: 0 all the same" is "$status" 0
ok "its words, but no path" contains "$out" "
minikey decode FILE --car r53"
ok "what it says" contains "$out" \
	"  minikey decode: cannot read 'FILE': No such file or directory
exit status 8"
ok "no path anywhere" absent secret
mk bug-report watch -i nosuch0
ok "its options are its own" contains "$out" "
minikey watch -i nosuch0
  minikey watch: "
ok "and its status, of its error" contains "$out" "
exit status 5"
mk bug-report keys -i sim:r53
ok "one that works: what it prints is not kept" absent "slot"
ok "and its status" contains "$out" "
exit status 0"
mk bug-report --for 100ms monitor -i sim:r53
ok "one that does not end is stopped" contains "$out" "(stopped after 100 ms)
exit status 130"
mk bug-report watch -i sim:r56 --mqtt nas.home --mqtt-user=jane --mqtt-topic home/mini --for 0s
ok "of a broker's host, user and topics nothing" contains "$out" "
minikey watch -i sim:r56 --mqtt X --mqtt-user=X --mqtt-topic X --for 0s"
ok "also not in what it says" absent nas.home
misused "no command to run again" bug-report bug-report
misused "no command to run again" bug-report wach
misused "no duration" bug-report --for x keys

# ---- the recording ----

# Service 9's answer with a VIN that there is not: WMWXX00000XX12345.
cat >"$t/secret/drive.log" <<'LOG'
(1436509052.249713) can0 7E8#1014490201574D57
(1436509052.259713) can0 7E8#2158583030303030
(1436509053.249713) can0 7E8#2258583132333435
this is no frame
(1436509055.500000) can0 130#4540FF00FF T
LOG
mk bug-report --recording "$t/secret/drive.log"
ok "a recording: 0" is "$status" 0
ok "the end of the report is the log" contains "$out" "
== Recording ==
# candump: the last 4 of 4 frames; 1 lines were none
# minikey: the last seven characters of VINs are replaced by a dummy
(0.000000) can0 7E8#1014490201574D57 R"
ok "its times count from its first frame" contains "$out" "(3.250287) can0 130#4540FF00FF T"
ok "the end of the VIN is a dummy" contains "$out" "7E8#2258583030303030 R"
ok "and is nowhere else" absent 3132333435
ok "and not its name" absent secret
ok "nor when it was" absent 1436509
printf '%s\n' "$out" | sed '1,/^== Recording/d' >"$t/again.log"
does 0 decode --stats "$t/again.log"
ok "it can be decoded" contains "$out" "4"

awk 'BEGIN { for (i = 0; i < 50010; i++) printf "(%d.0) can0 %03X#\n", i, i % 2048 }' >"$t/long.log"
mk bug-report --recording "$t/long.log" -o "$t/report"
ok "-o: 0, and nothing on the standard output" is "$status$out" 0
ok "it says what to do next" is "$err" "minikey bug-report: read '$t/report' before you send it"
out=$(cat "$t/report")
ok "the last 50000 frames of a long one" contains "$out" "# candump: the last 50000 of 50010 frames; 0"
ok "from the eleventh on" contains "$out" "
(0.000000) can0 00A# R"
ok "to the last" is "$(tail -n 1 "$t/report")" "(49999.000000) can0 359# R"

fails 8 "No such file" bug-report --recording "$t/none.log" -o "$t/not-made"
ok "then nothing is written" [ ! -e "$t/not-made" ]
echo nothing >"$t/empty.log"
mk bug-report --recording "$t/empty.log"
ok "not one frame: 8" is "$status" 8
ok "and it is said" contains "$err" "has not one frame"
fails 74 "cannot write" bug-report -o "$t/none/report"
if [ -w /dev/full ]; then
	mk bug-report -o /dev/full
	ok "a full disk: 74" is "$status" 74
fi
finish
