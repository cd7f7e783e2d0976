#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of dbc/ as another reader of DBC sees them: Debian's canmatrix. TAP."""
import os
import sys

top = os.environ["top_srcdir"]
names = ["r5x_kbus.dbc", "r5x_diag.dbc", "r56_kcan.dbc", "r56_diag.dbc", "f5x_kcan.dbc", "f5x_diag.dbc", "os9_sim.dbc"]

sys.path.append("/usr/lib/python3/dist-packages")
try:
    import canmatrix.formats
except Exception as why:
    print(f"ok 1 - canmatrix # SKIP no canmatrix for this python: {why}")
    print("1..1")
    sys.exit()

tests = 0


def ok(name, good, said=""):
    global tests
    tests += 1
    print(f"{'ok' if good else 'not ok'} {tests} - {name}")
    if not good and said:
        print(f"# {said}")


# What the facts say of these frames, decoded by somebody else's code with our files.
frames = [
    ("r5x_kbus.dbc", 0x1B00BF7A, "3003", {"Lock_State": "secured", "Window_Driver": "open"}),
    ("r5x_kbus.dbc", 0x1B80BF11, "03", {"Ignition_R": "on", "Ignition_15": "on"}),
    ("r5x_kbus.dbc", 0x1B44BF74, "0505", {"Key_In_Lock": "in", "Key_Number": "5"}),
    ("r5x_diag.dbc", 0x1D000000, "883694831403A30009960213", {"Diagnosis_Index": "bc1rd"}),
    ("r5x_diag.dbc", 0x1D000BF2, "00" * 20 + "80080000" + "08",
     {"Init_Possible": "possible", "Lock_State": "mixed", "Door_Driver": "closed"}),
    ("r56_kcan.dbc", 0x2FC, "810100FFFFFFFF", {"Lock_State": "unlocked", "Door_Driver": "open"}),
    ("r56_kcan.dbc", 0x130, "4542698FC0", {"Ignition_15": "on", "Key_Number": "2"}),
    ("r56_diag.dbc", 0x1D402127, "0500400200", {"Key_In_Lock": "in", "Key_Disabled": "no"}),
    ("f5x_diag.dbc", 0x1D40DA83, "000101", {"Lock_Driver": "secured"}),
    ("f5x_kcan.dbc", 0x12F, "9F808ADDF1013006", {"Ignition": "on"}),
]

for name in names:
    path = os.path.join(top, "dbc", name)
    with open(path, "rb") as f:
        text = f.read().decode("ascii")
    matrix = canmatrix.formats.loadp_flat(path)
    ok(f"{name}: every message", len(matrix.frames) == sum(
        line.startswith("BO_ ") for line in text.splitlines()))
    ok(f"{name}: every signal", sum(len(f.signals) for f in matrix.frames) == sum(
        line.startswith(" SG_ ") for line in text.splitlines()))
    for wanted, number, data, values in frames:
        if wanted != name:
            continue
        frame = next(f for f in matrix.frames if f.arbitration_id.id == number)
        got = frame.decode(bytes.fromhex(data))
        said = {k: str(got[k].named_value) for k in values}
        ok(f"{name}: {number:X}#{data}", said == values, f"{said}")
print(f"1..{tests}")
