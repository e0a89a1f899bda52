#!/usr/bin/env bash
# 沉默告警：超过 26 小时没有一次核对完成，就说出来。
# Alert on silence: says when no run has come to its end for 26 hours. A night that never started cannot say so itself, so this has a timer of its own.
#
#   YILIAN_HOME     as for nightly.sh
#   YILIAN_ALERT    as for nightly.sh
#   YILIAN_SILENCE  hours (26: one night, and time for a slow one)
set -uo pipefail

home=${YILIAN_HOME:-./nightly}
alert=${YILIAN_ALERT:-$(dirname "$0")/alert.sh}
hours=${YILIAN_SILENCE:-26}

last=$(stat -c %Y "$home/heartbeat" 2> /dev/null || echo 0)
silent=$((($(date +%s) - last) / 3600))
[ "$silent" -lt "$hours" ] && exit 0

if [ "$last" -eq 0 ]; then
  text="一链：没有任何一次核对完成过 / yilian: no run has ever come to its end"
else
  text="一链：已有 $silent 小时没有一次核对完成 / yilian: no run has come to its end for $silent hours"
fi
echo "$text" >&2
{ tail -n 30 "$home/last-run.log" 2> /dev/null || true; } | "$alert" "$text" || exit 2
exit 1
