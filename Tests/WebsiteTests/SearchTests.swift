import Foundation
import InformationModel
import Publication
import TestSupport
import Testing
import Website

/// From the sample vocabularies of the Snowball project (github.com/snowballstem/snowball-data):
/// `dutch_porter` and `porter`, `voc.txt` with `output.txt`.
@Suite("A stemmer")
struct StemmerTests {
  @Test(
    "takes the endings off Dutch words as Porter's algorithm does",
    arguments: [
      ("zaken", "zak"), ("zaak", "zak"), ("manen", "man"), ("gemeenten", "gemeent"),
      ("mogelijkheden", "mogelijk"), ("overheden", "over"), ("dagen", "dag"),
      ("verdachten", "verdacht"), ("beslissingen", "besliss"), ("veroordeelden", "veroordeeld"),
      ("ongelukkig", "ongelukk"), ("bomen", "bom"), ("bezoekers", "bezoeker"),
      ("ambtenaren", "ambtenar"), ("onderzoeken", "onderzoek"), ("rechtbanken", "rechtbank"),
      ("personen", "person"), ("straffen", "straff"), ("boetes", "boetes"),
      ("strafbaar", "strafbar"), ("strafbare", "strafbar"), ("openbaar", "open"),
      ("openbare", "open"), ("gebeurtenissen", "gebeurteniss"), ("eenheid", "eenheid"),
      ("bloeien", "bloei"), ("bijdragen", "bijdrag"), ("gemeentelijke", "gemeent"),
      ("lichamelijk", "licham"), ("overtredingen", "overtred"), ("crisis", "crisis"),
      ("zwaarte", "zwaart"), ("geëist", "geeist"), ("koning", "koning"),
      ("opgeheven", "opgehev"), ("yen", "yen"), ("rijden", "rijd"), ("stelling", "stelling"),
    ])
  func dutch(word: String, stem: String) {
    #expect(DutchStemmer.stem(word) == stem)
  }

  @Test(
    "takes the endings off English words as Porter's algorithm does",
    arguments: [
      ("cases", "case"), ("policies", "polici"), ("policy", "polici"), ("persons", "person"),
      ("organisation", "organis"), ("conditional", "condit"), ("differently", "differ"),
      ("operator", "oper"), ("hopefulness", "hope"), ("callousness", "callous"),
      ("formality", "formal"), ("sensibility", "sensibl"), ("electricity", "electr"),
      ("electrical", "electr"), ("goodness", "good"), ("revival", "reviv"),
      ("allowance", "allow"), ("inference", "infer"), ("defensible", "defens"),
      ("adjustment", "adjust"), ("dependent", "depend"), ("adoption", "adopt"),
      ("communism", "commun"), ("effective", "effect"), ("rate", "rate"), ("cease", "ceas"),
      ("control", "control"), ("roll", "roll"), ("sky", "sky"), ("happy", "happi"),
      ("plastered", "plaster"), ("sing", "sing"), ("troubled", "troubl"), ("hopping", "hop"),
      ("tanned", "tan"), ("falling", "fall"), ("hissing", "hiss"), ("filing", "file"),
      ("agreed", "agre"), ("feed", "feed"), ("caresses", "caress"), ("ponies", "poni"),
      ("ties", "ti"), ("say", "sai"),
    ])
  func english(word: String, stem: String) {
    #expect(EnglishStemmer.stem(word) == stem)
  }

  @Test(
    "brings Dutch plurals and their singulars together",
    arguments: [
      ("straf", "straffen"), ("boete", "boetes"), ("misdrijf", "misdrijven"),
      ("organisatie", "organisaties"), ("categorie", "categorieen"), ("advies", "adviezen"),
      ("gezin", "gezinnen"), ("vonnis", "vonnissen"), ("proces", "processen"),
      ("kenteken", "kentekens"), ("type", "types"), ("zaak", "zaken"), ("man", "mannen"),
      ("beslissing", "beslissingen"), ("maatregel", "maatregelen"), ("idee", "ideeen"),
    ])
  func plurals(singular: String, plural: String) {
    #expect(Language.nl.stem(singular) == Language.nl.stem(plural))
  }

  @Test("takes any word", arguments: ["", "s", "en", "ing", "y", "yyy", "ii", "é", "漢字", "heid"])
  func anything(word: String) {
    for language in Language.allCases { #expect(language.stem(word).count <= word.count + 1) }
  }

  @Test("keeps codes and words without content apart from other words")
  func apart() {
    #expect(Language.nl.stem("2023jj00") == "2023jj00")
    #expect(Language.nl.stem("overheid") != Language.nl.stem("over"))
  }
}

@Suite("A search")
struct SearchTests {
  /// Asks the index of the mock release.
  private func withIndex(_ body: (SearchIndex) throws -> Void) throws {
    try withFolder { folder in
      let id = try MockRelease.release(into: folder)
      let release = try PublicationStore(directory: folder).release(id)
      try body(SearchIndex(release: release, tables: release.allTables()))
    }
  }

  private func addresses(_ answer: SearchAnswer) -> [String] { answer.results.map(\.address) }

  @Test(
    "finds tables, concepts, schemes and pages by any form of their words",
    arguments: [
      ("melding", Language.nl, "/tabellen/meldingen-naar-soort"),
      ("Doorlooptijden", .nl, "/tabellen/doorlooptijd"),
      ("lantaarnpaal", .nl, "/begrippen/soort/A11"),
      ("soort schade", .nl, "/begrippen/soort"), ("pseudoniem", .nl, "/over"),
      ("keuringsdiensten", .nl, "/"), ("s05", .nl, "/tabellen/saldo"),
      ("a11", .nl, "/begrippen/soort/A11"), ("A 1/2", .nl, "/begrippen/soort/A%201%2F2"),
      ("één bericht", .nl, "/begrippen/eenheden/melding"),
      // By what else they are called.
      ("lichtmast", .nl, "/begrippen/soort/A11"),
      ("lichtmast", .nl, "/tabellen/meldingen-naar-soort"),
      ("street light", .en, "/en/begrippen/soort/A11"),
      ("klachten", .nl, "/begrippen/eenheden/melding"), ("klachten", .nl, "/tabellen/saldo"),
      ("reported", .en, "/en/tabellen/meldingen-naar-soort"),
      ("lamp post", .en, "/en/begrippen/soort/A11"), ("pseudonyms", .en, "/en/over"),
    ])
  func finds(question: String, language: Language, address: String) throws {
    try withIndex { index in
      let answer = try index.results(for: question, language: language, limit: 20)
      #expect(addresses(answer).contains(address))
      #expect(answer.searchedFor == nil)
      #expect(!answer.isPartial)
    }
  }

  @Test("puts first what is called just so, then titles, then definitions, then categories")
  func ranking() throws {
    try withIndex { index in
      let unit = try index.results(for: "meldingen", language: .nl, limit: 20)
      #expect(
        addresses(unit).prefix(2).contains("/begrippen/eenheden/melding"))
      #expect(unit.results.first?.title.hasPrefix("Melding") == true)

      let code = try index.results(for: "A11", language: .nl, limit: 20)
      #expect(
        addresses(code) == ["/begrippen/soort/A11", "/tabellen/meldingen-naar-soort"])

      let posts = try index.results(for: "lantaarnpalen", language: .nl, limit: 20)
      #expect(posts.results.first?.kind == .concept)
      #expect(posts.results.last?.address == "/tabellen/meldingen-naar-soort")

      let rare = try index.results(for: "zeldzame schade", language: .nl, limit: 20)
      #expect(rare.results.first?.address == "/tabellen/zeldzaam")
    }
  }

  @Test(
    "puts what is otherwise called just so, or has that in its title, where its own name puts it",
    arguments: [
      ("klachten", "meldingen", Language.nl), ("Klacht naar soort", "Melding naar soort", .nl),
      ("lichtmasten", "lantaarnpalen", .nl), ("street lights", "lamp posts", .en),
    ])
  func alternatives(other: String, own: String, language: Language) throws {
    try withIndex { index in
      let named = try index.results(for: own, language: language, limit: 20)
      let found = try index.results(for: other, language: language, limit: 20)
      #expect(found.results.first?.address == named.results.first?.address)
      #expect(found.results.first?.snippetLanguage == language)
    }
  }

  @Test("finds a table by another name of what its title says, before those that only count it")
  func otherTitle() throws {
    try withIndex { index in
      let answer = try index.results(for: "klachten", language: .nl, limit: 20)
      let found = addresses(answer)
      let titled = try #require(found.firstIndex(of: "/tabellen/meldingen-naar-soort"))
      let counting = try #require(found.firstIndex(of: "/tabellen/saldo"))
      #expect(found.first == "/begrippen/eenheden/melding")
      #expect(titled < counting)
    }
  }

  @Test("puts tables before concepts of the same rank")
  func tablesFirst() throws {
    try withIndex { index in
      let answer = try index.results(for: "schade", language: .nl, limit: 20)
      #expect(answer.results.first?.kind == .table)
      #expect(answer.total > 5)
    }
  }

  @Test("finds longer words and unfinished words when there is little else")
  func compounds() throws {
    try withIndex { index in
      for question in ["palen", "paal", "meubilair", "lantaa", "doorl"] {
        let answer = try index.results(for: question, language: .nl, limit: 5)
        #expect(answer.total > 0, "\(question)")
        #expect(answer.searchedFor == nil, "\(question)")
      }
      let part = try index.results(for: "stormschade", language: .nl, limit: 5)
      #expect(part.searchedFor == "schade")
      #expect(part.total > 0)
    }
  }

  @Test(
    "forgives mistakes in typing, and says what it looked for",
    arguments: [
      ("lantarenpalen", "lantaarnpalen"), ("doorlooptjid", "doorlooptijd"),
      ("mutaaties", "mutaties"), ("straatmeubiliar", "straatmeubilair"),
      ("meldingen kwaartal", "meldingen kwartaal"),
    ])
  func mistakes(question: String, searchedFor: String) throws {
    try withIndex { index in
      let answer = try index.results(for: question, language: .nl, limit: 5)
      #expect(answer.searchedFor == searchedFor)
      #expect(answer.total > 0)
    }
  }

  @Test("takes no other code for the one that was asked")
  func codes() throws {
    try withIndex { index in
      let answer = try index.results(for: "A99", language: .nl, limit: 5)
      #expect(answer.results.isEmpty)
      #expect(answer.searchedFor == nil)
    }
  }

  @Test("falls back on the other language, and leads to pages in the reader's own")
  func otherLanguage() throws {
    try withIndex { index in
      let dutch = try index.results(for: "lamp posts", language: .nl, limit: 5)
      let found = try #require(dutch.results.first)
      #expect(found.title == "Lantaarnpalen")
      #expect(found.address == "/begrippen/soort/A11")
      #expect(found.snippetLanguage == .en)
      #expect(found.snippet.filter(\.isMatch).map(\.text) == ["Lamp", "posts"])

      let english = try index.results(for: "lantaarnpalen", language: .en, limit: 5)
      #expect(english.results.first?.title == "Lamp posts")
      #expect(english.results.first?.address == "/en/begrippen/soort/A11")
    }
  }

  @Test("finds texts with some of the words when none has all, and says so")
  func partly() throws {
    try withIndex { index in
      let answer = try index.results(for: "lantaarnpalen olifantenkooi", language: .nl, limit: 5)
      #expect(answer.isPartial)
      #expect(answer.results.first?.address == "/begrippen/soort/A11")
    }
  }

  @Test("shows where the words are")
  func snippets() throws {
    try withIndex { index in
      let answer = try index.results(for: "bericht", language: .nl, limit: 1)
      #expect(
        answer.results.first?.snippet.map(\.text) == ["Eén ", "bericht", " over één schade."])
      let category = try index.results(for: "lantaarnpalen noord", language: .nl, limit: 1)
      #expect(category.results.first?.snippet.contains { $0.isMatch } == true)
    }
  }

  @Test("gives no more than was asked for, and tells how many there are")
  func limit() throws {
    try withIndex { index in
      let answer = try index.results(for: "schade", language: .nl, limit: 2)
      #expect(answer.results.count == 2)
      #expect(answer.total > 2)
      #expect(try index.results(for: "schade", language: .nl, limit: 0).results.isEmpty)
      #expect(try index.results(for: "schade", language: .nl, limit: -1).results.isEmpty)
    }
  }

  /// Whatever somebody may write into a field.
  static let oddQuestions = [
    "", " ", "\"", "\"\"", "'", "''", "schade\"", "\"schade", "AND", "OR", "NOT", "NEAR",
    "schade AND", "NOT schade", "NEAR(schade melding, 5)", "schade*", "*", "^schade",
    "title:schade", "{title codes}:schade", "-schade", "schade + melding", "(", ")", "((((", "a",
    "schade; DROP TABLE texts_nl", "\0", "scha\0de", "\u{1}\u{7f}", "😀", "👩‍👩‍👧‍👦 schade", "\u{301}",
    "e\u{301}\u{301}\u{301}", "\u{FFFE}\u{FFFF}\u{E000}", "漢字", "ﬁ", "½", "İ", "ß",
    "\u{202E}schade",
    "%", "_", "\\", "<script>alert(1)</script>", "{{title}}", "de het een", "s", "'s",
    String(repeating: "a", count: 10_000), String(repeating: "schade ", count: 2_000),
    String(repeating: "\"", count: 10_000), "e" + String(repeating: "\u{301}", count: 10_000),
    (0..<500).map { "woord\($0)" }.joined(separator: " "),
  ]

  @Test("takes any question")
  func anyQuestion() throws {
    try withIndex { index in
      for question in Self.oddQuestions {
        for language in Language.allCases {
          let answer = try index.results(for: question, language: language, limit: 20)
          #expect(answer.results.count <= answer.total, "\(question.prefix(50))")
          #expect(answer.question.unicodeScalars.count <= 200, "\(question.prefix(50))")
        }
      }
    }
  }

  @Test("takes operators for words")
  func operators() throws {
    try withIndex { index in
      let plain = try index.results(for: "schade", language: .nl, limit: 20)
      for question in ["\"schade\"", "schade*", "^schade", "-schade", "(schade)", "scha\u{AD}de"] {
        let answer = try index.results(for: question, language: .nl, limit: 20)
        #expect(answer.results == plain.results, "\(question)")
      }
    }
  }

  @Test("is a page in both languages, with its question in the field and the words marked")
  func page() async throws {
    try await withMockSite { client in
      let dutch = try await client.get("/zoeken?q=lantaarnpaal")
      #expect(dutch.status == 200)
      #expect(dutch.text.contains("value=\"lantaarnpaal\""))
      #expect(dutch.text.contains("<label for=\"vraag\">"))
      #expect(dutch.text.contains("<mark>Lantaarnpalen</mark>"))
      #expect(dutch.text.contains("2 resultaten"))
      #expect(dutch.text.contains("href=\"/en/zoeken?q=lantaarnpaal\""))
      let english = try await client.get("/en/zoeken?q=doorlooptjid").text
      #expect(english.contains("Searched for: <strong>doorlooptijd</strong>"))
      let nothing = try await client.get("/zoeken?q=qqqqqq")
      #expect(nothing.text.contains("Niets gevonden"))
      #expect(MarkupReader(nothing.body)?.links.contains("/tabellen") == true)
      #expect(try await client.get("/zoeken").status == 200)
      #expect(try await client.get("/zoeken?q=%ff").status == 400)
    }
  }

  @Test("is a well-formed page whatever is asked")
  func wellFormed() async throws {
    try await withMockSite { client in
      for question in Self.oddQuestions {
        let encoded = question.utf8.map { byte in
          let digits = String(byte, radix: 16)
          return "%" + (digits.count < 2 ? "0" : "") + digits
        }
        .joined()
        for path in ["/zoeken?q=", "/en/zoeken?q="] {
          let answer = try await client.get(path + encoded)
          #expect(answer.status == 200)
          #expect(MarkupReader(answer.body) != nil)
          #expect(!answer.text.contains("<script>"))
        }
      }
    }
  }
}
