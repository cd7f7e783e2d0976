#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""rfc2217.py [MODE [REQUEST=ANSWER...]]: a serial port behind RFC 2217, whose wire carries the bytes of the standard
input, in lines of hexadecimal. Prints its TCP port, serves one connection. What the client sets
and sends is written to the standard error. With the line "!" the server hangs up; "modem XX" and
"line XX" are notifications. MODE: "refuse" the option, "silent" on telnet, "no-parity" of the
port, "chatty": offers and asks for options of its own, "-": none. What was sent comes back as on
a K-line when there are REQUESTs (hexadecimal), which get their ANSWER; after one that ends in "!"
the modem lines go off. "echo": the same, each request as one, and without REQUESTs too; "dead": gives
nothing back; "wrong": something else; "talk": a byte each 10 ms, and nothing else."""
import os
import select
import socket
import sys

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
COM_PORT = 44
CONTROL = {5: "break on", 6: "break off", 8: "dtr on", 9: "dtr off", 11: "rts on", 12: "rts off"}
PARITY = {1: "none", 2: "odd", 3: "even"}

def say(*words):
    print(*words, file=sys.stderr, flush=True)

class Port:
    def __init__(self, connection, mode):
        self.c, self.mode = connection, mode
        self.set = set()
        self.state, self.sub, self.data = "data", b"", b""
        self.answers, self.asked = {}, b""

    def answer(self, command, value):
        body = bytes([command + 100]) + value.replace(b"\xff", b"\xff\xff")
        self.c.sendall(bytes([IAC, SB, COM_PORT]) + body + bytes([IAC, SE]))

    def option(self, verb, option):
        if self.mode == "silent":
            return
        if verb == WILL:
            refused = self.mode == "refuse" or option not in (0, COM_PORT)
            self.c.sendall(bytes([IAC, DONT if refused else DO, option]))
        elif verb == DO:
            self.c.sendall(bytes([IAC, WILL if option in (0, 3) else WONT, option]))
        else:
            say("refused", option)

    def command(self, sub):
        what, value = sub[1], sub[2:]
        if what == 1:
            say("baud", int.from_bytes(value, "big"))
        elif what == 3:
            say("parity", PARITY[value[0]])
            if self.mode == "no-parity":
                value = b"\x01"
        elif what == 5 and value[0] in CONTROL:
            say(CONTROL[value[0]])
        elif what == 12:
            say("purge", value[0])
        self.answer(what, value)
        self.set.add(what)

    def push(self, byte):
        if self.state == "data":
            if byte == IAC:
                self.state = "iac"
            else:
                self.data += bytes([byte])
        elif self.state == "iac":
            self.state = {IAC: "data", SB: "sub"}.get(byte, byte)
            if byte == IAC:
                self.data += b"\xff"
        elif self.state == "sub":
            if byte == IAC:
                self.state = "end"
            else:
                self.sub += bytes([byte])
        elif self.state == "end":
            self.state = "data" if byte == SE else "sub"
            if byte == SE:
                self.command(self.sub)
                self.sub = b""
            else:
                self.sub += bytes([byte])
        else:
            self.option(self.state, byte)
            self.state = "data"

    def reply(self, data):
        self.c.sendall(data.replace(b"\xff", b"\xff\xff"))
        self.asked += data
        answer = self.answers.get(self.asked.hex().upper())
        if answer is None:
            return
        self.c.sendall(bytes.fromhex(answer.rstrip("!")).replace(b"\xff", b"\xff\xff"))
        self.asked = b""
        if answer.endswith("!"):
            self.answer(7, b"\0")
    def wire(self, data):
        if self.mode == "wrong":
            data = bytes(b ^ 0x10 for b in data)
        if self.mode in ("echo", "wrong"):
            data += bytes.fromhex(self.answers.get(data.hex().upper(), ""))
            self.c.sendall(data.replace(b"\xff", b"\xff\xff"))

    def talk(self):
        try:    # a busy machine must not make pauses of its own
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        except PermissionError:
            pass
        while not select.select([self.c], [], [], 0.01)[0] or self.serve():
            self.c.sendall(b"\x12")

    def serve(self):
        got = self.c.recv(4096)
        for byte in got:
            self.push(byte)
        if self.data:
            say("data", self.data.hex(" ").upper())
            if self.mode in ("echo", "wrong"):
                self.wire(self.data)
            elif self.answers and self.mode != "dead":
                self.reply(self.data)
            self.data = b""
        return bool(got)

def main():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(1)
    print(s.getsockname()[1], flush=True)
    s.settimeout(20)
    c, _ = s.accept()
    c.settimeout(20)
    port = Port(c, sys.argv[1] if len(sys.argv) > 1 else "")
    port.answers = dict(x.split("=") for x in sys.argv[2:])
    if port.mode == "chatty":
        c.sendall(bytes([IAC, WILL, 1, IAC, DO, 24, IAC, WILL, 3, IAC, DO, 31, IAC, SB, 24, 1, IAC, SE]))
    while 12 not in port.set:   # the purge is the last of the opening
        if not port.serve():
            return
    for line in sys.stdin:
        words = line.split()
        if line == "!\n":
            return
        if words[0] == "modem":
            port.answer(7, bytes.fromhex(words[1]))
        elif words[0] == "line":
            port.answer(6, bytes.fromhex(words[1]))
        else:
            c.sendall(bytes.fromhex(line).replace(b"\xff", b"\xff\xff"))
    if port.mode == "talk":
        port.talk()
    while port.serve():
        pass

try:
    main()
except ConnectionError:
    pass
