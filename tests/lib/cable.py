#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""cable.py REQUEST=ANSWER...: a K+DCAN cable behind TCP, with module 40 (can.md 2.3). Prints
its port, serves one connection. Own telegrams come back as an echo first; a REQUEST that is
not named is refused with 31; ANSWER "-": silence, "!": the connection ends. Requests are
written to the standard error."""
import socket
import sys

def telegram(target, source, data):
    head = [0x80 | len(data), target, source] if len(data) < 64 else [0x80, target, source, len(data)]
    body = bytes(head) + data
    return body + bytes([sum(body) & 0xFF])

def main():
    answers = dict(a.split("=") for a in sys.argv[1:])
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(1)
    print(s.getsockname()[1], flush=True)
    s.settimeout(20)
    c, _ = s.accept()
    c.settimeout(20)
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
            c.sendall(b"\x00" + one)
            answer = answers.get(request.hex().upper(), f"7F{request[0]:02X}31")
            if answer == "!":
                return
            if answer != "-":
                c.sendall(telegram(0xF1, one[1], bytes.fromhex(answer)))

main()
