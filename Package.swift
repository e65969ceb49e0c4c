// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// -O3 in every configuration: the C kernels are too slow to test with otherwise.
let kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-std=c11", "-Wall", "-Werror"])]

/// The commit that `--version` names. A target of its own holds it: nothing else is built anew.
let commit = (Context.environment["MARTLET_COMMIT"] ?? "").filter(\.isHexDigit)

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let unixSignals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .executable(name: "martlet-bench", targets: ["martlet-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: C
        .target(name: "CBuild", cSettings: [.define("MARTLET_COMMIT", to: "\"\(commit)\"")]),
        .target(name: "CKernels", cSettings: kernelSettings),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(
            name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
        .systemLibrary(
            name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),

        // MARK: Data in
        .target(name: "ObjectStores", dependencies: ["Memory"], swiftSettings: strict),
        .target(
            name: "Shards",
            dependencies: ["Columns", "Filters", "Memory", "ObjectStores", "Parquet", "Threads"],
            swiftSettings: strict),
        .target(name: "Filters", dependencies: ["Columns"], swiftSettings: strict),
        .target(
            name: "Parquet",
            dependencies: [
                "CBrotli", "CDeflate", "CKernels", "CZstd", "Columns", "Memory", "Threads",
            ],
            swiftSettings: strict),
        .target(name: "Columns", dependencies: ["Memory"], swiftSettings: strict),
        .target(name: "Memory", swiftSettings: strict),

        // MARK: Learning
        .target(
            name: "Binning", dependencies: ["CKernels", "Columns", "Threads"],
            swiftSettings: strict),
        .target(name: "Objectives", dependencies: ["CKernels"], swiftSettings: strict),
        .target(
            name: "Trees",
            dependencies: [
                "Binning", "CKernels", "Evaluation", "Memory", "Models", "Objectives", "Threads",
            ],
            swiftSettings: strict),
        .target(
            name: "LinearModels",
            dependencies: ["CKernels", "CLAPACKE", "COpenBLAS", "Models", "Threads"],
            swiftSettings: strict),
        .target(name: "Evaluation", dependencies: ["CKernels"], swiftSettings: strict),
        .target(name: "Calibration", dependencies: ["CKernels"], swiftSettings: strict),
        .target(name: "Models", dependencies: ["Columns", crypto], swiftSettings: strict),

        .target(
            name: "Interchange", dependencies: ["CKernels", "Columns", "Models"],
            swiftSettings: strict),

        // MARK: Results out
        .target(
            name: "Predictions",
            dependencies: ["CKernels", "Calibration", "Columns", "Models", "Parquet", "Threads"],
            swiftSettings: strict),
        .target(name: "Reports", swiftSettings: strict),
        .target(name: "Callbacks", swiftSettings: strict),
        .target(name: "SigV4", dependencies: [crypto], swiftSettings: strict),
        .target(
            name: "AWS",
            dependencies: [
                "CDeflate", "CKernels", "Callbacks", "Memory", "ObjectStores", "SigV4",
                asyncHTTPClient, crypto, logging, nioCore, nioHTTP1,
            ],
            swiftSettings: strict),

        // MARK: Runner
        .target(name: "Threads", dependencies: ["CKernels"], swiftSettings: strict),
        .target(
            name: "Jobs",
            dependencies: [
                "Binning", "CKernels", "Calibration", "Callbacks", "Columns", "Evaluation",
                "Filters", "Interchange", "LinearModels", "Models", "ObjectStores", "Objectives",
                "Parquet",
                "Predictions", "Reports", "Shards", "Threads", "Trees", crypto, logging,
            ],
            swiftSettings: strict),
        .target(
            name: "Functions",
            dependencies: [
                "AWS", "Callbacks", "Jobs", "Models", "ObjectStores", "Threads", logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "AWS", "CBuild", "Callbacks", "Functions", "Jobs", "ObjectStores", "Threads",
                argumentParser, logging, unixSignals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "martlet-bench",
            dependencies: [
                "AWS", "CKernels", "COpenBLAS", "Columns", "LinearModels", "Memory", "Models",
                "ObjectStores", "Parquet", "Predictions", "Threads", logging,
            ],
            swiftSettings: strict),

        // MARK: Tests
        .executableTarget(
            name: "martlet-fuzz",
            dependencies: [
                "Columns", "Interchange", "Models", "Parquet", "Predictions", "TestSupport",
            ],
            path: "Tests/Fuzz", swiftSettings: strict),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "StoreTestSupport", dependencies: ["Columns", "ObjectStores", "Parquet"],
            path: "Tests/StoreTestSupport", swiftSettings: strict),
        .testTarget(
            name: "ObjectStoresTests",
            dependencies: ["ObjectStores", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ShardsTests",
            dependencies: [
                "Columns", "Filters", "ObjectStores", "Parquet", "Shards", "StoreTestSupport",
                "TestSupport", "Threads",
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "FiltersTests",
            dependencies: ["Columns", "Filters", "StoreTestSupport", "TestSupport"],
            swiftSettings: strict),
        // The program compresses Snappy itself; its tests hold it against the library.
        .systemLibrary(
            name: "CSnappy", path: "Tests/CSnappy", pkgConfig: "snappy",
            providers: [.apt(["libsnappy-dev"])]),
        .testTarget(
            name: "ParquetTests",
            dependencies: [
                "CDeflate", "CKernels", "CSnappy", "Columns", "Parquet", "TestSupport", "Threads",
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(name: "MemoryTests", dependencies: ["Memory"], swiftSettings: strict),
        .testTarget(
            name: "ColumnsTests",
            dependencies: ["Columns", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "BinningTests",
            dependencies: ["Binning", "Columns", "TestSupport", "Threads"],
            swiftSettings: strict),
        .testTarget(
            name: "ObjectivesTests",
            dependencies: ["Objectives", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "TreesTests",
            dependencies: [
                "Binning", "Columns", "Evaluation", "Models", "Objectives", "TestSupport",
                "Threads", "Trees",
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "LinearModelsTests",
            dependencies: [
                "CKernels", "Columns", "LinearModels", "Models", "TestSupport", "Threads",
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "EvaluationTests",
            dependencies: ["Evaluation", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "CalibrationTests",
            dependencies: ["Calibration", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ModelsTests",
            dependencies: ["Columns", "Models", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "InterchangeTests",
            dependencies: [
                "Columns", "Interchange", "Models", "Predictions", "TestSupport", "Threads",
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "PredictionsTests",
            dependencies: [
                "Columns", "Models", "Parquet", "Predictions", "TestSupport", "Threads",
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["Reports", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "CallbacksTests",
            dependencies: ["Callbacks", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SigV4Tests",
            dependencies: ["SigV4", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "AWSTests",
            dependencies: [
                "AWS", "CKernels", "Callbacks", "ObjectStores", "SigV4", "TestSupport", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ThreadsTests",
            dependencies: ["TestSupport", "Threads"],
            swiftSettings: strict),
        .testTarget(
            name: "JobsTests",
            dependencies: [
                "Binning", "Callbacks", "Columns", "Evaluation", "Jobs", "Models", "ObjectStores",
                "Parquet", "Predictions", "Shards", "StoreTestSupport", "TestSupport", "Threads",
                crypto, logging,
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "FunctionsTests",
            dependencies: [
                "AWS", "Callbacks", "Functions", "Jobs", "Models", "ObjectStores",
                "StoreTestSupport", "TestSupport", "Threads", logging,
            ],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)
