#!/bin/sh
# Builds one C program with the sanitizers, unless it is newer than what it is made of.
# It is put in its place when it is whole: a build that was interrupted leaves nothing behind that could be run.
# usage: build-native.sh program.c out library.a [flags...]; SANITIZERS in the environment: others than address,undefined
source=$1 out=$2 library=$3
shift 3
if [ ! -f "$source" ]; then
    echo "asyncio-wasm: there is no file $source" >&2
    exit 1
fi
if [ "$out" -nt "$source" ] && [ "$out" -nt "$library" ] && [ "$out" -nt "$(dirname "$0")/include/asyncio.h" ]; then
    exit 0
fi
mkdir -p "$(dirname "$out")"
${CC:-gcc} -std=gnu11 -O1 -g -Wall -Wextra -Wno-unused-parameter -fno-omit-frame-pointer -fstack-clash-protection -fsanitize="${SANITIZERS:-address,undefined}" \
    -fno-sanitize-recover=undefined "$@" -I"$(dirname "$0")/include" "$source" "$library" -luv -lm -o "$out.$$" && exec mv "$out.$$" "$out"
status=$?
rm -f "$out.$$"
exit $status
