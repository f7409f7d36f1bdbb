/// `$metadata`: what the sets are and of what type their properties (CSDL; OData 3 in EDMX 1.0, OData 4 in EDMX 4.0).
struct EntityModel {
  let namespace: String
  let sets: [EntitySet]

  func xml(_ version: ODataQuery.Version) -> String {
    let edmx =
      version == .four
      ? "http://docs.oasis-open.org/odata/ns/edmx" : "http://schemas.microsoft.com/ado/2007/06/edmx"
    let edm =
      version == .four
      ? "http://docs.oasis-open.org/odata/ns/edm" : "http://schemas.microsoft.com/ado/2009/11/edm"
    var text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    text += "<edmx:Edmx Version=\"\(version == .four ? "4.0" : "1.0")\" xmlns:edmx=\"\(edmx)\">"
    switch version {
    case .four: text += "<edmx:DataServices>"
    case .three:
      text += "<edmx:DataServices m:DataServiceVersion=\"3.0\" m:MaxDataServiceVersion=\"3.0\" "
      text += "xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\">"
    }
    text += "<Schema Namespace=\"\(namespace)\" xmlns=\"\(edm)\">"
    for set in sets {
      let isOpen = set.columns.contains { $0.type == .collection }
      text += "<EntityType Name=\"\(set.entity)\"\(isOpen ? " OpenType=\"true\"" : "")>"
      if let key = set.columns.first(where: { $0.name != "odata.type" }) {
        text += "<Key><PropertyRef Name=\"\(key.name)\"/></Key>"
        for column in set.columns where column.name != "odata.type" {
          if column.type == .collection {
            continue
          }
          text += "<Property Name=\"\(column.name)\" Type=\"\(type(column.type, version))\""
          text += column.name == key.name ? " Nullable=\"false\"/>" : "/>"
        }
      }
      text += "</EntityType>"
    }
    text += "<EntityContainer Name=\"Container\""
    if version == .three {
      text += " m:IsDefaultEntityContainer=\"true\""
      text += " xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\""
    }
    text += ">"
    for set in sets {
      text +=
        set.isSingleton
        ? "<Singleton Name=\"\(set.name)\" Type=\"\(namespace).\(set.entity)\"/>"
        : "<EntitySet Name=\"\(set.name)\" EntityType=\"\(namespace).\(set.entity)\"/>"
    }
    return text + "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>\n"
  }

  private func type(_ type: EntityType, _ version: ODataQuery.Version) -> String {
    // Moments of OData 3 are local, without a zone.
    version == .three && type == .moment ? "Edm.DateTime" : type.rawValue
  }
}
