#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our DBC files are standard DBC: an independent reader, as strict as the usual ones, finds no
fault in them, and decodes the frames of tests/data as their sources say. Speaks TAP."""

import glob
import os
import re
import sys

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__), "..", ".."))
GRADES = ["observed", "sibling", "documented", "claimed", "simulated"]
NAME = r"[A-Za-z_][A-Za-z0-9_]{0,31}"
NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
TEXT = r'"([^"\\]*)"'
BO = re.compile(r"BO_ (\d+) (%s): (\d+) (%s)$" % (NAME, NAME))
SG = re.compile(
    r" SG_ (%s)( M| m\d+)? : (\d+)\|(\d+)@([01])([+-]) \((%s),(%s)\) \[(%s)\|(%s)\] "
    r"%s (%s(?:,%s)*)$"
    % (NAME, NUMBER, NUMBER, NUMBER, NUMBER, TEXT, NAME, NAME)
)
OF_MESSAGE = r"BO_ (?P<bo>\d+)"
OF_SIGNAL = r"SG_ (?P<sgbo>\d+) (?P<sg>%s)" % NAME
OBJECT = r"(?:%s|%s|BU_ (?P<bu>%s))" % (OF_MESSAGE, OF_SIGNAL, NAME)
CM = re.compile(r"CM_ (?:%s )?%s;$" % (OBJECT, TEXT))
DEF = re.compile(
    r'BA_DEF_ (?:(BO_|SG_|BU_) )?"([A-Za-z0-9_]+)" (ENUM|STRING|INT|HEX|FLOAT)(?: (.+))?;$'
)
DEFAULT = re.compile(r'BA_DEF_DEF_ "([A-Za-z0-9_]+)" (?:%s|(%s));$' % (TEXT, NUMBER))
BA = re.compile(r'BA_ "([A-Za-z0-9_]+)" (?:%s )?(?:%s|(%s));$' % (OBJECT, TEXT, NUMBER))
VAL = re.compile(r'VAL_ (\d+) (%s)((?: \d+ "[^"\\]+")+) ;$' % NAME)
EXTENDED = 1 << 31


class Signal:
    def __init__(self, fields):
        self.name, mux = fields[0], (fields[1] or "").strip()
        self.selector = mux == "M"
        self.member = int(mux[1:]) if mux[:1] == "m" else None
        self.start, self.size = int(fields[2]), int(fields[3])
        self.motorola, self.signed = fields[4] == "0", fields[5] == "-"
        self.factor, self.offset = float(fields[6]), float(fields[7])
        self.receivers = fields[11].split(",")
        self.words, self.attributes = {}, {}

    def bits(self):
        """Places of the bits, most significant first: byte * 8 + bit of the byte."""
        if not self.motorola:
            return [self.start + i for i in reversed(range(self.size))]
        at, places = self.start, []
        for _ in range(self.size):
            places.append(at)
            at = at - 1 if at % 8 else at + 15
        return places

    def raw(self, data):
        """The value in DATA, or None when DATA is too short."""
        value = 0
        for place in self.bits():
            if place // 8 >= len(data):
                return None
            value = value << 1 | data[place // 8] >> place % 8 & 1
        if self.signed and value >> (self.size - 1):
            value -= 1 << self.size
        return value


class Message:
    def __init__(self, fields):
        self.id, self.name = int(fields[0]), fields[1]
        self.size, self.sender = int(fields[2]), fields[3]
        self.signals, self.attributes = {}, {}

    def decode(self, data):
        selectors = [s for s in self.signals.values() if s.selector]
        chosen = selectors[0].raw(data) if selectors else None
        values = {}
        for s in self.signals.values():
            raw = s.raw(data)
            if raw is not None and (s.member is None or s.member == chosen):
                values[s.name] = (s.words.get(raw), raw * s.factor + s.offset)
        return values


class File:
    def __init__(self, path):
        self.faults, self.nodes, self.messages, self.defs, self.defaults = [], [], {}, {}, {}
        with open(path, "rb") as f:
            raw = f.read()
        if not raw.endswith(b"\n") or b"\r" in raw or b"\t " in raw or any(c > 126 for c in raw):
            self.fault(0, "not plain ASCII lines that end in LF")
        lines = raw.decode("ascii", "replace").split("\n")
        if lines[0] != 'VERSION ""':
            self.fault(1, "no VERSION")
        if not re.search(r'^CM_ "SPDX-License-Identifier: CC0-1.0\. ', "\n".join(lines), re.M):
            self.fault(0, "no licence")
        self.message = None
        for n, line in enumerate(lines, 1):
            self.line(n, line)
        for m in self.messages.values():
            self.check(m)

    def fault(self, n, text):
        self.faults.append("line %d: %s" % (n, text) if n else text)

    def line(self, n, line):
        readers = [(BO, self.bo), (SG, self.sg), (CM, self.cm), (DEF, self.ba_def),
                   (DEFAULT, self.ba_default), (BA, self.ba), (VAL, self.val)]
        for pattern, reader in readers:
            match = pattern.match(line)
            if match:
                return reader(n, match)
        if line.startswith("BU_: "):
            self.nodes = line[5:].split(" ")
            if len(set(self.nodes)) != len(self.nodes):
                self.fault(n, "a node twice")
        elif not re.match(r'(VERSION "")?$|NS_ :$|\t[A-Z_]+$|BS_:$', line):
            self.fault(n, "not understood: " + line)
        return None

    def bo(self, n, match):
        m = self.message = Message(match.groups())
        ids, names = set(self.messages), {x.name for x in self.messages.values()}
        if m.id in ids or m.name in names:
            self.fault(n, "message id or name twice: " + m.name)
        if not (m.id < 0x800 or EXTENDED <= m.id < EXTENDED + (1 << 29)) or m.size > 64:
            self.fault(n, "id or size out of range: " + m.name)
        if m.sender not in self.nodes + ["Vector__XXX"]:
            self.fault(n, "unknown sender " + m.sender)
        self.messages[m.id] = m

    def sg(self, n, match):
        s = Signal(match.groups())
        if s.name in self.message.signals:
            self.fault(n, "signal twice: " + s.name)
        if not set(s.receivers) <= set(self.nodes + ["Vector__XXX"]):
            self.fault(n, "unknown receiver of " + s.name)
        self.message.signals[s.name] = s

    def object(self, n, match):
        d = match.groupdict()
        m = self.messages.get(int(d["bo"] or d["sgbo"] or -1))
        if d["bu"]:
            found = d["bu"] in self.nodes
        elif d["bo"] or d["sgbo"]:
            found = m and (d["bo"] or d["sg"] in m.signals)
        else:
            found = True
        if not found:
            self.fault(n, "of an object that is not there")
            return None, None
        if d["sg"]:
            return "SG_", m.signals[d["sg"]]
        return ("BO_", m) if m else ("BU_" if d["bu"] else None, None)

    def cm(self, n, match):
        self.object(n, match)

    def ba_def(self, n, match):
        kind, name, how, rest = match.groups()
        if (kind, name) in self.defs:
            self.fault(n, "attribute defined twice")
        self.defs[kind, name] = (how, re.findall(TEXT, rest or "") if how == "ENUM" else rest)

    def ba_default(self, n, match):
        name, text, number = match.groups()
        defs = [d for (_, x), d in self.defs.items() if x == name]
        if not defs:
            self.fault(n, "default of an unknown attribute")
        for how, choices in defs:
            is_text = how in ("ENUM", "STRING")
            if (number is None) != is_text or (how == "ENUM" and text not in choices):
                self.fault(n, "default of the wrong type")
        self.defaults[name] = text if number is None else number

    def ba(self, n, match):
        kind, target = self.object(n, match)
        name, text, number = match.group(1), match.groups()[-2], match.groups()[-1]
        how, rest = self.defs.get((kind, name), (None, None))
        if how is None or (how == "STRING") != (number is None):
            self.fault(n, "value of an unknown attribute or of the wrong type")
            return
        if how == "ENUM" and not (number.isdigit() and int(number) < len(rest)):
            self.fault(n, "index of no word")
            return
        if how == "INT":
            low, high = (int(x) for x in rest.split())
            if not low <= int(number) <= high:
                self.fault(n, "out of the attribute's range")
        if target:
            if name in target.attributes:
                self.fault(n, "attribute set twice")
            if how == "ENUM":
                target.attributes[name] = rest[int(number)]
            else:
                target.attributes[name] = text if number is None else int(number)

    def val(self, n, match):
        m = self.messages.get(int(match.group(1)))
        s = m and m.signals.get(match.group(2))
        if not s or s.words:
            self.fault(n, "values of no signal, or again")
            return
        pairs = re.findall(r'(\d+) "([^"]+)"', match.group(3))
        s.words = {int(raw): word for raw, word in pairs}
        if len(s.words) != len(pairs) or max(s.words) >= 1 << s.size:
            self.fault(n, "a value twice or too large")
        if any(re.search(r"[\s=;,]", word) or word[0].isdigit() for word in s.words.values()):
            self.fault(n, "a word that cannot be typed as SIGNAL=WORD")

    def check(self, m):
        """Of one message: places of its signals, grade, source, and what its attributes say."""
        selectors = [s for s in m.signals.values() if s.selector]
        used = {}
        members = [s for s in m.signals.values() if s.member is not None]
        if len(selectors) > 1 or (members and not selectors):
            self.fault(0, m.name + ": selector missing or not alone")
        for s in m.signals.values():
            places = s.bits() if 1 <= s.size <= 64 else [-1]
            if s.factor == 0 or max(places) >= 8 * m.size or min(places) < 0:
                self.fault(0, "%s.%s: outside the message" % (m.name, s.name))
            for place in places:
                for other in used.setdefault(place, []):
                    if s.member is None or other.member is None or s.member == other.member:
                        self.fault(0, "%s: %s and %s overlap" % (m.name, other.name, s.name))
                used[place].append(s)
        if m.attributes.get("Evidence") not in GRADES or not m.attributes.get("Source"):
            self.fault(0, m.name + ": no grade or no source")
        idle = m.attributes.get("Idle")
        if idle is not None and not re.match("(?:[0-9A-F]{2}){%d}$" % m.size, idle):
            self.fault(0, m.name + ": Idle is not as long as the message")
        answer = m.attributes.get("Answer")
        if answer is not None and answer not in [x.name for x in self.messages.values()]:
            self.fault(0, m.name + ": Answer is no message")
        if ("DiagRequest" in m.attributes) != (m.id >> 24 == 0x9D):
            self.fault(0, m.name + ": a diagnostic answer has an id 0x1Dxxxxxx and a request")
        elif "DiagRequest" in m.attributes:
            ecu, request = m.attributes.get("DiagEcu", "FFF"), m.attributes["DiagRequest"][-4:]
            want = EXTENDED | 0x1D000000 | int(ecu, 16) << 16 | int(request, 16)
            if m.id != want or m.attributes.get("DiagProtocol") not in ("ds2", "kwp", "uds"):
                self.fault(0, m.name + ": id, DiagEcu, DiagRequest and DiagProtocol differ")
        if m.id >> 24 == 0x9B and m.id & 0xFF == 0x0C:
            self.fault(0, m.name + ": command 0C must not be known")


def said(values, claims):
    """The first of CLAIMS that VALUES do not bear out, or None."""
    for claim in claims.split():
        name, want = claim.split("=")
        if want == "-":
            good = name not in values
        elif name not in values:
            good = False
        elif re.match(r"0x|-?\d", want):
            good = values[name][1] == (int(want, 16) if want.startswith("0x") else float(want))
        else:
            good = values[name][0] == want
        if not good:
            return "%s, but %s" % (claim, values.get(name))
    return None


def rows(name):
    with open(os.path.join(TOP, "tests", "data", name), encoding="ascii") as f:
        for line in f:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def meaning_faults(files):
    for frame, message, claims in rows("kbus-meaning.tsv"):
        b = bytes.fromhex(frame)
        ident = EXTENDED | 0x1B000000 | b[0] << 16 | b[2] << 8 | b[3]
        yield frame, files["r5x"], ident, b[4:-1], message, claims
    for platform, frame, _, message, claims in rows("can-meaning.tsv"):
        ident, data = frame.split("#")
        yield frame, files[platform], int(ident, 16), bytes.fromhex(data), message, claims


def answers(files):
    for platform, answer, verdict, message, claims in rows("diag-meaning.tsv"):
        if verdict == "ok":
            yield answer, files[platform + "_diag"], message, claims


def ds2_data(module, telegram):
    """What a DS2 telegram of MODULE, also one to the tester on the K-bus, has after A0, or None."""
    check = 0
    for byte in telegram:
        check ^= byte
    if check or telegram[0] != int(module, 16):
        return None
    if telegram[1] == len(telegram) and telegram[2] == 0xA0:
        return telegram[3:-1]
    if telegram[1] == len(telegram) - 2 and telegram[2:4] == b"\x3F\xA0":
        return telegram[4:-1]
    return None


def answer_fault(file, answer, name, claims):
    """As said(), of the message called NAME; its data follow the request that is repeated."""
    m = next((m for m in file.messages.values() if m.name == name), None)
    if not m:
        return "there is no " + name
    module, data = answer.split("#")[0], bytes.fromhex(answer.split("#")[1])
    request = bytes.fromhex(m.attributes["DiagRequest"])
    echo = {0x18: 0, 0x22: 2, 0x30: 2}.get(request[0], 1)
    if m.attributes["DiagEcu"] not in (module, "EF", "DF"):
        return "is asked of another module"
    if m.attributes["DiagProtocol"] == "ds2":
        data = ds2_data(module, data)
        return "is no positive answer" if data is None else said(m.decode(data), claims)
    if data[0] != request[0] + 0x40 or data[1:1 + echo] != request[1:1 + echo]:
        return "is asked for otherwise"
    return said(m.decode(data[1 + echo:]), claims)


def main():
    files, n = {}, 0
    for path in sorted(glob.glob(os.path.join(TOP, "dbc", "*.dbc"))):
        name = os.path.basename(path)
        file = File(path)
        files[name.split("_")[0] + ("_diag" if "diag" in name else "")] = file
        n += 1
        print("%sok %d - %s is standard DBC" % ("not " if file.faults else "", n, name))
        for fault in file.faults:
            print("# " + fault)
    faults, count = [], 0
    for frame, file, ident, data, name, claims in meaning_faults(files):
        count += 1
        m = file.messages.get(ident)
        fault = said(m.decode(data), claims) if m and m.name == name else "is no " + name
        if fault:
            faults.append("%s: %s" % (frame, fault))
    for answer, file, name, claims in answers(files):
        count += 1
        fault = answer_fault(file, answer, name, claims)
        if fault:
            faults.append("%s: %s" % (answer, fault))
    n += 1
    print("%sok %d - %d frames mean what their sources say" % ("not " if faults or not count else "", n, count))
    for fault in faults:
        print("# " + fault)
    print("1..%d" % n)


if __name__ == "__main__":
    sys.exit(main())
