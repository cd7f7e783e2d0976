#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wire.py [echo] [collide=N] [REQUEST=ANSWER...]: a serial port whose wire carries the bytes of
the standard input, in lines of hexadecimal. Prints the port's path. The bytes go out once a
program has set the port up, which is seen from its flush; then it waits for the program's end, or with the
line "!" the port is pulled out. What the program sent is written to the standard error. With
"echo" it comes back, as on a bus wire, N times with a bit of another sender in it; a REQUEST
(hexadecimal) that came back whole gets its ANSWER."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios

def options():
    answers, echo, collide = {}, False, 0
    for arg in sys.argv[1:]:
        name, _, value = arg.partition("=")
        if name == "echo":
            echo = True
        elif name == "collide":
            collide = int(value)
        else:
            answers[bytes.fromhex(name)] = bytes.fromhex(value)
    return answers, echo, collide

def main():
    answers, echo, collide = options()
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCPKT, struct.pack("i", 1))
    print(os.ttyname(slave), flush=True)
    flushed = False
    while not flushed:
        if not select.select([master], [], [], 20)[0]:
            return
        flushed = os.read(master, 4096)[0] & 1
    os.close(slave)
    for line in sys.stdin:
        if line == "!\n":
            return
        os.write(master, bytes.fromhex(line))
    while select.select([master], [], [], 20)[0]:
        try:
            got = os.read(master, 4096)
        except OSError:
            return
        if got[0] != 0:
            continue
        sent = got[1:]
        print(sent.hex(" ").upper(), file=sys.stderr, flush=True)
        if echo and collide:
            collide -= 1
            os.write(master, sent[:-1] + bytes([sent[-1] & 0x7F]))
        elif echo:
            os.write(master, sent + answers.get(sent, b""))

main()
