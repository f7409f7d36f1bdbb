"""What a statistician would write without Keten: Python, DuckDB and the chain pack's own YAML, CSV and SQL.

    peer_strafrecht.py PACK DELIVERIES OUT REFERENCE_DATE

Reads the delivery folders below DELIVERIES, checks them against the contracts of PACK, pseudonymises, seals the identifying
columns, stores content as Parquet, links persons, derives the pack's entities and writes its tables as CSV below OUT.
No disclosure control, no website, no snapshot: only what the figures need.
"""

import csv
import hashlib
import hmac
import json
import os
import re
import sys
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252", "iso-8859-1": "latin-1", "utf-16le": "utf-16-le"}
MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
MACROS = """
CREATE MACRO p_year(d) AS CAST(year(d) AS INTEGER);
CREATE MACRO p_quarter(d) AS CAST(quarter(d) AS INTEGER);
CREATE MACRO p_month(d) AS CAST(month(d) AS INTEGER);
CREATE MACRO p_days(a, b) AS CAST(CAST(b AS DATE) - CAST(a AS DATE) AS INTEGER);
CREATE MACRO p_date(t) AS CAST(t AS DATE);
CREATE MACRO p_date_of(y, m, d) AS make_date(CAST(y AS BIGINT), CAST(m AS BIGINT), CAST(d AS BIGINT));
CREATE MACRO p_add_days(d, n) AS CAST(CAST(d AS DATE) + CAST(n AS INTEGER) AS DATE);
CREATE MACRO p_ratio(a, b) AS CASE WHEN CAST(b AS DOUBLE) = 0 THEN NULL ELSE CAST(a AS DOUBLE) / CAST(b AS DOUBLE) END;
"""


class Refused(Exception):
    """A delivery that is sent back whole."""


def text(value):
    return "'" + str(value).replace("'", "''") + "'"


def name(value):
    return '"' + value.replace('"', '""') + '"'


def snake(value):
    value = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", value)
    return re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")


# ---------------------------------------------------------------- the pack


class Column:
    def __init__(self, row):
        self.name, self.type, self.role = row["name"], row["type"], row["role"]
        self.content = row.get("as") or snake(row["name"])
        self.required = row.get("required", False)
        self.severity = row.get("severity", "error")
        self.length, self.identifier = row.get("length"), row.get("identifier")
        self.codes, self.concept = row.get("codes"), row.get("concept")
        self.values = [str(value) for value in row["values"]] if "values" in row else None
        self.min, self.max = row.get("min"), row.get("max")
        self.keep_year, self.complete, self.format = row.get("keep_year"), row.get("complete"), row.get("date")
        self.in_content = self.role in ("key", "content") or self.role == "identity" and self.identifier
        self.in_identity = self.role == "identity" or bool(self.identifier)
        self.kept = self.in_content or self.in_identity or bool(self.keep_year)


class Contract:
    def __init__(self, organisation, path):
        row = load_yaml(path)
        self.organisation, self.id, self.file = organisation, row["id"], row["file"]
        self.name, self.version, self.format = f"{organisation}.{row['id']}", str(row["version"]), row["format"]
        self.columns = [Column(column) for column in row["columns"]]
        self.by_name = {column.name: column for column in self.columns}
        self.key = [self.by_name[key].content for key in row.get("key", [])]
        self.mutation, self.checks = row.get("mutation"), row.get("checks", [])
        self.references = row.get("references", [])
        self.threshold = row["thresholds"]["quarantine"]


def load_yaml(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def load_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Pack:
    def __init__(self, folder):
        self.folder, self.chain = folder, load_yaml(folder / "chain.yaml")
        self.organisations = {row["code"]: row["id"] for row in self.chain["organisations"]}
        self.identifiers = self.chain["identifiers"]
        self.contracts = [
            Contract(organisation, path)
            for organisation in self.organisations.values()
            for path in sorted((folder / "deliveries" / organisation).glob("*.yaml"))
        ]
        self.mappings = {path.stem: load_csv(path) for path in sorted(folder.glob("mappings/*.csv"))}
        self.schemes = {path.stem: load_csv(path) for path in sorted(folder.glob("concepts/*.csv"))}
        self.linkage = load_yaml(folder / "linkage.yaml")["person"]
        self.products = [load_yaml(path) for path in sorted(folder.glob("products/*.yaml"))]


# ---------------------------------------------------------------- values, as SQL


def date_parts(pattern):
    """Place and width of each part of a date pattern whose parts all have a fixed width."""
    parts, place, rest = [], 1, pattern
    while rest:
        code = next(
            (c for c in ("yyyy", "mmm", "mm", "dd", "HH", "MM", "SS") if rest.startswith(c)), rest[0])
        parts.append((code, place, len(code)))
        place, rest = place + len(code), rest[len(code):]
    return parts


def date_regex(pattern):
    shapes = {"yyyy": r"\d{4}", "mmm": "[A-Za-z0]{3}"}
    return "".join(
        shapes.get(code) or (r"\d{2}" if len(code) == 2 else re.escape(code))
        for code, _, _ in date_parts(pattern))


def month_name(value):
    cases = " ".join(f"WHEN '{month}' THEN '{number:02}'" for number, month in enumerate(MONTHS, 1))
    return f"CASE lower({value}) {cases} WHEN '000' THEN '00' END"


def moment(value, pattern):
    """A timestamp, NULL when the text has another form."""
    codes = {"yyyy": "%Y", "mmm": "%m", "mm": "%m", "dd": "%d", "HH": "%H", "MM": "%M", "SS": "%S"}
    form = "".join(codes.get(code, code) for code, _, _ in date_parts(pattern))
    plain = value
    for code, place, width in date_parts(pattern):
        if code == "mmm":
            month = month_name(f"substr({value}, {place}, 3)")
            plain = f"substr({value}, 1, {place - 1}) || {month} || substr({value}, {place + width})"
    return f"CASE WHEN length({value}) = {len(pattern)} THEN try_strptime({plain}, '{form}') END"


def part(value, pattern, wanted):
    for code, place, width in date_parts(pattern):
        if code == wanted:
            return f"TRY_CAST(substr({value}, {place}, {width}) AS INTEGER)"
        if code == "mmm" and wanted == "mm":
            return f"TRY_CAST({month_name(f'substr({value}, {place}, 3)')} AS INTEGER)"
    raise ValueError(f"{pattern} has no {wanted}")


def is_partial_date(value, pattern):
    return (
        f"regexp_full_match({value}, {text(date_regex(pattern))}) AND ({moment(value, pattern)} IS NOT NULL "
        f"OR {part(value, pattern, 'dd')} = 0 AND {part(value, pattern, 'mm')} BETWEEN 0 AND 12)")


def typed(value, column, format):
    """The value in its type, NULL when it does not fit."""
    if column.type == "integer":
        return f"CASE WHEN regexp_full_match({value}, '[+-]?[0-9]{{1,18}}') THEN CAST({value} AS BIGINT) END"
    if column.type.startswith("decimal"):
        scale, mark = int(column.type[8:-1]), format["decimal"]
        number = value if mark == "." else f"replace({value}, {text(mark)}, '.')"
        shape = f"[+-]?([0-9]+({re.escape(mark)}[0-9]{{0,{scale}}}0*)?|{re.escape(mark)}[0-9]{{1,{scale}}}0*)"
        return f"CASE WHEN regexp_full_match({value}, {text(shape)}) THEN TRY_CAST({number} AS DECIMAL(18,{scale})) END"
    if column.type == "boolean":
        return f"CASE {value} WHEN {text(format['true'])} THEN true WHEN {text(format['false'])} THEN false END"
    if column.type == "date":
        return f"CAST({moment(value, column.format or format['date'])} AS DATE)"
    if column.type == "timestamp":
        return moment(value, column.format or format["timestamp"])
    if column.type == "partialdate":
        return f"CASE WHEN {is_partial_date(value, column.format or format['date'])} THEN 1 END"
    return value


def problem(value, converted, column, pack, contract, reference_date, odd):
    """The first rule that the value breaks, NULL when it is sound."""
    cases = []
    if column.required:
        cases.append((f"{value} IS NULL", "required"))
    if "\ufffd" in odd:
        cases.append((f"contains({value}, '\ufffd')", "encoding"))
    if column.length:
        cases.append((f"length({value}) > {column.length}", "length"))
    if column.type != "text":
        cases.append((f"{value} IS NOT NULL AND {converted} IS NULL", "type"))
    if column.type == "partialdate":
        pattern = column.format or contract.format["date"]
        if column.keep_year:
            cases.append((f"{converted} = 1 AND {part(value, pattern, 'yyyy')} NOT BETWEEN 1850 AND 2100", "range"))
        cases.append((f"{moment(value, pattern)} IS NULL AND {converted} = 1", "partial-date"))
    whole = f"CAST({converted} AS DATE)" if column.type == "timestamp" else converted
    for bound, sign in ((column.min, "<"), (column.max, ">")):
        if bound is not None:
            limit = reference_date if bound == "reference" else bound
            is_date = column.type in ("date", "timestamp")
            limit = f"DATE '{str(limit)[:10]}'" if is_date else limit
            cases.append((f"{whole} {sign} {limit}", "range"))
    if column.values:
        cases.append((f"{value} NOT IN ({', '.join(map(text, column.values))})", "values"))
    if column.codes:
        known = sorted({row["code"] for row in pack.mappings[f"{contract.organisation}.{column.codes}"]})
        cases.append((f"{value} NOT IN ({', '.join(map(text, known))})", "code-list"))
    if column.type == "text" and odd & {"Â", "Ã", "Ä", "Å"}:
        cases.append((f"regexp_matches({value}, '[ÂÃÄÅ][\\x{{80}}-\\x{{FF}}\\x{{2000}}-\\x{{10FFFF}}]')", "mojibake"))
    if not cases:
        return "NULL"
    return "CASE " + " ".join(f"WHEN {condition} THEN '{rule}'" for condition, rule in cases) + " END"


# ---------------------------------------------------------------- identifiers


class Reader:
    """Reads the notations of one identifier and makes its pseudonyms."""

    def __init__(self, row, key):
        self.key, self.check, self.pseudonyms = key, row.get("check"), {}
        self.canonical = row.get("canonical")
        self.masks = [] if not self.canonical else [
            re.compile(self.regex(mask)) for mask in [self.canonical, *row.get("variants", [])]]
        self.pieces = self.split(self.canonical or "")

    @staticmethod
    def split(mask):
        """A mask as (field, width) and ('', literal) pieces; a field stands in one piece."""
        return [
            (field, 1 + len(more)) if field else ("", other)
            for field, more, other in re.findall(r"([a-z])(\1*)|(.)", mask)]

    def regex(self, mask):
        return "".join(
            rf"(?P<{field}>\d{{{width}}})" if field else {"*": "[0-9A-Z]", "#": r"\d"}.get(width, width)
            for field, width in self.split(mask))

    def fields(self, raw):
        plain = re.sub("[^0-9A-Z]", "", raw.upper()) if raw.isascii() else re.sub("[^0-9A-Za-z]", "", raw).upper()
        for regex in self.masks:
            if found := regex.fullmatch(plain):
                return found.groupdict()
        return None

    def read(self, raw, completion=None):
        """(pseudonym, None), or (None, what is wrong)."""
        if not self.masks:
            return self.pseudonym(raw), None
        fields = self.fields(raw)
        if fields is None:
            return None, "notation"
        fields |= {field: value for field, value in (completion or {}).items() if field not in fields}
        if any(field and fields.get(field) is None for field, _ in self.pieces):
            return None, "ambiguous"
        value = "".join(fields[field].rjust(width, "0") if field else width for field, width in self.pieces)
        if self.check:
            remainder = sum(int(digit) * weight for digit, weight in zip(value, self.check["weights"])) % self.check["modulus"]
            if remainder not in self.check["remainders"] or not value.strip("0"):
                return None, "check-digit"
        return self.pseudonym(value), None

    def pseudonym(self, value):
        """Each distinct value once."""
        if value not in self.pseudonyms:
            self.pseudonyms[value] = hmac.digest(self.key, value.encode(), "sha256")[:12].hex()
        return self.pseudonyms[value]


# ---------------------------------------------------------------- deliveries


class Door:
    """Receives deliveries, one at a time."""

    def __init__(self, con, pack, out):
        self.con, self.pack, self.out = con, pack, out
        master = os.urandom(32)
        self.readers = {
            id: Reader(row, hmac.digest(master, f"pseudonym {id}".encode(), "sha256")) for id, row in pack.identifiers.items()}
        self.vault = AESGCM(hmac.digest(master, b"identity", "sha256"))
        self.accepted, self.receipts, self.refusals = [], [], []
        for contract in pack.contracts:
            keys = ", ".join(f"{name(key)} {self.sql_type(contract, key)}" for key in contract.key)
            if keys:
                con.execute(f"CREATE TABLE {name('keys ' + contract.name)} ({keys})")
        for folder in ("content", "identity", "reports", "tables", "temporary"):
            (out / folder).mkdir(parents=True, exist_ok=True)

    @staticmethod
    def sql_type(contract, key):
        column = next(column for column in contract.columns if column.content == key)
        return "BIGINT" if column.type == "integer" and not column.identifier else "VARCHAR"

    def receive(self, folder):
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        try:
            self.check_turn(manifest)
            files = [self.examine(folder, manifest, contract, file) for contract, file in self.match(manifest)]
            for file in files:
                self.check_sets(file, files)
                share = file["quarantined"] / max(1, file["rows"])
                if share > file["contract"].threshold and file["quarantined"] > 3:
                    raise Refused(f"{file['name']}: {file['quarantined']} of {file['rows']} rows are bad")
            self.store(manifest, files)
        except Refused as refusal:
            self.refusals.append({"delivery": manifest["leveringId"], "reason": str(refusal)})

    def check_turn(self, manifest):
        own = [other for other in self.accepted if other["bron"] == manifest["bron"]]
        if any(other["leveringId"] == manifest["leveringId"] for other in self.accepted):
            raise Refused("this delivery id was used before")
        hashes = {file["sha256"] for file in manifest["bestanden"]}
        for other in self.accepted:
            if not other["replaced"] and hashes == {file["sha256"] for file in other["bestanden"]}:
                raise Refused(f"a replay of {other['leveringId']}")
        if own and manifest["peildatum"][:10] <= max(other["peildatum"][:10] for other in own):
            raise Refused("out of order")

    def match(self, manifest):
        organisation = self.pack.organisations.get(manifest["bron"])
        contracts = defaultdict(list)
        for contract in self.pack.contracts:
            if contract.organisation == organisation:
                contracts[contract.file].append(contract)
        if manifest["chain"] != self.pack.chain["id"] or {f["naam"] for f in manifest["bestanden"]} != set(contracts):
            raise Refused("other files than agreed")
        if any(contract.version != manifest["schemaVersie"] for group in contracts.values() for contract in group):
            raise Refused("another schema version than agreed")
        return [(contract, file) for file in manifest["bestanden"] for contract in contracts[file["naam"]]]

    def examine(self, folder, manifest, contract, file):
        try:
            data = (folder / file["naam"]).read_bytes()
        except FileNotFoundError:
            raise Refused(f"{file['naam']} is missing")
        if len(data) != file["bytes"] or hashlib.sha256(data).hexdigest() != file["sha256"]:
            raise Refused(f"{file['naam']} was changed on its way")
        con, format, reference_date = self.con, contract.format, manifest["peildatum"][:10]
        decoded = data.decode(CODECS[format["encoding"]], errors="replace")
        odd = {mark for mark in ("\ufffd", "Â", "Ã", "Ä", "Å") if mark in decoded}
        decoded = decoded.removeprefix("\ufeff")
        if format["kind"] == "fixed":
            rows = self.read_fixed(decoded, contract, file)
            return self.check_rows(manifest, contract, file, f"raw {contract.name}", "r.rowid + 1", rows, [], odd, reference_date)
        quote = "" if format["quote"] == "none" else format["quote"]
        header = next(csv.reader(
            [decoded[:decoded.find("\n")].rstrip("\r")], delimiter=format["separator"],
            **({"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE})), [])
        if [column.strip() for column in header] != [column.name for column in contract.columns]:
            raise Refused(f"{file['naam']} has other columns than agreed")
        path = folder / file["naam"]
        if format["encoding"] != "utf-8" or odd:
            path = self.out / "temporary" / "text.csv"
            path.write_text(decoded, encoding="utf-8", newline="")
        del data, decoded

        raw = f"raw {contract.name}"
        shape = ", ".join(f"{text(f'c{i}')}: 'VARCHAR'" for i in range(len(contract.columns)))
        con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name(raw)} AS SELECT "
            + ", ".join(f"nullif(trim(c{i}), '') AS c{i}" for i in range(len(contract.columns)))
            + f" FROM read_csv({text(path)}, auto_detect = false, header = false, skip = 1, delim = {text(format['separator'])}, "
            f"quote = {text(quote)}, escape = {text(quote)}, columns = {{{shape}}}, store_rejects = true)")
        (count,) = con.execute(f"SELECT count(*) FROM {name(raw)}").fetchone()
        misshapen = sorted({line - 1 for (line,) in con.execute("SELECT DISTINCT line FROM reject_errors").fetchall()})
        rows = count + len(misshapen)
        if rows != file["rijen"]:
            raise Refused(f"{file['naam']} has {rows} rows, the manifest says {file['rijen']}")
        # Rows that could not be read are counted too: each shifts the numbers behind it.
        number = "r.rowid + 1"
        for place, row in enumerate(misshapen):
            number += f" + CASE WHEN r.rowid + 1 > {row - 1 - place} THEN 1 ELSE 0 END"
        return self.check_rows(manifest, contract, file, raw, number, rows, misshapen, odd, reference_date)

    def read_fixed(self, decoded, contract, file):
        """Lines that begin with the contract's record, cut into columns; the last line counts the records of each kind."""
        lines, format, path = decoded.splitlines(), contract.format, self.out / "temporary" / "text.csv"
        trailer = format["trailer"]
        counts = Counter(line[:len(trailer["is"])] for line in lines[:-1])
        if not lines or not lines[-1].startswith(trailer["is"]):
            raise Refused(f"{file['naam']} is cut short")
        for record, (start, length) in trailer["counts"].items():
            if int(lines[-1][start - 1:start - 1 + length]) != counts[record]:
                raise Refused(f"{file['naam']} has other records than its last line says")
        if any(len(line) != format["length"] for line in lines):
            raise Refused(f"{file['naam']} has lines of another length than agreed")
        if sum(counts.values()) != file["rijen"]:
            raise Refused(f"{file['naam']} has {sum(counts.values())} rows, the manifest says {file['rijen']}")
        path.write_text("".join(f"{line}\n" for line in lines if line.startswith(format["record"])), encoding="utf-8")
        places = [format["positions"][column.name] for column in contract.columns]
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name(f'raw {contract.name}')} AS SELECT "
            + ", ".join(f"nullif(trim(substr(line, {start}, {length})), '') AS c{i}" for i, (start, length) in enumerate(places))
            + f" FROM read_csv({text(path)}, auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', "
            "columns = {'line': 'VARCHAR'})")
        return counts[format["record"]]

    def check_rows(self, manifest, contract, file, raw, number, rows, misshapen, odd, reference_date):
        con = self.con
        con.execute("CREATE OR REPLACE TEMP TABLE findings (severity VARCHAR, rule VARCHAR, \"column\" VARCHAR, \"row\" BIGINT)")
        if misshapen:
            con.executemany("INSERT INTO findings VALUES ('error', 'field-count', NULL, ?)", [[row] for row in misshapen])
        joins, first, second, third, problems = [], [], [], [], []
        for index, column in enumerate(contract.columns):
            if not column.kept:
                continue
            value, problem_of = f"c{index}", f"p{index}"
            if column.identifier:
                joins.append(self.pseudonymise(contract, column, index, raw, odd))
                first.append(f"ids{index}.pseudonym AS t{index}")
                absent = f"CASE WHEN r.{value} IS NULL THEN 'required' ELSE ids{index}.problem END"
                first.append(f"{absent if column.required else f'ids{index}.problem'} AS {problem_of}")
                second += [f"t{index}", problem_of]
                third.append(f"t{index} AS {name(column.content)}")
            else:
                first.append(f"r.{value}")
                first.append(f"{typed('r.' + value, column, contract.format)} AS t{index}")
                rule = problem(value, f"t{index}", column, self.pack, contract, reference_date, odd)
                second += [value, f"t{index}", f"{rule} AS {problem_of}"]
                if column.in_content:
                    third.append(
                        f"CASE WHEN {problem_of} IS NULL OR {problem_of} = 'mojibake' THEN t{index} END AS {name(column.content)}")
            if column.keep_year:
                pattern = column.format or contract.format["date"]
                year = part(value, pattern, "yyyy")
                third.append(
                    f"CASE WHEN t{index} = 1 AND {year} BETWEEN 1850 AND 2100 THEN CAST({year} AS BIGINT) END AS {name(column.keep_year)}")
            problems.append((index, column))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE checked AS SELECT _row, {', '.join(second)} FROM "
            f"(SELECT {number} AS _row, {', '.join(first)} FROM {name(raw)} r {' '.join(joins)})")
        self.check_totals(file, contract, problems, misshapen)
        rules = ", ".join(f"p{index}" for index, _ in problems)
        severities = " ".join(
            f"WHEN 'p{index}' THEN '{column.severity}'" for index, column in problems if not column.identifier)
        severities += "".join(
            f" WHEN 'p{index}' THEN CASE WHEN rule IN ('check-digit', 'notation', 'ambiguous') THEN "
            f"'{'error' if column.required and column.role == 'key' else 'warning'}' ELSE '{column.severity}' END"
            for index, column in problems if column.identifier)
        names = " ".join(f"WHEN 'p{index}' THEN {text(column.name)}" for index, column in problems)
        con.execute(
            f"INSERT INTO findings SELECT CASE WHEN rule IN ('mojibake', 'partial-date') THEN 'warning' ELSE CASE place {severities} END END, rule, "
            f"CASE place {names} END, _row FROM (UNPIVOT (SELECT _row, {rules} FROM checked WHERE coalesce({rules}) IS NOT NULL) "
            f"ON {rules} INTO NAME place VALUE rule)")
        self.check_validity(contract, reference_date)
        staged = f"staged {contract.name}"
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name(staged)} AS SELECT {', '.join(third)}, _row FROM checked "
            "WHERE _row NOT IN (SELECT \"row\" FROM findings WHERE severity = 'error')")
        self.seal(manifest, contract, raw, number)
        (accepted,) = con.execute(f"SELECT count(*) FROM {name(staged)}").fetchone()
        findings = f"findings {contract.name}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name(findings)} AS SELECT * FROM findings")
        return {
            "contract": contract, "name": file["naam"], "rows": rows, "quarantined": rows - accepted,
            "raw": raw, "number": number, "staged": staged, "findings": findings, "misshapen": misshapen}

    def check_validity(self, contract, reference_date):
        """Codes that their list does not have on the date of the row."""
        for index, column in enumerate(contract.columns):
            if not column.kept or not column.concept:
                continue
            periods = defaultdict(list)
            for row in self.pack.mappings[f"{contract.organisation}.{column.codes}"]:
                periods[row["code"]].append((row["valid_from"] or "0001-01-01", row["valid_to"] or "9999-12-31"))
            limited = {code: rows for code, rows in periods.items() if ("0001-01-01", "9999-12-31") not in rows}
            if not limited:
                continue
            at, date = f"DATE '{reference_date}'", column.concept.get("at")
            if date:
                place = contract.columns.index(contract.by_name[date])
                at = f"coalesce(CASE WHEN p{place} IS NULL THEN CAST(t{place} AS DATE) END, {at})"
            outside = " OR ".join(
                f"c{index} = {text(code)} AND NOT ("
                + " OR ".join(f"{at} BETWEEN DATE '{start}' AND DATE '{end}'" for start, end in rows) + ")"
                for code, rows in limited.items())
            self.con.execute(f"INSERT INTO findings SELECT 'warning', 'obsolete', {text(column.name)}, _row FROM checked WHERE {outside}")

    def check_totals(self, file, contract, problems, misshapen):
        for column_name, stated in (file.get("controletotalen") or {}).items():
            index = next((i for i, column in problems if column.name == column_name), None)
            if index is None:  # of another contract in the same file
                continue
            total, wrong = self.con.execute(
                f"SELECT sum(t{index}) FILTER (WHERE p{index} IS NULL OR p{index} NOT IN ('length', 'encoding')), "
                f"count(*) FILTER (WHERE p{index} = 'type') FROM checked").fetchone()
            if not misshapen and not wrong and Decimal(total or 0) != Decimal(stated.replace(",", ".")):
                raise Refused(f"{file['naam']}: the sum of {column_name} is not the control total")

    def pseudonymise(self, contract, column, index, raw, odd):
        """Makes ids<index>: each distinct delivered value with its pseudonym or what is wrong with it."""
        con, reader, source = self.con, self.readers[column.identifier], None
        columns = f"c{index}"
        if column.complete:
            source = contract.by_name[column.complete["from"]]
            columns += f", c{contract.columns.index(source)}"
        table = con.sql(f"SELECT DISTINCT {columns} FROM {name(raw)} WHERE c{index} IS NOT NULL").to_arrow_table()
        values = table.column(0).to_pylist()
        wrong = lambda value: (
            "encoding" if "\ufffd" in value else
            "length" if column.length and len(value) > column.length else
            "mojibake" if odd and re.search("[ÂÃÄÅ][\x80-\xff\u2000-\U0010ffff]", value) else None)
        if source:
            complete, other = column.complete, self.readers[source.identifier]
            known = {row["key"]: row["value"] for row in load_csv(self.pack.folder / "reference" / f"{complete['table']}.csv")}
            answers = []
            for value, beside in zip(values, table.column(1).to_pylist()):
                wanted = (other.fields(beside or "") or {}).get(complete["part"], "")
                found = known.get(wanted) or known.get("0" + wanted)
                answers.append((None, wrong(value)) if wrong(value) else reader.read(value, {complete["field"]: found}))
        else:
            answers = [(None, wrong(value)) if wrong(value) else reader.read(value) for value in values]
        columns = {
            "raw": table.column(0), "pseudonym": pa.array([answer[0] for answer in answers], pa.string()),
            "problem": pa.array([answer[1] for answer in answers], pa.string())}
        if source:
            columns["beside"] = table.column(1)
        con.register(f"ids{index}", pa.table(columns))
        match = f"r.c{index} = ids{index}.raw"
        if source:
            match += f" AND r.c{contract.columns.index(source)} IS NOT DISTINCT FROM ids{index}.beside"
        return f"LEFT JOIN ids{index} ON {match}"

    def seal(self, manifest, contract, raw, number):
        columns = [(i, c) for i, c in enumerate(contract.columns) if c.in_identity]
        if columns:
            select = ", ".join(f"c{i} AS {name(column.name)}" for i, column in columns)
            self.encrypt(manifest, contract, "identity", f"SELECT {select}, {number} AS _row FROM {name(raw)} r")

    def encrypt(self, manifest, contract, kind, select):
        plain = self.out / "temporary" / "plain.parquet"
        self.con.execute(f"COPY ({select}) TO {text(plain)} (FORMAT parquet)")
        nonce, label = os.urandom(12), f"{manifest['leveringId']}-{contract.name}-{kind}"
        sealed = nonce + self.vault.encrypt(nonce, plain.read_bytes(), label.encode())
        (self.out / "identity" / f"{label}.sealed").write_bytes(sealed)
        plain.unlink()

    def check_sets(self, file, files):
        con, contract, staged = self.con, file["contract"], name(file["staged"])
        findings = name(file["findings"])
        if contract.key:
            keys = ", ".join(map(name, contract.key))
            others = ", ".join(name(c.content) for c in contract.columns if c.in_content and c.content not in contract.key)
            con.execute(
                f"INSERT INTO {findings} SELECT 'error', CASE WHEN whole = first THEN 'duplicate' ELSE 'key' END, NULL, _row FROM "
                f"(SELECT _row, hash({others}) AS whole, first_value(hash({others})) OVER w AS first, row_number() OVER w AS n "
                f"FROM {staged} WHERE ({keys}) IN (SELECT ({keys}) FROM {staged} GROUP BY ALL HAVING count(*) > 1) "
                f"WINDOW w AS (PARTITION BY {keys} ORDER BY _row)) WHERE n > 1")
            con.execute(f"DELETE FROM {staged} WHERE _row IN (SELECT \"row\" FROM {findings} WHERE rule IN ('duplicate', 'key'))")
        if contract.checks:
            flags = ", ".join(f"coalesce(NOT ({check['expect']}), false) AS f{i}" for i, check in enumerate(contract.checks))
            any_flag = " OR ".join(f"f{i}" for i in range(len(contract.checks)))
            con.execute(f"CREATE OR REPLACE TEMP TABLE flags AS SELECT * FROM (SELECT _row, {flags} FROM {staged}) WHERE {any_flag}")
            for i, check in enumerate(contract.checks):
                con.execute(
                    f"INSERT INTO {findings} SELECT {text(check['severity'])}, {text(check['id'])}, NULL, _row FROM flags WHERE f{i}")
        for reference in contract.references:
            target = f"{contract.organisation}.{reference['to']}"
            other = next(c for c in self.pack.contracts if c.name == target)
            own = [contract.by_name[column].content for column in reference["columns"]]
            keys = ", ".join(map(name, other.key))
            sources = [f"SELECT {keys} FROM {name('keys ' + target)}"] + [
                f"SELECT {keys} FROM {name(f['staged'])}" for f in files if f["contract"].name == target]
            match = " AND ".join(f"t.{name(b)} = r.{name(a)}" for a, b in zip(own, other.key))
            present = " AND ".join(f"r.{name(a)} IS NOT NULL" for a in own)
            con.execute(
                f"INSERT INTO {findings} "
                f"SELECT {text(reference['severity'])}, 'reference', {text(', '.join(reference['columns']))}, r._row "
                f"FROM {staged} r ANTI JOIN ({' UNION ALL '.join(sources)}) t ON {match} WHERE {present}")
        (good,) = con.execute(
            f"SELECT count(*) FROM {staged} WHERE _row NOT IN (SELECT \"row\" FROM {findings} WHERE severity = 'error')").fetchone()
        file["quarantined"] = file["rows"] - good

    def store(self, manifest, files):
        con, sequence = self.con, len(self.accepted) + 1
        if manifest["soort"] == "INITIEEL":
            for other in self.accepted:
                other["replaced"] = other["replaced"] or other["bron"] == manifest["bron"]
        receipt = {"delivery": manifest["leveringId"], "files": []}
        for file in files:
            contract, findings = file["contract"], name(file["findings"])
            bad = f"SELECT \"row\" FROM {findings} WHERE severity = 'error'"
            con.execute(
                f"COPY (SELECT *, {text(manifest['leveringId'])} AS _delivery, {sequence}::BIGINT AS _sequence, "
                f"DATE '{manifest['peildatum'][:10]}' AS _known_from FROM {name(file['staged'])} WHERE _row NOT IN ({bad}) ORDER BY _row) "
                f"TO {text(self.out / 'content' / (contract.name + f'-{sequence}.parquet'))} (FORMAT parquet)")
            if contract.key:
                keys = ", ".join(map(name, contract.key))
                con.execute(
                    f"INSERT INTO {name('keys ' + contract.name)} SELECT {keys} FROM {name(file['staged'])} WHERE _row NOT IN ({bad})")
            if file["quarantined"]:
                self.encrypt(
                    manifest, contract, "quarantine",
                    f"SELECT * FROM (SELECT *, {file['number']} AS _row FROM {name(file['raw'])} r) WHERE _row IN ({bad})")
            counts = con.execute(f"SELECT severity, rule, \"column\", count(*) FROM {findings} GROUP BY ALL ORDER BY ALL").fetchall()
            con.execute(
                f"COPY (SELECT * FROM {findings} ORDER BY rule, \"column\", \"row\") "
                f"TO {text(self.out / 'reports' / (manifest['leveringId'] + '-' + contract.name + '.csv'))} (HEADER)")
            receipt["files"].append({
                "name": file["name"], "contract": contract.name, "rows": file["rows"],
                "accepted": file["rows"] - file["quarantined"], "quarantined": file["quarantined"],
                "findings": [list(row) for row in counts]})
        self.accepted.append({**manifest, "sequence": sequence, "replaced": False})
        self.receipts.append(receipt)


# ---------------------------------------------------------------- from content to tables


def make_states(con, pack, door, reference_date):
    for contract in pack.contracts:
        known = [
            str(door.out / "content" / f"{contract.name}-{delivery['sequence']}.parquet")
            for delivery in door.accepted
            if pack.organisations[delivery["bron"]] == contract.organisation
            and not delivery["replaced"] and delivery["peildatum"][:10] <= reference_date]
        if not known:
            raise SystemExit(f"nothing was delivered of {contract.name}")
        source = f"read_parquet([{', '.join(map(text, known))}])"
        latest = ""
        if contract.key:
            keys = ", ".join(map(name, contract.key))
            latest = f" QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _sequence DESC, _row DESC) = 1"
        select = f"SELECT * FROM {source}{latest}"
        if contract.mutation:
            column = name(contract.by_name[contract.mutation["column"]].content)
            select = f"SELECT * FROM ({select}) WHERE {column} IS DISTINCT FROM {text(contract.mutation['withdrawn'])}"
        con.execute(f"CREATE TABLE {name('state ' + contract.name)} AS {select}")


def link_persons(con, pack):
    """Union-find over the keys, strongest first; two values of a unique key never meet in one person."""
    plan, parents, unique_values, first_with, records = pack.linkage, [], {}, defaultdict(dict), []
    for record in plan["records"]:
        contract = next(c for c in pack.contracts if c.name == record["file"])
        table = con.sql(
            f"SELECT _delivery, _row, {', '.join(map(name, record['keys']))} FROM {name('state ' + contract.name)} "
            "ORDER BY _sequence, _row").to_arrow_table()
        start = len(parents)
        parents.extend(range(start, start + table.num_rows))
        keys = []
        for key in record["keys"]:
            identifier = next(c.identifier for c in contract.columns if c.content == key)
            is_local = key in plan["local"] or identifier in plan["local"]
            is_unique = key in plan["unique"] or identifier in plan["unique"]
            keys.append(((contract.organisation, identifier) if is_local else identifier, is_unique, table.column(key).to_pylist()))
        records.append((contract, start, table, keys))

    def root(node):
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    conflicts = 0
    for rank in range(max((len(keys) for _, _, _, keys in records), default=0)):
        for contract, start, table, keys in records:
            if rank >= len(keys):
                continue
            domain, is_unique, values = keys[rank]
            seen = first_with[domain]
            for node, value in enumerate(values, start):
                if value is None:
                    continue
                own = root(node)
                if is_unique and unique_values.get((domain, own), value) != value:
                    conflicts += 1
                    continue
                if value not in seen:
                    seen[value] = node
                    if is_unique:
                        unique_values[domain, own] = value
                    continue
                other = root(seen[value])
                if other == own:
                    continue
                domains = [d for _, _, _, ks in records for d, u, _ in ks if u]
                if any(
                    (d, own) in unique_values and (d, other) in unique_values
                    and unique_values[d, own] != unique_values[d, other] for d in set(domains)):
                    conflicts += 1
                    continue
                kept, gone = min(own, other), max(own, other)
                parents[gone] = kept
                for d in set(domains):
                    if (d, gone) in unique_values:
                        unique_values.setdefault((d, kept), unique_values[d, gone])
    persons = set()
    for contract, start, table, keys in records:
        person = [root(node) for node in range(start, start + table.num_rows)]
        persons.update(person)
        links = table.select(["_delivery", "_row"]).append_column("_person", pa.array([f"p{number}" for number in person], pa.string()))
        con.register("links", links)
        state = name("state " + contract.name)
        con.execute(f"CREATE OR REPLACE TABLE {state} AS SELECT s.*, l._person FROM {state} s JOIN links l USING (_delivery, _row)")
        con.unregister("links")
    return len(persons), conflicts


def stretches(versions):
    """Validity of each version, stretched halfway to its neighbours, so that every date falls in exactly one."""
    from datetime import date, timedelta
    early, late = date(1, 1, 1), date(9000, 1, 1)
    day = lambda value, other: date.fromisoformat(value) if value else other
    order = sorted(versions, key=lambda row: day(row["valid_from"], early))
    limits = [[row, early, late] for row in order]
    for before, after in zip(limits, limits[1:]):
        start = day(after[0]["valid_from"], None) if after[0]["valid_from"] else None
        end = day(before[0]["valid_to"], None) if before[0]["valid_to"] else (start or late) - timedelta(days=1)
        start = start or end + timedelta(days=1)
        boundary = end + timedelta(days=int(((start - end).days - 1) / 2) + 1)
        before[2] = after[1] = boundary
    return limits


def make_entities(con, pack, reference_date):
    for list_name, rows in pack.mappings.items():
        by_code = defaultdict(list)
        for row in rows:
            by_code[row["code"]].append(row)
        values = ", ".join(
            f"({text(row['code'])}, {text(row['concept'])}, DATE '{start}', DATE '{end}')"
            for versions in by_code.values() for row, start, end in stretches(versions))
        con.execute(
            f"CREATE TABLE {name('mapping ' + list_name)} AS SELECT * FROM (VALUES {values}) m (code, concept, valid_from, valid_to)")
    for contract in pack.contracts:
        columns, joins = ["s.*"], []
        for index, column in enumerate(contract.columns):
            if not column.concept:
                continue
            list_name = f"{contract.organisation}.{column.codes}"
            rows = pack.mappings[list_name]
            condition = f"s.{name(column.content)} = m{index}.code"
            if len({row["code"] for row in rows}) < len(rows):
                at = f"DATE '{reference_date}'"
                if column.concept.get("at"):
                    at = f"coalesce(CAST(s.{name(contract.by_name[column.concept['at']].content)} AS DATE), {at})"
                condition += f" AND {at} >= m{index}.valid_from AND {at} < m{index}.valid_to"
            columns.append(f"m{index}.concept AS {name(column.concept['as'])}")
            joins.append(f"LEFT JOIN {name('mapping ' + list_name)} m{index} ON {condition}")
        con.execute(
            f"CREATE VIEW {name(contract.name)} AS SELECT {', '.join(columns)} FROM {name('state ' + contract.name)} s {' '.join(joins)}")
    for path in pack.folder.glob("reference/*.csv"):
        con.execute(
            f"CREATE TABLE {name('reference.' + path.stem)} AS SELECT * FROM read_csv({text(path)}, all_varchar = true, header = true)")
    for id, concepts in pack.schemes.items():
        values = ", ".join(
            f"({text(row['code'])}, {text(row['parent']) if row['parent'] else 'NULL'}, {text(row['label_nl'])}, {text(row['label_en'])})"
            for row in concepts)
        con.execute(f"CREATE TABLE {name('concept.' + id)} AS SELECT * FROM (VALUES {values}) c (code, parent, label_nl, label_en)")
    waiting = {path.stem: path.read_text(encoding="utf-8").rstrip().rstrip(";") for path in sorted(pack.folder.glob("entities/*.sql"))}
    while waiting:
        ready = [id for id, sql in waiting.items() if not set(re.findall(r"\{entity\.(\w+)\}", sql)) & set(waiting)]
        if not ready:
            raise SystemExit(f"the entities {', '.join(waiting)} need each other")
        for id in ready:
            sql = waiting.pop(id).replace("{reference_date}", f"DATE '{reference_date}'")
            con.execute(f"CREATE TABLE {name('entity.' + id)} AS " + re.sub(r"\{([\w.]+)\}", r'"\1"', sql))


def breakdown(con, pack, product, index, dimension, condition):
    """The category at each level, by code; as a table to join with."""
    column, depth = name(dimension["column"]), dimension.get("depth", 99)
    present = {code for (code,) in con.execute(
        f"SELECT DISTINCT coalesce(CAST({column} AS VARCHAR), 'ONB') FROM {name('entity.' + product['entity'])} {condition}").fetchall()}
    parents = {row["code"]: row["parent"] for row in pack.schemes[dimension["scheme"]]}
    if "ONB" in present:
        parents.setdefault("ONB", "")
    if unknown := present - set(parents):
        raise SystemExit(f"{product['id']}: {dimension['column']} holds {', '.join(sorted(unknown))}")
    rows = {}
    for code in parents:
        path, top = [], code
        while top:
            path.insert(0, top)
            top = parents[top]
        shown = path[:depth]
        # Rows coded with a broader concept itself stand beside its narrower ones.
        if len(path) < depth and code in parents.values() and code in present:
            shown.append(code + "_NNO")
        rows[code] = shown
    levels = max(len(shown) for shown in rows.values())
    values = ", ".join(
        f"({', '.join(map(text, [code, *shown, *[''] * (levels - len(shown))]))})" for code, shown in rows.items())
    names = ", ".join(f"l{level}" for level in range(1, levels + 1))
    con.execute(f"CREATE OR REPLACE TEMP TABLE levels{index} AS SELECT * FROM (VALUES {values}) l (code, {names})")
    return levels


def tabulate(con, pack, product, reference_date, out):
    condition = f"WHERE {name(product['period']['column'])} IS NOT NULL" + (f" AND ({product['where']})" if "where" in product else "")
    date = f"CAST(b.{name(product['period']['column'])} AS DATE)"
    grain = product["period"]["grain"]
    number = {"year": "1", "quarter": f"p_quarter({date})", "month": f"p_month({date})"}[grain]
    columns, joins, sets = [f"p_year({date}) * 100 + {number} AS period"], [], [[]]
    dimensions = product["dimensions"]
    keys = []
    for index, dimension in enumerate(dimensions):
        levels = breakdown(con, pack, product, index, dimension, condition)
        columns += [f"d{index}.l{level} AS d{index}_{level}" for level in range(1, levels + 1)]
        joins.append(f"JOIN levels{index} d{index} ON coalesce(CAST(b.{name(dimension['column'])} AS VARCHAR), 'ONB') = d{index}.code")
        choices = [[f"d{index}_{level}"] for level in range(1, levels + 1)] + ([[]] if "total" in dimension else [])
        sets = [old + new for old in sets for new in choices]
        keys.append([f"d{index}_{level}" for level in range(1, levels + 1)])
    sets = [old + ["period"] for old in sets] + (sets if product["period"].get("total") else [])
    figures = ["count(*) AS n"]
    for index, measure in enumerate(product["measures"]):
        if measure["kind"] == "sum":
            figures.append(f"CAST(sum(v{index}) AS DOUBLE) AS m{index}")
        elif measure["kind"] == "percentile":
            figures.append(f"percentile_cont({measure['q']}) WITHIN GROUP (ORDER BY CAST(v{index} AS DOUBLE)) AS m{index}")
        else:
            figures.append(f"NULL AS m{index}")
            continue
        columns.append(f"b.{name(measure['column'])} AS v{index}")
    places = [f"coalesce({', '.join(key)})" for key in keys]
    rows = con.execute(
        f"SELECT {', '.join(places + ['period'] + figures)} FROM (SELECT {', '.join(columns)} FROM "
        f"(SELECT * FROM {name('entity.' + product['entity'])} {condition}) b {' '.join(joins)}) "
        f"GROUP BY GROUPING SETS ({', '.join('(' + ', '.join(s) + ')' for s in sets)})").fetchall()
    count = len(dimensions)
    cells = {}
    for row in rows:
        # Empty text: the row's code ends above this level.
        if "" in row[:count]:
            continue
        place = tuple(code if code is not None else dimensions[i]["total"]["code"] for i, code in enumerate(row[:count]))
        cells[place + (row[count],)] = row[count + 1:]
    with (out / "tables" / f"{product['id']}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([d["id"] for d in dimensions] + ["Perioden", "Measure", "Value"])
        for place, (n, *values) in sorted(cells.items(), key=str):
            for index, measure in enumerate(product["measures"]):
                value = n if measure["kind"] == "count" else values[index]
                if measure["kind"] == "share":
                    whole = list(place)
                    at = next(i for i, d in enumerate(dimensions) if d["id"] == measure["within"])
                    whole[at] = dimensions[at]["total"]["code"]
                    value = n / cells[tuple(whole)][0] * 100
                period = period_code(place[-1], grain, reference_date)
                writer.writerow([*place[:-1], period, measure["id"], rounded(value, measure["decimals"])])


def period_code(key, grain, reference_date):
    if key is None:
        return "TOTAAL"
    year, number = divmod(key, 100)
    last_month = {"year": 12, "quarter": number * 3, "month": number}[grain]
    after = f"{year + last_month // 12}-{last_month % 12 + 1:02}-01"
    # The last day lies before the first day of the next period.
    if after > reference_date and not is_last_day(reference_date, after):
        return f"{year}X{0 if grain == 'year' else number:03}"
    return {"year": f"{year}JJ00", "quarter": f"{year}KW{number:02}", "month": f"{year}MM{number:02}"}[grain]


def is_last_day(day, after):
    from datetime import date, timedelta
    return date.fromisoformat(day) + timedelta(days=1) >= date.fromisoformat(after)


def rounded(value, decimals):
    if value is None:
        return ""
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def main():
    pack_folder, deliveries, out, reference_date = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    con = duckdb.connect()
    con.execute(MACROS)
    pack = Pack(pack_folder)
    door = Door(con, pack, out)
    folders = [path.parent for path in deliveries.glob("*/manifest.json") if path.parent.name[0] not in "_."]
    peildatum = lambda folder: json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["peildatum"][:10]
    for folder in sorted(folders, key=lambda folder: (peildatum(folder), folder.name)):
        door.receive(folder)
    make_states(con, pack, door, reference_date)
    persons, conflicts = link_persons(con, pack)
    make_entities(con, pack, reference_date)
    for product in pack.products:
        tabulate(con, pack, product, reference_date, out)
    (out / "receipts.json").write_text(json.dumps({
        "receipts": door.receipts, "refusals": door.refusals, "persons": persons, "conflicts": conflicts}, indent=1))


main()
