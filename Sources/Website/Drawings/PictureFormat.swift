/// The files that a picture is given as, the first for those who take any.
enum PictureFormat: String, CaseIterable, Sendable {
  case svg
  /// In dots, for programs that do not know drawings.
  case png

  var mediaType: String {
    switch self {
    case .svg: "image/svg+xml"
    case .png: "image/png"
    }
  }
}
