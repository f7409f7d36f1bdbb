import Foundation
import HTTPTypes
import InformationModel
import TestSupport
import Testing

@Suite("The chart of a table in dots")
struct PaintedPictureTests {
  private static let table = "/tabellen/meldingen-naar-soort"

  @Test(
    "is the drawing at twice its size, on white, with every text",
    arguments: [
      table, "/en" + table, table + "/verloop", "/tabellen/doorlooptijd",
      "/tabellen/meldingen-per-kwartaal",
      "/tabellen/mutaties", "/tabellen/saldo",
    ])
  func drawing(address: String) async throws {
    try await withMockSite { client in
      let svg = try await client.get(address + ".svg")
      let drawing = try #require(DrawingReader(svg.text))
      let size = try #require(drawing.size)
      let answer = try await client.get(address + ".png")
      #expect(answer.status == 200)
      #expect(answer.header("Content-Type") == "image/png")
      #expect(answer.header("Content-Length") == "\(answer.body.count)")
      #expect(answer.header("Access-Control-Allow-Origin") == "*")
      let picture = try #require(PNGReader(answer.body))
      #expect(picture.width == 2400 && picture.height == Int(2 * size.height))
      for (x, y) in [(0, 0), (2399, 0), (0, picture.height - 1), (2399, picture.height - 1)] {
        #expect(picture[x, y] == 0xFFFFFF)
      }
      // The lines that stand in the picture itself: title, source, reference date and address.
      let lines = drawing.all("text").filter { [17, 28].contains($0.number("font-size")) }
      #expect(lines.count >= 3)
      for line in lines {
        let (y, letter) = (try #require(line.number("y")), try #require(line.number("font-size")))
        let dark = picture.darkDots(
          x: 80..<1200, y: Int(2 * (y - letter))..<Int(2 * y + letter / 2))
        #expect(dark > 20 * line.text.count, "\(line.text)")
      }
      // Nothing goes over the margins.
      #expect(picture.darkDots(x: 0..<76, y: 0..<picture.height) == 0)
      #expect(picture.darkDots(x: 2_324..<2_400, y: 0..<picture.height) == 0)
    }
  }

  @Test("is the same file at the address of its release, and from another server")
  func same() async throws {
    try await withPublications { folder in
      let id = try MockRelease.release(into: folder)
      let client = try RouterClient(folder)
      for address in [Self.table + ".png", "/en" + Self.table + ".png?Regio=N&toon-rijen=Soort"] {
        let first = try await client.get(address)
        #expect(first.status == 200)
        #expect(PNGReader(first.body) != nil)
        for other in [client, try RouterClient(folder)] {
          for place in ["", "/uitgaven/\(id)"] {
            let again = try await other.get(place + address)
            #expect(again.body == first.body, "\(place)\(address)")
            #expect(again.header("ETag") == first.header("ETag"))
          }
        }
      }
    }
  }

  @Test("is that of the release which is asked for, and of what was chosen")
  func choice() async throws {
    try await withPublications { folder in
      var bodies: Set<Data> = []
      let ids = try [1, 2].map { day in
        try MockRelease.release(
          into: folder, referenceDate: CalendarDate(year: 2024, month: 6, day: day))
      }
      let client = try RouterClient(folder)
      for place in ids.map({ "/uitgaven/\($0)" }) {
        for query in ["", "?Regio=N", "?toon-onderwerp=bedrag"] {
          for language in ["", "/en"] {
            let answer = try await client.get(place + language + Self.table + ".png" + query)
            #expect(answer.status == 200)
            bodies.insert(answer.body)
          }
        }
      }
      #expect(bodies.count == 12)
    }
  }

  @Test("is not packed again, is known by its tag, and is told to HEAD")
  func transfer() async throws {
    try await withMockSite { client in
      let plain = try await client.get(Self.table + ".png")
      let tag = try #require(plain.header("ETag"))
      let packed = try await client.get(
        Self.table + ".png", headers: [.acceptEncoding: "gzip, br"])
      #expect(packed.header("Content-Encoding") == nil)
      #expect(packed.body == plain.body && packed.header("ETag") == tag)
      let known = try await client.get(Self.table + ".png", headers: [.ifNoneMatch: tag])
      #expect(known.status == 304 && known.body.isEmpty)
      let head = try await client.get(Self.table + ".png", method: .head)
      #expect(head.status == 200 && head.body.isEmpty && head.header("ETag") == tag)
      let accepted = try await client.get(Self.table, headers: [.accept: "image/png"])
      #expect(accepted.body == plain.body)
    }
  }

  @Test(
    "is not there where there is no chart or no table",
    arguments: [
      ("/tabellen/nergens.png", 404), ("/tabellen/zeldzaam.png", 404), ("/tabellen.png", 404),
      ("/tabellen/saldo/gegevens.png", 404), ("/tabellen/saldo.PNG", 404),
      ("/uitgaven/2020-01-01-abcdefghijkl/tabellen/saldo.png", 404),
      ("/tabellen/doorlooptijd.png?Fase=Q", 400),
    ])
  func absent(address: String, status: Int) async throws {
    try await withMockSite { client in
      let answer = try await client.get(address)
      #expect(answer.status == status)
      #expect(answer.isPage && MarkupReader(answer.body) != nil)
    }
  }

  @Test("is offered on the page beside the drawing, in both languages")
  func offered() async throws {
    try await withMockSite { client in
      for (address, words) in [
        (Self.table, "Deze grafiek als bestand"), ("/en" + Self.table, "This chart as a file"),
      ] {
        let page = try await client.get(address + "?Regio=N")
        let links = try #require(MarkupReader(page.body)).links
        for format in ["svg", "png"] {
          let link = try #require(links.first { $0.hasPrefix("\(address).\(format)?") })
          #expect(link.contains("Regio=N"))
          #expect(page.text.contains("\(words) (\(format.uppercased()))"))
        }
      }
    }
  }
}
