# SPDX-License-Identifier: GPL-3.0-or-later
"""A pseudo terminal with the program on it, for tests of what a person sees. It waits for what
is shown, never for a time."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

PROGRAM = os.environ["MINIKEY"]
LIMIT = 20  # seconds; only a failure takes so long
count = 0


def ok(name, good, shown=b""):
    """One result; TAP."""
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good:
        print(f"# shown: {shown[-1500:]!r}")


def finish():
    print(f"1..{count}")


class Terminal:
    """The program on a pseudo terminal of its own."""

    def __init__(self, columns, rows, *args, **env):
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.shown = b""
        inherited = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        self.child = subprocess.Popen(
            [PROGRAM, *args],
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
