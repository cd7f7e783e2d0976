#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""python-can.py HOST PORT BUS ID DATA [WANTED]: python-can as a client of a socketcand. Sends one
frame, then prints what it receives, as ID#DATA, until one with the id WANTED came. Says "joined" first."""
import logging
import sys
import time

import can

host, port, bus, ident, data = sys.argv[1:6]
wanted = int(sys.argv[6], 16) if len(sys.argv) > 6 else None
logging.basicConfig(level=logging.ERROR)
with can.Bus(interface="socketcand", host=host, port=int(port), channel=bus) as b:
    print("joined", flush=True)
    b.send(can.Message(arbitration_id=int(ident, 16), is_extended_id=len(ident) == 8,
                       data=bytes.fromhex(data)))
    end = time.monotonic() + 10
    while wanted is not None and time.monotonic() < end:
        m = b.recv(timeout=1)
        if m:
            # 4.1.0 takes every id for an extended one.
            print(f"{m.arbitration_id:X}#{m.data.hex().upper()}", abs(m.timestamp - time.time()) < 5,
                  flush=True)
        if m and m.arbitration_id == wanted:
            break
