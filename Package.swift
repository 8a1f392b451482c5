// swift-tools-version: 6.1
import PackageDescription

// The layers of docs/ARCHITECTURE.md, bottom to top. An arrow points at what is known; nothing points back.
//
// DYNM_DIST=1 links libdynmetrics.so the way it is shipped: Swift runtime inside, only dynm_* exported, SONAME set.
// The flags stay behind that variable because a package with unsafe flags cannot be depended on by version.
let isDistribution = Context.environment["DYNM_DIST"] == "1"
let distributionLinking: [LinkerSetting] =
    isDistribution
    ? [
        .unsafeFlags([
            "-static-stdlib",
            "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/DynMetricsC/dynmetrics.map",
            "-Xlinker", "-soname=libdynmetrics.so.0",
            "-Xlinker", "-z", "-Xlinker", "defs",
            "-Xlinker", "-z", "-Xlinker", "nodelete",
            "-Xlinker", "--wrap=hypot", "-Xlinker", "--wrap=hypotf",
        ])
    ] : []

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }
let coreMetrics = Target.Dependency.product(
    name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["SwiftMetrics"]))
let serviceLifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["ServiceLifecycle"]))

let package = Package(
    name: "dynmetrics",
    products: [
        .library(name: "DynMetrics", targets: ["DynMetrics"]),
        .library(name: "DynMetricsSwiftMetrics", targets: ["DynMetricsSwiftMetrics"]),
        .library(name: "DynMetricsService", targets: ["DynMetricsService"]),
        .library(name: "dynmetrics", type: .dynamic, targets: ["DynMetricsC"]),
    ],
    // Off unless a dependant asks for them: then their packages are neither fetched nor built.
    traits: [
        .trait(name: "SwiftMetrics", description: "DynMetricsSwiftMetrics, a backend of swift-metrics"),
        .trait(name: "ServiceLifecycle", description: "DynMetricsService, a service of swift-service-lifecycle"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What Swift's Glibc module does not carry: thread names, fork hooks, old libm symbols.
        .target(name: "CDynSupport"),
        // The memory behind instruments, and what an update does to it: inlined into its callers.
        .target(name: "CDynCells"),
        // The public header, for the compiler to check the Swift side against, and the updates of the C ABI.
        .target(name: "CDynMetrics", dependencies: ["CDynCells"]),

        .target(name: "DynModel", dependencies: ["CDynSupport"]),
        .target(name: "DynExposition", dependencies: ["DynModel"]),
        .target(name: "DynInstruments", dependencies: ["CDynCells", "CDynSupport", "DynModel", "DynExposition"]),
        .target(name: "DynMultiprocess", dependencies: ["DynModel", "DynExposition", "CDynSupport"]),
        .target(name: "DynSources", dependencies: ["DynModel", "DynExposition", "DynMultiprocess", "CDynSupport"]),
        .target(name: "DynConfiguration", dependencies: ["DynModel", "DynExposition"]),
        .target(
            name: "DynRegistry",
            dependencies: [
                "CDynCells", "DynCatalogue", "DynModel", "DynExposition", "DynConfiguration", "DynInstruments",
                "DynMultiprocess",
                "DynSources", "CDynSupport",
            ]),
        // What is made from catalogue/: names, and the table of all built-in metrics.
        .target(name: "DynCatalogue"),
        .target(
            name: "DynInstrumentation",
            dependencies: [
                "DynCatalogue", "DynModel", "DynInstruments", "DynSources", "DynRegistry", "CDynSupport",
            ]),
        .target(name: "DynServer", dependencies: ["CDynSupport", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1")]),
        .target(
            name: "DynMetrics",
            dependencies: [
                "DynCatalogue", "DynModel", "DynExposition", "DynConfiguration", "DynInstruments", "DynInstrumentation",
                "DynMultiprocess", "DynSources", "DynRegistry", "DynServer", "CDynSupport",
            ]),
        // For Swift servers; empty without their traits, and never in the shared library.
        .target(
            name: "DynMetricsSwiftMetrics",
            dependencies: [
                "DynMetrics", "DynModel", "DynInstruments", "DynRegistry", "DynSources", coreMetrics,
            ]),
        .target(name: "DynMetricsService", dependencies: ["DynMetrics", serviceLifecycle]),
        .target(name: "DynTool", dependencies: ["DynCatalogue", "DynMetrics", "CDynSupport"]),
        .target(
            name: "DynMetricsC",
            dependencies: ["CDynCells", "CDynMetrics", "CDynSupport", "DynInstrumentation", "DynMetrics", "DynTool"],
            exclude: ["dynmetrics.map"],
            linkerSettings: distributionLinking
        ),

        .target(name: "DynTestSupport", dependencies: ["DynModel", "DynExposition"], path: "Tests/DynTestSupport"),
        .testTarget(name: "DynModelTests", dependencies: ["DynModel", "DynTestSupport"]),
        .testTarget(name: "DynExpositionTests", dependencies: ["DynExposition", "DynTestSupport"]),
        .testTarget(name: "DynInstrumentsTests", dependencies: ["CDynCells", "DynInstruments", "DynTestSupport"]),
        .testTarget(name: "DynMultiprocessTests", dependencies: ["DynMultiprocess", "DynTestSupport"]),
        .testTarget(name: "DynSourcesTests", dependencies: ["DynSources", "DynTestSupport"]),
        .testTarget(name: "DynConfigurationTests", dependencies: ["DynConfiguration", "DynTestSupport"]),
        .testTarget(name: "DynRegistryTests", dependencies: ["DynRegistry", "DynTestSupport"]),
        .testTarget(name: "DynCatalogueTests", dependencies: ["DynCatalogue"]),
        .testTarget(
            name: "DynInstrumentationTests",
            dependencies: [
                "DynCatalogue", "DynExposition", "DynInstrumentation", "DynModel", "DynRegistry", "DynSources",
                "DynTestSupport",
            ]),
        .testTarget(name: "DynServerTests", dependencies: ["DynServer"]),
        .testTarget(name: "DynMetricsTests", dependencies: ["DynMetrics", "DynTestSupport"]),
        .testTarget(name: "DynToolTests", dependencies: ["DynTool", "DynTestSupport"]),
        .testTarget(name: "DynMetricsSwiftMetricsTests", dependencies: ["DynMetricsSwiftMetrics", coreMetrics]),
        .testTarget(name: "DynMetricsServiceTests", dependencies: ["DynMetricsService", serviceLifecycle]),
    ]
)
