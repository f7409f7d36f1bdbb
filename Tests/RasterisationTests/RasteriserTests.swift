import Foundation
import Rasterisation
import TestSupport
import Testing

@Suite("A drawing in dots")
struct RasteriserTests {
  private static func drawing(
    _ content: String, width: String = "120", height: String = "40"
  ) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\">"
      + content + "</svg>"
  }

  @Test("has two dots for each unit, its colours, and white where nothing is drawn")
  func colours() throws {
    let png = try Rasteriser().png(
      of: Self.drawing(
        """
        <style>.a { fill: #1f4e96; }</style>
        <rect x="10" y="10" width="20" height="20" class="a"/>
        <rect x="40" y="10" width="20" height="20" fill="#000" fill-opacity="0"/>
        """))
    let picture = try #require(PNGReader(png))
    #expect(picture.width == 240 && picture.height == 80)
    #expect(picture[20, 20] == 0x1F4E96 && picture[59, 59] == 0x1F4E96)
    for (x, y) in [(19, 19), (60, 60), (100, 40), (0, 0), (239, 79)] {
      #expect(picture[x, y] == 0xFFFFFF, "\(x), \(y)")
    }
  }

  @Test("leaves the hole of a region open, and fills it with a pattern")
  func hole() throws {
    let png = try Rasteriser().png(
      of: Self.drawing(
        """
        <style>.a { fill: #1f4e96; }</style>
        <defs><pattern id="p" width="10" height="10" patternUnits="userSpaceOnUse" \
        patternTransform="scale(1.5)"><rect width="10" height="10" class="a"/></pattern></defs>
        <path fill="url(#p)" fill-rule="evenodd" \
        d="M10 5l60 0 0 30 -60 0zM30 15l20 0 0 10 -20 0z"/>
        """))
    let picture = try #require(PNGReader(png))
    #expect(picture[80, 40] == 0xFFFFFF && picture[4, 40] == 0xFFFFFF)
    for (x, y) in [(30, 20), (120, 60), (80, 16)] { #expect(picture[x, y] == 0x1F4E96) }
  }

  @Test("loses no more than part of a dot when its size is no whole number")
  func parts() throws {
    let svg = Self.drawing("", width: "120.3", height: "40.4")
    let picture = try #require(PNGReader(try Rasteriser().png(of: svg)))
    #expect(picture.width == 240 && picture.height == 80)
  }

  @Test(
    "has its letters, thick ones and those of families that nobody has",
    arguments: [
      "", "font-weight=\"600\"", "font-family=\"Nobody Has This\"", "font-style=\"italic\"",
    ])
  func letters(style: String) throws {
    let png = try Rasteriser().png(
      of: Self.drawing("<text x=\"10\" y=\"30\" font-size=\"24\" \(style)>Geheim 12</text>"))
    let picture = try #require(PNGReader(png))
    #expect(picture.darkDots(x: 20..<220, y: 20..<64) > 400)
    #expect(picture.darkDots(x: 0..<16, y: 0..<80) == 0)
  }

  @Test("is the same file each time, also when many are made at once")
  func deterministic() async throws {
    let svg = Self.drawing("<text x=\"10\" y=\"30\" font-size=\"24\">Zaken &amp; feiten</text>")
    let first = try Rasteriser().png(of: svg)
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<50 { group.addTask { try Rasteriser().png(of: svg) } }
      for try await again in group { #expect(again == first) }
    }
  }

  @Test(
    "has fewer dots for each unit when it would have too many",
    arguments: [
      ("1200", "40000"), ("40000", "1200"), ("1", "1000000"), ("1000000", "1"), ("0.001", "0.001"),
      ("1e9", "1e9"), ("1e-3", "1e9"),
    ])
  func limits(width: String, height: String) throws {
    let svg = Self.drawing("", width: width, height: height)
    let picture = try #require(PNGReader(try Rasteriser(mostDots: 1_000_000).png(of: svg)))
    #expect(picture.width * picture.height <= 1_000_000)
    #expect((1...32_767).contains(picture.width) && (1...32_767).contains(picture.height))
  }

  @Test("holds nothing from outside itself")
  func outside() throws {
    let png = try Rasteriser().png(
      of: Self.drawing("<rect width=\"120\" height=\"40\" fill=\"#f00\"/>"))
    let inside = Data(png).base64EncodedString()
    try withFolder { folder in
      let (file, sheet) = (folder.appending(path: "red.png"), folder.appending(path: "red.css"))
      try writeFile(Data(png), to: file)
      try writeFile(Data("rect { fill: #f00 }".utf8), to: sheet)
      func colour(_ content: String, before: String = "") throws -> Int {
        let svg = Self.drawing(content)
        return try #require(PNGReader(try Rasteriser().png(of: before + svg)))[120, 40]
      }
      func image(_ address: String) -> String {
        "<image width=\"120\" height=\"40\" href=\"\(address)\"/>"
      }
      let square = "<rect width=\"120\" height=\"40\" fill=\"#fff\"/>"
      #expect(try colour(image("data:image/png;base64," + inside)) == 0xFF0000)
      for address in [file.path, file.absoluteString, "red.png", "http://127.0.0.1:9/red.png"] {
        #expect(try colour(image(address)) == 0xFFFFFF, "\(address)")
      }
      for address in [sheet.path, sheet.absoluteString] {
        #expect(try colour("<style>@import url(\"\(address)\");</style>" + square) == 0xFFFFFF)
        #expect(
          try colour(square, before: "<?xml-stylesheet href=\"\(address)\" type=\"text/css\"?>")
            == 0xFFFFFF)
        // The text of the file would be the style.
        let entity = "<!DOCTYPE svg [<!ENTITY e SYSTEM \"\(address)\">]>"
        let quoted = try? colour("<style>&e;</style>" + square, before: entity)
        #expect(quoted ?? 0xFFFFFF == 0xFFFFFF)
      }
    }
  }

  @Test(
    "is refused with the reason when it is none",
    arguments: [
      ("", "The drawing cannot be read: "), ("geen tekening", "The drawing cannot be read: "),
      ("<svg xmlns=\"http://www.w3.org/2000/svg\"", "The drawing cannot be read: "),
      ("<html/>", "The drawing cannot be read: "), ("\0", "The drawing cannot be read: "),
      (drawing("", width: "0"), "The drawing does not tell its width and height."),
      (drawing("", height: "50%"), "The drawing does not tell its width and height."),
      (
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "The drawing does not tell its width and height."
      ),
    ])
  func refused(svg: String, message: String) throws {
    let error = try #require(throws: RasterisationError.self) { try Rasteriser().png(of: svg) }
    #expect(error.description.hasPrefix(message), "\(error)")
    #expect(error.description.count > message.count || !message.hasSuffix(" "))
  }
}
