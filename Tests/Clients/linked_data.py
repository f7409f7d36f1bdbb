"""The catalogue, the concepts and the classifications as linked data, against the official shapes.

Usage: linked_data.py HOST:PORT RELEASE

The shapes are in the folder that KETEN_SHAPES names, or in ../shared/shapes beside the project; without them the statements are only
compared with each other and with the release.
"""
import collections
import functools
import json
import os
import pathlib
import urllib.parse

import openapi_spec_validator
import pyshacl
import rdflib
import requests
from rdflib.compare import graph_diff, isomorphic, to_isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS

from served_release import base, folder, tables, wait

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
HVD = rdflib.URIRef("http://data.europa.eu/r5r/hvdCategory")
project = pathlib.Path(__file__).resolve().parent.parent.parent
shapes = pathlib.Path(os.environ.get("KETEN_SHAPES", project.parent / "shared/shapes"))
kinds = {".ttl": "text/turtle", ".jsonld": "application/ld+json", ".rdf": "application/rdf+xml"}
readers = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/rdf+xml": "xml"}
session = requests.Session()
failures = []
remarks = collections.defaultdict(list)
catalogue_shapes = ("dcat-ap-nl/*.ttl", "dcat-ap-3.0.1/shapes.ttl", "dcat-ap-3.0.1/range.ttl",
                    "dcat-ap-3.0.1/shapes_recommended.ttl", "dcat-ap-3.0.1/deprecateduris.ttl")


def read(address, accept=None, kind=None):
    """The statements at an address; nothing when there is no such page."""
    answer = session.get(base + address, headers={"Accept": accept} if accept else {}, timeout=60)
    if answer.status_code == 404:
        return None
    what = f"{address}{f' asked as {accept}' if accept else ''}"
    answer.raise_for_status()
    found = answer.headers["Content-Type"].partition(";")[0].strip()
    if kind and found != kind:
        failures.append(f"{what} is {found}, not {kind}")
    if accept and "accept" not in answer.headers.get("Vary", "").lower():
        failures.append(f"{what} does not say Vary: Accept")
    return rdflib.Graph().parse(data=answer.content, format=readers[found], publicID=base + address)


def read_all_ways(address, by_accept=False):
    """The same statements come in Turtle, JSON-LD and RDF/XML, by suffix and by what the client accepts."""
    first = read(address + ".ttl", kind=kinds[".ttl"])
    if first is None:
        return None
    others = {address + suffix: read(address + suffix, kind=kind) for suffix, kind in kinds.items()}
    if by_accept:
        others |= {f"{address} as {kind}": read(address, kind, kind) for kind in kinds.values()}
        preferred = "text/turtle;q=0.4, application/ld+json;q=0.9, */*;q=0.1"
        others[f"{address} as {preferred}"] = read(address, preferred, "application/ld+json")
    for name, other in others.items():
        if other is None:
            failures.append(f"{name}: there is none, and there is {address}.ttl")
        elif not isomorphic(first, other):
            _, less, more = graph_diff(to_isomorphic(first), to_isomorphic(other))
            for word, statements in (("lacks", less), ("adds", more)):
                for statement in sorted(statements)[:3]:
                    failures.append(f"{name} {word} {' '.join(part.n3() for part in statement)}")
    return first


@functools.cache
def demands(*patterns):
    """The shapes in the files of these names."""
    graph = rdflib.Graph()
    for file in sorted(file for pattern in patterns for file in shapes.glob(pattern)):
        graph.parse(file)
    return graph


def validate(name, statements, *patterns):
    """Violations are failures; warnings and remarks are gathered over all documents."""
    if not demands(*patterns):
        return
    _, report, _ = pyshacl.validate(statements, shacl_graph=demands(*patterns))
    violations = collections.defaultdict(list)
    for result in report.objects(None, SH.result):
        path = report.value(result, SH.resultPath)
        what = " ".join(filter(None, (
            path.n3() if isinstance(path, rdflib.URIRef) else "",
            str(report.value(result, SH.sourceConstraintComponent)).removeprefix(SH).removesuffix("ConstraintComponent"),
            "" if path else str(report.value(result, SH.resultMessage)),
        )))
        node = str(report.value(result, SH.focusNode))
        severity = str(report.value(result, SH.resultSeverity)).removeprefix(SH)
        if severity == "Violation":
            violations[what].append(node)
        else:
            remarks[f"{severity} {what}"].append(node)
    failures.extend(f"{name}: {what}: {len(nodes)} times, as {min(nodes)}" for what, nodes in sorted(violations.items()))


def check_catalogue(catalogue):
    """Every table is a dataset, and every address that the catalogue gives on this server answers."""
    datasets = set(catalogue.subjects(RDF.type, DCAT.Dataset))
    identifiers = sorted(str(catalogue.value(dataset, DCTERMS.identifier)) for dataset in datasets)
    if identifiers != tables:
        failures.append(f"the catalogue has the datasets {identifiers}, the release has {tables}")
    listed = set(catalogue.objects(catalogue.value(None, RDF.type, DCAT.Catalog), DCAT.dataset))
    if listed != datasets:
        failures.append("the catalogue does not list exactly its datasets")
    addresses = {
        str(address) for relation in (
            DCAT.accessURL, DCAT.downloadURL, DCAT.endpointURL, DCAT.endpointDescription, DCAT.landingPage, FOAF.page, FOAF.homepage)
        for address in catalogue.objects(None, relation)}
    for address in sorted(addresses):
        if not address.startswith(("http://", "https://")):
            failures.append(f"{address} is no web address")
        elif address.startswith(base + "/") or address == base:
            status = session.head(address, allow_redirects=True, timeout=60).status_code
            if status != 200:
                failures.append(f"{address} is in the catalogue, the answer is {status}")
    for distribution, address in catalogue.subject_objects(DCAT.downloadURL):
        media = catalogue.value(distribution, DCAT.mediaType)
        if media and str(address).startswith(base + "/"):
            said = str(media).partition("/media-types/")[2]
            found = session.head(str(address), timeout=60).headers.get("Content-Type", "").partition(";")[0].strip()
            if found != said:
                failures.append(f"{address} is {found}, the catalogue says {said}")


def check_concepts(concepts, schemes):
    stated = {urllib.parse.unquote(str(scheme).rpartition("/")[2]) for scheme in concepts.subjects(RDF.type, SKOS.ConceptScheme)}
    if missing := schemes - stated:
        failures.append(f"/begrippen.ttl lacks {', '.join(sorted(missing))}")
    for forth, back in ((SKOS.broader, SKOS.narrower), (SKOS.topConceptOf, SKOS.hasTopConcept), (SKOS.related, SKOS.related)):
        for one, other in concepts.subject_objects(forth):
            if (other, back, one) not in concepts:
                failures.append(f"{one} says {forth.n3()} {other}, which does not say it back")


def main():
    wait()
    catalogue = read_all_ways("/catalog", by_accept=True)
    if catalogue is None:
        raise SystemExit("there is no catalogue at /catalog.ttl")
    check_catalogue(catalogue)
    validate("/catalog", catalogue, *catalogue_shapes)
    if (None, HVD, None) in catalogue:
        validate("/catalog", catalogue, "dcat-ap-3.0.0-hvd/*.ttl")
    schemes = {scheme["id"] for scheme in json.loads(pathlib.Path(folder, "concepts.json").read_text(encoding="utf-8"))}
    concepts = read_all_ways("/begrippen")
    if concepts is None:
        failures.append("there are no concepts at /begrippen.ttl")
    else:
        check_concepts(concepts, schemes)
        validate("/begrippen", concepts, "nl-sbb/*.ttl")
    found = collections.Counter()
    for scheme in sorted(schemes):
        for place, patterns in (("begrippen", "nl-sbb/*.ttl"), ("classificaties", "xkos/*.ttl")):
            address = f"/{place}/{urllib.parse.quote(scheme, safe='')}"
            statements = read_all_ways(address)
            if statements is not None:
                found[place] += 1
                validate(address, statements, patterns)
            elif place == "begrippen":
                failures.append(f"there is no {address}.ttl")
    if not found["classificaties"]:
        failures.append("there is no classification")
    openapi_spec_validator.validate(requests.get(f"{base}/openapi.json").json())
    if not shapes.is_dir():
        print(f"not validated: no shapes in {shapes}, and KETEN_SHAPES names no other folder")
    print(f"{len(catalogue)} statements of {len(tables)} tables; {found['begrippen']} schemes, {found['classificaties']} classifications")
    for remark, nodes in sorted(remarks.items()):
        print(f"{remark}: {len(nodes)} times, as {min(nodes)}")
    for failure in failures[:60]:
        print(failure)
    raise SystemExit(1 if failures else 0)


main()
