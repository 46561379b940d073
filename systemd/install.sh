#!/bin/sh
# Installs a built checkout of gopay-pos on this machine, or takes it away again. Running it twice changes nothing more.
set -eu

usage() {
  cat <<'TEXT'
usage: systemd/install.sh [--enable terminal|relay|kiosk]... [--dry-run] [--root DIR]
       systemd/install.sh --uninstall [--dry-run] [--root DIR]

  --enable NAME  start this program now and at each boot; may be given more than once. kiosk is the customer's screen:
                 it needs the packages cage, xwayland, chromium, libpam-systemd and dbus
  --dry-run      print what would be done; change nothing
  --root DIR     install into DIR (an image that is being built); no service is touched
  --uninstall    remove program and units; journal, configuration, secrets and users stay
TEXT
}

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

checkout=$(cd "$(dirname "$0")/.." && pwd)
root=''
dry=''
action=install
enable=''
kiosk=''
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry=yes ;;
    --uninstall) action=uninstall ;;
    --root) shift; [ $# -gt 0 ] || fail '--root needs a directory'; root=${1%/} ;;
    --enable)
      shift
      case ${1-} in
        terminal) enable="$enable gopay-pos.service" ;;
        relay) enable="$enable gopay-pos-relay.service" ;;
        kiosk) enable="$enable gopay-pos-kiosk.service"; kiosk=yes ;;
        *) fail '--enable needs terminal, relay or kiosk' ;;
      esac ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; fail "unknown: $1" ;;
  esac
  shift
done

# Every change goes through this, so that --dry-run shows exactly what the real run does.
act() {
  printf '  %s\n' "$*"
  [ -n "$dry" ] || "$@"
}

# A file is replaced only when it differs, so that a second run leaves times and running services alone.
place() { # MODE SOURCE TARGET
  if ! cmp -s "$2" "$root$3"; then act install -D -m "$1" "$2" "$root$3"; fi
}

# By the name of systemd's own library, which an image has as well; one that has no number we know is newer.
old_systemd() {
  found=$(find "$root/usr/lib" -maxdepth 3 -name 'libsystemd-shared-*.so' 2>/dev/null | head -1)
  number=$(basename "$found" | sed -n 's/^libsystemd-shared-\([0-9]*\).*/\1/p')
  [ -n "$number" ] && [ "$number" -lt 254 ]
}

# What an older systemd needs and a newer one must not have.
drop_in() { # NAME
  target=/usr/lib/systemd/system/$1.service.d/before-254.conf
  if old_systemd; then
    place 0644 "$checkout/systemd/$1.before-254.conf" "$target"
  elif [ -e "$root$target" ]; then
    act rm -f "$root$target"
  fi
}

live() {
  [ -z "$root" ] && [ -d /run/systemd/system ]
}

program=/usr/lib/gopay-pos
policy=/etc/chromium/policies/managed/gopay-pos-kiosk.json
units='gopay-pos.service gopay-pos-relay.service gopay-pos-kiosk.service'
rules=$(find "$checkout/devices" -name '*.rules' -not -path '*/node_modules/*' | sort)

# What belongs to dpkg it alone replaces and takes away.
refuse_packaged() {
  if [ -z "$root" ] && dpkg -S "$program/dist" >/dev/null 2>&1; then
    fail 'it is installed as a Debian package here: apt upgrades and removes it'
  fi
}

check() {
  [ -n "$dry" ] || [ "$(id -u)" = 0 ] || fail 'run it as root (sudo), or with --dry-run'
  [ -f "$checkout/dist/gopay-pos.cjs" ] || fail "no dist/gopay-pos.cjs in $checkout: run 'npm run build' first"
  [ -d "$checkout/node_modules/better-sqlite3" ] || fail "no node_modules in $checkout: run 'npm run build' first"
  if [ -z "$root" ]; then
    [ -x /usr/bin/node ] || fail 'no /usr/bin/node, which the units start: apt-get install nodejs'
    /usr/bin/node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
      fail "/usr/bin/node is $(/usr/bin/node --version); 20.19 or newer is needed"
  fi
}

# What the customer's screen needs besides; named all at once.
check_kiosk() {
  missing=''
  [ -x "$root/usr/bin/cage" ] || missing="$missing cage"
  # Debian's cage ends at once without it, and does not ask for it.
  [ -x "$root/usr/bin/Xwayland" ] || missing="$missing xwayland"
  [ -x "$root/usr/bin/chromium" ] || missing="$missing chromium"
  [ -n "$(find "$root/usr/lib" "$root/lib" -name pam_systemd.so 2>/dev/null | head -1)" ] || missing="$missing libpam-systemd"
  [ -x "$root/usr/bin/dbus-daemon" ] || [ -x "$root/usr/bin/dbus-broker-launch" ] || missing="$missing dbus"
  [ -z "$missing" ] || fail "the customer's screen needs: apt-get install --no-install-recommends$missing fonts-inter"
}

# Packages of the lock file that only developers need, one a line, as tar excludes them.
developers_only() {
  node -e '
    const { packages } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    for (const [path, it] of Object.entries(packages))
      if (path.startsWith("node_modules/") && (it.dev || it.devOptional)) console.log("./" + path);
  ' "$checkout/package-lock.json"
}

# Beside the old one first, then swapped, so that a copy that fails half-way leaves the old program as it was.
copy_program() {
  printf '  copy %s to %s\n' "$checkout" "$root$program"
  [ -z "$dry" ] || return 0
  new=$root$program.new
  old=$root$program.old
  rm -rf "$new" "$old"
  mkdir -p "$new"
  developers_only >"$new/.excluded"
  # Compiler leftovers of native modules are three quarters of their size, and binaries for other systems the rest. Links (workspaces) become what they point to.
  tar -C "$checkout" --dereference --hard-dereference --anchored --exclude-from="$new/.excluded" \
    --exclude='./node_modules/.*' --exclude='./node_modules/better-sqlite3/deps' \
    --exclude='./node_modules/better-sqlite3/build/Release/obj*' --exclude='./node_modules/classic-level/deps' \
    --exclude='./node_modules/*/prebuilds/darwin*' --exclude='./node_modules/*/prebuilds/win32*' \
    --exclude='./node_modules/*/prebuilds/android*' \
    -cf - ./dist ./node_modules ./package.json ./systemd | tar -C "$new" --no-same-owner -xf -
  (cd "$checkout" && find devices \( -name '*.rules' -o -name '*.md' \) -not -path '*/node_modules/*' |
    tar -cf - -T -) | tar -C "$new" --no-same-owner -xf -
  rm "$new/.excluded"
  chmod -R u=rwX,go=rX "$new"
  sync -f "$new"
  [ ! -e "$root$program" ] || mv "$root$program" "$old"
  mv "$new" "$root$program"
  rm -rf "$old"
}

# The command for people: the same program that the units start.
command_file() {
  printf '#!/bin/sh\nexec /usr/bin/node %s/dist/gopay-pos.cjs "$@"\n' "$program" >"$scratch/gopay-pos"
  place 0755 "$scratch/gopay-pos" /usr/bin/gopay-pos
}

# What the shells complete it by; by the Node of this machine, which has copied it, too.
bash_words=/usr/share/bash-completion/completions/gopay-pos
zsh_words=/usr/share/zsh/vendor-completions/_gopay-pos
completions() {
  for shell in bash zsh; do node "$checkout/dist/gopay-pos.cjs" completion "$shell" >"$scratch/$shell"; done
  place 0644 "$scratch/bash" "$bash_words"
  place 0644 "$scratch/zsh" "$zsh_words"
}

example() { # MODE NAME
  [ ! -e "$root/etc/gopay-pos/$2.toml" ] || return 0
  act install -D -m "$1" "$checkout/systemd/$2.example.toml" "$root/etc/gopay-pos/$2.toml"
}

# Digests of tokens stand in it, by which receipts are signed. Its group comes by tmpfiles, which an image has only at its first boot. We
# once installed it for everybody to read; what somebody has set himself stays.
close_relay_toml() {
  file=$root/etc/gopay-pos/relay.toml
  if [ "$(stat -c '%a %U %G' "$file" 2>/dev/null)" = '644 root root' ]; then act chmod 0640 "$file"; fi
}

install_all() {
  refuse_packaged
  check
  [ -z "$kiosk" ] || check_kiosk
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  copy_program
  command_file
  completions
  for unit in $units; do place 0644 "$checkout/systemd/$unit" "/usr/lib/systemd/system/$unit"; done
  drop_in gopay-pos
  drop_in gopay-pos-relay
  place 0644 "$checkout/systemd/gopay-pos.sysusers" /usr/lib/sysusers.d/gopay-pos.conf
  place 0644 "$checkout/systemd/gopay-pos.tmpfiles" /usr/lib/tmpfiles.d/gopay-pos.conf
  place 0644 "$checkout/systemd/gopay-pos-kiosk.pam" /etc/pam.d/gopay-pos-kiosk
  # It holds for every Chromium of this machine, so only where a machine is meant to be a screen.
  [ -z "$kiosk" ] || place 0644 "$checkout/systemd/gopay-pos-kiosk.policy.json" "$policy"
  # Its old name came before the rules that find out what it asks for, so it never matched.
  act rm -f "$root/usr/lib/udev/rules.d/60-gopay-pos-keypad.rules"
  for rule in $rules; do place 0644 "$rule" "/usr/lib/udev/rules.d/$(basename "$rule")"; done
  example 0644 terminal
  example 0640 relay
  close_relay_toml
  if live; then
    act systemd-sysusers gopay-pos.conf
    act systemd-tmpfiles --create gopay-pos.conf
    if [ -n "$rules" ] && [ -S /run/udev/control ]; then
      act udevadm control --reload
      act udevadm trigger --action=change --subsystem-match=input --subsystem-match=tty --subsystem-match=usbmisc --subsystem-match=gpio
    fi
    act systemctl daemon-reload
    # A running program goes on with the files that it has opened; it must not load the rest from the new ones.
    for unit in $units; do act systemctl try-restart "$unit"; done
    for unit in $enable; do act systemctl enable --now "$unit"; done
  fi
  if [ -z "$root" ] && ! { command -v aplay && command -v espeak-ng; } >/dev/null; then
    printf '%s\n' 'For a speaker: apt-get install alsa-utils espeak-ng'
  fi
  printf '%s\n' 'Next: edit /etc/gopay-pos/terminal.toml (devices; a relay brings the rest by its code), then: gopay-pos config check'
}

uninstall_all() {
  refuse_packaged
  [ -n "$dry" ] || [ "$(id -u)" = 0 ] || fail 'run it as root (sudo), or with --dry-run'
  if live; then
    for unit in $units; do
      if systemctl cat "$unit" >/dev/null 2>&1; then act systemctl disable --now "$unit"; fi
    done
  fi
  for unit in $units; do
    act rm -f "$root/usr/lib/systemd/system/$unit" "$root/usr/lib/systemd/system/$unit.d/before-254.conf"
    if [ -d "$root/usr/lib/systemd/system/$unit.d" ]; then act rmdir --ignore-fail-on-non-empty "$root/usr/lib/systemd/system/$unit.d"; fi
  done
  act rm -f "$root/usr/lib/sysusers.d/gopay-pos.conf" "$root/usr/lib/tmpfiles.d/gopay-pos.conf"
  act rm -f "$root/etc/pam.d/gopay-pos-kiosk" "$root$policy"
  for rule in $rules; do act rm -f "$root/usr/lib/udev/rules.d/$(basename "$rule")"; done
  act rm -f "$root/usr/bin/gopay-pos" "$root$bash_words" "$root$zsh_words"
  act rm -rf "$root$program" "$root$program.new" "$root$program.old"
  if live; then act systemctl daemon-reload; fi
  printf '%s\n' "Kept: /var/lib/gopay-pos (the journal: every sale and what is owed), /var/lib/gopay-pos-relay," \
    "      /etc/gopay-pos, /etc/credstore/gopay-pos*, users gopay-pos, gopay-pos-relay and gopay-pos-kiosk."
}

${action}_all
