#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""extract-vmlinux.py VMLINUZ OUT: take the ELF kernel out of an x86 bzImage.

Offsets are those of the x86 boot protocol (Documentation/arch/x86/boot.rst).
"""
import lzma
import struct
import subprocess
import sys
import zlib


def unpack(payload):
    if payload.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(31).decompress(payload)
    if payload.startswith(b"\x28\xb5\x2f\xfd"):
        # The last four bytes are the unpacked size, not part of the stream.
        return subprocess.run(["zstd", "-dc"], input=payload[:-4], check=True,
                              stdout=subprocess.PIPE).stdout
    if payload.startswith(b"\x7fELF"):
        return payload
    sys.exit("extract-vmlinux: unknown compression %r" % payload[:6])


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: extract-vmlinux.py VMLINUZ OUT")
    with open(sys.argv[1], "rb") as f:
        image = f.read()
    if image[0x202:0x206] != b"HdrS" and image[0x1FE:0x200] != b"\x55\xaa":
        sys.exit("extract-vmlinux: '%s' is no bzImage" % sys.argv[1])
    setup = ((image[0x1F1] or 4) + 1) * 512
    offset, length = struct.unpack_from("<II", image, 0x248)
    with open(sys.argv[2], "wb") as f:
        f.write(unpack(image[setup + offset:setup + offset + length]))


main()
