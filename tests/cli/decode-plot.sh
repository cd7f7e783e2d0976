#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey decode --plot: the picture is XML, and has in it what the recording has.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
TZ=UTC
export TZ

esc=$(printf '\033')
cat >"$t/my.dbc" <<DBC
VERSION ""
BO_ 256 Motor: 8 ECU
 SG_ Speed : 0|8@1+ (0.5,-10) [0|0] "<k&m>" ECU
 SG_ Lock : 8|8@1+ (1,0) [0|0] "" ECU
 SG_ Silent : 56|8@1+ (1,0) [0|0] "" ECU
 SG_ Real : 32|32@1- (1,0) [0|0] "" ECU
SIG_VALTYPE_ 256 Real : 1;
VAL_ 256 Lock 1 "un<locked> & 'open'" 2 "locked" 3 "${esc}[31m" ;
DBC
awk 'BEGIN { for (i = 0; i < 3000; i++) printf("(%d.%06d) can0 100#%02X%02X\n", 1700000000 + i / 10,
	i % 10 * 100000, i % 200, 1 + i / 1000) }' >"$t/log"

# Checks the picture $t/p.svg: the texts in it, a line each, on stdout.
cat >"$t/look.py" <<'EOP'
import sys
from xml.dom import minidom

page = minidom.parse(sys.argv[1])
svg = page.documentElement
assert svg.tagName == "svg" and svg.getAttribute("xmlns") == "http://www.w3.org/2000/svg"
for name in ("script", "image", "use", "a", "foreignObject"):
    assert not page.getElementsByTagName(name), name
assert "prefers-color-scheme:dark" in page.getElementsByTagName("style")[0].firstChild.data
assert "max-width:700px" in page.getElementsByTagName("style")[0].firstChild.data
for line in page.getElementsByTagName("polyline"):
    last = -1.0
    for point in line.getAttribute("points").split():
        x, y = map(float, point.split(","))
        assert last <= x <= 1000 and 0 <= y <= 130, point
        last = x
for rect in page.getElementsByTagName("rect"):
    for name in ("x", "width"):
        value = rect.getAttribute(name)
        if value.endswith("%"):
            assert 0 <= float(value[:-1]) <= 100, value
for tag in ("title", "text"):
    for node in page.getElementsByTagName(tag):
        print(tag, "".join(n.data if n.nodeType == n.TEXT_NODE else n.firstChild.data
                           for n in node.childNodes))
EOP

look() {
	run python3 "$t/look.py" "$1"
}

mk decode --dbc "$t/my.dbc" --plot Lock,Speed,Silent -o "$t/p.svg" "$t/log"
ok "--plot: 0, and silent" is "$status:$out:$err" "0::"
look "$t/p.svg"
ok "it is XML" is "$status" 0
ok "a lane's name" contains "$out" "text Motor.Lock"
ok "a line's name and unit" contains "$out" "text Motor.Speed in <k&m>"
ok "a word" contains "$out" "text un<locked> & 'open'"
ok "a word's escape sequence is shown, not sent" contains "$out" 'text \x1B[31m'
ok "a state: since when, how long" contains "$out" "title locked: 2023-11-14 22:15:00.000, for 100 s"
ok "no others" is "$(printf '%s\n' "$out" | grep -c '^title .*, for ')" 3
ok "the time of day" contains "$out" "text 22:14:30"
ok "never heard" contains "$out" "text never heard"
ok "its order is the one asked for" is "$(printf '%s\n' "$out" | grep -o 'text Motor.[A-Z][a-z]*')" \
	"text Motor.Lock
text Motor.Speed
text Motor.Silent"
ok "it is no bigger than it need be" [ "$(wc -c <"$t/p.svg")" -lt 100000 ]

mk decode --dbc "$t/my.dbc" --plot Speed --from +1s --to +1.5s "$t/log"
printf '%s\n' "$out" >"$t/p.svg"
look "$t/p.svg"
ok "on the standard output" is "$status" 0
ok "parts of a second" contains "$out" "text 22:13:21.4"

# Times that are no dates count from the beginning.
printf '(1.000000) can0 100#0001\n(1.500000) can0 100#0002\n(181.000000) can0 100#FF02\n' >"$t/short"
mk decode --dbc "$t/my.dbc" --plot Lock,Speed -o "$t/p.svg" "$t/short"
look "$t/p.svg"
ok "from the beginning" contains "$out" "text 90 s
"
for log in 'x' '(1.000000) can0 100#0001' '(1.000000) can0 123#00'; do
	printf '%s\n' "$log" >"$t/one"
	mk decode --dbc "$t/my.dbc" --plot Lock,Speed,Real -o "$t/p.svg" "$t/one"
	ok "a log of '$log': 0" is "$status" 0
	look "$t/p.svg"
	ok "a log of '$log': XML" is "$status" 0
done

# Numbers that are none, and the greatest there are.
cat >"$t/real" <<LOG
(1.000000) can0 100#000000000000C07F
(2.000000) can0 100#00000000FFFF7F7F
(3.000000) can0 100#00000000FFFF7FFF
(4.000000) can0 100#000000000000807F
(5.000000) can0 100#0000000001000000
LOG
mk decode --dbc "$t/my.dbc" --plot Real -o "$t/p.svg" "$t/real"
look "$t/p.svg"
ok "nan, inf and the greatest numbers" is "$status" 0

# A name that is no text.
cp "$t/short" "$t/$(printf 'a\377<b>\033&.log')"
mk decode --dbc "$t/my.dbc" --plot Lock -o "$t/p.svg" "$t/$(printf 'a\377<b>\033&.log')"
look "$t/p.svg"
ok "any bytes in the file's name" contains "$out" 'a\xFF<b>\x1B&.log'

# Long recordings are thinned out: the picture does not grow, and keeps the peaks.
awk 'BEGIN { for (i = 0; i < 50000; i++) printf("(%d.%06d) can0 100#%02X%02X\n", 1000 + i / 100,
	i % 100 * 10000, i == 33333 ? 255 : i == 22222 ? 0 : 100 + i % 7, 1 + i % 2) }' >"$t/long"
mk decode --dbc "$t/my.dbc" --plot Lock,Speed -o "$t/p.svg" "$t/long"
ok "a long one: its size" [ "$(wc -c <"$t/p.svg")" -lt 1500000 ]
look "$t/p.svg"
ok "a long one: XML" is "$status" 0
ok "a long one: its peaks" is "$(grep -o ',126.0 ' "$t/p.svg" | sort -u)$(grep -o ',4.0 ' "$t/p.svg" | sort -u)" \
	",126.0 ,4.0 "

misused "exclude each other" decode --plot Lock --json "$t/log"
mk decode --dbc "$t/my.dbc" --plot Lock,Nothing "$t/log"
ok "a signal that is not there: 64" is "$status" 64
mk decode --plot Vin "$t/log"
ok "the VIN: 64" is "$status" 64
misused "without a name" decode --plot Lock, "$t/log"
finish
