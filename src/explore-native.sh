#!/bin/sh
# Runs a native program under the seeds 1 to COUNT, until one fails; prints what it printed, and how to replay it.
# usage: explore-native.sh count program [arguments...]
count=$1
shift
case $count in
'' | 0 | *[!0-9]*)
    echo "asyncio-wasm: EXPLORE is a number of seeds above 0, not \"$count\"" >&2
    exit 2
    ;;
esac
out=$(mktemp -d) || exit 2
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT
seed=1
while [ "$seed" -le "$count" ]; do
    ASYNCIO_SEED=$seed "$@" >"$out/out" 2>"$out/err"
    status=$?
    if [ "$status" -ne 0 ]; then
        cat "$out/out"
        cat "$out/err" >&2
        echo "asyncio: seed $seed of $count fails, with status $status: replay it with SEED=$seed (ASYNCIO_SEED=$seed in the environment)" >&2
        exit "$status"
    fi
    seed=$((seed + 1))
done
echo "asyncio: none of $count seeds fails" >&2
