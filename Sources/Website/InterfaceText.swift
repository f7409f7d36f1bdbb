import InformationModel

/// Every word of the website that is not about a chain, in one language.
struct InterfaceText: Sendable {
  let skip, mainNavigation, home, tables, concepts, about, otherLanguage, breadcrumbs: String
  let referenceDate, release, licence, madeWith: String
  let chainHeading, chainDrawing, figuresByTheme, otherTables, moreAbout, whatIsHeading: String
  let whatIs, whatIsPromises, allTables, allConcepts: String
  let tablesIntroduction, periodsColumn: String
  let provisional, definitive, provisionalNote, provisionalMark: String
  let fictitiousNote: String
  let hidden, hiddenNote, impossible, impossibleShort, impossibleNote: String
  let figures, choose, show, rows, measure, periods, lastPeriods, allPeriods: String
  let chart, chartFigures: String
  let definitions, unit, population, measures, dimension, source, sources: String
  let organisation, delivery, linkage, deliveries, period, snapshot, status, pack, program: String
  let downloads, downloadCSV, downloadCSVW, downloadJSONStat, howProtected: String
  let conceptsIntroduction, owner, numberOfConcepts, terms, broader, narrower, scheme: String
  let alsoCalled, otherLanguageTerm, usedIn, notUsed, code, valid, validFrom, validTo: String
  let aboutHeading, aboutIntroduction, wayHeading: String
  let referenceDateHeading, referenceDateText, protectionHeading, protectionText: String
  let deliveriesHeading, deliveriesText, reuseHeading, reuseText, accessHeading: String
  let accessText: String
  let notFound, notFoundText, didYouMean, methodNotAllowed, methodText, badRequest: String
  let badRequestText, nothingYet, nothingYetText, failure, failureText, goOn: String
  let by, overTime: String
  let search, searchLabel, searchIntroduction, oneResult, results, theFirst, nothingFound: String
  let searchedFor, partialResults, searchHelp, kindTable, kindConcept, kindPage: String
  let gone, goneText, lastVersion: String
  let limits, otherNumbers, nextRelease, corrected, allData, breakDown, embed, embedText: String
  let developers, quality, accessibility, releases, corrections, calendar, theme: String
  let course, courseFigures, map, mapFigures, attention, flowLink, compose: String
  let outlinesOf, notOnMap: String
  let chartPicture, coursePicture, mapPicture, chainPicture: String
  let columns, chainStages, throughTheChain, stageOutcomes, outcome, fictitiousMark: String
  let earlierRelease, toCurrent, footNavigation: String

  /// The words by name, as templates ask for them.
  static func byName(_ language: Language) -> [String: String] { names[language] ?? [:] }

  private static let names: [Language: [String: String]] = Dictionary(
    uniqueKeysWithValues: Language.allCases.map { language in
      let words = Mirror(reflecting: InterfaceText(language)).children.compactMap { child in
        (child.value as? String).flatMap { value in child.label.map { ($0, value) } }
      }
      return (language, Dictionary(uniqueKeysWithValues: words))
    })

  // One line per word is easier to proofread than two files that must be kept alike.
  init(_ language: Language) {
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    skip = word("Naar de inhoud", "Skip to content")
    mainNavigation = word("Hoofdmenu", "Main menu")
    home = word("Begin", "Home")
    tables = word("Tabellen", "Tables")
    concepts = word("Begrippen", "Concepts")
    about = word("Over deze cijfers", "About these figures")
    otherLanguage = word("English", "Nederlands")
    breadcrumbs = word("Kruimelpad", "Breadcrumbs")
    referenceDate = word("Peildatum", "Reference date")
    release = word("Uitgave", "Release")
    licence = word("Hergebruik", "Reuse")
    madeWith = word("Gemaakt met Keten", "Made with Keten")

    chainHeading = word("De keten", "The chain")
    chainDrawing = word(
      "De organisaties in de volgorde van de keten", "The organisations in the order of the chain")
    figuresByTheme = word("Cijfers per thema", "Figures by theme")
    otherTables = word("Overige tabellen", "Other tables")
    moreAbout = word("Hoe deze cijfers worden gemaakt", "How these figures are made")
    whatIsHeading = word("Over Keten", "About Keten")
    whatIs = word(
      "Keten is het gezamenlijke platform van de organisaties van deze keten. Elke organisatie "
        + "levert haar gegevens één keer; daaruit komen alle statistieken.",
      "Keten is the joint platform of the organisations of this chain. Each organisation delivers "
        + "its data once; all statistics come from that delivery.")
    whatIsPromises = word(
      "Eén levering, één begrippenkader, één peildatum, één presentatie en één gezamenlijke "
        + "verantwoordelijkheid.",
      "One delivery, one terminology, one reference date, one presentation and one joint "
        + "responsibility.")
    allTables = word("Alle tabellen", "All tables")
    allConcepts = word("Alle begrippen", "All concepts")

    tablesIntroduction = word(
      "Alle tabellen van deze uitgave. Zij komen uit één momentopname, met één peildatum.",
      "All tables of this release. They come from one snapshot, with one reference date.")
    periodsColumn = word("Perioden", "Periods")
    provisional = word("voorlopig", "provisional")
    definitive = word("definitief", "definitive")
    provisionalNote = word(
      "voorlopig cijfer: het kan in een volgende uitgave nog veranderen.",
      "provisional figure: it may still change in a next release.")
    fictitiousNote = word(
      "Let op: deze cijfers zijn verzonnen. Zij zijn gemaakt om het platform te tonen en zeggen niets over de werkelijkheid.",
      "Note: these figures are made up. They were made to show the platform and say nothing about the world."
    )
    provisionalMark = word("voorlopig cijfer", "provisional figure")
    hidden = word("geheim", "confidential")
    hiddenNote = word(
      "het cijfer wordt niet getoond om personen te beschermen. Ook andere cijfers kunnen "
        + "daarvoor verborgen zijn.",
      "the figure is not shown, to protect people. Other figures may be hidden for that "
        + "purpose too.")
    impossible = word("kan niet voorkomen", "not applicable")
    impossibleShort = word("–", "–")
    impossibleNote = word(
      "er valt niets te berekenen, bijvoorbeeld een mediaan van nul eenheden.",
      "there is nothing to compute, for instance a median of no units.")
    figures = word("Cijfers", "Figures")
    choose = word("Kies wat de tabel toont", "Choose what the table shows")
    show = word("Toon", "Show")
    rows = word("Rijen", "Rows")
    measure = word("Onderwerp", "Measure")
    periods = word("Perioden", "Periods")
    lastPeriods = word("de laatste acht", "the last eight")
    allPeriods = word("alle", "all")
    chart = word("Grafiek", "Chart")
    chartFigures = word("De cijfers van de grafiek", "The figures of the chart")
    definitions = word("Wat is geteld", "What is counted")
    unit = word("Eenheid", "Unit")
    population = word("Populatie", "Population")
    measures = word("Onderwerpen", "Measures")
    dimension = word("Uitsplitsing", "Breakdown")
    source = word("Bron", "Source")
    sources = word("Bronnen en peildatum", "Sources and reference date")
    organisation = word("Organisatie", "Organisation")
    delivery = word("Levering", "Delivery")
    linkage = word("Koppeling van personen", "Linkage of persons")
    deliveries = word("Leveringen", "Deliveries")
    period = word("Periode", "Period")
    snapshot = word("Momentopname", "Snapshot")
    status = word("Status", "Status")
    pack = word("Ketenbeschrijving", "Chain description")
    program = word("Programma", "Program")
    downloads = word("Downloaden", "Download")
    downloadCSV = word("Cijfers als CSV", "Figures as CSV")
    downloadCSVW = word("Beschrijving van de kolommen (CSVW)", "Description of the columns (CSVW)")
    downloadJSONStat = word("Cijfers als JSON-stat", "Figures as JSON-stat")
    howProtected = word("Hoe deze tabel is beschermd", "How this table is protected")

    conceptsIntroduction = word(
      "De termen die alle organisaties van de keten in één betekenis gebruiken.",
      "The terms that all organisations of the chain use in one meaning.")
    owner = word("Beheerder", "Owner")
    numberOfConcepts = word("Begrippen", "Concepts")
    terms = word("De begrippen", "The concepts")
    broader = word("Ruimer begrip", "Broader concept")
    narrower = word("Engere begrippen", "Narrower concepts")
    scheme = word("Begrippenlijst", "Concept scheme")
    otherLanguageTerm = word("In het Engels", "In Dutch")
    usedIn = word("Gebruikt in de tabellen", "Used in the tables")
    notUsed = word("Geen tabel gebruikt dit begrip.", "No table uses this concept.")
    alsoCalled = word("Ook genoemd", "Also called")
    code = word("Code", "Code")
    valid = word("Geldigheid", "Validity")
    validFrom = word("vanaf", "from")
    validTo = word("tot en met", "up to and including")

    aboutHeading = word("Hoe deze cijfers worden gemaakt", "How these figures are made")
    aboutIntroduction = word(
      "Elk cijfer op deze website is langs dezelfde weg gemaakt. Wie hetzelfde doet met dezelfde "
        + "leveringen, krijgt hetzelfde cijfer.",
      "Every figure on this website was made in the same way. Whoever does the same with the same "
        + "deliveries gets the same figure.")
    wayHeading = word("De weg van de gegevens", "The way of the data")
    referenceDateHeading = word("Eén peildatum", "One reference date")
    referenceDateText = word(
      "De cijfers gaan over alles wat op de peildatum bekend was, en niets wat later bekend werd. "
        + "Daarom passen alle tabellen van een uitgave bij elkaar.",
      "The figures are about all that was known on the reference date, and nothing that became "
        + "known later. That is why all tables of a release agree with each other.")
    protectionHeading = word("Niemand is herkenbaar", "Nobody can be recognised")
    protectionText = word(
      "Cijfers waaruit iets over een persoon af te leiden is, worden niet gepubliceerd. Er staat "
        + "dan «geheim». Soms is ook een groter cijfer geheim, omdat het kleine anders uit de "
        + "totalen te berekenen is. Verborgen cijfers staan in geen enkel bestand van de website.",
      "Figures from which something about a person could be derived are not published. The word "
        + "“confidential” stands in their place. Sometimes a larger figure is hidden too, because "
        + "otherwise the small one could be computed from the totals. Hidden figures are in no "
        + "file of this website.")
    deliveriesHeading = word("Leveringen achter deze uitgave", "Deliveries behind this release")
    deliveriesText = word(
      "Elke levering wordt één keer opgeslagen en nooit gewijzigd. Het nummer verwijst naar "
        + "precies die bestanden.",
      "Each delivery is stored once and never changed. The number refers to exactly those files.")
    reuseHeading = word("Hergebruik", "Reuse")
    reuseText = word(
      "Noem bij hergebruik de organisaties, de tabel en de peildatum. Licentie:",
      "When you reuse figures, name the organisations, the table and the reference date. Licence:")
    accessHeading = word("Toegankelijkheid en privacy", "Accessibility and privacy")
    accessText = word(
      "Deze website werkt zonder scripts, zonder cookies en zonder diensten van derden, met "
        + "toetsenbord en schermlezer, en op elk formaat scherm.",
      "This website works without scripts, without cookies and without services of third parties, "
        + "with keyboard and screen reader, and on every size of screen.")

    notFound = word("Deze pagina is er niet", "There is no such page")
    notFoundText = word(
      "Het adres kan verkeerd getypt zijn, of de tabel of het begrip heet nu anders.",
      "The address may have been mistyped, or the table or concept has another name now.")
    didYouMean = word("Bedoelde u misschien", "Perhaps you meant")
    methodNotAllowed = word("Dit adres is alleen te lezen", "This address can only be read")
    methodText = word(
      "De website neemt niets aan: alleen GET en HEAD worden beantwoord.",
      "The website takes nothing in: only GET and HEAD are answered.")
    badRequest = word("Dit verzoek is niet te lezen", "This request cannot be read")
    badRequestText = word(
      "Een deel van het adres is geen geldige keuze. Kies opnieuw op de pagina van de tabel.",
      "Part of the address is not a valid choice. Choose again on the page of the table.")
    nothingYet = word("Er zijn nog geen cijfers gepubliceerd", "No figures have been published yet")
    nothingYetText = word(
      "Zodra er een eerste uitgave is, staat zij hier.",
      "The first release will be here as soon as there is one.")
    failure = word("Er ging iets mis", "Something went wrong")
    failureText = word(
      "De pagina kon niet worden gemaakt. Probeer het later nog eens.",
      "The page could not be made. Please try again later.")
    goOn = word("Ga verder naar", "Go on to")
    by = word("naar", "by")
    overTime = word("door de tijd", "over time")

    search = word("Zoeken", "Search")
    searchLabel = word("Zoek een woord of een code", "Search for a word or a code")
    searchIntroduction = word(
      "Zoek in de tabellen, de begrippen en de uitleg van deze uitgave.",
      "Search the tables, the concepts and the explanations of this release.")
    oneResult = word("1 resultaat", "1 result")
    results = word("resultaten", "results")
    theFirst = word("de eerste", "the first")
    nothingFound = word("Niets gevonden", "Nothing found")
    searchedFor = word("Gezocht op", "Searched for")
    partialResults = word(
      "Nergens staan al deze woorden samen. Hieronder staat waar een deel ervan voorkomt.",
      "Nowhere do all of these words stand together. Below is where some of them occur.")
    searchHelp = word(
      "Kijk of alles goed gespeld is, of gebruik minder of andere woorden.",
      "Check the spelling, or use fewer or other words.")
    kindTable = word("Tabel", "Table")
    kindConcept = word("Begrip", "Concept")
    kindPage = word("Uitleg", "Explanation")
    gone = word("Deze tabel wordt niet meer gemaakt", "This table is no longer made")
    goneText = word(
      "De laatste versie blijft te lezen.", "Its last version can still be read.")
    lastVersion = word("De laatste versie van deze tabel", "The last version of this table")
    limits = word("Wat deze cijfers niet zeggen", "What these figures do not say")
    otherNumbers = word(
      "Andere getallen die u kunt zijn tegengekomen", "Other numbers you may have seen")
    nextRelease = word("Volgende uitgave", "Next release")
    corrected = word("Gecorrigeerde cijfers in deze uitgave", "Corrected figures in this release")
    allData = word(
      "Alle bestanden, versies en adressen voor programma's",
      "All files, versions and addresses for programs")
    breakDown = word("Uitsplitsen naar", "Break down by")
    embed = word("Overnemen op een andere website", "Show on another website")
    embedText = word(
      "Plak deze regel; de grafiek blijft die van deze uitgave.",
      "Paste this line; the chart stays that of this release.")
    course = word("Verloop", "Course")
    courseFigures = word("De cijfers van het verloop", "The figures of the course")
    map = word("Kaart", "Map")
    mapFigures = word("De cijfers van de kaart", "The figures of the map")
    outlinesOf = word("Grenzen op de kaart", "Borders on the map")
    notOnMap = word("Niet op de kaart", "Not on the map")
    attention = word("Let op", "Note")
    flowLink = word("Hoe het verder gaat na elke stap", "What happens after each stage")
    chartPicture = word("Deze grafiek als bestand", "This chart as a file")
    coursePicture = word("Dit verloop als bestand", "This course as a file")
    mapPicture = word("Deze kaart als bestand", "This map as a file")
    chainPicture = word("De keten als tekening", "The chain as a drawing")
    compose = word("Zelf een tabel samenstellen", "Compose a table yourself")
    columns = word("Naast elkaar", "Side by side")
    chainStages = word("De stappen", "The stages")
    throughTheChain = word("Door de keten", "Through the chain")
    stageOutcomes = word("Uitkomsten van elke stap", "Outcomes of each stage")
    outcome = word("Uitkomst", "Outcome")
    fictitiousMark = word("Verzonnen cijfers", "Made-up figures")
    developers = word("Voor ontwikkelaars", "For developers")
    quality = word("Methode en kwaliteit", "Method and quality")
    accessibility = word("Toegankelijkheid", "Accessibility")
    releases = word("Uitgaven", "Releases")
    corrections = word("Correcties", "Corrections")
    calendar = word("Kalender", "Calendar")
    theme = word("Thema", "Theme")
    earlierRelease = word(
      "U leest een uitgave op haar vaste adres, zoals zij is verschenen.",
      "You are reading a release at its permanent address, as it was published.")
    toCurrent = word("Naar de nieuwste cijfers", "To the newest figures")
    footNavigation = word("Meer over de cijfers", "More about the figures")
  }

  /// The stages that data go through, as readers meet them: a name and a sentence.
  static func stages(_ language: Language) -> [(name: String, text: String)] {
    let stages: [(LocalizedText, LocalizedText)] = [
      (
        LocalizedText(nl: "Aanleveren", en: "Delivery"),
        LocalizedText(
          nl: "Elke organisatie levert één keer. De levering wordt aan het contract getoetst.",
          en: "Each organisation delivers once. The delivery is checked against its contract.")
      ),
      (
        LocalizedText(nl: "Pseudonimiseren", en: "Pseudonymisation"),
        LocalizedText(
          nl:
            "Namen en nummers gaan eruit; er blijft een pseudoniem dat alleen hier iets betekent.",
          en: "Names and numbers are taken out; a pseudonym stays that has a meaning only here.")
      ),
      (
        LocalizedText(nl: "Koppelen", en: "Linkage"),
        LocalizedText(
          nl: "Gegevens over dezelfde zaak of persoon worden bij elkaar gebracht.",
          en: "Data about the same case or person are brought together.")
      ),
      (
        LocalizedText(nl: "Verfijnen", en: "Refinement"),
        LocalizedText(
          nl: "Plaatselijke codes worden gezamenlijke begrippen; regels sporen fouten op.",
          en: "Local codes become shared concepts; rules detect errors.")
      ),
      (
        LocalizedText(nl: "Bevriezen", en: "Freezing"),
        LocalizedText(
          nl: "De stand op de peildatum wordt vastgelegd en verandert daarna niet meer.",
          en: "The state on the reference date is recorded and never changes afterwards.")
      ),
      (
        LocalizedText(nl: "Tabelleren", en: "Tabulation"),
        LocalizedText(
          nl: "Uit die ene stand komen alle tabellen.",
          en: "All tables come from that one state.")
      ),
      (
        LocalizedText(nl: "Beschermen", en: "Protection"),
        LocalizedText(
          nl: "Cijfers die een persoon zouden verraden, worden verborgen.",
          en: "Figures that would give a person away are hidden.")
      ),
      (
        LocalizedText(nl: "Publiceren", en: "Publication"),
        LocalizedText(
          nl:
            "De tabellen komen samen in één uitgave; alle pagina's en bestanden lezen haar cellen.",
          en: "The tables enter one release together; all pages and files read its cells."
        )
      ),
    ]
    return stages.map { ($0.0[language], $0.1[language]) }
  }
}
