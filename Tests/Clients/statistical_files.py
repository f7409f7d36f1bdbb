"""Clients of PxWebApi 2 and readers of files, unchanged, against a served release; every number is compared with the release's own CSV.

Usage: statistical_files.py HOST:PORT RELEASE
"""
import os
import tempfile

import frictionless
import pandas
import requests
from csvw import CSVW
from pxstatspy import PxAPI, PxAPIConfig
from pxweb import PxApi
from pyaxis import pyaxis

from served_release import base, folder, published, tables, wait


def equal(frame, dimensions, truth, value):
    assert len(frame) == len(truth), (len(frame), len(truth))
    for row in frame.to_dict("records"):
        expected, _ = truth[tuple(row[name] for name in dimensions)]
        assert pandas.isna(row[value]) if expected is None else float(row[value]) == expected, row


def pxweb():
    api = PxApi(f"{base}/api/v2")
    assert api.number_of_tables == len(tables)
    assert [table["id"] for table in api.search(page_size=1000)["tables"]]
    assert [table["id"] for table in api.search(query="geregistreerde misdrijven")["tables"]]
    for table in tables:
        dimensions, truth = published(table)
        variables = api.get_table_variables(table)
        assert list(variables) == dimensions + ["ContentsCode"]
        rows = api.get_table_data(table, value_codes={name: "*" for name in variables}, show="code")
        labels = {variables[name]["label"]: name for name in variables}
        frame = pandas.DataFrame(rows).rename(columns=labels)
        equal(frame, dimensions + ["ContentsCode"], truth, "value")
        assert api.get_table_data(table)


def pxstats():
    api = PxAPI(PxAPIConfig(base_url=f"{base}/api/v2", language="nl"))
    assert len(api.find_tables_as_dataframe()) == len(tables)
    assert api.get_table_by_id("I01")["id"] == "I01"
    frame = api.get_data_as_dataframe("I01", value_codes={"Perioden": ["TOP(1)"], "Delictgroep": ["*"], "Eenheid": ["NL01"], "ContentsCode": ["*"]})
    codes = {key[0] for key in published("I01")[1]}
    assert len(frame) == len(codes)


def px_files():
    for table in tables:
        dimensions, truth = published(table)
        text = requests.get(f"{base}/download/{table}.px").content.decode("utf-8")
        assert max(len(line) for line in text.split("\n")) <= 256
        with tempfile.NamedTemporaryFile("w", suffix=".px", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            frame = pyaxis.parse(file.name, encoding="utf-8")["DATA"]
        expected = [value for value, _ in truth.values()]
        # It reads dots as nothing, and keeps the order of the file.
        found = [None if pandas.isna(value) or str(value).strip("\"") in (".", "..", "") else float(value) for value in frame["DATA"]]
        assert found == expected, table


def packages():
    for table in tables:
        report = frictionless.validate(os.path.join(folder, "tables", f"{table}.datapackage.json"))
        assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:3]
        described = CSVW(os.path.join(folder, "tables", f"{table}.csv-metadata.json"), validate=True)
        assert described.is_valid, described.warnings[:3]


def traps():
    data = f"{base}/api/v2/tables/I01/data"
    metadata = requests.get(f"{base}/api/v2/tables/I01/metadata?lang=en&outputFormat=json-stat2&defaultSelection=False").json()
    assert metadata["value"] is None and metadata["dimension"]["Delictgroep"]["extension"]["elimination"] is True
    years = list(metadata["dimension"]["Perioden"]["category"]["index"])
    newest = requests.get(f"{data}?valueCodes%5BPerioden%5D=top(1)&valueCodes%5BContentsCode%5D=*").json()
    assert list(newest["dimension"]["Perioden"]["category"]["index"]) == years[-1:]
    assert newest["size"] == [1, 1, 1, 1]
    first = requests.get(f"{data}?valueCodes[Delictgroep]=TOP(2,1),RANGE(11,13)&valueCodes[Perioden]=*&valueCodes[ContentsCode]=*").json()
    codes = list(metadata["dimension"]["Delictgroep"]["category"]["index"])
    assert set(codes[1:3]) | {"11", "12", "13"} == set(first["dimension"]["Delictgroep"]["category"]["index"])
    posted = requests.post(f"{data}?outputFormat=csv", json={"selection": [
        {"variableCode": "Perioden", "valueCodes": ["20*"]}, {"variableCode": "ContentsCode", "valueCodes": ["*"]}]})
    assert posted.text.startswith("Delictgroep,Eenheid,Perioden,Measure,Value,ValueAttribute")
    for address, status in {
        f"{data}?valueCodes[Kleur]=x": 400, f"{data}?valueCodes[Perioden]=1999JJ00&valueCodes[ContentsCode]=*": 400,
        f"{data}?valueCodes[ContentsCode]=*": 400, f"{data}?outputFormat=docx": 400,
        f"{base}/api/v2/tables/I99": 404, f"{base}/api/v2/codelists/x": 404, f"{base}/api/v2/config?lang=de": 400,
    }.items():
        answer = requests.get(address)
        assert answer.status_code == status, (address, answer.status_code, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json" and answer.json()["status"] == status
    assert requests.post(data, data="no json").status_code == 400
    assert requests.post(data, data="x" * (1 << 21)).status_code == 413
    assert requests.options(data).headers["Access-Control-Allow-Methods"]
    last = requests.get(f"{data}?valuecodes[Delictgroep]=BOTTOM(1)&valuecodes[Perioden]=TOP(1)&valuecodes[ContentsCode]=*").json()
    assert last["dimension"]["Delictgroep"]["extension"]["eliminationValueCode"] == "T001161"
    assert requests.get(f"{base}/api/v2/tables?pageNumber=1&pageSize=9223372036854775807").status_code == 400
    assert requests.get(f"{base}/api/v2/tables?pageNumber=1000000&pageSize=1000000").json()["tables"] == []


wait()
for part in (pxweb, pxstats, px_files, packages, traps):
    part()
    print(part.__name__, "ok")
