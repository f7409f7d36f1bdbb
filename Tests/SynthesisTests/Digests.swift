import Crypto
import Foundation
import Warehouse

func sha256(_ bytes: [UInt8]) -> String { StoredFile.hexadecimal(SHA256.hash(data: bytes)) }
