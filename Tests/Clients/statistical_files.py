"""Clients of PxWebApi and readers of files, unchanged, against a served release; every number is compared with the release's own CSV.

Usage: statistical_files.py HOST:PORT RELEASE
"""
import datetime
import io
import json
import os
import tempfile
import zipfile

import frictionless
import openpyxl
import pandas
import pyarrow.parquet
import requests
from csvw import CSVW
from pxstatspy import PxAPI, PxAPIConfig
from pxstatspy.pxapi import OutputFormat, OutputFormatParam
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
        for name, variable in variables.items():
            seen = []
            for listed in variable["codelists"]:
                described = api.get_code_list(listed["id"])
                assert described["label"] == listed["label"] and described["type"] == "Valueset"
                codes = [value["code"] for value in described["values"]]
                part = api.get_table_data(
                    table, value_codes={other: "*" for other in variables}, code_list={name: listed["id"]}, show="code")
                found = pandas.DataFrame(part).rename(columns=labels)
                assert list(dict.fromkeys(found[name])) == codes
                place = (dimensions + ["ContentsCode"]).index(name)
                equal(found, dimensions + ["ContentsCode"], {key: cell for key, cell in truth.items() if key[place] in codes}, "value")
                seen += codes
            # Every code is on one level.
            assert not seen or sorted(seen) == sorted(variable["category"]["label"])
    assert len(api.get_table_variables("I01")["Delictgroep"]["codelists"]) == 3


def pxstats():
    api = PxAPI(PxAPIConfig(base_url=f"{base}/api/v2", language="nl"))
    assert len(api.find_tables_as_dataframe()) == len(tables)
    assert api.get_table_by_id("I01")["id"] == "I01"
    frame = api.get_data_as_dataframe("I01", value_codes={"Perioden": ["TOP(1)"], "Delictgroep": ["*"], "Eenheid": ["NL01"], "ContentsCode": ["*"]})
    codes = {key[0] for key in published("I01")[1]}
    assert len(frame) == len(codes)
    choice = {"Delictgroep": ["*"], "Eenheid": ["NL01"], "Perioden": ["*"], "ContentsCode": ["*"]}
    lists = {"Delictgroep": "vs_I01_Delictgroep_2"}
    groups = [value["code"] for value in requests.get(f"{base}/api/v2/codelists/vs_I01_Delictgroep_2").json()["values"]]
    text = api.get_table_data(
        "I01", value_codes=choice, code_lists=lists, output_format=OutputFormat.CSV,
        output_format_params=[OutputFormatParam.USE_CODES, OutputFormatParam.SEPARATOR_SEMICOLON],
        heading=["Perioden"], stub=["Delictgroep", "ContentsCode", "Eenheid"])
    frame = pandas.read_csv(io.StringIO(text), sep=";", dtype={"Delictgroep": str}, na_values=["..", "."])
    periods = list(dict.fromkeys(key[2] for key in published("I01")[1]))
    assert list(frame.columns) == ["Delictgroep", "ContentsCode", "Eenheid"] + periods
    assert list(dict.fromkeys(frame["Delictgroep"])) == groups
    long = frame.melt(id_vars=list(frame.columns[:3]), var_name="Perioden")
    equal(long, ["Delictgroep", "Eenheid", "Perioden", "ContentsCode"], {
        key: cell for key, cell in published("I01")[1].items() if key[0] in groups and key[1] == "NL01"}, "value")
    sheet = api.get_table_data("I01", value_codes=choice, code_lists=lists, output_format=OutputFormat.XLSX, heading=["Perioden"], stub=[])
    book = openpyxl.load_workbook(io.BytesIO(sheet), read_only=True)
    rows = list(book[book.sheetnames[1]].iter_rows(values_only=True))
    assert len(rows) == 1 + len(frame)
    for row, values in zip(rows[1:], frame[periods].itertuples(index=False)):
        for found, expected in zip(row[-len(periods):], values):
            assert isinstance(found, str) if pandas.isna(expected) else found == expected
    page = api.get_table_data("I01", value_codes=choice, code_lists=lists, output_format=OutputFormat.HTML)
    assert len(pandas.read_html(io.StringIO(page))[0]) == len(groups) * len(periods)


def first_version():
    """PxWebApi 1, as pxweb of R asks: limits, the tree, the variables of a table, then its figures."""
    root = f"{base}/api/v1/nl"
    config = requests.get(f"{root}/STRAFRECHT/I01?config").json()
    assert min(config[name] for name in ("maxValues", "maxCells", "maxCalls", "timeWindow")) > 0
    assert [one["dbid"] for one in requests.get(root).json()] == ["STRAFRECHT"]
    found = {}
    for theme in requests.get(f"{root}/STRAFRECHT/").json():
        place = f"{root}/STRAFRECHT/{theme['id']}"
        found.update({one["id"]: f"{place}/{one['id']}" for one in requests.get(place).json() if one["type"] == "t"})
    assert sorted(found) == tables
    for table, address in found.items():
        dimensions, truth = published(table)
        variables = requests.get(address).json()["variables"]
        assert [variable["code"] for variable in variables] == dimensions + ["ContentsCode"]
        assert all(len(variable["values"]) == len(variable["valueTexts"]) for variable in variables)
        asked = {"query": [
            {"code": variable["code"], "selection": {"filter": "item", "values": variable["values"]}} for variable in variables],
            "response": {"format": "json"}}
        told = requests.post(address, data=json.dumps(asked)).json()
        assert {column["type"] for column in told["columns"]} <= {"d", "t", "c"}
        measures = [column["code"] for column in told["columns"] if column["type"] == "c"]
        figures = {
            tuple(row["key"]) + (measure,): text for row in told["data"] for measure, text in zip(measures, row["values"], strict=True)}
        assert set(figures) == set(truth)
        for key, (value, reason) in truth.items():
            symbol = {"Confidential": "..", "Impossible": "."}.get(reason)
            assert figures[key] == symbol if value is None else float(figures[key]) == value, (table, key)
        asked["response"]["format"] = "json-stat"
        dataset = requests.post(address, data=json.dumps(asked)).json()["dataset"]
        assert dataset["dimension"]["id"] == dimensions + ["ContentsCode"]
        assert dataset["value"] == [truth[key][0] for key in figures]
    answer = requests.post(found["I01"], data="{}")
    assert answer.status_code == 400 and answer.json()["error"]


def saved():
    queries = f"{base}/api/v2/savedqueries"
    query = {
        "tableId": "I01", "language": "nl", "outputFormat": "csv", "outputFormatParams": ["UseCodes"],
        "selection": {"selection": [
            {"variableCode": "Perioden", "valueCodes": ["TOP(1)"]}, {"variableCode": "ContentsCode", "valueCodes": ["*"]},
            {"variableCode": "Delictgroep", "codelist": "vs_I01_Delictgroep_2", "valueCodes": ["*"]}],
            "placement": {"heading": ["ContentsCode"], "stub": []}}}
    answer = requests.post(queries, json=query)
    assert answer.status_code == 201 and requests.post(queries, json=query).content == answer.content
    place = answer.headers["Location"]
    assert requests.get(place).json() == answer.json()
    selection = requests.get(place + "/selection").json()["selection"]
    chosen = {one["variableCode"]: one["valueCodes"] for one in selection}
    assert len(chosen["Perioden"]) == 1 and chosen["Eenheid"] == ["NL01"]
    frame = pandas.read_csv(io.StringIO(requests.get(place + "/data").text), dtype={"Delictgroep": str}, na_values=["..", "."])
    assert list(frame["Delictgroep"]) == chosen["Delictgroep"]
    other = requests.post(f"{base}/api/v2/tables/I01/data", json={"selection": selection})
    assert requests.get(place + "/data?outputFormat=json-stat2").content == other.content
    assert requests.get(place[:-1] + "/data").status_code == 404


def observations(told, part):
    """By their codes the figures of json-px, each a number or the symbol in its place, after Parquet has told the same."""
    measures = [column["code"] for column in told["columns"] if column["type"] == "c"]
    figures = {
        tuple(row["key"]) + (measure,): text if text in (".", "..") else float(text)
        for row in told["data"] for measure, text in zip(measures, row["values"], strict=True)}
    assert len(figures) == len(told["data"]) * len(measures)
    labels = [column["text"] for column in told["columns"] if column["type"] != "c"]
    times = [column["text"] for column in told["columns"] if column["type"] == "t"]
    values = ["value"] if len(measures) == 1 else [f"ContentsCode_{measure}" for measure in measures]
    frame = pyarrow.parquet.read_table(io.BytesIO(part))
    assert frame.column_names == [
        name for label in labels for name in ([label, "timestamp"] if label in times else [label])
    ] + [name for value in values for name in (value, value + "_symbol")]
    found = {}
    for row in frame.to_pylist():
        for label in times:
            assert not row[label].endswith("JJ00") or row["timestamp"] == datetime.datetime(int(row[label][:4]), 1, 1)
        for measure, column in zip(measures, values):
            value, symbol = row[column], row[column + "_symbol"]
            assert symbol is None if value is not None else symbol in (".", ".."), row
            found[tuple(row[label] for label in labels) + (measure,)] = symbol if value is None else value
    assert found == figures and list(found) == list(figures)
    return figures


def px_observations():
    symbols = {"Confidential": "..", "Impossible": "."}
    hidden = 0
    for table in tables:
        dimensions, truth = published(table)
        expected = {key: symbols[reason] if value is None else value for key, (value, reason) in truth.items()}

        def ask(choice, form):
            asked = {f"valueCodes[{name}]": codes for name, codes in choice.items()}
            return requests.get(f"{base}/api/v2/tables/{table}/data", params={**asked, "outputFormat": form})

        everything = {name: "*" for name in dimensions + ["ContentsCode"]}
        found = observations(ask(everything, "json-px").json(), ask(everything, "parquet").content)
        assert found == expected, table
        described = ask(everything, "json-stat2").json()
        assert described["value"] == [None if value in symbols.values() else value for value in found.values()], table
        hidden += list(found.values()).count("..")
        measures = list(dict.fromkeys(key[-1] for key in truth))
        if len(measures) > 1:
            choice = {**everything, dimensions[0]: "TOP(2)", "ContentsCode": measures[-1]}
            codes = list(dict.fromkeys(key[0] for key in truth))[:2]
            part = observations(ask(choice, "json-px").json(), ask(choice, "parquet").content)
            assert part == {key: value for key, value in expected.items() if key[0] in codes and key[-1] == measures[-1]}
    assert hidden > 0
    api = PxAPI(PxAPIConfig(base_url=f"{base}/api/v2", language="en"))
    asked = {
        "value_codes": {name: ["*"] for name in ("Delictgroep", "Eenheid", "Perioden", "ContentsCode")},
        "code_lists": {"Delictgroep": "vs_I01_Delictgroep_2"}}
    part = observations(*(api.get_table_data("I01", output_format=form, **asked) for form in (OutputFormat.JSON_PX, OutputFormat.PARQUET)))
    groups = [value["code"] for value in requests.get(f"{base}/api/v2/codelists/vs_I01_Delictgroep_2").json()["values"]]
    assert list(dict.fromkeys(key[0] for key in part)) == groups
    answer = requests.get(f"{base}/api/v2/tables/I01/data?outputFormat=parquet")
    assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"


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


def workbooks():
    words = {"nl": ("", "Leesmij", "Cijfers", "Definities", "geheim"), "en": (".en", "Read me", "Figures", "Definitions", "confidential")}
    for table in tables:
        dimensions, truth = published(table)
        measures = list(dict.fromkeys(key[-1] for key in truth))
        for language, (suffix, about, figures, definitions, hidden) in words.items():
            content = requests.get(f"{base}/download/{table}{suffix}.xlsx").content
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                assert parts.testzip() is None
                assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
            described = requests.get(f"{base}/api/v2/tables/{table}/metadata?lang={language}").json()["dimension"]
            labels = [described[name]["category"]["label"] for name in dimensions]
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            assert book.sheetnames[0] == about and book.sheetnames[-1] == definitions
            told = dict(row[:2] for row in book[about].iter_rows(min_row=2, values_only=True))
            assert table in told.values() and len(told) > 8
            keys = list(truth)
            for sheet in book.sheetnames[1:-1]:
                assert sheet.startswith(figures)
                for row in book[sheet].iter_rows(min_row=2, values_only=True):
                    many = len(dimensions)
                    codes = row[many:2 * many]
                    assert row[:many] == tuple(names[code] for names, code in zip(labels, codes)), (table, row)
                    for measure, found in zip(measures, row[2 * many:], strict=True):
                        key = codes + (measure,)
                        value, reason = truth.pop(key)
                        expected = {"None": value, "Confidential": hidden, "Impossible": "–"}[reason]
                        assert found == expected and isinstance(found, str) == (value is None), (table, row)
            assert not truth, (table, language, len(truth))
            dimensions, truth = published(table)
            assert list(truth) == keys
        frame = pandas.read_excel(
            io.BytesIO(requests.get(f"{base}/download/{table}.xlsx").content), sheet_name="Cijfers", na_values=["geheim", "–"])
        assert all(pandas.api.types.is_numeric_dtype(frame[name]) for name in frame.columns[2 * len(dimensions):])
    assert requests.get(f"{base}/download/I99.xlsx").status_code == 404
    answer = requests.get(f"{base}/download/I01.xlsx")
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    again = requests.get(f"{base}/download/I01.xlsx", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and requests.get(f"{base}/download/I01.xlsx").content == answer.content


def columns():
    """Parquet as it comes over the line, with the same rows in the same order as the CSV."""
    for table in tables:
        answer = requests.get(f"{base}/download/{table}.parquet")
        assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"
        dimensions, truth = published(table)
        rows = pyarrow.parquet.read_table(io.BytesIO(answer.content)).to_pylist()
        assert [tuple(row[name] for name in dimensions + ["Measure"]) for row in rows] == list(truth)
        for row, (value, attribute) in zip(rows, truth.values()):
            assert row["ValueAttribute"] == attribute
            assert row["Value"] is None if value is None else float(row["Value"]) == value, row


def archives():
    for table in tables:
        dimensions, truth = published(table)
        place = f"{base}/odata/v1/STRAFRECHT/{table}"
        with zipfile.ZipFile(io.BytesIO(requests.get(f"{base}/csv/STRAFRECHT/nl/{table}").content)) as archive:
            assert archive.testzip() is None
            frames = {
                name[:-4]: pandas.read_csv(archive.open(name), sep=";", dtype=str, keep_default_na=False)
                for name in archive.namelist()
            }
        assert set(frames) == {entry["name"] for entry in requests.get(place).json()["value"]}
        for row in frames["Observations"].to_dict("records"):
            value, reason = truth.pop(tuple(row[name.replace("-", "_")] for name in dimensions) + (row["Measure"],))
            assert row["ValueAttribute"] == reason, (table, row)
            assert row["Value"] == "" if value is None else float(row["Value"]) == value, (table, row)
        assert not truth
        for name in set(frames) - {"Observations"}:
            answer = requests.get(f"{place}/{name}").json()
            entities = [answer] if name == "Properties" else answer["value"]
            assert len(frames[name]) == len(entities), (table, name)
            for row, entity in zip(frames[name].to_dict("records"), entities):
                for column, text in row.items():
                    expected = entity[column]
                    if isinstance(expected, list):
                        continue
                    # An apostrophe keeps a text from being a formula.
                    found = text[1:] if text[:1] == "'" and text[1:2] in "=+@-" else text
                    assert found == ("" if expected is None else str(expected).replace("\r\n", "\n")), (table, name, column)
    once = requests.get(f"{base}/csv/STRAFRECHT/nl/I01")
    assert once.headers["Content-Type"] == "application/zip" and once.headers["Content-Disposition"].endswith("\"I01.zip\"")
    assert requests.get(f"{base}/CSV/strafrecht/NL/i01").content == once.content
    for address, status in {"/csv/STRAFRECHT/en/I01": 404, "/csv/STRAFRECHT/nl/I99": 404, "/csv/STRAFRECHT/nl/I01?$top=1": 501}.items():
        answer = requests.get(base + address)
        assert answer.status_code == status and answer.json()["error"]["message"], (address, answer.text)


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
    titles = {name: one["label"] for name, one in requests.get(f"{base}/api/v2/tables/I01/metadata").json()["dimension"].items()}
    assert posted.text.split("\r\n")[0].split(",")[:3] == [titles[name] for name in ("Delictgroep", "Eenheid", "Perioden")]
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
for part in (pxweb, pxstats, first_version, saved, px_observations, px_files, packages, workbooks, columns, archives, traps):
    part()
    print(part.__name__, "ok")
