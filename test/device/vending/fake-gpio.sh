#!/bin/sh
# The programs gpioset and gpiodetect as the manual pages of libgpiod 1.6 and 2.x describe them, without a GPIO chip: they
# write down when a level would change. Time is counted, not waited for. Run as `fake-gpio.sh NAME arguments`; a shell, since
# there are hundreds of runs, and starts 40 times faster than Node. It has no PATH of its own to find programs on.
#   FAKE_GPIO_VERSION 1.6.3 or 2.2.1          FAKE_GPIO_LOG file: one line a level, `pid ms level`
#   FAKE_GPIO_CHIPS what gpiodetect prints    FAKE_GPIO_TROUBLE busy, busy:LINE | set | hang | kill:N, wait:N (at the Nth level)
#     of trains alone: refused:WORDS (before the line is had) | broken:N:CODE:WORDS (after the Nth level)
set -u
name=$1
shift
trouble=$FAKE_GPIO_TROUBLE

die() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit 1
}

# As this very process, until a signal comes.
hold() {
  exec /bin/sleep infinity
}

case "${1-} $name" in
'--version '*)
  printf '%s (libgpiod) v%s\nCopyright\n' "$name" "$FAKE_GPIO_VERSION"
  exit 0
  ;;
*' gpiodetect')
  printf '%s' "$FAKE_GPIO_CHIPS"
  exit 0
  ;;
esac

low=0 # the line is active low
us=0  # elapsed
edges=0
train=0

level() { # 1 where it is active
  edges=$((edges + 1))
  [ "$trouble" != "kill:$edges" ] || kill -KILL $$
  [ "$trouble" != "wait:$edges" ] || hold
  printf '%d %d %d\n' $$ $((us / 1000)) $(($1 != low)) >>"$FAKE_GPIO_LOG"
  case $trouble,$train in
  "broken:$edges:"*,1) broken "${trouble#*:*:}" ;;
  esac
}

broken() { # CODE:WORDS
  [ -z "${1#*:}" ] || printf '%s: %s\n' "$name" "${1#*:}" >&2
  exit "${1%%:*}"
}

# Sets `active` by LINE=VALUE.
assignment() {
  case $1 in
  *[!0-9=]* | =* | *=*=*) die "invalid line value: '$1'" ;;
  *=0 | *=1) active=${1#*=} ;;
  *) die "invalid line value: '$1'" ;;
  esac
}

request() { # CHIP LINE=VALUE
  assignment "$2"
  case "
$FAKE_GPIO_CHIPS" in
  *"
$1 "*) ;;
  *) die "cannot find a GPIO chip '$1'" ;;
  esac
  case $trouble in
  refused:*) [ "$train" = 0 ] || die "${trouble#*:}" ;;
  busy | "busy:${2%=*}") die "unable to request lines on chip '/dev/$1': Device or resource busy" ;;
  esac
  level "$active"
}

# Sets `us_of` by a period such as 50, 50ms, 1s.
period() {
  case $1 in
  *us) us_of=1 digits=${1%us} ;;
  *ms) us_of=1000 digits=${1%ms} ;;
  *s) us_of=1000000 digits=${1%s} ;;
  *) us_of=1000 digits=$1 ;;
  esac
  case $digits in
  '' | *[!0-9]*) die "invalid period: '$1'" ;;
  esac
  us_of=$((us_of * digits))
}

chip='' toggle='' words=0 value='' first=''
while [ $# -gt 0 ]; do
  case $FAKE_GPIO_VERSION,$1 in
  1.*,-l | 1.*,--active-low | [!1]*,-l | [!1]*,--active-low) low=1 ;;
  1.*,--mode=* | 1.*,--usec=* | 1.*,--sec=*) ;;
  1.*,-m | 1.*,--mode | 1.*,-u | 1.*,--usec | 1.*,-s | 1.*,--sec) shift ;;
  [!1]*,--chip=*) chip=${1#*=} ;;
  [!1]*,-c | [!1]*,--chip) chip=$2 && shift ;;
  [!1]*,--toggle=*) toggle=${1#*=} ;;
  [!1]*,-t | [!1]*,--toggle) toggle=$2 && shift ;;
  [!1]*,--consumer=* | [!1]*,--hold-period=*) ;;
  [!1]*,-C | [!1]*,--consumer | [!1]*,-p | [!1]*,--hold-period) shift ;;
  *,-*) die "unknown option '$1'" ;;
  *)
    words=$((words + 1))
    first=${first:-$1}
    value=$1
    ;;
  esac
  shift
done

case $FAKE_GPIO_VERSION in
1.*)
  [ "$words" = 2 ] || die 'at least one GPIO line offset to value mapping must be specified'
  request "$first" "$value"
  ;;
*)
  [ "$words" = 1 ] || die 'at least one GPIO line value must be specified'
  case $toggle in *,*) train=1 ;; esac
  request "$chip" "$value"
  [ "$trouble,$train" != 'set,1' ] || printf "%s: unable to set values on '%s'\n" "$name" "$chip" >&2
  rest=$toggle,
  while [ -n "$rest" ]; do
    period "${rest%%,*}"
    rest=${rest#*,}
    [ -n "$rest" ] || break
    us=$((us + us_of))
    active=$((1 - active))
    level "$active"
  done
  if [ "$us_of" != 0 ] || [ "$trouble,$train" = 'hang,1' ]; then hold; fi
  ;;
esac
