import InformationModel
import Publication

/// How the figures are made, and the deliveries behind the release.
struct AboutPage: PageContent {
  static let template = "about"

  struct Stage {
    let number: Int
    let name: String
    let explanation: String
  }

  struct DeliveryRow {
    let deliveryName: String
    let organisationName: String
    let periodName: String
    let dateText: String
  }

  let title: String
  let summary: String
  let stages: [Stage]
  let policies: [ProtectionText]
  let deliveryRows: [DeliveryRow]
  let referenceDateText: String
  let snapshotName: String
  let packName: String
  let programName: String
  let licenceName: String
  let licenceAddress: String

  struct ProtectionText: Equatable {
    let name: String
    let explanation: String
  }

  init(_ site: Site, _ language: Language) {
    let provenance = site.release.provenance
    let words = InterfaceText(language)
    title = words.aboutHeading
    summary = words.aboutIntroduction
    stages = InterfaceText.stages(language).enumerated().map { index, stage in
      Stage(number: index + 1, name: stage.name, explanation: stage.text)
    }
    policies = site.tables.map(\.protection).reduce(into: []) { texts, policy in
      let text = ProtectionText(name: policy.title[language], explanation: policy.reason[language])
      if !texts.contains(text) { texts.append(text) }
    }
    let organisations = site.release.chain.organisations
    deliveryRows = provenance.deliveries.map { delivery in
      let organisation = organisations.first {
        $0.id == delivery.organisation || $0.code == delivery.organisation
      }
      return DeliveryRow(
        deliveryName: delivery.id,
        organisationName: organisation?.name[language] ?? delivery.organisation,
        periodName: delivery.period,
        dateText: NumberText.text(delivery.referenceDate, language: language))
    }
    referenceDateText = NumberText.text(provenance.referenceDate, language: language)
    snapshotName = provenance.snapshot
    packName = "\(provenance.pack) \(provenance.packVersion)"
    programName = provenance.program
    licenceName = site.release.chain.licence.name
    licenceAddress = site.release.chain.licence.address
  }
}
