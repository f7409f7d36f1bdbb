// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// `scripts/setup` puts DuckDB here when the machine has none of its own; SwiftPM takes no run path from a `.pc` file.
let runPath: [LinkerSetting] = [
  .unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", Context.packageDirectory + "/.deps/lib"])
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let hummingbirdCore: Target.Dependency = .product(
  name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(
  name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

func module(
  _ name: String, _ dependencies: [Target.Dependency], swift more: [SwiftSetting] = []
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings + more)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: settings,
    linkerSettings: runPath)
}

#if arch(x86_64)
  /// The keyed hash asks the processor before it uses these; elsewhere the library's hash does the work.
  let wideVectors: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-mavx2"])]
  /// Every processor since 2008 counts bits in one step.
  let bitCounts: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-mpopcnt"])]
#else
  let wideVectors: [SwiftSetting] = []
  let bitCounts: [SwiftSetting] = []
#endif

let package = Package(
  name: "keten",
  products: [.executable(name: "keten", targets: ["keten"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
  ],
  targets: [
    .systemLibrary(name: "CDuckDB", pkgConfig: "duckdb"),
    module("InformationModel", []),
    module("ChainPack", ["InformationModel", "Yams", crypto]),
    module("Warehouse", ["ChainPack", "InformationModel", "CDuckDB", grdb, "Yams", crypto]),
    .systemLibrary(name: "CProcessor"),
    .target(name: "KeyedHashing", swiftSettings: settings + wideVectors),
    module(
      "Pseudonymisation",
      ["KeyedHashing", "CProcessor", "Warehouse", "ChainPack", "InformationModel", crypto]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    module("Compression", ["CZlib"]),
    module("Intake", ["Warehouse", "ChainPack", "InformationModel", "CZlib", crypto]),
    module(
      "Linkage", ["Warehouse", "ChainPack", "InformationModel", "Yams", crypto],
      swift: bitCounts),
    module("Refinement", ["Linkage", "Warehouse", "ChainPack", "InformationModel", crypto]),
    module("Tabulation", ["Warehouse", "ChainPack", "InformationModel"]),
    .systemLibrary(name: "CClp", pkgConfig: "clp", providers: [.apt(["coinor-libclp-dev"])]),
    .systemLibrary(name: "CCbc", pkgConfig: "cbc", providers: [.apt(["coinor-libcbc-dev"])]),
    module("DisclosureControl", ["CCbc", "CClp", "InformationModel"]),
    module(
      "DisclosureFiles", ["DisclosureControl", "Warehouse", "ChainPack", "InformationModel"]),
    module("Publication", ["Compression", "DisclosureControl", "InformationModel", crypto]),
    module("OpenData", ["Compression", "Publication", "InformationModel"]),
    // The .pc file of librsvg has flags that SwiftPM warns of; what is needed of it, Cairo's has too.
    .systemLibrary(name: "CRsvg", pkgConfig: "cairo", providers: [.apt(["librsvg2-dev"])]),
    module("Rasterisation", ["CRsvg"]),
    .target(
      name: "Website",
      dependencies: [
        "OpenData", "Rasterisation", "Compression", "Publication", "InformationModel", crypto,
        grdb, hummingbird, hummingbirdCore, hummingbirdTLS, mustache, logging, httpTypes, nio,
        nioHTTP1, nioHTTPTypes, nioSSL,
      ],
      resources: [.copy("Templates")], swiftSettings: settings),
    module("Synthesis", ["Warehouse", "ChainPack", "InformationModel", "CDuckDB", crypto]),
    module(
      "Production",
      [
        "Intake", "Pseudonymisation", "Linkage", "Refinement", "Tabulation", "DisclosureControl",
        "Publication", "Warehouse", "ChainPack", "InformationModel",
      ]),
    module(
      "Scoring",
      ["Publication", "Tabulation", "Refinement", "Warehouse", "ChainPack", "InformationModel"]),
    .executableTarget(
      name: "keten",
      dependencies: [
        "Production", "Scoring", "Synthesis", "Website", "Publication", "Intake",
        "Pseudonymisation",
        "Linkage", "Refinement", "DisclosureFiles", "DisclosureControl", "Warehouse", "ChainPack",
        "InformationModel", argumentParser, hummingbird, logging,
      ],
      swiftSettings: settings, linkerSettings: runPath),

    // Tests. What tests of several modules need is in targets of its own: folders, files and random numbers for all
    // of them, an attacker with a linear program for the tests of tables.
    .target(
      name: "TestSupport", dependencies: [crypto, "CZlib"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .target(
      name: "AttackSupport", dependencies: ["DisclosureControl", "InformationModel"],
      path: "Tests/AttackSupport", swiftSettings: settings),
    tests("InformationModelTests", ["InformationModel"]),
    tests("ChainPackTests", ["ChainPack", "InformationModel"]),
    tests("WarehouseTests", ["Warehouse", "ChainPack", "InformationModel", grdb]),
    tests(
      "IntakeTests",
      ["Production", "Intake", "Pseudonymisation", "Warehouse", "ChainPack", "InformationModel"]),
    tests(
      "PseudonymisationTests",
      [
        "Pseudonymisation", "KeyedHashing", "Warehouse", "ChainPack", "InformationModel", crypto,
      ]),
    tests("LinkageTests", ["Linkage", "Warehouse", "ChainPack", "InformationModel", crypto]),
    tests(
      "RefinementTests",
      [
        "Production", "Refinement", "Linkage", "Intake", "Warehouse", "ChainPack",
        "InformationModel",
      ]),
    tests("TabulationTests", ["Tabulation", "Warehouse", "ChainPack", "InformationModel"]),
    tests("DisclosureFilesTests", ["ChainPack", "DisclosureControl", "DisclosureFiles"]),
    tests("DisclosureControlTests", ["AttackSupport", "DisclosureControl", "InformationModel"]),
    tests(
      "ProductionTests",
      [
        "Production", "Synthesis", "Tabulation", "Refinement", "Linkage", "Publication",
        "DisclosureControl", "Intake", "Warehouse", "ChainPack", "InformationModel",
        "AttackSupport",
      ]),
    tests(
      "ScoringTests",
      [
        "Scoring", "Production", "Synthesis", "Intake", "DisclosureControl", "Warehouse",
        "ChainPack", "InformationModel",
      ]),
    tests("CompressionTests", ["Compression"]),
    tests("RasterisationTests", ["Rasterisation"]),
    tests(
      "PublicationTests",
      ["Publication", "DisclosureControl", "Warehouse", "InformationModel", crypto]),
    tests(
      "OpenDataTests",
      ["OpenData", "Publication", "DisclosureControl", "Warehouse", "InformationModel"]),
    tests("SynthesisTests", ["Synthesis", "Warehouse", "ChainPack", "InformationModel"]),
    tests(
      "WebsiteTests",
      [
        "Website", "Publication", "DisclosureControl", "InformationModel", "CZlib", crypto,
        hummingbird, logging, httpTypes, nio,
      ]),
  ]
)
