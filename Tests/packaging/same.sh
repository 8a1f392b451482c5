#!/usr/bin/env bash
# Builds the wheel once more from a copy of this tree in another folder, and the library from the sources that are
# published: each has to come out with the same bytes. Prints TAP.
. "$(dirname "$0")/../../scripts/common.sh"
folder=$(mktemp -d "${TMPDIR:-/tmp}/dynmetrics same XXXXXX")
trap 'rm -rf "$folder"' EXIT
count=0
bad=0

same() { # same TITLE FILE FILE
    count=$((count + 1))
    if cmp "$2" "$3"; then echo "ok $count - $1"; else
        echo "not ok $count - $1"
        bad=1
    fi
}

bash scripts/dist.sh .build/published
copy=$folder/copy
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --no-dereference -t "$(mkdir -p "$copy" && echo "$copy")"
# The same Swift packages: others may have been published since.
cp Package.resolved "$copy"
(umask 077 && bash "$copy/scripts/build.sh" && bash "$copy/scripts/dist.sh" dist) || bad=1
same "the library is the same from another folder" .build/lib/libdynmetrics.so.0 "$copy/.build/lib/libdynmetrics.so.0"
same "the wheel is the same" .build/published/*.whl "$copy"/dist/*.whl

mkdir "$folder/sources"
tar -xf .build/published/*.tar.gz -C "$folder/sources" --strip-components=1
cp Package.resolved "$folder/sources/swift"
"$cache/wheel-tools/bin/python" -m pip wheel "$folder/sources" --no-deps --no-build-isolation -w "$folder/wheel" || bad=1
unzip -q "$folder"/wheel/*.whl -d "$folder/unpacked"
same "the published sources give the same library" .build/lib/libdynmetrics.so.0 "$folder/unpacked/dynmetrics/libdynmetrics.so.0"
same "and the same bill of materials" .build/lib/dynmetrics.cdx.json "$folder"/unpacked/*.dist-info/sboms/dynmetrics.cdx.json
exit $bad
