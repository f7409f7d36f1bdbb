"""Validates delivered files with Frictionless: types, required values and code lists, and nothing else.

    python3 peer_frictionless.py PACK DELIVERIES

The dialect and the schema of each file are made from its contract in the pack. Files that Frictionless cannot read (fixed
width, XML, nested JSON) are left out, and so are deliveries whose bytes are not those of their manifest. Prints JSON: files,
rows, bytes, and how many errors of each kind it found.
"""

import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import yaml
from frictionless import Dialect, Resource, Schema, formats, system

ENCODINGS = {"utf-8": "utf-8", "windows-1252": "cp1252", "iso-8859-1": "latin-1", "utf-16le": "utf-16"}
PARTS = [("yyyy", "%Y"), ("yy", "%y"), ("mm", "%m"), ("dd", "%d"), ("HH", "%H"), ("MM", "%M"), ("SS", "%S"), ("m", "%m"), ("d", "%d")]


def pattern(text):
    """A date pattern of a contract for strptime; None for months as words, which it does not read in Dutch."""
    if "mmm" in text:
        return None
    result, place = "", 0
    while place < len(text):
        for part, code in PARTS:
            if text.startswith(part, place):
                result, place = result + code, place + len(part)
                break
        else:
            result, place = result + text[place], place + 1
    return result


def field(column, format, codes):
    kind, constraints = column.get("type", "text"), {}
    if column.get("required"):
        constraints["required"] = True
    allowed = column.get("values") or codes.get(column.get("codes"))
    if allowed:
        constraints["enum"] = [str(value) for value in allowed]
    made = {"name": column["name"], "type": "string"}
    if kind == "integer":
        made["type"] = "integer"
    elif kind.startswith("decimal"):
        made |= {"type": "number", "decimalChar": format.get("decimal", ".")}
    elif kind == "boolean":
        made |= {"type": "boolean", "trueValues": [str(format.get("true", "true"))], "falseValues": [str(format.get("false", "false"))]}
    elif kind in ("date", "timestamp"):
        standard = "yyyy-mm-dd" if kind == "date" else "yyyy-mm-ddTHH:MM:SS"
        read = pattern(column.get("format") or format.get(kind, standard))
        if read:
            made |= {"type": "date" if kind == "date" else "datetime", "format": read}
    if constraints and not ("enum" in constraints and made["type"] != "string"):
        made["constraints"] = constraints
    return made


def main():
    pack, deliveries = Path(sys.argv[1]), Path(sys.argv[2])
    chain = yaml.safe_load((pack / "chain.yaml").read_text(encoding="utf-8"))
    organisations = {entry["code"]: entry["id"] for entry in chain["organisations"]}
    contracts = {}
    for path in sorted((pack / "deliveries").glob("*/*.yaml")):
        contract = yaml.safe_load(path.read_text(encoding="utf-8"))
        contracts[path.parent.name, contract["file"]] = contract
    lists = {}
    for path in (pack / "mappings").glob("*.csv"):
        organisation, name = path.stem.split(".", 1)
        with path.open(encoding="utf-8", newline="") as file:
            lists.setdefault(organisation, {})[name] = list(dict.fromkeys(row["code"] for row in csv.DictReader(file)))
    totals, errors = Counter(), Counter()
    for manifest_path in sorted(deliveries.glob("[!_.]*/manifest.json")):
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        organisation = organisations[manifest["bron"]]
        for described in manifest["bestanden"]:
            contract = contracts.get((organisation, described["naam"]))
            path = manifest_path.parent / described["naam"]
            if not contract or contract["format"]["kind"] != "delimited" or not path.exists():
                continue
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != described["sha256"]:
                continue
            format = contract["format"]
            control = formats.CsvControl(delimiter="\t" if format["separator"] == "\\t" else format["separator"])
            if format.get("quote") != "none":
                control.quote_char = format.get("quote", '"')
            header = format.get("header", 1)
            dialect = Dialect(header_rows=[header], controls=[control])
            schema = Schema.from_descriptor({
                "fields": [field(column, format, lists.get(organisation, {})) for column in contract["columns"]],
                "missingValues": [""]})
            with system.use_context(trusted=True):
                resource = Resource(path=str(path), encoding=ENCODINGS[format["encoding"]], dialect=dialect, schema=schema)
                report = resource.validate(limit_errors=1_000_000_000)
            totals["files"] += 1
            totals["rows"] += report.tasks[0].stats.get("rows") or 0
            totals["bytes"] += len(data)
            for error in report.tasks[0].errors:
                errors[error.type] += 1
    print(json.dumps({**totals, "errors": errors}))


if __name__ == "__main__":
    main()
