#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `minikey decode --json` says of random frames is what a slow reader says that knows only
the format's rules, bit by bit: for every message of the DBC files in tests/data and dbc. It
shares nothing with the program. Speaks TAP."""

import json
import math
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
from fractions import Fraction

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__), "..", ".."))
PROGRAM = os.environ.get("MINIKEY", os.path.join(os.environ.get("top_builddir", TOP), "minikey"))
FILES = [
    "tests/data/layouts.dbc",
    "tests/data/multiplexed.dbc",
    "tests/data/every-statement.dbc",
    "dbc/f5x_diag.dbc",
    "dbc/f5x_kcan.dbc",
    "dbc/os9_sim.dbc",
    "dbc/r56_diag.dbc",
    "dbc/r56_kcan.dbc",
    "dbc/r5x_diag.dbc",
]
FRAMES = 300  # of each message
FD_LENGTHS = list(range(9)) + [12, 16, 20, 24, 32, 48, 64]
SG = re.compile(
    r"\s*SG_\s+(\w+)\s*(\w*)\s*:\s*(\d+)\|(\d+)@([01])([+-])\s*\(([^,]+),([^)]+)\)"
)


class Signal:
    def __init__(self, m):
        self.name, self.mark = m[1], m[2]
        self.start, self.bits = int(m[3]), int(m[4])
        self.intel, self.signed = m[5] == "1", m[6] == "-"
        self.factor, self.offset = m[7].strip(), m[8].strip()
        self.real = 0
        self.selector, self.ranges = None, []

    def raw(self, data):
        """The bits as a whole number, or None when the data end before it."""
        at, value = self.start, 0
        for i in range(self.bits):
            if at // 8 >= len(data):
                return None
            bit = data[at // 8] >> at % 8 & 1
            value |= bit << (i if self.intel else self.bits - 1 - i)
            at = at + 1 if self.intel else at - 1 if at % 8 else at + 15
        return value

    def number(self, raw):
        """A Fraction, or a float where the signal is one."""
        if self.real:
            size = "<f" if self.real == 1 else "<d"
            raw = struct.unpack(size, raw.to_bytes(struct.calcsize(size), "little"))[0]
            return raw * float(self.factor) + float(self.offset)
        if self.signed and raw >> (self.bits - 1):
            raw -= 1 << self.bits
        factor, offset = Fraction(self.factor), Fraction(self.offset)
        if factor.denominator == 1 and offset.denominator == 1:
            return raw * factor + offset
        return float(raw) * float(self.factor) + float(self.offset)


def there(signals, s, data):
    """Is S in the data, with all selectors above it?"""
    if s.raw(data) is None:
        return False
    if s.selector is None:
        return True
    by = signals[s.selector]
    if not there(signals, by, data):
        return False
    return any(low <= by.raw(data) <= high for low, high in s.ranges)


def load(path):
    """id -> (name, length, {name: Signal}) in the file's order."""
    messages, m = {}, None
    with open(path, encoding="utf-8") as f:
        for line in f:
            words = re.split(r"[\s:;]+", line.strip(" ;\n"))
            if words[0] == "BO_" and words[1].isdigit():
                m = (words[2], int(words[3]), {})
                if int(words[1]) != 0xC0000000:
                    messages[int(words[1])] = m
            elif words[0] == "SG_":
                s = Signal(SG.match(line))
                m[2][s.name] = s
            elif words[0] == "SIG_VALTYPE_":
                messages[int(words[1])][2][words[2]].real = int(words[3])
            elif words[0] == "SG_MUL_VAL_":
                s = messages[int(words[1])][2][words[2]]
                s.selector = words[3]
                s.ranges = [(int(a), int(b)) for a, b in re.findall(r"(\d+)-(\d+)", line)]
    for _, _, signals in messages.values():
        roots = [s.name for s in signals.values() if s.mark == "M"]
        for s in signals.values():
            if s.mark.startswith("m") and s.selector is None:
                value = int(s.mark.strip("mM"))
                s.selector, s.ranges = roots[0], [(value, value)]
    return messages


def frames_of(rnd, key, length):
    """Frames as (id text, separator, bytes), some of them too short."""
    ident = "%08X" % (key & 0x1FFFFFFF) if key >> 31 else "%03X" % key
    for i in range(FRAMES):
        n = length if i % 8 else rnd.choice([n for n in FD_LENGTHS if n <= length])
        data = bytes(rnd.randrange(256) for _ in range(n))
        if i % 4 == 1 and n:  # small selectors
            data = bytes([data[0] & rnd.randrange(256) & rnd.randrange(256)]) + data[1:]
        if i == 2:
            data = bytes(n)
        if i == 3:
            data = b"\xff" * n
        yield ident, "##0" if n > 8 else "#", data


def same(want, got):
    """JSON's text against the slow reader's number: exact, and the shortest for a float."""
    if isinstance(want, float) and not math.isfinite(want):
        return got == ("nan" if math.isnan(want) else "inf" if want > 0 else "-inf")
    if isinstance(got, str):
        return False
    if isinstance(want, Fraction):
        return got == want
    return float(got) == want and math.copysign(1, got) == math.copysign(1, want) or got == want == 0


def exact(text):
    """Whole numbers stay whole, whatever their size."""
    return Fraction(text)


def compare(path):
    """The first difference as text, or None; and how many values were compared."""
    messages, rnd = load(os.path.join(TOP, path)), random.Random(path)
    wanted, n = [], 0
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "frames.log")
        with open(log, "w", encoding="ascii") as f:
            for key, (name, length, signals) in messages.items():
                for ident, mark, data in frames_of(rnd, key, min(length, 64)):
                    f.write("(%d.000000) can0 %s%s%s\n" % (len(wanted), ident, mark, data.hex()))
                    wanted.append((name, signals, data))
        run = subprocess.run(
            [PROGRAM, "decode", "--json", "--show-vin", "--dbc", os.path.join(TOP, path), log],
            stdout=subprocess.PIPE, check=True, timeout=60)
    lines = run.stdout.decode().splitlines()
    if len(lines) != len(wanted):
        return "%d lines, not %d" % (len(lines), len(wanted)), n
    for line, (name, signals, data) in zip(lines, wanted):
        got = json.loads(line, parse_int=exact, parse_float=float)
        values = got.get("signals", {})
        want = {s.name: s.number(s.raw(data)) for s in signals.values()
                if s.name != "Vin" and there(signals, s, data)}
        values.pop("Vin", None)
        if got["message"] != name or list(values) != list(want):
            return "%s: %s has %s, not %s" % (name, data.hex(), list(values), list(want)), n
        for k, v in want.items():
            n += 1
            if not same(v, values[k]):
                return "%s.%s of %s: %s, not %s" % (name, k, data.hex(), values[k], v), n
    return None, n


def main():
    failed = False
    for i, path in enumerate(FILES, 1):
        difference, n = compare(path)
        bad = difference is not None or n < 1000
        failed |= bad
        print("%sok %d - %s: %d values" % ("not " if bad else "", i, path, n))
        if bad:
            print("#", difference)
    print("1..%d" % len(FILES))
    return failed


sys.exit(main())
