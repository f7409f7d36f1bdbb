import Foundation
import InformationModel
import OpenData
import Publication
import Testing

@Suite struct ChangeTests {
  private let releases: TwoReleases
  private let service: ODataService

  init() throws {
    releases = try TwoReleases()
    service = ODataService(releases.later, tables: try releases.later.allTables())
  }

  private func get(_ address: String) throws -> WholeAnswer {
    let parts = address.split(separator: "?", maxSplits: 1).map(String.init)
    let earlier = releases.earlier
    return WholeAnswer(
      try #require(
        service.answer(
          .init(
            path: "/odata/v1/PROEF/" + parts[0],
            items: WholeAnswer.items(parts.count > 1 ? parts[1] : ""), base: "http://localhost"
          ) { version throws(PublicationError) in
            switch version {
            case "eerder": try earlier.allTables()
            case "leeg": []
            case "stuk": throw PublicationError(.damaged, "stuk")
            default: nil
            }
          })))
  }

  private func observations(_ release: PublishedRelease) throws -> [String: [String: Any]] {
    let service = ODataService(release, tables: try release.allTables())
    let answer = WholeAnswer(
      try #require(
        service.answer(
          .init(path: "/odata/v1/PROEF/T01/Observations", items: [], base: "http://localhost"))))
    return Dictionary(
      answer.rows.map { row in
        (
          ["Measure", "Plaats", "Soort", "Perioden"].map { row[$0] as? String ?? "" }
            .joined(separator: "|"), row
        )
      }, uniquingKeysWith: { one, _ in one })
  }

  @Test func `changes are what an obvious comparison of both versions finds`() throws {
    let before = try observations(releases.earlier)
    let after = try observations(releases.later)
    let answer = try get("T01/Changes?since=eerder&$count=true")
    #expect(answer.status == 200 && !answer.isLasting)
    var expected: [Int: (row: [String: Any], old: [String: Any])] = [:]
    for (key, row) in after {
      guard let old = before[key], let id = row["Id"] as? Int else { continue }
      let isSame =
        row["Value"] as? Double == old["Value"] as? Double
        && row["ValueAttribute"] as? String == old["ValueAttribute"] as? String
      if !isSame { expected[id] = (row, old) }
    }
    #expect(expected.count > 20)
    #expect(answer.rows.compactMap { $0["Id"] as? Int } == expected.keys.sorted())
    #expect(answer.json["@odata.count"] as? Int == expected.count)
    #expect(answer.json["@keten.added"] as? Int == after.count - before.count)
    #expect(answer.json["@keten.removed"] as? Int == 0)
    #expect(
      answer.json["@odata.context"] as? String
        == "http://localhost/odata/v1/PROEF/T01/$metadata#Changes")
    for row in answer.rows {
      let (new, old) = try #require(expected[row["Id"] as? Int ?? -1])
      for name in ["Measure", "Plaats", "Soort", "Perioden", "ValueAttribute"] {
        #expect(row[name] as? String == new[name] as? String)
      }
      #expect(row["Value"] as? Double == new["Value"] as? Double)
      let isHidden = new["ValueAttribute"] as? String == "Confidential"
      let was = isHidden ? [:] : old
      #expect(row["PreviousValueAttribute"] as? String == was["ValueAttribute"] as? String)
      #expect(row["PreviousValue"] as? Double == was["Value"] as? Double)
    }
    #expect(answer.rows.contains { $0["ValueAttribute"] as? String == "Confidential" })
    #expect(!TwoReleases.secrets.contains { answer.text.contains($0) })
  }

  @Test func `changes are filtered, ordered, counted and paged like any other set`() throws {
    let all = try get("T01/Changes?since=eerder").rows
    let ids = all.compactMap { $0["Id"] as? Int }
    let counts = all.filter { $0["Measure"] as? String == "aantal" }.compactMap { $0["Id"] as? Int }
    let filter = "$filter=Measure%20eq%20'aantal'"
    #expect(
      try get("T01/Changes?since=eerder&\(filter)").rows.compactMap { $0["Id"] as? Int } == counts)
    #expect(try get("T01/Changes/$count?since=eerder&\(filter)").text == "\(counts.count)")
    #expect(
      try get("T01/Changes?since=eerder&$skip=2&$top=3&$orderby=Id%20desc").rows.compactMap {
        $0["Id"] as? Int
      } == Array(ids.reversed().dropFirst(2).prefix(3)))
    let grown = try get("T01/Changes?since=eerder&$filter=Value%20gt%20PreviousValue").rows
    #expect(
      grown.count
        == all.count {
          ($0["Value"] as? Double ?? 0) > ($0["PreviousValue"] as? Double ?? .infinity)
        }
    )
    let one = try get("T01/Changes(\(ids[4]))?since=eerder")
    #expect(one.json["Id"] as? Int == ids[4])
    #expect(try get("T01/Changes?since=eerder&$select=Id,PreviousValue").rows[0].count == 2)
  }

  @Test(arguments: [
    ("T01/Changes", 400), ("T01/Changes?since=nooit", 404), ("T01/Changes?since=leeg", 404),
    ("T01/Changes?since=stuk", 500), ("T01/Changes(99999)?since=eerder", 404),
    ("T01/Changes?since=eerder&$filter=Kleur%20eq%201", 400),
    ("T01/Changes?since=eerder&$expand=x", 501),
  ])
  func `what cannot be compared is refused with a reason`(address: String, status: Int) throws {
    let answer = try get(address)
    #expect(answer.status == status)
    let error = try #require(answer.json["error"] as? [String: Any])
    #expect((error["message"] as? String)?.isEmpty == false)
    #expect(error["code"] as? String == "\(status)")
  }

  @Test func `the set is described, but not among what a client downloads`() throws {
    let document = try get("T01").rows.compactMap { $0["name"] as? String }
    #expect(!document.contains("Changes"))
    #expect(try get("T01/$metadata").text.contains("EntitySet Name=\"Changes\""))
  }

  @Test func `a date names its last release, a name its own`() throws {
    let releases = try [
      "2024-06-01-aaaaaaaaaaaa", "2024-09-01-aaaaaaaaaaaa", "2024-06-01-bbbbbbbbbbbb",
    ].map { try #require(ReleaseID($0)) }
    func found(_ name: String) -> String? {
      VersionName.release(name, among: releases)?.description
    }
    #expect(found("202406010000") == "2024-06-01-bbbbbbbbbbbb")
    #expect(found("202409010000") == "2024-09-01-aaaaaaaaaaaa")
    #expect(found("2024-06-01-aaaaaaaaaaaa") == "2024-06-01-aaaaaaaaaaaa")
    for name in ["", "20240601", "202406010001", "2024-06-01", "2024-06-01-cccccccccccc", "é"] {
      #expect(found(name) == nil, "\(name)")
    }
  }
}
