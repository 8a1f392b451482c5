#!/usr/bin/env bash
# Builds examples/quickstart.swift the way a user does, as a package that depends on this one: .build/bin/quickstart-swift.
. "$(dirname "$0")/common.sh"
package=$build/example-package
mkdir -p "$package/Sources/quickstart" "$build/bin"
ln -sf "$root/examples/quickstart.swift" "$package/Sources/quickstart/quickstart.swift"
cat >"$package/Package.swift.new" <<EOF
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "quickstart",
    dependencies: [.package(name: "dynmetrics", path: "$root")],
    targets: [
        .executableTarget(name: "quickstart", dependencies: [.product(name: "DynMetrics", package: "dynmetrics")])
    ]
)
EOF
cmp -s "$package/Package.swift.new" "$package/Package.swift" || cp "$package/Package.swift.new" "$package/Package.swift"
# The folder of the Swift tests: what they share is built once.
swift build --package-path "$package" --scratch-path "$build/debug"
ln -sf "$build/debug/debug/quickstart" "$build/bin/quickstart-swift"
