#!/usr/bin/env bash
# vLLM's own metric classes behind our adapter: its wheel is unpacked, not installed. Not part of make test: 330 MB.
#
#     real-vllm.sh [VERSION]    0.33.0 when none is given
. "$(dirname "$0")/common.sh"
version=${1:-0.33.0}
folder=$cache/vllm-$version
bash scripts/build.sh

unpack() {
    rm -rf "$folder" && mkdir -p "$folder/wheel"
    "$cache/real-vllm/bin/python" -m pip download --no-deps --only-binary :all: "vllm==$version" -d "$folder/wheel"
    "$cache/real-vllm/bin/python" - "$folder" <<'END'
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
(wheel,) = folder.glob("wheel/*.whl")
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder, [name for name in archive.namelist() if name.endswith(".py")])
END
    rm -rf "$folder/wheel"
    touch "$folder/.unpacked"
}

bash scripts/venv.sh real-vllm prometheus_client pydantic msgspec numpy typing_extensions
[ -f "$folder/.unpacked" ] || step vllm "unpack vLLM $version" unpack
"$cache/real-vllm/bin/python" Tests/engines/real_vllm.py "$folder"
