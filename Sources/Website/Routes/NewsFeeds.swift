import InformationModel
import Publication

/// What programs follow: new releases and corrections as Atom (RFC 4287), announced releases as iCalendar (RFC 5545).
struct NewsFeeds {
  let site: Site
  /// Scheme and host, no slash at the end.
  let base: String

  /// New releases, the newest first.
  func releases(_ entries: [PublicationEntry], _ language: Language) -> String {
    feed(
      Address.feed(language), title: language == .nl ? "Uitgaven" : "Releases",
      entries: entries.reversed().map { entry in
        Entry(
          address: Address.release(entry.release) + Address.tables(language),
          title: (language == .nl ? "Uitgave " : "Release ") + entry.release.description,
          text: entry.reason?[language]
            ?? (language == .nl ? "Nieuwe cijfers." : "New figures."), updated: entry.date)
      }, language)
  }

  /// Definitive figures that changed, the newest first.
  func corrections(_ corrections: [History.Correction], _ language: Language) -> String {
    feed(
      Address.correctionsFeed(language), title: language == .nl ? "Correcties" : "Corrections",
      entries: corrections.map { correction in
        let count = NumberText.text(Double(correction.count), decimals: 0, language: language)
        let figures = language == .nl ? "Veranderde cijfers" : "Changed figures"
        return Entry(
          address: Address.difference(
            correction.slug, from: correction.before, to: correction.entry.release, language),
          title: correction.title[language],
          text: ["\(figures): \(count).", correction.entry.reason?[language]].compactMap { $0 }
            .joined(separator: " "), updated: correction.entry.date)
      }, language)
  }

  private struct Entry {
    let address: String
    let title: String
    let text: String
    let updated: Moment
  }

  private func feed(
    _ address: String, title: String, entries: [Entry], _ language: Language
  ) -> String {
    let escaped = Drawing.escaped
    let updated = entries.map(\.updated).max() ?? Moment(secondsSinceEpoch: 0)
    let name = escaped(site.release.chain.name[language])
    var text = """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="\(language.rawValue)">
      <id>\(escaped(base + address))</id>
      <title>\(name): \(escaped(title))</title>
      <updated>\(updated)</updated>
      <author><name>\(name)</name></author>
      <link rel="self" href="\(escaped(base + address))"/>

      """
    for entry in entries {
      text += """
        <entry>
        <id>\(escaped(base + entry.address))</id>
        <title>\(escaped(entry.title))</title>
        <updated>\(entry.updated)</updated>
        <link href="\(escaped(base + entry.address))"/>
        <summary>\(escaped(entry.text))</summary>
        </entry>

        """
    }
    return text + "</feed>\n"
  }

  /// What is announced, for people's own calendars.
  func calendar(now: Moment, _ language: Language) -> String {
    let chain = site.release.chain
    var lines = [
      "BEGIN:VCALENDAR", "VERSION:2.0",
      "PRODID:-//Keten//\(chain.id)//\(language.rawValue.uppercased())", "CALSCALE:GREGORIAN",
    ]
    for release in (chain.calendar ?? []) where release.moment > now {
      let stamp = Self.stamp(release.moment)
      lines += [
        "BEGIN:VEVENT",
        // The same event in both languages.
        "UID:\(stamp)-\(TaggedBytes.letters(of: Array(release.title.nl.utf8)))@\(chain.id)",
        "DTSTAMP:\(stamp)", "DTSTART:\(stamp)",
        "SUMMARY:\(Self.text(release.title[language]))",
        "URL:\(base)\(Address.calendar(language))", "END:VEVENT",
      ]
    }
    lines.append("END:VCALENDAR")
    return lines.flatMap(Self.folded).map { $0 + "\r\n" }.joined()
  }

  private static func stamp(_ moment: Moment) -> String {
    moment.description.filter { $0 != "-" && $0 != ":" }
  }

  private static func text(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,")
      .replacing("\n", with: "\\n")
  }

  /// Lines of at most 75 bytes; what follows begins with a blank.
  private static func folded(_ line: String) -> [String] {
    var lines: [String] = []
    var current = ""
    for character in line {
      if current.utf8.count + character.utf8.count > 75 {
        lines.append(current)
        current = " "
      }
      current.append(character)
    }
    return lines + [current]
  }
}
