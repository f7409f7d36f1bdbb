/// Plain values that stay where they are, so that loops over pairs neither copy them nor count references to them.
///
/// Unchecked because it holds a pointer: it is filled before it is shared, and from then on only read.
final class FixedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  init(_ values: some Collection<Element>) {
    count = values.count
    base = .allocate(capacity: max(1, count))
    _ = UnsafeMutableBufferPointer(start: base, count: count).initialize(from: values)
  }

  init(repeating value: Element, count: Int) {
    self.count = count
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: value, count: count)
  }

  deinit { base.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { base[index] }
    set { base[index] = newValue }
  }

  var values: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
