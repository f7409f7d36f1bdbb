import Compression
import Foundation
import TestSupport
import Testing

/// Python's own modules read what is written: they know nothing of ours.
@Suite struct CompressionTests {
  /// What a program says that gets the bytes as a file, whose path is its first argument.
  private func python(_ program: String, _ bytes: [UInt8]) throws -> [UInt8] {
    try withFolder { folder in
      let (input, output) = (folder.appending(path: "in"), folder.appending(path: "out"))
      try Data(bytes).write(to: input)
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["python3", "-c", program, input.path, output.path]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      return Array(try Data(contentsOf: output))
    }
  }

  private func inflated(_ bytes: [UInt8], _ form: Deflater.Form) throws -> [UInt8] {
    let windowBits = form == .raw ? -15 : 31
    return try python(
      """
      import sys, zlib
      reader = zlib.decompressobj(\(windowBits))
      text = reader.decompress(open(sys.argv[1], "rb").read()) + reader.flush()
      assert reader.eof and not reader.unused_data
      open(sys.argv[2], "wb").write(text)
      """, bytes)
  }

  private func compressed(_ bytes: [UInt8], _ form: Deflater.Form, by length: Int) -> [UInt8] {
    let pieces = Deflater.pieces(of: source(bytes, by: length), as: form)
    var output: [UInt8] = []
    while let piece = pieces() {
      #expect(!piece.isEmpty)
      output += piece
    }
    #expect(pieces() == nil)
    return output
  }

  private func source(_ bytes: [UInt8], by length: Int) -> () -> [UInt8]? {
    var left = bytes[...]
    return {
      if left.isEmpty { return nil }
      defer { left = left.dropFirst(length) }
      return Array(left.prefix(length))
    }
  }

  private func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private func written(_ archive: ZipArchive) -> [UInt8] {
    let pieces = archive.pieces()
    var output: [UInt8] = []
    while let piece = pieces() {
      #expect(!piece.isEmpty)
      output += piece
    }
    #expect(pieces() == nil)
    return output
  }

  /// Name and content of each entry, as Python's zipfile reads them, after it has checked the sums.
  private func entries(_ bytes: [UInt8]) throws -> [(name: String, content: [UInt8])] {
    let told = try python(
      """
      import struct, sys, zipfile
      with zipfile.ZipFile(sys.argv[1]) as archive, open(sys.argv[2], "wb") as told:
          assert archive.testzip() is None
          for entry in archive.infolist():
              assert entry.date_time == (1980, 1, 1, 0, 0, 0), entry
              for text in (entry.filename.encode(), archive.read(entry)):
                  told.write(struct.pack("<Q", len(text)) + text)
      """, bytes)
    var left = told[...]
    func next() -> [UInt8] {
      let length = left.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      defer { left = left.dropFirst(8 + length) }
      return Array(left.dropFirst(8).prefix(length))
    }
    var found: [(name: String, content: [UInt8])] = []
    while !left.isEmpty {
      let name = String(decoding: next(), as: UTF8.self)
      found.append((name, next()))
    }
    return found
  }

  @Test(arguments: [Deflater.Form.raw, .gzip], [1, 7, 65_536, 10_000_000])
  func whatIsCompressedComesBack(form: Deflater.Form, length: Int) throws {
    let text = Array(String(repeating: "cijfers en nog eens cijfers; ", count: 3000).utf8)
    for bytes in [[], [0], noise(200_001), text] {
      let packed = compressed(bytes, form, by: length)
      #expect(try inflated(packed, form) == bytes)
    }
    #expect(compressed(text, form, by: length).count < text.count / 50)
  }

  @Test func gzipTellsNoTimeAndNoName() {
    let packed = compressed(Array("cijfers".utf8), .gzip, by: 3)
    #expect(Array(packed.prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
  }

  @Test func aDeflaterBeginsAnewAfterItsEnd() throws {
    let deflater = Deflater(.raw)
    let once = deflater.compress(noise(1000)) + deflater.finish()
    let again = deflater.compress(noise(1000)) + deflater.finish()
    #expect(once == again)
    #expect(try inflated(again, .raw) == noise(1000))
  }

  @Test(arguments: [UInt64(0xFFFF_FFFF), 100_000, 1])
  func anArchiveIsReadByAnother(largeFrom: UInt64) throws {
    let contents: [(String, [UInt8])] = [
      ("leeg.txt", []), ("map/één € ‘naam’.csv", Array("a;b\r\n1;2\r\n".utf8)),
      ("ruis.bin", noise(3_000_000)), ("nullen.bin", [UInt8](repeating: 0, count: 1_000_000)),
    ]
    let bytes = written(
      ZipArchive(
        contents.map { name, content in
          ZipArchive.Entry(name) { source(content, by: 5000) }
        } + [ZipArchive.Entry("heel.txt", whole: Array("heel".utf8))], largeFrom: largeFrom))
    let found = try entries(bytes)
    #expect(found.map(\.name) == contents.map(\.0) + ["heel.txt"])
    #expect(found.map(\.content) == contents.map(\.1) + [Array("heel".utf8)])
  }

  @Test func anArchiveOfNothingIsOne() throws {
    let bytes = written(ZipArchive([]))
    #expect(bytes.count == 22)
    #expect(try entries(bytes).isEmpty)
  }

  @Test func moreEntriesThanSixteenBitsCountAreAllThere() throws {
    let bytes = written(
      ZipArchive((0..<70_000).map { ZipArchive.Entry("\($0)", whole: [UInt8($0 % 251)]) }))
    let found = try entries(bytes)
    #expect(found.count == 70_000)
    #expect(found.enumerated().allSatisfy { $1.name == "\($0)" && $1.content == [UInt8($0 % 251)] })
  }

  @Test func theSameContentGivesTheSameBytes() {
    func archive() -> ZipArchive {
      ZipArchive([
        ZipArchive.Entry("een") { source(noise(300_000), by: 1000) },
        ZipArchive.Entry("twee", whole: Array("twee".utf8)),
      ])
    }
    let once = archive()
    #expect(written(once) == written(once))
    #expect(written(once) == written(archive()))
  }

  /// A source that is asked for no more than the reader takes.
  @Test func anEntryIsReadWhileTheArchiveIs() {
    var asked = 0
    let archive = ZipArchive([
      ZipArchive.Entry("ruis") {
        var random = SeededGenerator(seed: 3)
        return {
          asked += 1
          return asked > 10_000
            ? nil : (0..<1000).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
      }
    ])
    let pieces = archive.pieces()
    #expect(asked == 0)
    #expect((pieces()?.count ?? 0) < 300_000)
    #expect((1..<300).contains(asked))
  }

  @Test func aTooLongNameSpoilsNothing() throws {
    let bytes = written(
      ZipArchive([
        ZipArchive.Entry(String(repeating: "a", count: 70_000), whole: [1]),
        ZipArchive.Entry("b", whole: [2]),
      ]))
    let found = try entries(bytes)
    #expect(found.map(\.name.count) == [65_535, 1] && found.map(\.content) == [[1], [2]])
  }
}
