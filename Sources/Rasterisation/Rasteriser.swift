import CRsvg

/// Turns drawings in SVG into PNG files; the same drawing gives the same bytes, with the same libraries and fonts.
///
/// A drawing is read without an address of its own, so librsvg loads nothing that it refers to: no file, no picture, no style
/// sheet.
package struct Rasteriser: Sendable {
  /// Dots for each unit of a drawing, less when that would be too many.
  private let scale: Double
  /// Of a whole picture; each takes four bytes while it is painted.
  private let mostDots: Int

  /// What Cairo can paint on in either direction.
  private static let longestSide = 32_767.0

  package init(scale: Double = 2, mostDots: Int = 16_000_000) {
    self.scale = scale
    self.mostDots = mostDots
  }

  /// The drawing on white, as a PNG file without transparency.
  ///
  /// - Parameter svg: a drawing that tells its width and height.
  /// - Returns: the file.
  /// - Throws: what is wrong with the drawing, or absent on this machine.
  package func png(of svg: String) throws(RasterisationError) -> [UInt8] {
    // Without any font all letters would be boxes.
    guard let fonts = FcConfigGetFonts(nil, FcSetSystem), fonts.pointee.nfont > 0 else {
      throw RasterisationError(
        message: "There is no font for the letters of pictures: install one, on Debian "
          + "fonts-liberation.")
    }
    let drawing = try Self.read(svg)
    defer { g_object_unref(UnsafeMutableRawPointer(drawing)) }
    var area = try area(of: drawing)
    let surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, Int32(max(1, area.width)), Int32(max(1, area.height)))
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    cairo_set_source_rgb(context, 1, 1, 1)
    cairo_paint(context)
    var trouble: UnsafeMutablePointer<GError>?
    guard rsvg_handle_render_document(drawing, context, &area, &trouble) != 0 else {
      throw Self.error("The drawing cannot be painted", trouble)
    }
    // Cairo remembers the first thing that went wrong.
    try Self.check(cairo_status(context), "painting")
    return try Self.file(of: surface)
  }

  /// Where the drawing is painted. What is left of a dot at its right and lower side falls off the surface.
  private func area(of drawing: OpaquePointer) throws(RasterisationError) -> RsvgRectangle {
    var (width, height) = (0.0, 0.0)
    guard rsvg_handle_get_intrinsic_size_in_pixels(drawing, &width, &height) != 0, width > 0,
      height > 0, (width * height).isFinite
    else { throw RasterisationError(message: "The drawing does not tell its width and height.") }
    let scale = min(
      scale, (Double(mostDots) / (width * height)).squareRoot(),
      Self.longestSide / max(width, height))
    return RsvgRectangle(x: 0, y: 0, width: width * scale, height: height * scale)
  }

  private static func read(_ svg: String) throws(RasterisationError) -> OpaquePointer {
    var svg = svg
    var trouble: UnsafeMutablePointer<GError>?
    let drawing = svg.withUTF8 { bytes in
      rsvg_handle_new_from_data(bytes.baseAddress, bytes.count, &trouble)
    }
    guard let drawing else { throw error("The drawing cannot be read", trouble) }
    return drawing
  }

  private static func file(of surface: OpaquePointer?) throws(RasterisationError) -> [UInt8] {
    var bytes: [UInt8] = []
    let status = withUnsafeMutablePointer(to: &bytes) { bytes in
      cairo_surface_write_to_png_stream(
        surface,
        { bytes, piece, length in
          bytes?.assumingMemoryBound(to: [UInt8].self).pointee
            .append(contentsOf: UnsafeBufferPointer(start: piece, count: Int(length)))
          return CAIRO_STATUS_SUCCESS
        }, bytes)
    }
    try check(status, "writing PNG")
    return bytes
  }

  private static func check(_ status: cairo_status_t, _ work: String) throws(RasterisationError) {
    guard status != CAIRO_STATUS_SUCCESS else { return }
    throw RasterisationError(
      message: "Cairo fails at \(work): \(String(cString: cairo_status_to_string(status))).")
  }

  private static func error(
    _ what: String, _ trouble: UnsafeMutablePointer<GError>?
  ) -> RasterisationError {
    guard let trouble else { return RasterisationError(message: "\(what): no reason is given.") }
    defer { g_error_free(trouble) }
    return RasterisationError(message: "\(what): \(String(cString: trouble.pointee.message))")
  }
}
