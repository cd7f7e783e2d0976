#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""minikey diagnose asks for what was not said, on a terminal. TAP."""

import os
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests", "lib"))
sys.dont_write_bytecode = True
from terminal import Terminal, finish, ok  # noqa: E402

t = Terminal(80, 24, "diagnose")
shown, good = t.wait("Which car is it?", "1 to 21, or q: ")
ok("it asks for the car", good and b"r53            MINI Cooper S" in shown, shown)
t.press(b"r99\n")
shown, good = t.wait("That is none: 'r99'.", "or q: ")
ok("what is no car is asked again", good, shown)
t.press(b"r53\n")
shown, good = t.wait("When was it built")
ok("a first car: when was it built", good, shown)
t.press(b"2005\n")
shown, good = t.wait("That is none: '2005'.", "When was it built")
ok("what is no month is asked again", good, shown)
t.press(b"\n")
shown, good = t.wait("Which fob is it?", "a clamshell", "1 to 2, or q: ")
ok("date not known: which fob", good and b"round" not in shown, shown)
t.press(b"2\n")
shown, good = t.wait("What is it?", "no fob locks or unlocks the car", "1 to 15, or q: ")
ok("what is wrong", good, shown)
t.press(b"16\n")
shown, good = t.wait("That is none: '16'.", "or q: ")
ok("there is no sixteenth", good, shown)
t.press(b"1\n")
status = t.end()
ok("the answer", status == 0 and b"Try, in this order:" in t.shown, t.shown)
ok("of a 3-button fob", b"r53, 3-button fob: no fob locks" in t.shown, t.shown)

t = Terminal(80, 24, "diagnose", "--symptom", "locked-out")
t.wait("or q: ")
t.press(b"15\n")
status = t.end()
ok("only what was not said is asked", status == 0 and b"f60, no-slot fob" in t.shown, t.shown)

for name, keys in ("q", b"q\n"), ("the end of input", b"\x04"):
    t = Terminal(80, 24, "diagnose")
    t.wait("or q: ")
    t.press(keys)
    ok(f"{name} ends it: 1, no answer", t.end() == 1 and b"Try" not in t.shown, t.shown)
finish()
