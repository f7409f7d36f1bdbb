import Foundation
import TestSupport
import Testing
import Warehouse

@Suite("A stored file")
struct StoredFileTests {
  @Test("is whole, has the rights asked for, and leaves nothing beside it")
  func whole() throws {
    try withFolder { folder in
      let file = folder.appending(path: "a.bin")
      try StoredFile.write(Data("one".utf8), to: file, permissions: 0o600)
      try StoredFile.write(Data("two".utf8), to: file, permissions: 0o600)
      #expect(try Data(contentsOf: file) == Data("two".utf8))
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.bin"])
    }
  }

  @Test("that cannot get its name leaves no half file")
  func noHalfFile() throws {
    try withFolder { folder in
      let taken = folder.appending(path: "taken")
      try FileManager.default.createDirectory(
        at: taken.appending(path: "inside"), withIntermediateDirectories: true)
      let error = #expect(throws: StorageError.self) {
        try StoredFile.write(Data("x".utf8), to: taken)
      }
      #expect(error?.file == "taken")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
      #expect(throws: (any Error).self) {
        try StoredFile.write(Data("x".utf8), to: folder.appending(path: "no/such/folder/a"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
    }
  }

  @Test("is known by the SHA-256 of its bytes")
  func digest() throws {
    try withFolder { folder in
      let file = folder.appending(path: "abc")
      try Data("abc".utf8).write(to: file)
      // FIPS 180-4, the example of SHA-256 (NIST, "Examples with Intermediate Values").
      #expect(
        try StoredFile.digest(of: file)
          == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
    #expect(StoredFile.hexadecimal([0x00, 0x0F, 0xA5]) == "000fa5")
    #expect(StoredFile.letters([0x00, 0x0F, 0xA5]) == "aaapkf")
  }

  @Test("survives the cleaning up of what stopped commands left")
  func clean() throws {
    try withFolder { folder in
      for name in ["kept", ".hidden", ".part-kept"] {
        try Data().write(to: folder.appending(path: name))
      }
      try FileManager.default.createDirectory(
        at: folder.appending(path: ".part-folder/inside"), withIntermediateDirectories: true)
      StoredFile.clean(folder)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == [".hidden", "kept"])
      StoredFile.clean(folder.appending(path: "no such folder"))
    }
  }

  @Test("on a full disk is explained")
  func explained() {
    #expect(
      StorageError(file: "a.parquet", code: ENOSPC).description
        == "the disk is full while writing a.parquet; make room and give the same command again")
    #expect(
      StorageError(file: "a", code: EACCES).description
        == "a could not be stored: Permission denied")
  }
}

@Suite("A workspace")
struct WorkspaceTests {
  private let pack = URL(filePath: "/packs/it's")

  @Test("opens as it was made")
  func roundTrip() throws {
    try withFolder { folder in
      let place = folder.appending(path: "alliance")
      let made = try Workspace.create(at: place, pack: pack)
      let opened = try Workspace.open(place)
      #expect(opened.settings.pack == "/packs/it's")
      #expect(opened.settings.memoryLimit == made.settings.memoryLimit)
      for closed in [opened.identityZone, opened.keys] {
        let attributes = try FileManager.default.attributesOfItem(atPath: closed.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
      }
    }
  }

  @Test("is not made where something else stands, nor opened where nothing stands")
  func refuses() throws {
    try withFolder { folder in
      let place = folder.appending(path: "alliance")
      _ = try Workspace.create(at: place, pack: pack)
      #expect(
        #expect(throws: WorkspaceError.self) { try Workspace.create(at: place, pack: pack) }?
          .description == "alliance is a workspace already")
      let other = folder.appending(path: "other")
      try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
      #expect(
        #expect(throws: WorkspaceError.self) { try Workspace.open(other) }?.description
          == "\(other.path) is no workspace: it has no keten.yaml; "
          + "make one with 'keten workspace new'")
      try Data("x".utf8).write(to: other.appending(path: "notes.txt"))
      #expect(
        #expect(throws: WorkspaceError.self) { try Workspace.create(at: other, pack: pack) }?
          .description == "other is not empty; give a new or an empty folder")
      try Data("port: many".utf8).write(to: other.appending(path: "keten.yaml"))
      #expect(
        #expect(throws: WorkspaceError.self) { try Workspace.open(other) }?.description
          == "keten.yaml cannot be read; it needs the keys pack, memory_limit, port and keys")
    }
  }

  @Test("is written by one command at a time")
  func lock() throws {
    try withFolder { folder in
      let workspace = try Workspace.create(at: folder.appending(path: "a"), pack: pack)
      var held: WorkspaceLock? = try workspace.lock()
      #expect(held != nil)
      #expect(
        #expect(throws: WorkspaceError.self) { try workspace.lock() }?.description
          == "another command is writing to this workspace; wait until it is done")
      held = nil
      _ = try workspace.lock()
    }
  }
}
