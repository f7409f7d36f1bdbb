/// Why a question of PxWebApi has no answer.
struct PxFault: Error, Hashable {
  /// Of HTTP.
  let status: Int
  /// In English.
  let detail: String

  init(_ status: Int, _ detail: String) { (self.status, self.detail) = (status, detail) }
}
