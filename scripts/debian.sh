#!/usr/bin/env bash
# Prints the folder that has a program: of PATH, else unpacked from Debian's package of that name into .cache. Nothing is
# installed and no service started. Status 1 and one line when it cannot be had.
#
#     debian.sh PACKAGE            this system's version, like prometheus (with promtool), nats-server or victoria-metrics
#     debian.sh PACKAGE RELEASE    that of another Debian release, like trixie; its prometheus has no promtool
#     debian.sh --tree PACKAGE RELEASE    the folder it is unpacked in: for what is no program
. "$(dirname "$0")/common.sh"
tree=no
if [ "$1" = --tree ]; then
    tree=yes
    shift
fi
package=$1
release=${2:-}
folder=$cache/$package${release:+-$release}
case $package in
    etcd-server) program=etcd ;;
    *) program=$package ;;
esac

unpack() {
    rm -rf "$folder.new"
    mkdir -p "$folder.new"
    cd "$folder.new"
    "$@"
    dpkg -x "$package"_*.deb .
    # Debian's Alertmanager reads its templates from below /usr/share; ours from where it is started. As many bytes.
    [ "$package" != prometheus-alertmanager ] || LC_ALL=C sed -i \
        's|/usr/share/prometheus/alertmanager|/proc/self/cwd////////////////////|g' "usr/bin/$package"
    rm -rf "$folder" "$package"_*.deb
    mv "$folder.new" "$folder"
}
of_this_system() { apt-get download "$package" || { [ "$(id -u)" = 0 ] && apt-get update && apt-get download "$package"; }; }
# With lists of its own: nothing of another release comes near the system's apt.
of_release() {
    mkdir -p lists/partial
    # From where this system has its own packages.
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
    [ -n "$mirror" ]
    echo "deb $mirror $release main" >sources.list
    local own=(-o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$PWD/lists"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Dir::State::status=/dev/null)
    apt-get "${own[@]}" update
    apt-get "${own[@]}" download "$package"
    rm -rf lists sources.list
}
on_path() { command -v "$program" >/dev/null && { [ "$package" != prometheus ] || command -v promtool >/dev/null; }; }

unpacked() {
    local place
    for place in "$folder"/usr/{bin,sbin}; do
        [ ! -x "$place/$program" ] || { echo "$place" && return; }
    done
    return 1
}

if [ $tree = yes ]; then
    if [ ! -d "$folder" ]; then
        log "$package" unpack of_release 2>/dev/null ||
            die "the $package package of Debian $release cannot be had here (.cache/logs/$package.log)"
    fi
    echo "$folder"
elif unpacked; then
    exit
elif [ -z "$release" ] && on_path; then
    dirname "$(command -v "$program")"
elif command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
    log "$package" unpack "$([ -n "$release" ] && echo of_release || echo of_this_system)" 2>/dev/null ||
        die "Debian's $package package cannot be had here (.cache/logs/$package.log)"
    unpacked || die "Debian's $package package has no program $program"
else
    die "please install $package"
fi
