import HTTPTypes

/// Why a request is not looked at any further, in plain words.
struct Refusal: Error {
  let status: HTTPResponse.Status
  let dutch: String
  let english: String

  /// For those whose language is not known.
  var text: String { "\(dutch)\n\n\(english)\n" }

  static let targetTooLong = Refusal(
    status: .uriTooLong,
    dutch: "Het adres van deze vraag is te lang: tot \(ServerSettings.longestTarget) tekens is "
      + "goed. Vraag minder codes tegelijk, neem een hele tabel als bestand (/download), of stel de vraag "
      + "met POST aan /api/v2, waar zij in het bericht zelf staat.",
    english: "The address of this question is too long: up to \(ServerSettings.longestTarget) "
      + "characters will do. Ask for fewer codes at a time, take a whole table as a file "
      + "(/download), or send the question with POST to /api/v2, where it stands in the body.")

  static let headTooLong = Refusal(
    status: .requestHeaderFieldsTooLarge,
    dutch:
      "De kopregels van deze vraag zijn samen te lang: tot \(ServerSettings.longestHead) bytes "
      + "met het adres erbij, en \(ServerSettings.mostHeaders) regels, is goed.",
    english: "The header lines of this request are too long together: up to "
      + "\(ServerSettings.longestHead) bytes with the address, and "
      + "\(ServerSettings.mostHeaders) lines, will do.")

  static let hostUnclear = Refusal(
    status: .badRequest,
    dutch: "Deze vraag zegt niet, of meer dan eens, aan welke host zij gericht is (Host).",
    english: "This request does not say to which host it goes (Host), or says so more than once.")

  static let hostOdd = Refusal(
    status: .badRequest,
    dutch:
      "De host waaraan deze vraag gericht is (Host), is geen naam: er staat niets, of er staan "
      + "tekens die in geen naam voorkomen.",
    english:
      "The host to which this request goes (Host) is no name: it is empty, or has characters "
      + "that no name has.")

  static let targetElsewhere = Refusal(
    status: .badRequest,
    dutch:
      "Het adres van deze vraag is geen adres van een website: het begint met http:// of https:// "
      + "en een host, zonder gebruiker.",
    english: "The address of this request is none of a website: it begins with http:// or https:// "
      + "and a host, without a user.")

  static let unreadable = Refusal(
    status: .badRequest,
    dutch: "Deze vraag is geen HTTP/1.1.", english: "This request is not HTTP/1.1.")

  static let tooMany = Refusal(
    status: .tooManyRequests,
    dutch: "Te veel vragen achter elkaar. Wacht zo lang als in Retry-After staat, en neem hele "
      + "tabellen als bestand (/download).",
    english: "Too many requests. Wait as long as Retry-After says, and take whole tables as files "
      + "(/download).")
}
