#!/usr/bin/env bash
# 夜间核对：运行一次 yilian reconcile，按退出码处置。
# One night: runs `yilian reconcile` once, and does for each exit code what an operator would. Started by cron or systemd, see README.md.
#
#   YILIAN_CONFIG   configuration (./yilian.config.yaml)
#   YILIAN_HOME     folder for the lock, the heartbeat, the last run and its log (./nightly)
#   YILIAN_REPORTS  folder for the reports, one folder a day ($YILIAN_HOME/reports)
#   YILIAN_ALERT    command that tells people: called with one line as its argument and the end of the log on stdin (alert.sh beside this script)
#   YILIAN_FAIL_ON  open findings from this severity on are told to the officers (critical)
#   YILIAN_RETRY    seconds after which a night that lacked a feed is run once more; 0: never (1800)
#   YILIAN          the command itself (yilian)
set -uo pipefail

config=${YILIAN_CONFIG:-./yilian.config.yaml}
home=${YILIAN_HOME:-./nightly}
reports=${YILIAN_REPORTS:-$home/reports}
alert=${YILIAN_ALERT:-$(dirname "$0")/alert.sh}
fail_on=${YILIAN_FAIL_ON:-critical}
retry=${YILIAN_RETRY:-1800}
read -ra yilian <<< "${YILIAN:-yilian}"

umask 077
mkdir -p "$home" "$reports"
log=$home/last-run.log

tell() {
  echo "$1" >&2
  { tail -n 30 "$log" 2> /dev/null || true; } | "$alert" "$1" 9>&- || echo "nightly: 告警命令失败 / the alert command failed: $alert" >&2
}

# The lock is that of the open file: whoever holds it may be killed in any way, and it is free again. The library's own lock stands behind it.
exec 9> "$home/lock"
if ! flock --nonblock 9; then
  echo 'nightly: 上一次核对仍在运行 / the last run is still at work' >&2
  exit 75
fi

# What a run that was killed left half written.
rm -f "$home"/run.*

# A stop is handed on: the run ends at the next safe place with 130, and the next start takes it up again.
stopped=
interrupted=
child=
trap 'stopped=yes interrupted=yes; [ -n "$child" ] && kill -TERM "$child" 2> /dev/null' TERM INT HUP

run() {
  local out again
  out=$(mktemp "$home/run.XXXXXX")
  "${yilian[@]}" reconcile --config "$config" --json --report "$reports/$(date +%F)" --fail-on "$fail_on" > "$out" 2> "$log" &
  child=$!
  wait "$child"
  code=$?
  # A signal ends `wait`, not the run: then its own exit code is still to come.
  while [ -n "$interrupted" ]; do
    interrupted=
    wait "$child" 2> /dev/null
    again=$?
    [ "$again" -ne 127 ] && code=$again
  done
  child=
  cat "$log" >&2
  # The manifest tells a night that came to its end from one that did not, whatever its exit code.
  if grep -q '"finishedAt":' "$out"; then
    mv "$out" "$home/last-run.json"
    touch "$home/heartbeat"
  else
    rm -f "$out"
  fi
}

run
if [ "$code" -eq 3 ] && [ "$retry" -gt 0 ] && [ -z "$stopped" ]; then
  echo "nightly: 有数据源不可用，${retry} 秒后再试一次 / a feed was not usable, once more in $retry s" >&2
  sleep "$retry" &
  child=$!
  wait "$child"
  child=
  # Who was answered is not asked again: the second run asks only for what was lacking.
  [ -z "$stopped" ] && run
fi

case $code in
  0) ;;
  1) tell "一链：有待核实的发现（$fail_on 及以上），请经办人查看报告 / yilian: findings to verify ($fail_on and above), officers please read the report" ;;
  2) tell '一链：未运行，配置或用法有误 / yilian: did not run, the configuration or its use is wrong' ;;
  3) tell '一链：已完成，但有数据源不可用或有人未询；相关人员为“无法判断” / yilian: done, but a feed was not usable or somebody was not asked; those persons are unknown' ;;
  4) tell '一链：已完成，但有发现被搁置或拒收过多；先看报告，再用 yilian findings release 释放 / yilian: done, but findings are held or too many records were rejected; read the report, then yilian findings release' ;;
  5) tell '一链：存储或审计日志被占用、损坏或版本过新，今夜没有结果 / yilian: the store or the audit log is locked, damaged or newer than the program; no result tonight' ;;
  6) tell '一链：程序缺陷，相关人员为“无法判断”，请将日志交给开发者 / yilian: a fault of the program, those persons are unknown; hand the log to its makers' ;;
  # Nobody need act: the next start goes on from here. If there is none, silence.sh says so.
  130) echo 'nightly: 已中断，下次运行会接着做 / interrupted, the next start goes on from here' >&2 ;;
  *) tell "一链：异常结束（退出码 $code） / yilian: ended in no known way (exit code $code)" ;;
esac
exit "$code"
