import CZlib

/// Compresses bytes that come in pieces (RFC 1951); the same bytes give the same answer, with the same zlib.
package final class Deflater {
  package enum Form: Sendable {
    /// Nothing but the compressed bytes.
    case raw
    /// With the header and the sum of RFC 1952; no name and no time.
    case gzip

    fileprivate var windowBits: Int32 { self == .raw ? -15 : 15 + 16 }
  }

  /// zlib keeps the address of its state.
  private let stream: UnsafeMutablePointer<z_stream>
  private var room = [UInt8](repeating: 0, count: 1 << 16)

  package init(_ form: Form) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = keten_deflate_init(stream, form.windowBits)
    // It has no other reason than that of every allocation in Swift, which ends the program as well.
    precondition(status == Z_OK, "there is no memory to compress in")
  }

  deinit {
    deflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Takes the next bytes and gives what is ready of the compressed ones, often nothing.
  package func compress(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    bytes.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      var taken = 0
      while taken < source.count {
        // zlib counts its input in 32 bits, and does not write there.
        let size = min(source.count - taken, 1 << 30)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: base + taken)
        stream.pointee.avail_in = UInt32(size)
        run(Z_NO_FLUSH, into: &output)
        taken += size
      }
    }
    return output
  }

  /// Gives the last of the compressed bytes; what is taken next begins anew.
  package func finish() -> [UInt8] {
    var output: [UInt8] = []
    run(Z_FINISH, into: &output)
    deflateReset(stream)
    return output
  }

  private func run(_ flush: Int32, into output: inout [UInt8]) {
    repeat {
      let left = room.withUnsafeMutableBufferPointer { room in
        stream.pointee.next_out = room.baseAddress
        stream.pointee.avail_out = UInt32(room.count)
        deflate(stream, flush)
        return Int(stream.pointee.avail_out)
      }
      output.append(contentsOf: room[..<(room.count - left)])
    } while stream.pointee.avail_out == 0
  }
}

extension Deflater {
  /// A long text compressed while it is read, so that it takes no more room than a short one.
  ///
  /// - Parameters:
  ///   - source: gives the next piece, nil behind the last.
  ///   - form: what stands around the compressed bytes.
  /// - Returns: what gives the next compressed piece, never an empty one, and nil behind the last.
  package static func pieces(
    of source: @escaping () -> [UInt8]?, as form: Form
  ) -> () -> [UInt8]? {
    var deflater: Deflater? = Deflater(form)
    return {
      while let open = deflater {
        var piece: [UInt8] = []
        if let bytes = source() {
          piece = open.compress(bytes)
        } else {
          piece = open.finish()
          deflater = nil
        }
        if !piece.isEmpty { return piece }
      }
      return nil
    }
  }
}
