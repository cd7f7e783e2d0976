#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""minikey guide --coach on a terminal of 40x15 and of 120x40, resized, ended by q, by Ctrl-C and
by SIGTERM: it leaves the terminal as it was. Waits for what is shown, never for a time. TAP."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

PROGRAM = os.environ["MINIKEY"]
LIMIT = 20  # seconds; only a failure takes so long
count = 0


def ok(name, good, shown=b""):
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good:
        print(f"# shown: {shown[-1500:]!r}")


class Terminal:
    """The program on a pseudo terminal of its own."""

    def __init__(self, columns, rows, *args, **env):
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.shown = b""
        inherited = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        self.child = subprocess.Popen(
            [PROGRAM, "guide", *args],
            stdin=self.slave, stdout=self.slave, stderr=self.slave,
            env={**inherited, "TERM": "xterm", **env},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def resize(self, columns, rows):
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def read(self, deadline):
        left = max(deadline - time.monotonic(), 0)
        if select.select([self.master], [], [], left)[0]:
            self.shown += os.read(self.master, 65536)
            return True
        return False

    def wait(self, *texts):
        """Until all TEXTS were shown after the last wait(); returns what was."""
        deadline = time.monotonic() + LIMIT
        while not all(t.encode() in self.shown for t in texts):
            if not self.read(deadline):
                return self.shown, False
        shown, self.shown = self.shown, b""
        return shown, True

    def press(self, keys):
        os.write(self.master, keys)

    def end(self):
        """The exit status, once all that it wrote is read."""
        deadline = time.monotonic() + LIMIT
        while self.child.poll() is None and time.monotonic() < deadline:
            self.read(time.monotonic() + 0.05)
        if self.child.poll() is None:
            self.child.kill()
        while self.read(time.monotonic()):
            pass
        return self.child.wait()

    def given_back(self):
        return termios.tcgetattr(self.slave) == self.before and (
            b"\x1b[?25h\x1b[?7h\x1b[?1049l" in self.shown
        )


def rows_of(shown):
    return max((int(r) for r in re.findall(rb"\x1b\[(\d+);1H", shown)), default=0)


def large(shown):
    return b"######" in shown


for columns, rows in (40, 15), (120, 40):
    size = f"{columns}x{rows}"
    t = Terminal(columns, rows, "fob", "one-turn", "--coach", NO_COLOR="1")
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

t = Terminal(40, 15, "fob", "one-turn", "--coach")
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

t = Terminal(80, 24, "--coach")
t.wait("SPACE: done")
t.child.send_signal(signal.SIGTERM)
ok("SIGTERM: 143", t.end() == 143, t.shown)
ok("SIGTERM: the terminal is as it was", t.given_back(), t.shown)

t = Terminal(80, 24, "fob", "one-turn", "--coach", TERM="dumb")
shown, good = t.wait("READY?   Have all keys")
ok("TERM=dumb: line by line", good and b"\x1b" not in shown, shown)
t.press(b"q\n")
ok("TERM=dumb: q ends", t.end() == 1, t.shown)
print(f"1..{count}")
