#!/usr/bin/env bash
# The life of the Debian packages: install, run, upgrade, remove, purge, on a copy of this machine's file system that keeps
# nothing (an overlay over /, in namespaces of its own).
#
#   life.sh OLD.deb NEW.deb OLD-LIBRARY.deb NEW-LIBRARY.deb SAMPLES
#
# The last line is "nothing left" when all went as it should.
set -euo pipefail

if [ "${PENSTOCK_LIFE:-}" != inside ]; then
    PENSTOCK_LIFE=inside exec unshare --mount --net --pid --fork "$0" "$@"
fi

old=$1 new=$2 old_library=$3 new_library=$4 samples=$5
work=$(mktemp -d)
mount --make-rprivate /
mount -t tmpfs none "$work"
mkdir "$work"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
mount -t proc none "$work/root/proc"
mount --rbind /dev "$work/root/dev"
# No systemd of the machine is to hear of this.
mkdir -p "$work/root/run"
mount -t tmpfs none "$work/root/run"
mount -t tmpfs none "$work/root/tmp"
cp "$old" "$work/root/tmp/old.deb"
cp "$new" "$work/root/tmp/new.deb"
cp "$old_library" "$work/root/tmp/old-library.deb"
cp "$new_library" "$work/root/tmp/new-library.deb"
cp -r "$samples" "$work/root/tmp/samples"
ip link set lo up

# in_the_copy exec|"" COMMAND...
in_the_copy() {
    $1 chroot "$work/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C "${@:2}"
}

inside() {
    in_the_copy "" "$@"
}

step() {
    echo "== $*"
}

# The service's command line, until it is up; then SIGTERM.
run() {
    local child patience=0 status=0
    in_the_copy exec "$@" >"$work/log" 2>&1 &
    child=$!
    until ip link show up dev tun0 2>/dev/null | grep -q tun0; do
        kill -0 "$child" 2>/dev/null || { cat "$work/log"; echo "$*: ended at its start"; exit 1; }
        patience=$((patience + 1))
        [ "$patience" -lt 500 ] || { cat "$work/log"; echo "$*: not up"; exit 1; }
        read -r -t 0.02 <> <(:) || true
    done
    kill -TERM "$child"
    wait "$child" || status=$?
    [ "$status" = 0 ] || { cat "$work/log"; echo "$*: status $status"; exit 1; }
}

step "install"
inside dpkg -i /tmp/old.deb /tmp/old-library.deb
inside dpkg --verify penstock libpenstock
[ "$(stat -c %a "$work/root/etc/penstock/main.yml")" = 640 ]
status=0
inside hev-socks5-tunnel >"$work/usage" || status=$?
[ "$status" = 255 ]
grep -q '^hev-socks5-tunnel CONFIG_PATH$' "$work/usage"
if [ -x "$work/root/usr/bin/systemd-analyze" ]; then
    inside systemd-analyze verify --man=no /lib/systemd/system/penstock.service
    inside systemd-analyze verify --man=no /lib/systemd/system/penstock@main.service
else
    echo "the units are not verified: no systemd-analyze here"
fi

step "run"
run penstock tunnel /etc/penstock/main.yml
run hev-socks5-tunnel /etc/penstock/main.yml
inside gcc -Wall -Werror -o /tmp/sample /tmp/samples/c/tunnel.c -lpenstock
run /tmp/sample /etc/penstock/main.yml
inside gcc -Wall -Werror -o /tmp/sample-static /tmp/samples/c/tunnel.c -l:libpenstock.a -lm
run /tmp/sample-static /etc/penstock/main.yml
inside gcc -Wall -Werror -o /tmp/drop-in /tmp/samples/c/drop-in.c -lhev-socks5-tunnel
run /tmp/drop-in /etc/penstock/main.yml
inside sh -c 'echo "#include <hyperamp.h>" | gcc -Wall -Werror -fsyntax-only -xc -'
if [ -x "$work/root/usr/bin/python3" ]; then
    run /usr/bin/python3 /tmp/samples/python/tunnel.py /etc/penstock/main.yml
fi

step "upgrade"
echo "# the administrator's line" >>"$work/root/etc/penstock/main.yml"
inside dpkg -i --force-confold /tmp/new.deb /tmp/new-library.deb
grep -q "the administrator's line" "$work/root/etc/penstock/main.yml"
[ "$(inside dpkg-query -W -f '${Version}' penstock)" != "$(dpkg-deb -f "$old" Version)" ]
run penstock tunnel /etc/penstock/main.yml

step "remove"
inside dpkg -r penstock libpenstock
[ ! -e "$work/root/usr/bin/penstock" ] && [ ! -e "$work/root/lib/systemd/system/penstock.service" ]
[ -e "$work/root/etc/penstock/main.yml" ]

step "purge"
inside dpkg -P penstock libpenstock
umount "$work/root/tmp"

# What the copy has beyond the machine: files, and directories that the machine does not have.
left=$(cd "$work/upper" && find . \( ! -type d -o -exec sh -c '[ ! -d "/$1" ]' sh {} \; \) -print |
    grep -vE '^\./(var/lib/dpkg|var/log|var/cache/(ldconfig|man|debconf)|etc/ld\.so\.cache|run|proc|dev)(/|$)' || true)
if [ -n "$left" ]; then
    echo "left behind:"
    echo "$left"
    exit 1
fi
echo "nothing left"
