#!/usr/bin/env bash
# Packages from what eng/ci.sh publish left, at artifacts/package:
#   penstock_VERSION_ARCH.deb      executable, units, configuration, documents
#   libpenstock_VERSION_ARCH.deb   libraries and headers
#   *.nupkg                        Penstock.Tunnel, Penstock.HyperAmp and what they need
#
#   PENSTOCK_PACKAGE_SUFFIX        goes behind the version of the Debian packages ("+1"), for a test of upgrades
#   PENSTOCK_PACKAGE_OUTPUT        another directory
#   eng/package.sh deb             Debian packages alone
set -euo pipefail
cd "$(dirname "$0")/.."

output=${PENSTOCK_PACKAGE_OUTPUT:-artifacts/package}
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
debian_version=$version${PENSTOCK_PACKAGE_SUFFIX:-}
architecture=$(dpkg --print-architecture)
triplet=$(gcc -print-multiarch)
maintainer='The Penstock developers <penstock@lists.invalid>'
# The day of the commit: the same sources give the same packages.
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The newest symbol version of the C library that a binary asks for.
libc_of() {
    objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1 | sed 's/GLIBC_//'
}

# documents NAME PATH...: changelog and copyright of a package, and files and directories of the repository, as they lie there: what
# one says of another is found.
documents() {
    local directory=$work/$1/usr/share/doc/$1 file
    install -d "$directory"
    while IFS= read -r -d '' file; do
        install -D -m 644 "$file" "$directory/$file"
    done < <(find "${@:2}" \( -name bin -o -name obj \) -prune -o -type f -print0)
    install -m 644 packaging/debian/copyright "$directory/copyright"
    {
        echo "penstock ($debian_version) unstable; urgency=medium"
        echo
        echo "  * Release $version."
        echo
        echo " -- $maintainer  $(date -uR -d "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n >"$directory/changelog.gz"
}

# build NAME: control data and the archive; the body stands in $work/NAME, the description on standard input.
build() {
    local name=$1 depends=$2 more=$3 root=$work/$1
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    {
        echo "Package: $name"
        echo "Version: $debian_version"
        echo "Architecture: $architecture"
        echo "Maintainer: $maintainer"
        echo "Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)"
        echo "Depends: $depends"
        [ -z "$more" ] || echo "$more"
        cat
    } >"$root/DEBIAN/control"
    find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$root" "$output/${name}_${debian_version}_${architecture}.deb" >/dev/null
}

program_package() {
    local root=$work/penstock
    install -d "$root"/{DEBIAN,usr/bin,etc/penstock,lib/systemd/system,usr/share/man/man1}
    install -m 755 artifacts/publish/penstock "$root/usr/bin/penstock"
    ln -s penstock "$root/usr/bin/hev-socks5-tunnel"
    install -m 640 packaging/debian/main.yml "$root/etc/penstock/main.yml"
    echo /etc/penstock/main.yml >"$root/DEBIAN/conffiles"
    install -m 644 packaging/systemd/*.service "$root/lib/systemd/system/"
    gzip -9nc packaging/debian/penstock.1 >"$root/usr/share/man/man1/penstock.1.gz"
    chmod 644 "$root/usr/share/man/man1/penstock.1.gz"
    ln -s penstock.1.gz "$root/usr/share/man/man1/hev-socks5-tunnel.1.gz"
    documents penstock README.md ARCHITECTURE.md CONTRIBUTING.md conf docs samples
    ln -s copyright "$root/usr/share/doc/penstock/LICENSE"
    install -D -m 644 packaging/debian/penstock.lintian-overrides "$root/usr/share/lintian/overrides/penstock"
    install -m 755 packaging/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
    build penstock "libc6 (>= $(libc_of artifacts/publish/penstock))" \
        $'Recommends: iproute2\nConflicts: hev-socks5-tunnel\nProvides: hev-socks5-tunnel' <<'EOF'
Section: net
Priority: optional
Description: carries traffic from a TUN device to a SOCKS5 proxy, on all cores
 Connections and datagrams that are routed to a TUN device become those of a
 SOCKS5 proxy. Every processor has its own queue of the device, its own TCP/IP
 stack and its own sockets. Reads the configuration of hev-socks5-tunnel and
 answers to its command line.
EOF
}

library_package() {
    local root=$work/libpenstock libraries=$work/libpenstock/usr/lib/$triplet
    install -d "$root/DEBIAN" "$libraries" "$root/usr/include"
    install -m 644 artifacts/publish/libhev-socks5-tunnel.so artifacts/publish/libpenstock.so artifacts/publish/libpenstock.a "$libraries/"
    install -m 644 include/*.h "$root/usr/include/"
    documents libpenstock docs/embedding.md docs/hyperamp samples
    install -D -m 644 packaging/debian/libpenstock.lintian-overrides "$root/usr/share/lintian/overrides/libpenstock"
    printf 'activate-noawait ldconfig\n' >"$root/DEBIAN/triggers"
    build libpenstock "libc6 (>= $(libc_of artifacts/publish/libpenstock.so))" "" <<'EOF'
Section: libs
Priority: optional
Description: TUN to SOCKS5 as a C library
 The functions of hev-socks5-tunnel's library, and tunnels by handle: several in
 a process, with their log and their sockets by callback. Shared and static
 library, and the headers; also that of HyperAMP's shared memory.
EOF
}

nuget_packages() {
    local project
    for project in Wire Stack Linux Tunnel HyperAmp; do
        dotnet pack "src/Penstock.$project" -c Release -o "$output" -nologo -v q
    done
}

for file in penstock libhev-socks5-tunnel.so libpenstock.so libpenstock.a; do
    [ -e "artifacts/publish/$file" ] || { echo "package: artifacts/publish/$file is missing: eng/ci.sh publish" >&2; exit 1; }
done
mkdir -p "$output"
umask 022
if [ "${1:-}" != deb ]; then
    rm -f "$output"/*
    nuget_packages
fi
program_package
library_package
for file in "$output"/*; do
    echo "package: $(stat -c %s "$file") bytes, $file"
done
