/// Room for shortest paths: what is not of the present search has an older stamp. A pointer each, for they are asked millions of times.
struct ShortestPaths: ~Copyable {
  struct Node: BitwiseCopyable {
    var stamp = 0
    var distance = 0
    var previous: Int32 = 0
    var row: Int32 = 0
    var column: Int32 = 0
    var isDone = false
  }

  struct Edge: BitwiseCopyable {
    var stamp = 0
    /// Negative when the cells cannot be changed so.
    var price = 0
  }

  struct Entry: BitwiseCopyable {
    var distance: Int
    var node: Int

    static func < (one: Entry, other: Entry) -> Bool {
      one.distance != other.distance ? one.distance < other.distance : one.node < other.node
    }
  }

  private(set) var stamp = 0
  private(set) var nodes: UnsafeMutablePointer<Node> = .allocate(capacity: 1)
  private(set) var edges: UnsafeMutablePointer<Edge> = .allocate(capacity: 1)
  private(set) var heap: UnsafeMutablePointer<Entry> = .allocate(capacity: 1)
  private var nodeCount = 0
  private var edgeCount = 0
  private var waiting = 0

  deinit {
    nodes.deallocate()
    edges.deallocate()
    heap.deallocate()
  }

  mutating func begin(nodes: Int, edges: Int) {
    stamp += 1
    waiting = 0
    if nodeCount < nodes {
      self.nodes.deallocate()
      self.nodes = .allocate(capacity: nodes)
      self.nodes.initialize(repeating: Node(), count: nodes)
      nodeCount = nodes
    }
    if edgeCount < edges {
      self.edges.deallocate()
      self.edges = .allocate(capacity: edges)
      self.edges.initialize(repeating: Edge(), count: edges)
      heap.deallocate()
      // Each edge reaches one of its ends once, from each side.
      heap = .allocate(capacity: 2 * edges + nodes)
      edgeCount = edges
    }
  }

  /// Takes this way to a node when it is the shortest so far.
  @inline(__always)
  mutating func reach(_ place: Int, _ distance: Int, from: Int, row: Int, column: Int) {
    let node = nodes + place
    if node.pointee.stamp == stamp, node.pointee.isDone || node.pointee.distance <= distance {
      return
    }
    node.pointee = Node(
      stamp: stamp, distance: distance, previous: Int32(truncatingIfNeeded: from),
      row: Int32(truncatingIfNeeded: row), column: Int32(truncatingIfNeeded: column))
    var hole = waiting
    waiting += 1
    let entry = Entry(distance: distance, node: place)
    while hole > 0, entry < heap[(hole - 1) / 2] {
      heap[hole] = heap[(hole - 1) / 2]
      hole = (hole - 1) / 2
    }
    heap[hole] = entry
  }

  /// The nearest node that was not taken yet; negative when there is none.
  @inline(__always)
  mutating func next() -> Int {
    while waiting > 0 {
      let first = heap[0].node
      waiting -= 1
      if waiting > 0 {
        let last = heap[waiting]
        var hole = 0
        while true {
          var child = 2 * hole + 1
          if child >= waiting { break }
          if child + 1 < waiting, heap[child + 1] < heap[child] { child += 1 }
          if !(heap[child] < last) { break }
          heap[hole] = heap[child]
          hole = child
        }
        heap[hole] = last
      }
      if !nodes[first].isDone {
        nodes[first].isDone = true
        return first
      }
    }
    return -1
  }
}
