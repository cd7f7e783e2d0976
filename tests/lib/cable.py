#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""cable.py [--pty] [--no-echo|--garbage] REQUEST=ANSWER...: a K+DCAN cable behind TCP, or on a
pty, with module 40 (can.md 2.3). Prints its port or path, serves one connection; --no-echo: one
without power; --garbage: one that says 55 to everything. Own telegrams come back as an echo first; a REQUEST that is
not named is refused with 31; ANSWER "-": silence, "!": the connection ends. Requests are
written to the standard error."""
import fcntl
import os
import pty
import select
import socket
import struct
import sys
import termios

def telegram(target, source, data):
    head = [0x80 | len(data), target, source] if len(data) < 64 else [0x80, target, source, len(data)]
    body = bytes(head) + data
    return body + bytes([sum(body) & 0xFF])

class Pty:
    """A pty's master, with a socket's calls. It ends when the program closes its side."""
    def __init__(self):
        self.fd, self.slave = pty.openpty()
        fcntl.ioctl(self.fd, termios.TIOCPKT, struct.pack("i", 1))
        print(os.ttyname(self.slave), flush=True)

    def recv(self, n):
        while select.select([self.fd], [], [], 20)[0]:
            try:
                got = os.read(self.fd, n)
            except OSError:
                return b""
            if got[0] == 0:
                return got[1:]
            # It set the port up, and keeps it open.
            if self.slave is not None and got[0] & 1:
                os.close(self.slave)
                self.slave = None
        return b""

    def sendall(self, data):
        os.write(self.fd, data)

def connection():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(1)
    print(s.getsockname()[1], flush=True)
    s.settimeout(20)
    c, _ = s.accept()
    c.settimeout(20)
    return c

def main():
    options = [a for a in sys.argv[1:] if a.startswith("--")]
    answers = dict(a.split("=") for a in sys.argv[1:] if not a.startswith("--"))
    c = Pty() if "--pty" in options else connection()
    buf = b""
    while True:
        got = c.recv(4096)
        if not got:
            return
        buf += got
        while len(buf) >= 4 and len(buf) >= (buf[0] & 0x3F) + 4:
            n = (buf[0] & 0x3F) + 4
            one, buf = buf[:n], buf[n:]
            request = one[3:-1]
            print(f"{one[1]:02X} {request.hex().upper()}", file=sys.stderr, flush=True)
            if "--no-echo" in options:
                continue
            if "--garbage" in options:
                c.sendall(b"\x55" * len(one))
                continue
            c.sendall(b"\x00" + one)
            answer = answers.get(request.hex().upper(), f"7F{request[0]:02X}31")
            if answer == "!":
                return
            if answer != "-":
                c.sendall(telegram(0xF1, one[1], bytes.fromhex(answer)))

main()
