#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""minikey guide --coach on a terminal of 40x15 and of 120x40, resized, ended by q, by Ctrl-C and
by SIGTERM: it leaves the terminal as it was. TAP."""

import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests", "lib"))
sys.dont_write_bytecode = True
from terminal import Terminal, finish, ok  # noqa: E402


def rows_of(shown):
    return max((int(r) for r in re.findall(rb"\x1b\[(\d+);1H", shown)), default=0)


def large(shown):
    return b"######" in shown


for columns, rows in (40, 15), (120, 40):
    size = f"{columns}x{rows}"
    t = Terminal(columns, rows, "guide", "fob", "one-turn", "--coach", NO_COLOR="1")
    shown, good = t.wait("Have all keys", "SPACE: done   q: end")
    ok(f"{size}: the first step", good and shown.startswith(b"\x1b[?1049h"), shown)
    ok(f"{size}: it fills the terminal", rows_of(shown) == rows, shown)
    ok(f"{size}: letters as large as fit", large(shown) == (columns == 120), shown)
    t.press(b" ")
    shown, good = t.wait("Turn the key to the first click", "SPACE: done")
    ok(f"{size}: the space bar marks", good, shown)
    t.press(b"q")
    status = t.end()
    ok(f"{size}: q ends, nothing done", status == 1, t.shown)
    ok(f"{size}: the terminal is as it was", t.given_back(), t.shown)
    ok(f"{size}: the end stays readable", b"Ended before a fob was done." in t.shown, t.shown)

t = Terminal(40, 15, "guide", "fob", "one-turn", "--coach")
shown, good = t.wait("Have all keys", "SPACE: done")
ok("large letters are reversed", good and b"\x1b[7m" in shown, shown)
t.resize(100, 30)
shown, good = t.wait("\x1b[30;1H")
ok("resized: it fills the new size", good, shown)
t.resize(30, 8)
shown, good = t.wait("READY?  ")
ok("resized to less: the word as text", good, shown)
t.press(b"\x03")
ok("Ctrl-C: 130", t.end() == 130, t.shown)
ok("Ctrl-C: the terminal is as it was", t.given_back(), t.shown)
ok("Ctrl-C: nothing more is said", t.shown.endswith(b"\x1b[?1049l"), t.shown)

t = Terminal(80, 24, "guide", "--coach")
t.wait("SPACE: done")
t.child.send_signal(signal.SIGTERM)
ok("SIGTERM: 143", t.end() == 143, t.shown)
ok("SIGTERM: the terminal is as it was", t.given_back(), t.shown)

t = Terminal(80, 24, "guide", "fob", "one-turn", "--coach", TERM="dumb")
shown, good = t.wait("READY?   Have all keys")
ok("TERM=dumb: line by line", good and b"\x1b" not in shown, shown)
t.press(b"q\n")
ok("TERM=dumb: q ends", t.end() == 1, t.shown)
finish()
