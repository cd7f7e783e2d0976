#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# minikey report: the page says what `program` says of the same recording, is well-formed,
# needs nothing else, and is small; whatever the recording holds.
# shellcheck disable=SC1091,SC2154
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/cli.sh"
TZ=UTC
export TZ

# Checks page or picture $1: XML, nothing from elsewhere, nothing outside of it. Prints
# "lane NAME: CLASS..." for each lane and step, the classes of its spans in their order,
# with a word where it has one; "at CLASS X WIDTH" for each span.
cat >"$t/look.py" <<'EOP'
import re
import sys
from xml.dom import minidom

text = open(sys.argv[1], encoding="utf-8").read()
assert len(text.encode()) < 100000, len(text)
page = minidom.parseString(re.sub("^<!DOCTYPE html>\n", "", text))
for name in ("script", "image", "img", "use", "a", "link", "iframe", "foreignObject", "object"):
    assert not page.getElementsByTagName(name), name
assert "url(" not in text and "@import" not in text
for url in re.findall(r"[a-z]+://[^\"'\s]*", text):
    assert url == "http://www.w3.org/2000/svg", url
style = page.getElementsByTagName("style")[0].firstChild.data
for rule in ("prefers-color-scheme:dark", "@media print", "max-width:700px"):
    assert rule in style, rule

def words(node):
    return "".join(n.data if n.nodeType == n.TEXT_NODE else words(n) for n in node.childNodes)

name = ""
for node in page.getElementsByTagName("*"):
    if node.tagName == "text" and node.getAttribute("class") == "name":
        name = words(node)
    if node.tagName == "svg" and node.getAttribute("y") and node.getAttribute("width") == "100%":
        seen = []
        for span in node.childNodes:
            if span.nodeName == "rect" and span.getAttribute("class") != "lane":
                x, width = (float(span.getAttribute(k)[:-1]) for k in ("x", "width"))
                assert 0 <= x and 0 < width and x + width <= 100.01, (x, width)
                seen.append(span.getAttribute("class"))
            elif span.nodeName == "text":
                seen.append(words(span))
        print("lane %s: %s" % (name, " ".join(seen)))
for tag in ("title", "h1", "h2", "p", "td", "li", "dd"):
    for node in page.getElementsByTagName(tag):
        print(tag, words(node))
EOP

# look FILE: $out is what is in it
look() {
	run python3 "$t/look.py" "$1"
	ok "$1: well-formed, small, and needs nothing else" is "$status:$err" "0:"
}

# recorded NAME SCRIPT [CAR]: NAME.log
recorded() {
	# shellcheck disable=SC2059 # a script is a format
	printf "$2\n" >"$1.sim"
	mk record -i "sim:${3-r53}" --sim-script "$1.sim" -o "$1.log"
	ok "$1.log" is "$status" 0
}

# page NAME ARG...: NAME.html of NAME.log; then the lines that look.py prints are in $out
page() {
	page_name=$1
	shift
	mk report "$page_name.log" -o "$page_name.html" "$@"
	ok "$page_name: 0, and silent" is "$status:$out:$err" "0::"
	look "$page_name.html"
}

has() {
	ok "$page_name: $1" contains "$out" "$1"
}

cd "$t" || exit 99
turn='at 1s ignition acc\nwait 1s ignition off\nwait 1s key remove'
press='wait 1s fob 1 click lock'
part="wait 4s fob 1 press unlock\n$press\n$press\n$press\nwait 500ms fob 1 release unlock"
part2=$(printf '%s' "$part" | sed 's/fob 1/fob 2/g')

# ---- an attempt that went well ----

recorded good "$turn\n$part\nwait 2s door driver close\n$part2\nwait 2s door driver open"
page good --fobs 2
has "h1 ✓ programmed"
has "p 2 fobs learned; as many as were asked for"
has "p Learned, by slot: 0 1."
has "title programmed: good.log"
has "lane Ignition: win a"
has "lane Key in the lock: win a in out"
has "lane Passenger door: closed"
has "lane Locks: win win"
has "lane Fob in slot 0: UNLOCK: win b held"
has "lane Fob in slot 0: LOCK: win b b b"
has "lane Fob in slot 1: LOCK: win b b b"
has "lane ✓ key turned, turned back and out 2 s of 5 s: win ok"
has "lane ✓ fob 1: UNLOCK held 4 s of 30 s: win ok"
has "lane ✓ fob 2: the car confirmed 0.3 s of 3 s: win ok"
has "td fob 1: the car confirmedthe doors locked, then unlocked"
has "h2 The procedure: one-turn"
has "dd r5x"
ok "good: nothing was missed" is "$(grep -c -e '✗' -e missed good.html)" 0

# The steps are those of `program`, in their order.
mk program -i log:good.log --fobs 2 --json
ok "good: as many steps as program has" is "$(grep -c '"event":"step"' "$t/out")" \
	"$(grep -c '^<tr><td class="ok">' good.html)"

# ---- attempts that failed ----

recorded late "$turn\nwait 31400ms fob 1 press unlock\n$press\nwait 10s fob 1 release unlock"
page late
has "h1 ✗ failed"
has "p too late: UNLOCK came 31.4 s after the key was out; the limit is 30 s"
has "p Hint: the sequence is critical"
has "lane ✗ fob 1: UNLOCK held 31.4 s of 30 s: win bad"
has "td 31.4 s"
has "p It goes on for"
mk report late.log -o late.svg
ok "late.svg: 0" is "$status:$out:$err" "0::"
look late.svg
has "title late.log"
has "lane Fob in slot 0: UNLOCK: win b"
ok "late.svg: is a picture, with the verdict" is "$(head -c 5 late.svg; grep -c '✗ failed<' late.svg)" "<svg 1"

recorded none "$turn\nwait 60s door driver open"
page none
has "h1 ✗ failed"
has "lane ✗ fob 1: UNLOCK held limit 30 s: win"
ok "none: no button was heard" grep -q 'none heard in this time' none.html
recorded never "at 1s door driver open\nwait 2s door driver close"
page never
has "p the key was never turned"
has "p No step of a procedure was heard."
recorded r56 'at 1s fob 1 click lock' r56
page r56 -c r56
has "h1 ✗ failed"

# What cannot be seen is said, and is no success.
grep -v -e '^([^)]*) [^ ]* 1B00BF72#' good.log >unseen.log
page unseen
has "h1 ? unconfirmed"
ok "unseen: no fob's lane" is "$(printf '%s' "$out" | grep -c '^lane Fob in')" 0
ok "unseen: said" grep -q 'none heard in this time' unseen.html

# ---- hostile ----

cp late.log 'x<script>&"'"'$(printf '\033\377')].log"
mk report "x<script>&\"'$(printf '\033\377')].log" -o evil.html
ok "a name of markup: 0" quiet 0
look evil.html
page_name=evil
has 'title failed: x<script>&"'"'"'\x1B\xFF].log'

# Thousands of changes in the time that is shown: still small, and it says what is left out.
awk '{ print } /1B44BF74#0100/ {
	for (i = 1; i < 1300; i++) printf("(%.6f) kbus 1B00BF7A#10%02X\n", 3 + i / 30, i % 2 * 32) }' none.log >many.log
page many
has "lane Boot: c"
ok "many: says what is left out" grep -q 'changes are not shown' many.html
awk 'BEGIN { for (i = 0; i < 20000; i++)
	printf("(%.6f) kbus 1B00BF7A#%02X%02X\n", 1 + i / 100, i * 7 % 256, i * 13 % 256) }' >doors.log
page doors
ok "doors: says what is left out" grep -q 'changes are not shown' doors.html

# ---- where it goes, and what is refused ----

mk report late.log
ok "stdout: the page" is "$status:$(printf '%s\n' "$out" | cmp - late.html && echo same)" "0:same"
run sh -c "'$MINIKEY' report - <late.log"
ok "stdin" is "$status:$(printf '%s' "$out" | head -n 1)" "0:<!DOCTYPE html>"
echo nothing >nothing.log
fails 8 "cannot read 'absent'" report absent -o new.html
fails 8 "cannot read ''" report '' -o new.html
mk report nothing.log -o new.html
ok "not one valid line: 8" is "$status:$(printf '%s' "$err" | tail -n 1)" \
	"8:minikey report: nothing.log: not one valid line in it"
printf '80 04 BF 11 01 2B\n80 04 BF 11 00 2A\n' >untimed.log
fails 8 "have no times" report untimed.log -o new.html
ok "and no page" [ ! -e new.html ]
fails 6 "nothing is public about its buses" report late.log -c f67
fails 64 "would overwrite itself" report late.log -o late.log
fails 74 "cannot write" report late.log -o /nowhere/x.html
fails 74 "cannot write" report late.log -o /dev/full
fails 64 "no recording" report
fails 64 "unknown procedure 'x'" report late.log --procedure x
fails 64 "--fobs" report late.log --fobs 5
fails 64 "one fob at a time" report late.log --procedure three-cycles --fobs 2
fails 64 "late.log" report late.log late.log
if command -v script >/dev/null 2>&1; then
	run script -qec "'$MINIKEY' report late.log" /dev/null
	ok "no page on a terminal" is "$status:$(printf '%s' "$out" | grep -c 'not for a terminal')" "64:1"
else
	skip "no page on a terminal" "no script"
fi

# An HTML validator. It does not know that an <svg> may stand in an <svg>.
if command -v tidy >/dev/null 2>&1; then
	for i in good late none unseen evil many; do
		run tidy -q -e "$i.html"
		ok "$i: tidy finds nothing" is "$(printf '%s\n' "$err" |
			grep -cv -e '^$' -e '<svg> proprietary attribute "\(y\|width\|height\)"')" 0
	done
else
	skip "tidy finds nothing" "no tidy"
fi

finish
