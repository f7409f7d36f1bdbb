"""Statistics Netherlands' clients, unchanged, against a served release; every number is compared with the release's own CSV.

Usage: statline_clients.py HOST:PORT RELEASE
"""
import os
import time

import cbsodata
import pandas
import requests
from odata import ODataService
from pyjstat import pyjstat

from served_release import base, folder, host, published, tables, wait

cbsodata.options.catalog_url = host
cbsodata.options.use_https = False


def same(one, other):
    return one is None and other is None or one is not None and other is not None and float(one) == other


def three():
    listed = cbsodata.get_table_list()
    assert sorted(table["Identifier"] for table in listed) == tables
    for table in tables:
        dimensions, truth = published(table)
        info = cbsodata.get_info(table)
        assert info["Identifier"] == table and info["Title"] and info["Description"]
        properties = cbsodata.get_meta(table, "DataProperties")
        topics = [one for one in properties if one["Type"] == "Topic"]
        measures = list(dict.fromkeys(key[-1] for key in truth))
        assert len(topics) == len(measures)
        assert [one["Key"] for one in properties if one["Type"] != "Topic"] == dimensions
        assert {one["Type"] for one in properties} <= {"Topic", "Dimension", "GeoDimension", "TimeDimension"}
        titles = {
            name: {one["Title"]: one["Key"] for one in cbsodata.get_meta(table, name)}
            for name in dimensions
        }
        rows = cbsodata.get_data(table)
        assert len(rows) * len(topics) == len(truth)
        # Titles need not be unique; where they are, every number is looked up.
        if all(len(names) == len(cbsodata.get_meta(table, name)) for name, names in titles.items()):
            for row in rows:
                codes = tuple(titles[name][row[name]] for name in dimensions)
                for topic, measure in zip(topics, measures):
                    assert same(row[topic["Key"]], truth[codes + (measure,)][0]), (table, row)
        # The flag is the wrong way round in this client: this reads the untyped set.
        untyped = cbsodata.get_data(table, typed=True)
        assert len(untyped) == len(rows)
        texts = {str(row[topics[0]["Key"]]).strip() for row in untyped}
        assert ("." in texts) == any(reason == "Confidential" for key, (_, reason) in truth.items() if key[-1] == measures[0])
    kinds = {one["Key"]: one["Type"] for one in cbsodata.get_meta("I01", "DataProperties")}
    assert kinds["Eenheid"] == "GeoDimension" and kinds["Perioden"] == "TimeDimension"
    some = cbsodata.get_data(
        "I01", filters="startswith(Perioden,'2023') and Eenheid eq 'NL01'", select=["Perioden", "Misdrijven_1"])
    assert some and set(some[0]) == {"Perioden", "Misdrijven_1"}
    assert cbsodata.get_data("I01", filters="Eenheid eq 'nergens'") == []


def four():
    document = requests.get(f"{base}/odata/v1/STRAFRECHT/I01").json()
    assert {"Dimensions", "MeasureCodes", "Observations", "Properties", "PeriodenCodes"} <= {
        entry["name"] for entry in document["value"]}
    for table in tables:
        dimensions, truth = published(table)
        # The loop of the office's own notebooks.
        frame, address = pandas.DataFrame(), f"{base}/odata/v1/STRAFRECHT/{table}/Observations"
        while address:
            answer = requests.get(address).json()
            frame = pandas.concat([frame, pandas.DataFrame(answer["value"])])
            address = answer.get("@odata.nextLink")
        assert list(frame.columns) == ["Id", "Measure", "ValueAttribute", "Value", "StringValue"] + dimensions
        assert len(frame) == len(truth)
        for row in frame.to_dict("records"):
            value, reason = truth[tuple(row[name] for name in dimensions) + (row["Measure"],)]
            assert row["ValueAttribute"] == reason
            assert pandas.isna(row["Value"]) if value is None else row["Value"] == value, (table, row)
        described = requests.get(f"{base}/odata/v1/STRAFRECHT/{table}/Dimensions").json()["value"]
        assert [one["Identifier"] for one in described] == dimensions
        if table == "I01":
            assert [one["Kind"] for one in described] == ["Dimension", "GeoDimension", "TimeDimension"]
        # A filter is no oracle: what is hidden is in no answer that has a bound.
        below = requests.get(f"{base}/odata/v1/STRAFRECHT/{table}/Observations/$count?$filter=Value lt 1000000000000").text
        assert int(below) == sum(value is not None for value, _ in truth.values())
    service = ODataService(f"{base}/odata/v1/STRAFRECHT/I01/", reflect_entities=True)
    observation = service.entities["Observations"]
    found = list(service.query(observation).filter(observation.Measure == "misdrijven").order_by(observation.Id.desc()).limit(3))
    assert [one.Id for one in found] == sorted((one.Id for one in found), reverse=True) and len(found) == 3


def versions():
    root = f"{base}/odata/v1/STRAFRECHT/I01"
    version = requests.get(f"{root}/Properties").json()["Version"]
    released = os.path.basename(folder.rstrip("/"))
    now = requests.get(f"{root}/Observations").json()
    for name in (version, released):
        place = f"{base}/uitgaven/{released}/odata/v1/STRAFRECHT/I01"
        for address in (f"{root}@{name}/Observations", f"{root}/Observations?$version={name}"):
            then = requests.get(address).json()
            assert then["value"] == now["value"] and then["@odata.context"] == f"{place}/$metadata#Observations"
        service = ODataService(f"{root}@{name}/", reflect_entities=True)
        observation = service.entities["Observations"]
        found = list(service.query(observation).filter(observation.Measure == "misdrijven").limit(3))
        assert [one.Id for one in found] == [row["Id"] for row in now["value"] if row["Measure"] == "misdrijven"][:3]
        same = requests.get(f"{root}/Changes?since={name}&$count=true").json()
        assert same["value"] == [] and same["@odata.count"] == same["@keten.added"] == same["@keten.removed"] == 0
        assert requests.get(f"{root}/Changes/$count?since={name}").text == "0"
    for address, status in {
        f"{root}@202001010000/Observations": 404, f"{root}/Observations?$version=x": 404, f"{root}@{version}?$version=x": 400,
        f"{root}/Changes": 400, f"{root}/Changes?since=x": 404,
    }.items():
        answer = requests.get(address)
        assert answer.status_code == status and answer.json()["error"]["message"], (address, answer.text)


def statistical_json():
    for table in tables:
        dimensions, truth = published(table)
        frame = pyjstat.Dataset.read(f"{base}/jsonstat/{table}").write("dataframe", naming="id")
        assert len(frame) == len(truth)
        for row in frame.to_dict("records"):
            value, _ = truth[tuple(row[name] for name in dimensions) + (row["ContentsCode"],)]
            assert pandas.isna(row["value"]) if value is None else row["value"] == value, (table, row)


def traps():
    def get(address, **headers):
        # As it stands: requests would tidy the address.
        request = requests.Request("GET", base, headers=headers).prepare()
        request.url = base + address
        return requests.Session().send(request)

    feed, root = "/ODataFeed/odata/I01", "/odata/v1/STRAFRECHT/I01"
    assert get(f"{feed}/").json()["value"]
    assert get("/odatafeed/ODATA/i01/TypedDataSet?$top=1").status_code == 200
    assert get("/odata/v1//Catalogs").json()["value"][0]["Identifier"] == "STRAFRECHT"
    assert get(f"{root}/%24metadata").text.startswith("<?xml")
    encoded = get(f"{feed}/TypedDataSet?$format=json&%24select=Perioden%2CMisdrijven_1&%24filter=startswith%28Perioden%2C%272023%27%29+and+Eenheid+eq+%27NL01%27")
    raw = get(f"{feed}/TypedDataSet?$format=json&$filter=(Eenheid%20eq%20'NL01')%20and%20(substringof('2023',%20Perioden))&$select=Perioden,%20Misdrijven_1")
    assert encoded.json()["value"] == raw.json()["value"] != []
    padded = get(f"{feed}/TypedDataSet?$filter=Eenheid eq 'NL01  '&$select=Perioden,Misdrijven_1")
    assert padded.json()["value"] == raw.json()["value"]
    for query in ("?", "?&$top=2", "??$top=2"):
        assert get(f"{root}/Observations{query}").status_code == 200
    counted = get(f"{root}/Observations?$count=true&$top=0").json()
    assert counted["value"] == [] and counted["@odata.count"] > 0
    assert get(f"{feed}/TypedDataSet?$inlinecount=allpages&$top=1").json()["odata.count"] == str(counted["@odata.count"])
    assert get(f"{root}/MeasureCodes('misdrijven')").json()["Identifier"] == "misdrijven"
    assert get(f"{root}/Observations(17)").json()["Id"] == 17
    in_round = get(f"{root}/Observations?$filter=Eenheid in ('NL01','01')").json()["value"]
    assert in_round == get(f"{root}/Observations?$filter=Eenheid in ['NL01','01']").json()["value"] != []
    long = " or ".join(["(Eenheid eq 'NL01')"] * 2500)
    assert len(get(f"{root}/Observations?$filter={long}&$top=1").json()["value"]) == 1
    for address, status in {
        f"{root}/Observations?$filter=Kleur eq 'x'": 400, f"{root}/Observations?$top=-1": 400,
        f"{root}/Observations?$filter=Value lt": 400, f"{root}/Observations?$expand=X": 501,
        f"{root}/Observations?$search=x": 501, f"{root}/Observations?$format=xml": 415,
        f"{root}/Observations(999999)": 404, "/odata/v1/STRAFRECHT/I99": 404,
    }.items():
        answer = get(address)
        assert answer.status_code == status and answer.json()["error"]["message"], (address, answer.text)
    assert get(f"{feed}/TypedDataSet?$filter=Kleur eq 1").json()["odata.error"]["message"]["value"]
    answer = get(f"{root}/Observations?$top=3")
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and answer.headers["OData-Version"] == "4.0"
    again = get(f"{root}/Observations?$top=3", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    assert get(f"{root}/Observations?$top=3").content == answer.content
    assert requests.head(f"{base}{root}/Observations").status_code == 200
    assert get("/%6Fdata/v1/Catalogs").status_code == 200
    assert get(f"{root}/Observations?$skip=9007199254740992").json()["value"] == []
    for address, status in {
        f"{root}/Observations?$skip=9223372036854775807": 400, f"{root}/Observations?$select=,": 400,
        f"{root}/Observations?$count=maybe": 400, f"{root}/Observations(17)?$top=0": 400,
        "/odata": 404, "/ODataFeed": 404, "/api": 404,
    }.items():
        answer = get(address)
        assert answer.status_code == status and "json" in answer.headers["Content-Type"], (address, answer.text)
    assert requests.post(f"{base}{root}/Observations").status_code == 405
    # Another name in the question changes nobody else's answer.
    for name in ("localhost I01", 'x"<y'):
        assert get("/odata/v1/Catalogs", Host=name).status_code == 400
    assert "Observations" in get(root).text
    work = " or ".join(["contains(concat(Measure,ValueAttribute),'1x')"] * 900)
    started = time.time()
    assert get(f"/odata/v1/STRAFRECHT/I15/Observations?$filter={work}").status_code == 501
    assert time.time() - started < 3
    moments = get("/odata/v1/Datasets?$filter=Modified gt 2020-01-01T00:00:00Z").json()["value"]
    assert len(moments) == len(tables)
    ordered = get(f"{root}/Observations?$orderby=StringValue,Eenheid").json()["value"]
    assert [one["Eenheid"] for one in ordered] == sorted(one["Eenheid"] for one in ordered)


wait()
for part in (three, four, versions, statistical_json, traps):
    part()
    print(part.__name__, "ok")
