#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each fuzz target runs over its corpus.
. "$top_srcdir/tests/lib/tap.sh"
for d in "$top_srcdir"/tests/fuzz/corpus/*/; do
	k=$(basename "$d")
	run timeout 60 "$top_builddir/tests/fuzz/fuzz-$k" "$d"*
	ok "fuzz-$k survives its corpus" is "$status" 0
done
finish
