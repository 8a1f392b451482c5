#!/usr/bin/env bash
# The portable twin of what is written for x86-64: the C tests of updates, against a library that has the twin. Prints TAP.
. "$(dirname "$0")/../../scripts/common.sh"
bash scripts/manylinux.sh portable
# An addition that other processors may see is locked; the one for x86-64, which no other thread sees, is not.
locked() { objdump --disassemble=dynm_intcounter_inc "$1" | grep -c 'lock'; }
bad=0
if [ "$(locked "$build/portable/named.so")" -gt "$(locked "$build/manylinux/named.so")" ]; then
    echo "ok 1 - the library under test has the twin"
else
    echo "not ok 1 - the library under test has the twin"
    bad=1
fi
DYNM_LIBDIR=$build/portable DYNM_OUT=$build/c-portable bash Tests/c/run.sh instruments tables threads cells fork || bad=1
exit $bad
