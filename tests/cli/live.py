#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""minikey program on a terminal: the step that is due, its countdown, what was heard; its steps
as lines at the end; the terminal as it was. TAP."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests", "lib"))
sys.dont_write_bytecode = True
from terminal import Terminal, finish, ok  # noqa: E402

SCRIPT = """wait 500ms ignition acc
wait 300ms ignition off
wait 300ms key remove
wait 300ms fob 1 press unlock
wait 600ms fob 1 click lock
wait 200ms fob 1 click lock
wait 200ms fob 1 click lock
wait 300ms fob 1 release unlock
"""

with tempfile.NamedTemporaryFile("w", suffix=".sim") as script:
    script.write(SCRIPT)
    script.flush()
    live = "program", "-i", "sim:r53", "--sim-script", script.name, "--real-time"

    t = Terminal(40, 15, *live, "--fobs", "1")
    shown, good = t.wait("\x1b[?1049h", "Turn the key to the first click, back,", "Ctrl-C: end")
    ok("what is due first", good, shown)
    shown, good = t.wait("Turn the key back and take it out.", "s of 5 s", "heard: ignition: acc")
    ok("the key is turned: 5 s run", good, shown)
    shown, good = t.wait("one-turn on sim:r53", "Press UNLOCK and hold it.", "s of 30 s", "heard: key in_lock: out")
    ok("the key is out: recognised, 30 s run", good, shown)
    shown, good = t.wait("press LOCK: 0 of 3", "s of 10 s", "heard: fob slot 0: unlock")
    ok("UNLOCK is held: 10 s run", good, shown)
    shown, good = t.wait("press LOCK: 2 of 3")
    ok("presses are counted", good, shown)
    status = t.end()
    ok("programmed: 0", status == 0, t.shown)
    ok("the terminal is as it was", t.given_back(), t.shown)
    after = t.shown.rpartition(b"\x1b[?1049l")[2]
    ok("at the end the steps stay, as lines", b"fob 1: the car confirmed" in after and b"programmed" in after, after)

    t = Terminal(80, 24, *live)
    t.wait("heard: ignition: acc")
    t.press(b"\x03")
    ok("Ctrl-C: 130", t.end() == 130, t.shown)
    ok("Ctrl-C: the terminal is as it was", t.given_back(), t.shown)
    ok("Ctrl-C: the verdict is told", b"interrupted" in t.shown.rpartition(b"\x1b[?1049l")[2], t.shown)

    t = Terminal(80, 24, *live, "--fobs", "1", "--json")
    status = t.end()
    ok("--json is the same on a terminal", b"\x1b" not in t.shown and b'"event":"result"' in t.shown, t.shown)
finish()
