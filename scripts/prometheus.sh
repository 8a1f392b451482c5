#!/usr/bin/env bash
# Prints the folder that has prometheus and, in older releases, promtool: of PATH, else unpacked from Debian's package
# into .cache. Nothing is installed and no service started. Status 1 and one line when they cannot be had.
#
#     prometheus.sh           this system's version
#     prometheus.sh RELEASE   that of another Debian release, like trixie
. "$(dirname "$0")/common.sh"
release=${1:-}
folder=$cache/prometheus${release:+-$release}

unpack() {
    rm -rf "$folder.new"
    mkdir -p "$folder.new"
    cd "$folder.new"
    "$@"
    dpkg -x prometheus_*.deb .
    rm -rf "$folder" prometheus_*.deb
    mv "$folder.new" "$folder"
}
of_this_system() { apt-get download prometheus || { [ "$(id -u)" = 0 ] && apt-get update && apt-get download prometheus; }; }
# With lists of its own: nothing of another release comes near the system's apt.
of_release() {
    mkdir -p lists/partial
    # From where this system has its own packages.
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
    [ -n "$mirror" ]
    echo "deb $mirror $release main" >sources.list
    local own=(-o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$PWD/lists"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
    apt-get "${own[@]}" update
    apt-get "${own[@]}" download prometheus
    rm -rf lists sources.list
}

if [ -x "$folder/usr/bin/prometheus" ]; then
    echo "$folder/usr/bin"
elif [ -z "$release" ] && command -v prometheus >/dev/null && command -v promtool >/dev/null; then
    dirname "$(command -v prometheus)"
elif command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
    log prometheus unpack "$([ -n "$release" ] && echo of_release || echo of_this_system)" 2>/dev/null ||
        die "Debian's prometheus package cannot be had here (.cache/logs/prometheus.log)"
    echo "$folder/usr/bin"
else
    die "please install prometheus and promtool"
fi
