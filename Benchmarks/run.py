"""Measures Keten and compares its answers with those of plain Python and DuckDB. See README.md.

    python3 Benchmarks/run.py [--quick] [--full] [--only NAME] [--json FILE]
"""

import argparse
import contextlib
import csv
import hmac
import itertools
import json
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import golden_outcomes

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "Benchmarks"
ROAD_FINES = ROOT.parent / "shared" / "data" / "road-fines"
PACKAGES = ["duckdb==2.0.0", "pyarrow==26.0.1", "PyYAML==6.0.3", "cryptography==50.0.2"]
FRICTIONLESS = ["frictionless==5.21.0", "PyYAML==6.0.3"]
SOLVER = ["scipy==1.17.1", "numpy==2.4.6"]
SPLINK = ["splink==5.0.0", "recordlinkage==0.16", "pandas==2.3.3"]
NAMES = ["strafrecht", "road-fines", "intake", "synthesis", "memory", "pseudonyms", "linkage", "disclosure", "serving", "golden"]


class Failed(Exception):
    """A command that had to succeed did not."""


# The organisations of which the peer does the work.
PEER_ORGANISATIONS = ["politie", "kmar", "om", "rechtspraak", "cjib", "dji", "cbs"]


def reduce_pack(source, target, organisations):
    """A copy of a pack with some organisations, what rests on them alone, and no editing rules; gives their codes."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("synthesis", "rules"))
    chain = target / "chain.yaml"
    head, rest = chain.read_text(encoding="utf-8").split("organisations:\n", 1)
    end = re.search(r"^\S", rest, re.M).start()
    entries = re.split(r"(?m)^(?=  - id: )", rest[:end])[1:]
    names = {re.match(r"  - id: (\S+)", entry)[1]: entry for entry in entries}
    gone = set(names) - set(organisations)
    kept = "".join(entry for name, entry in names.items() if name not in gone)
    chain.write_text(head + "organisations:\n" + kept + rest[end:], encoding="utf-8")
    for name in gone:
        shutil.rmtree(target / "deliveries" / name)
        for mapping in (target / "mappings").glob(f"{name}.*"):
            mapping.unlink()
    lost = {f"{name}." for name in gone} | {"quality."}
    while True:
        broken = [
            path for path in (target / "entities").glob("*.sql")
            if any("{" + name in path.read_text(encoding="utf-8") for name in lost)]
        if not broken:
            break
        for path in broken:
            lost.add(f"entity.{path.stem}}}")
            path.unlink()
    entities = {path.stem for path in (target / "entities").glob("*.sql")}
    for path in (target / "products").glob("*.yaml"):
        if re.search(r"(?m)^entity: (\S+)", path.read_text(encoding="utf-8"))[1] not in entities:
            path.unlink()
    # The peer links by keys alone.
    linkage = target / "linkage.yaml"
    head, rest = linkage.read_text(encoding="utf-8").split("  records:\n", 1)
    end = re.search(r"(?m)^  \w", rest).start()
    kept = [
        "".join(re.match(r"(    - file: \S+\n)(      keys: .*\n)", entry).groups())
        for entry in re.split(r"(?m)^(?=    - file: )", rest[:end])[1:] if re.match(r"    - file: (\w+)", entry)[1] not in gone]
    tail = "".join(re.findall(r"(?m)^  (?:unique|local): .*\n", rest[end:]))
    linkage.write_text(head + "  records:\n" + "".join(kept) + tail, encoding="utf-8")
    (target / "linkage-model.yaml").unlink()
    return {re.search(r"code: (\S+)", names[name])[1] for name in organisations}


# ---------------------------------------------------------------- measuring


@dataclass
class Measured:
    """What one child process took, with everything it waited for."""

    cpu: float
    wall: float
    peak: float  # MB
    output: str = ""

    def __add__(self, other):
        return Measured(self.cpu + other.cpu, self.wall + other.wall, max(self.peak, other.peak))


def measure(*command, allowed=(0,)):
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode not in allowed:
            words = " ".join(str(part) for part in command[:3])
            raise Failed(f"{words} ended with {process.returncode}: {errors.read().decode(errors='replace')[-2000:]}")
        return Measured(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, output.read().decode(errors="replace"))


@dataclass
class Line:
    """One line of the table: what was measured, against what, and whether the answers agree."""

    what: str
    keten: list = field(default_factory=list)
    peer: list = field(default_factory=list)
    # `measure` is cpu, peak, ratio or rate; at most or at least `limit`.
    target: tuple = None
    answers: str = ""
    rate: float = None
    peer_rate: float = None
    note: str = ""

    @property
    def ratios(self):
        """Turn by turn, so that other work on the machine weighs on both."""
        if self.rate and self.peer_rate:
            return [self.rate / self.peer_rate]
        return [peer.cpu / keten.cpu for keten, peer in zip(self.keten, self.peer)]

    @property
    def ratio(self):
        return statistics.median(self.ratios) if self.ratios else None

    @property
    def met(self):
        if not self.target:
            return None
        measure, sign, limit, _ = self.target
        value = {"ratio": self.ratio, "rate": self.rate}.get(measure)
        if measure in ("cpu", "peak"):
            value = median(self.keten, measure)
        if value is None:
            return None
        return value >= limit if sign == ">=" else value < limit


def median(runs, name):
    return statistics.median(getattr(run, name) for run in runs)


def spread(values, digits):
    if not values:
        return "-"
    text = f"{statistics.median(values):.{digits}f}"
    return text if len(values) == 1 else f"{text} ({min(values):.{digits}f}-{max(values):.{digits}f})"


# ---------------------------------------------------------------- servers and clients


class served:
    """A server of this program, until the end of the block."""

    def __init__(self, *command):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.command = [str(part) for part in command] + ["--port", str(self.port)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(self.url + "/")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def peak(self):
        """The most that was resident, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


@contextlib.contextmanager
def nginx(file, folder):
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "www").mkdir(parents=True)
    shutil.copy(file, folder / "www" / "page.html")
    for place in (folder, folder / "www", folder / "www" / "page.html", *folder.parents[:1]):
        place.chmod(place.stat().st_mode | 0o555)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes {os.cpu_count()}; pid {folder}/pid; error_log {folder}/errors; events {{ worker_connections 1024; }} "
        f"http {{ access_log off; sendfile on; keepalive_requests 100000000; server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}")
    process = subprocess.Popen(["nginx", "-c", folder / "nginx.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(f"http://127.0.0.1:{port}/page.html")
        yield f"http://127.0.0.1:{port}/page.html"
    finally:
        process.terminate()
        process.wait()


def wait(address):
    for _ in range(400):
        try:
            return get(address)
        except urllib.error.URLError:
            time.sleep(0.05)
    raise Failed(f"nobody answers at {address}")


def get(address):
    with urllib.request.urlopen(address, timeout=120) as answer:
        return answer.read()


def throughput(address):
    """Requests a second of 32 connections."""
    told = subprocess.run(["wrk", "-t1", "-c32", "-d4", address], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told:
        raise Failed(f"{address}: {told}")
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", told)[1])


def latency(address, log):
    """The 99th percentile in milliseconds at 1,000 requests a second."""
    log.unlink(missing_ok=True)
    told = subprocess.run(
        ["h2load", "--h1", "-c", "20", "--rps", "50", "-n", "10000", f"--log-file={log}", address], check=True, capture_output=True, text=True).stdout
    if "10000 2xx" not in told:
        raise Failed(f"{address}: {told[-400:]}")
    times = sorted(int(line.split("\t")[2]) for line in log.read_text().splitlines())
    return times[int(len(times) * 0.99)] / 1000


def download(address):
    """Seconds to the first byte and to the last, and how many there were."""
    start, size, first = time.monotonic(), 0, None
    with urllib.request.urlopen(address, timeout=600) as answer:
        while piece := answer.read(1 << 20 if first else 1):
            first = first or time.monotonic() - start
            size += len(piece)
    return first, time.monotonic() - start, size


# ---------------------------------------------------------------- comparing answers


@dataclass
class Comparison:
    equal: int = 0
    hidden: int = 0
    differences: list = field(default_factory=list)

    def __str__(self):
        if self.differences:
            return f"{len(self.differences)} of {self.equal + len(self.differences)} cells differ"
        return f"{self.equal} cells agree, {self.hidden} hidden"


def read_cells(path):
    """By place and measure: value and attribute."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        width = next(rows).index("Value")
        return {tuple(row[:width]): (row[width], row[width + 1] if len(row) > width + 1 else None) for row in rows}


def compare_tables(published, recounted):
    """Every published cell that is not hidden against the recount. A cell that a recount has no row for counts zero."""
    result = Comparison()
    for path in sorted(published.glob("*.csv")):
        other = recounted / path.name
        if not other.exists():
            result.differences.append(f"{path.stem}: there is no recount")
            continue
        cells, found = read_cells(path), read_cells(other)
        for place, (value, attribute) in cells.items():
            theirs = found.pop(place, (None, None))[0]
            if attribute == "Confidential":
                result.hidden += 1
            elif attribute == "Impossible":
                check(result, path, place, "", theirs or "", theirs in (None, ""))
            else:
                check(result, path, place, value, theirs, Decimal(value) == Decimal(theirs or 0))
        for place, (theirs, _) in found.items():
            check(result, path, place, "no cell", theirs, theirs == "")
    return result


def check(result, path, place, ours, theirs, is_equal):
    if is_equal:
        result.equal += 1
    else:
        result.differences.append(f"{path.stem} {' / '.join(place)}: Keten {ours or 'none'}, recount {theirs or 'none'}")


def compare_receipts(workspace, peer):
    """Accepted and quarantined rows of every delivered file, findings by rule, refused deliveries and persons."""
    theirs = {
        (receipt["delivery"], file["contract"]): file for receipt in peer["receipts"] for file in receipt["files"]}
    differences, files, rows, findings = [], 0, 0, 0
    rules, their_rules = Counter(), Counter()
    for folder in sorted((workspace / "reports").iterdir()):
        report = json.loads((folder / "findings.json").read_text())
        for file in report["receipt"]["files"]:
            files, rows = files + 1, rows + file["rows"]
            other = theirs.pop((report["receipt"]["delivery"], file["contract"]), None)
            ours = tuple(file[key] for key in ("rows", "accepted", "quarantined"))
            counted = tuple(other[key] for key in ("rows", "accepted", "quarantined")) if other else "not accepted"
            if ours != counted:
                differences.append(
                    f"{report['receipt']['period']} {file['contract']} (rows, accepted, quarantined): Keten {ours}, peer {counted}")
            for severity, rule, _, number in other["findings"] if other else []:
                their_rules[file["contract"], rule, severity] += number
        for finding in report["findings"]:
            findings += len(finding["rows"])
            rules[finding["contract"], finding["rule"], finding["severity"]] += len(finding["rows"])
    differences += [f"delivery {delivery}, {name}: Keten refused it, the peer did not" for delivery, name in theirs]
    for key in sorted(rules.keys() | their_rules.keys()):
        if rules[key] != their_rules[key]:
            differences.append(f"findings {' '.join(key)}: Keten {rules[key]}, peer {their_rules[key]}")
    manifest = json.loads(max((workspace / "snapshots").glob("*/manifest.json")).read_text())
    if manifest["persons"] != peer["persons"]:
        differences.append(f"persons: Keten {manifest['persons']}, peer {peer['persons']}")
    conflicts = sum(file["conflicts"] for file in manifest["linkage"])
    if conflicts != peer["conflicts"]:
        differences.append(f"keys in conflict: Keten {conflicts}, peer {peer['conflicts']}")
    summary = (
        f"{files} files, {rows} rows, {findings} findings, {len(peer['refusals'])} refused deliveries, "
        f"{manifest['persons']} persons")
    return summary, differences


# ---------------------------------------------------------------- the bench


class Bench:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.repeats = 1 if options.quick else options.repeat
        self.keten = Path(options.keten).resolve()
        self.lines, self.details, self.failures, self.disagree = [], [], [], False
        self.deliveries, self.pipelines, self.pythons = {}, {}, {}
        self.synthesis_runs = {}

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    # -- what measurements share

    def peer_python(self, packages=PACKAGES, name="bench"):
        """A virtual environment with what the peers need."""
        if name in self.pythons:
            return self.pythons[name]
        for folder in (ROOT / ".deps" / name, self.work / f"venv-{name}"):
            python = folder / "bin" / "python"
            check = f"from importlib.metadata import version as v; assert all(v(p.split('==')[0]) in p for p in {packages})"
            if python.exists() and subprocess.run([python, "-c", check], capture_output=True).returncode == 0:
                self.pythons[name] = python
                return python
            try:
                self.say(f"making a virtual environment with {', '.join(packages)}")
                subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, capture_output=True)
                subprocess.run(
                    [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
                    check=True, capture_output=True)
                self.pythons[name] = python
                return python
            except (OSError, subprocess.CalledProcessError) as error:
                reason = getattr(error, "stderr", b"") or b""
                self.say(f"no environment in {folder.name}: {error} {reason.decode(errors='replace')[-400:]}")
        raise Failed("the peers need a virtual environment with " + ", ".join(packages))

    def synthesize(self, scale):
        """Made-up deliveries of one year; keeps the last and what each repetition took."""
        out = self.work / f"deliveries-{scale}"
        shutil.rmtree(out, ignore_errors=True)
        self.say(f"synthesize, scale {scale}")
        run = measure(
            self.keten, "synthesize", "chains/strafrecht", "--seed", 42, "--scale", scale, "--from", 2023, "--to", 2023, "--out", out)
        self.synthesis_runs.setdefault(scale, []).append(run)
        self.deliveries[scale] = out
        return run

    def delivered(self, scale):
        if scale not in self.deliveries:
            self.synthesize(scale)
        return self.deliveries[scale]

    @staticmethod
    def reference_date(deliveries):
        return max(json.loads(path.read_text())["peildatum"][:10] for path in deliveries.glob("[!_.]*/manifest.json"))

    def peer_work(self, scale):
        """The pack and the deliveries that the peer can work with."""
        pack, deliveries = self.work / "strafrecht", self.work / f"peer-deliveries-{scale}"
        shutil.rmtree(pack, ignore_errors=True)
        shutil.rmtree(deliveries, ignore_errors=True)
        codes = reduce_pack(ROOT / "chains" / "strafrecht", pack, PEER_ORGANISATIONS)
        for folder in self.delivered(scale).glob("[!_.]*"):
            if json.loads((folder / "manifest.json").read_text())["bron"] in codes:
                shutil.copytree(folder, deliveries / folder.name)
        return pack, deliveries

    def pipeline(self, scale, pack="chains/strafrecht", deliveries=None):
        """From raw files to a website that can be served; gives what each command took and the workspace."""
        workspace = self.work / f"workspace-{scale}"
        deliveries = deliveries or self.delivered(scale)
        shutil.rmtree(workspace, ignore_errors=True)
        self.say(f"strafrecht, scale {scale}: workspace new, deliver, run")
        # Exit code 3: some deliveries were refused, as they should be.
        runs = {
            "workspace new": measure(self.keten, "workspace", "new", workspace, "--pack", pack),
            "deliver": measure(self.keten, "deliver", workspace, deliveries, allowed=(0, 3)),
            "run": measure(self.keten, "run", workspace, "--reference-date", self.reference_date(deliveries), "--quiet")}
        self.pipelines.setdefault(scale, []).append(runs)
        return workspace

    def report(self, title, differences):
        if differences:
            self.disagree = True
            self.details.append(f"{title}: {len(differences)} differences")
            self.details += [f"  {line}" for line in differences[:self.options.differences]]
            if len(differences) > self.options.differences:
                self.details.append(f"  and {len(differences) - self.options.differences} more")

    # -- measurements

    def strafrecht(self):
        scale, peer_runs, workspace = "0.1", [], None
        (pack, deliveries), python = self.peer_work(scale), self.peer_python()
        date, out = self.reference_date(deliveries), self.work / "peer"
        self.pipelines.pop(scale, None)
        for _ in range(self.repeats):
            # In turns, so that other work on the machine hits both.
            workspace = self.pipeline(scale, pack, deliveries)
            shutil.rmtree(out, ignore_errors=True)
            self.say("strafrecht: the peer")
            peer_runs.append(measure(python, HERE / "peer_strafrecht.py", pack, deliveries, out, date))
        cells = compare_tables(max((workspace / "publications").glob("2*/tables")), out / "tables")
        summary, differences = compare_receipts(workspace, json.loads((out / "receipts.json").read_text()))
        self.report("strafrecht: cells", cells.differences)
        self.report("strafrecht: rows and findings", differences)
        rows = "and so do" if not differences else f"but {len(differences)} differences in"
        self.lines.append(Line(
            "strafrecht 0.1, seven organisations: raw files to website", [sum(runs.values(), Measured(0, 0, 0)) for runs in self.pipelines[scale]],
            peer_runs, ("ratio", ">=", 3, "ratio >= 3"), f"{cells}, {rows} {summary}"))
        self.lines += [
            Line(f"  {command}", [runs[command] for runs in self.pipelines[scale]]) for command in self.pipelines[scale][0]]
        # What follows measures the whole chain.
        self.pipelines.pop(scale)

    def road_fines(self):
        if not ROAD_FINES.is_dir():
            self.lines.append(Line("road fines end to end", note="skipped: no road-fines data beside the repository"))
            return
        sources = ["police", "treasury", "prefecture", "court", "collection"]
        files = [ROAD_FINES / f"{source}.csv.gz" for source in sources]
        workspace, out, runs, recounts = self.work / "road-fines", self.work / "recount", [], []
        for _ in range(self.repeats):
            shutil.rmtree(workspace, ignore_errors=True)
            self.say("road fines: workspace new, deliver, run")
            date = "2013-06-17"
            runs.append({
                "workspace new": measure(self.keten, "workspace", "new", workspace, "--pack", "chains/verkeersboetes"),
                "deliver": measure(self.keten, "deliver", workspace, *files, "--period", "2000-2013", "--reference-date", date),
                "run": measure(self.keten, "run", workspace, "--reference-date", date, "--quiet")})
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            recounts.append(measure(self.peer_python(), HERE / "recount_road_fines.py", ROAD_FINES, out))
        cells = compare_tables(max((workspace / "publications").glob("2*/tables")), out)
        self.report("road fines: cells", cells.differences)
        self.lines.append(Line(
            "road fines end to end", [sum(run.values(), Measured(0, 0, 0)) for run in runs],
            target=("cpu", "<", 5, "< 5 CPU s"), answers=str(cells)))
        self.lines += [Line(f"  {command}", [run[command] for run in runs]) for command in runs[0]]
        self.lines.append(Line("  (the bare recount)", peer=recounts))

    def intake(self):
        """Every check of every file against Frictionless doing types and code lists alone, on the files that it can read."""
        scale = "0.1"
        deliveries, python = self.delivered(scale), self.peer_python(FRICTIONLESS, "frictionless")
        workspace = self.work / "workspace-intake"
        shutil.rmtree(workspace, ignore_errors=True)
        measure(self.keten, "workspace", "new", workspace, "--pack", "chains/strafrecht")
        self.say("intake: deliver, then Frictionless, which takes a minute or more: once")
        run = measure(self.keten, "deliver", workspace, deliveries, allowed=(0, 3))
        peer = measure(python, HERE / "peer_frictionless.py", "chains/strafrecht", deliveries)
        theirs = json.loads(peer.output)
        self.lines.append(Line(
            f"intake {scale}: all checks of all files, stored", [run], [peer], ("ratio", ">=", 10, "ratio >= 10"),
            note=f"Frictionless reads {theirs['rows']} rows of {theirs['files']} files and stores nothing"))
        if self.options.full:
            if not self.pipelines.get("1"):
                self.pipeline("1")
            self.lines.append(Line(
                "intake 1: a real year", [runs["deliver"] for runs in self.pipelines["1"]],
                target=("cpu", "<=", 60, "<= 60 CPU s")))

    def memory(self):
        scales = ["0.1", "1"] if self.options.full else ["0.1"]
        peaks = {}
        for scale in scales:
            # Scale 1 takes minutes: once.
            while len(self.pipelines.get(scale, [])) < (1 if scale == "1" else self.repeats):
                self.pipeline(scale)
            for command, runs in {
                "synthesize": self.synthesis_runs[scale],
                **{name: [runs[name] for runs in self.pipelines[scale]] for name in self.pipelines[scale][0]}}.items():
                peaks[command, scale] = median(runs, "peak")
                grown = peaks.get((command, "0.1"))
                target = ("peak", "<", 1024, "< 1024 MB") if scale == "0.1" else ("peak", "<", 10 * grown, "< 10 x that at 0.1")
                note = f"{peaks[command, scale] / grown:.1f} x the peak at 0.1" if scale == "1" else ""
                self.lines.append(Line(f"memory {scale}: {command}", runs, target=target, note=note))
        if not self.options.full:
            self.lines.append(Line("memory 1", note="skipped: only with --full"))

    def pseudonyms(self):
        rates, runs = [], []
        for _ in range(self.repeats):
            try:
                run = measure(self.keten, "benchmark", "pseudonyms")
                answer = json.loads(run.output)
            except (Failed, ValueError):
                self.lines.append(Line("pseudonyms per second", note="skipped: this keten has no 'benchmark pseudonyms'"))
                return
            runs.append(run)
            rates.append(answer["values"] / answer["seconds"])
        values, key = [str(900_000_000 + number).encode() for number in range(200_000)], os.urandom(32)
        theirs = []
        for _ in range(self.repeats):
            start = time.process_time()
            for value in values:
                hmac.digest(key, value, "sha256")
            theirs.append(len(values) / (time.process_time() - start))
        self.lines.append(Line(
            "pseudonyms per second", runs, rate=statistics.median(rates), peer_rate=statistics.median(theirs),
            target=("rate", ">=", 2_000_000, ">= 2 million/s"),
            note=f"{statistics.median(rates) / 1e6:.2f} million/s ({min(rates) / 1e6:.2f}-{max(rates) / 1e6:.2f}); "
            f"Python's hmac.digest {statistics.median(theirs) / 1e6:.2f} million/s ({min(theirs) / 1e6:.2f}-{max(theirs) / 1e6:.2f})"))

    def linkage(self):
        """Links the same files as Splink; both say how good their links are."""
        python, models, data = self.peer_python(SPLINK, "splink"), HERE / "linkage", self.work / "linkage"
        data.mkdir(exist_ok=True)
        subprocess.run([python, models / "febrl.py", data], check=True, capture_output=True)
        sizes = [100_000, 500_000] if self.options.full else [100_000]
        runs = [("febrl3", ["febrl3.csv"], "febrl", .9965), ("febrl4", ["febrl4a.csv", "febrl4b.csv"], "febrl", .9998)]
        for size in sizes:
            self.say(f"linkage: making 2 x {size} persons")
            subprocess.run(
                [sys.executable, models / "people.py", "--records", str(size), "--seed", str(size), "--out", data / f"{size}"], check=True)
            runs.append(("people", [f"{size}/left.csv", f"{size}/right.csv"], "people", .970 if size == 100_000 else None))
        # Every pair, without a rule that leaves any out.
        every = (models / "febrl.yaml").read_text(encoding="utf-8")
        start, end = every.index("blocking:"), every.index("comparisons:")
        (data / "every.yaml").write_text(every[:start] + "blocking: [[\"'all'\"]]\n" + every[end:].replace("threshold: 0.00001", "threshold: 0.5"), encoding="utf-8")
        self.say("linkage: febrl4, every pair")
        ours = [
            measure(self.keten, "linkage", "files", data / "febrl4a.csv", data / "febrl4b.csv", "--model", data / "every.yaml", "--links", data / "links.csv")
            for _ in range(self.repeats)]
        cpu = median(ours, "cpu")
        self.lines.append(Line(
            "linkage: febrl4, all 25 million pairs", ours, [], ("cpu", "<=", 3, "<= 3 CPU s"),
            note=f"{25 / cpu:.1f} million pairs a CPU second, reading, estimating and writing included; asked >= 8: {'yes' if 25 / cpu >= 8 else 'NO'}"))
        for kind, names, model, asked in runs:
            files, report = [data / name for name in names], data / "report.json"
            self.say(f"linkage: {kind}, Keten and Splink")
            command = [self.keten, "linkage", "files", *files, "--model", models / f"{model}.yaml", "--report", report]
            one_to_one = ["--one-to-one"] if kind == "people" else []
            ours = [measure(*command, *one_to_one, "--links", data / "links.csv", "--clusters", data / "clusters.csv") for _ in range(self.repeats)]
            measure(*command, *one_to_one, "--entity", "entity", *(["--group", "origin"] if kind == "people" else []))
            found = json.loads(report.read_text(encoding="utf-8"))
            theirs = measure(python, models / "peer_splink.py", kind, *files)
            splink, evaluation = json.loads(theirs.output), found["evaluation"]
            half = next(point for point in evaluation["thresholds"] if point["threshold"] == .5)
            sure = next(point for point in evaluation["thresholds"] if point["threshold"] == .99)
            answers = (
                f"F1 best {evaluation['best']['f1']:.4f} (Splink {splink['f1_best']:.4f}), at .5 {half['f1']:.4f} ({splink['f1_half']:.4f}); "
                f"right of .99 and more {sure['precision']:.4f} ({splink['right_99']:.4f}); "
                f"recall at precision .999 {evaluation.get('recallAtPrecision999') or 0:.4f} ({splink['recall_999']:.4f})")
            groups = [group["recall"] for group in evaluation["groups"]]
            if groups:
                others = splink["recall_by_group"].values()
                answers += (
                    f"; recall between origins {100 * (max(groups) - min(groups)):.1f} points ({100 * (max(others) - min(others)):.1f})")
            note = f"{found['scored']} pairs scored"
            if asked:
                note += f"; best F1 asked >= {asked}: {'yes' if round(evaluation['best']['f1'], 4) >= asked else 'NO'}"
            target = ("cpu", "<=", 4, "<= 4 CPU s") if names[0].startswith("500000") else None
            self.lines.append(Line(f"linkage: {kind} {', '.join(names)}", ours, [theirs] * len(ours), target, answers, note=note))
        for size in sizes:
            self.registry(size, data, models / "people.yaml")

    def registry(self, size, data, model):
        """One record in a hundred comes to a registry of all others; the persons are held against those of all records compared at once."""
        self.say(f"linkage: a registry of 2 x {size} persons")
        folder, new = data / "registry", size // 50
        left, right = data / f"{size}/left.csv", data / f"{size}/right.csv"
        head, *rows = right.read_text(encoding="utf-8").splitlines(keepends=True)
        for name, part in ("before.csv", rows[:-new]), ("new.csv", rows[-new:]):
            (data / name).write_text(head + "".join(part), encoding="utf-8")
        linkage, clusters = (self.keten, "linkage", "files"), data / "clusters.csv"

        def persons():
            found = {}
            with open(clusters, encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    found.setdefault(row["cluster"], set()).add(row["id"])
            return {frozenset(person) for person in found.values()}

        ours = []
        for _ in range(self.repeats):
            shutil.rmtree(folder, ignore_errors=True)
            measure(*linkage, left, data / "before.csv", "--as", "left", "--as", "right", "--model", model, "--registry", folder, "--model-out", data / "kept.yaml")
            ours.append(measure(*linkage, data / "new.csv", "--as", "right", "--registry", folder, "--clusters", clusters))
        found = persons()
        whole = measure(*linkage, left, right, "--model", data / "kept.yaml", "--clusters", clusters)
        differing = len(found ^ persons())
        self.lines.append(Line(
            f"linkage: {new} records into a registry of {2 * size - new}", ours, [], ("cpu", "<=", 5, "<= 5 CPU s") if size == 500_000 else None,
            f"{len(found)} persons, of which {differing} differ from those of all records at once, whose rarities are a little others",
            note=f"all at once {whole.cpu:.1f} CPU s"))

    def disclosure(self):
        """Protects made-up tables; another solver attacks a sample of what was hidden."""
        python, scripts, data = self.peer_python(SOLVER, "solver"), HERE / "disclosure", self.work / "disclosure"
        tables = [
            ("small", "p", 1, 60), ("small", "f", 1, 60), ("middle", "f", 1, 40), ("large", "f", 3, 20), ("wide", "p", 10, 0)]
        if self.options.full:
            tables.append(("huge", "p", 120, 0))
        for name, rule, seconds, sample in tables:
            if not (data / f"{name}.csv").exists():
                self.say(f"disclosure: making the {name} table")
                subprocess.run([sys.executable, scripts / "tables.py", data, name, "11"], check=True)
            self.say(f"disclosure: {name}, {rule}")
            out, spec, proof = data / f"{name}_out.csv", data / f"{name}_{rule}.yaml", data / "proof.json"
            report = data / "report.json"
            ours = [
                measure(self.keten, "disclosure", "protect", data / f"{name}.csv", "--spec", spec, "--out", out, "--certificate", proof, "--report", report)
                for _ in range(self.repeats)]
            told = json.loads(report.read_text(encoding="utf-8"))
            checked = measure(self.keten, "disclosure", "verify", out, "--spec", spec, "--certificate", proof)
            answers = f"proof holds, checked in {checked.cpu:.1f} CPU s"
            if sample:
                found = json.loads(measure(python, scripts / "attack.py", data, name, rule, sample).output)
                answers += f"; {found['attacked']} cells attacked by HiGHS: {found['close']} too close, {found['insider']} known to an insider"
                self.disagree = self.disagree or bool(found["close"] or found["insider"])
            out.unlink()
            self.lines.append(Line(
                f"disclosure: {told['cells']} cells, {rule}", ours, [], ("cpu", "<=", seconds, f"<= {seconds} CPU s"), answers,
                note=f"{told['primary']} sensitive, {told['secondary']} hidden with them; {told['hidden_value']:.0f} lost, {100 * told['hidden_share']:.2f}% of all"))

        self.rounding(data)
        self.linked_tables(data)

    def rounding(self, data):
        """Rounds small counts of the widest table to 0 or 5; all sums are made anew here."""
        spec, out, report = data / "wide_round.yaml", data / "wide_round.csv", data / "report.json"
        spec.write_text(
            (data / "wide_f.yaml").read_text(encoding="utf-8").split("rules:")[0].replace("frequency: n", "frequency: n\nmethod: small_count_rounding\nbase: 5"),
            encoding="utf-8")
        ours = [
            measure(self.keten, "disclosure", "protect", data / "wide.csv", "--spec", spec, "--out", out, "--report", report) for _ in range(self.repeats)]
        told = json.loads(report.read_text(encoding="utf-8"))[0]
        with out.open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        names = [name for name in rows[0] if name not in ("n", "true_n")]
        parents = {}
        for name in names:
            with (data / f"wide_{name}.csv").open(encoding="utf-8") as lines:
                parents[name] = {row["code"]: row["parent"] for row in csv.DictReader(lines)}
        inner = [set(parents[name]) - set(parents[name].values()) for name in names]
        sums, small = {}, 0
        for row in rows:
            place = tuple(row[name] for name in names)
            if not all(code in codes for code, codes in zip(place, inner)):
                continue
            small += 0 < int(row["n"]) < 5
            paths = []
            for name, code in zip(names, place):
                path = [code]
                while parents[name][path[-1]]:
                    path.append(parents[name][path[-1]])
                paths.append(path)
            for above in itertools.product(*paths):
                sums[above] = sums.get(above, 0) + int(row["n"])
        broken = sum(sums.get(tuple(row[name] for name in names), 0) != int(row["n"]) for row in rows)
        self.disagree = self.disagree or bool(broken or small or told["mean_deviation"] > 0.95)
        self.lines.append(Line(
            f"disclosure: {told['cells']} counts, small ones rounded to 5", ours, [], ("cpu", "<=", 2, "<= 2 CPU s"),
            f"{broken} sums broken, {small} small counts left; mean deviation {told['mean_deviation']:.2f} (asked <= .95), at most {told['largest_deviation']:.0f}"))

    def linked_tables(self, data):
        """Four linked census tables, when they are beside the project."""
        cases = HERE.parent.parent / "shared" / "data" / "disclosure-cases" / "linked"
        if not cases.exists():
            return
        for name, parents in json.loads((cases / "d53_hier.json").read_text(encoding="utf-8")).items():
            with (data / f"d53_{name}.csv").open("w", encoding="utf-8") as lines:
                lines.write("code,parent\n" + "".join(f"{code},{parent or ''}\n" for code, parent in parents.items()))
        for insiders, most in (("false", 2093), ("true", None)):
            command = [self.keten, "disclosure", "protect"]
            tables = [["sex", "age", "lms"], ["sex", "age", "hst"], ["sex", "age", "fst"], ["sex", "lms", "hst"]]
            for number, names in enumerate(tables, 1):
                spec = data / f"d53_{number}.yaml"
                dimensions = "".join(f"  - {{name: {name}, hierarchy: d53_{name}.csv}}\n" for name in names)
                spec.write_text(
                    f"dimensions:\n{dimensions}frequency: value\ncost: cells\ninsiders: {insiders}\nrules:\n  - {{minimum_frequency: 4}}\n", encoding="utf-8")
                command += [cases / f"d53_global_table_{number}.csv.gz", "--spec", spec, "--out", data / f"d53_out_{number}.csv"]
            ours = measure(*command, "--report", data / "report.json")
            told = json.loads((data / "report.json").read_text(encoding="utf-8"))
            if most and told["secondary"] > most:
                self.disagree = True
            self.lines.append(Line(
                f"disclosure: 4 linked tables, insiders {insiders}", [ours], [], None,
                f"{told['primary']} sensitive, {told['secondary']} hidden with them" + (f" (asked <= {most})" if most else "") + ", proof holds"))

    def serving(self):
        """The website under load: pages and rows of the made chain, and a table of five million figures."""
        for program in ("wrk", "h2load", "nginx"):
            if not shutil.which(program):
                raise Failed(f"needs {program}: apt-get install wrk nghttp2-client nginx-light")
        small, large = self.work / "served", self.work / "served-large"
        if not small.exists():
            self.say("serving: making two releases")
            measure(self.keten, "demo", "--dir", small, "--no-serve")
            measure(self.keten, "workspace", "new", large, "--pack", ROOT / "chains/verkeersboetes")
            made = measure(self.keten, "benchmark", "release", large)
            self.lines.append(Line("serving: a release of 5,000,000 figures, made", [made]))
        self.say("serving: pages and rows")
        # Without the limit for each client: one client asks for all.
        with served(self.keten, "serve", small / "workspace", "--requests-per-second", "0") as site:
            page = site.url + "/tabellen/geregistreerde-misdrijven"
            rows = site.url + "/odata/v1/STRAFRECHT/I01/Observations?$filter=Eenheid%20eq%20'NL01'&$top=100"
            body = self.work / "page" / "page.html"
            body.parent.mkdir(exist_ok=True)
            body.write_bytes(get(page))
            for what, address in (("a page", page), ("rows by OData", rows)):
                late = latency(address, self.work / "latency")
                self.lines.append(Line(
                    f"serving: {what}, 1,000 requests a second, p99 in ms", rate=late, target=("rate", "<", 10, "<= 10 ms"), note=f"p99 {late:.1f} ms"))
            with served(self.keten, "benchmark", "constant", body) as constant, nginx(body, self.work / "nginx") as plain:
                # In turns, so that other work on the machine weighs on all.
                turns = [[throughput(address) for address in (page, constant.url, plain)] for _ in range(max(3, self.repeats))]
            for place, (peer, limit) in enumerate((("a constant answer of Hummingbird", 0.6), ("nginx with the same bytes", 0.5)), 1):
                ratios = [turn[0] / turn[place] for turn in turns]
                self.lines.append(Line(
                    f"serving: a page against {peer}", rate=statistics.median(ratios), target=("rate", ">=", limit, f">= {limit} x"),
                    note=f"{statistics.median(turn[0] for turn in turns):.0f} against {statistics.median(turn[place] for turn in turns):.0f} requests a second: {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"))
        self.say("serving: five million figures")
        with served(self.keten, "serve", large, "--requests-per-second", "0") as site:
            first, seconds, size = download(site.url + "/download/B01.csv")
            self.lines.append(Line("serving: first byte of 275 MB CSV, ms", rate=1000 * first, target=("rate", "<", 50, "<= 50 ms"), note=f"{1000 * first:.1f} ms"))
            self.lines.append(Line("serving: CSV, MB a second", rate=size / seconds / 1e6, target=("rate", ">=", 100, ">= 100 MB/s"), note=f"{size / seconds / 1e6:.0f} MB/s"))
            rows, began, address = 0, time.monotonic(), site.url + "/odata/v1/PROEF/B01/Observations"
            while address:
                answer = get(address)
                rows += answer.count(b'"Id":')
                tail = re.search(rb'"@odata.nextLink":"([^"]+)"', answer[-400:])
                address = tail and tail[1].decode()
            took = time.monotonic() - began
            self.disagree = self.disagree or rows != 5_000_000
            self.lines.append(Line(
                "serving: OData JSON, rows a second", rate=rows / took, target=("rate", ">=", 300_000, ">= 300,000"), answers=f"{rows} rows of 5,000,000",
                note=f"{rows / took:.0f} rows/s"))
            times = []
            for number in range(200):
                where = f"Regio eq 'Regio{number}' and Soort eq 'Soort{number % 50}' and Perioden eq '{2015 + number % 10}JJ00'"
                start = time.monotonic()
                answer = json.loads(get(site.url + "/odata/v1/PROEF/B01/Observations?$filter=" + urllib.parse.quote(where)))
                times.append(time.monotonic() - start)
                self.disagree = self.disagree or len(answer["value"]) != 25
            late = 1000 * sorted(times)[-3]
            self.lines.append(Line("serving: three dimensions filtered, p99 in ms", rate=late, target=("rate", "<", 20, "<= 20 ms"), answers="25 rows each", note=f"{late:.1f} ms"))
            peak = site.peak()
            self.lines.append(Line("serving: memory of the process, MB", rate=peak, target=("rate", "<", 200, "<= 200 MB"), note=f"{peak:.0f} MB at most, what it maps included"))

    def synthesis(self):
        for scale in ["0.01", "0.1"] + (["1"] if self.options.full else []):
            # Scale 1 takes minutes: once.
            while len(self.synthesis_runs.get(scale, [])) < (1 if scale == "1" else self.repeats):
                self.synthesize(scale)
            self.lines.append(Line(f"synthesize, scale {scale}", self.synthesis_runs[scale]))

    def golden(self):
        """What the made chain comes to, against what is asked of it."""
        scale, out = self.options.scale, self.work / f"golden-{self.options.scale:g}"
        shutil.rmtree(out, ignore_errors=True)
        self.say(f"golden: one year without faults, scale {scale:g}")
        made = measure(*golden_outcomes.synthesize(self.keten, f"{scale:g}", out))
        report = measure(
            self.peer_python(), HERE / "golden_outcomes.py", "--truth", out / "_truth", "--scale", f"{scale:g}", "--json", "-", allowed=(0, 1))
        rows = [golden_outcomes.Outcome(**row) for row in json.loads(report.output)["outcomes"]]
        judged = [row for row in rows if row.ok is not None]
        off = [row for row in judged if not row.ok]
        self.lines.append(Line(
            f"golden {scale:g}: a year without faults", [made], answers=f"{len(judged) - len(off)} of {len(judged)} outcomes as asked"))
        self.details.append(golden_outcomes.table(rows))
        self.disagree = self.disagree or bool(off)

    def run(self):
        for name in NAMES:
            # Minutes at scale 1, and no figure of Keten's speed: only when asked for.
            if name not in (self.options.only or [other for other in NAMES if other != "golden"]):
                continue
            try:
                getattr(self, name.replace("-", "_"))()
            except Failed as failure:
                self.failures.append(f"{name}: {failure}")
                self.lines.append(Line(name, note="failed, see below"))


# ---------------------------------------------------------------- the table


def table(lines):
    header = ["what", "CPU s", "wall s", "peak MB", "peer CPU s", "wall s", "peak MB", "ratio", "target", "met"]
    figures = lambda runs: [
        spread([getattr(run, name) for run in runs], digits) for name, digits in (("cpu", 2), ("wall", 2), ("peak", 0))]
    rows = [[
        line.what, *figures(line.keten), *figures(line.peer), spread(line.ratios, 1), line.target[3] if line.target else "-",
        {True: "yes", False: "NO", None: "-"}[line.met]] for line in lines]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    layout = lambda row: "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
    text = [layout(header), "  ".join("-" * width for width in widths)]
    for line, row in zip(lines, rows):
        text.append(layout(row))
        text += [f"    {extra}" for extra in (line.answers and f"answers: {line.answers}", line.note) if extra]
    return "\n".join(text)


def as_json(line):
    figures = lambda runs: [{"cpu": run.cpu, "wall": run.wall, "peak_mb": run.peak} for run in runs]
    return {
        "what": line.what.strip(), "keten": figures(line.keten), "peer": figures(line.peer), "ratio": line.ratio, "ratios": line.ratios,
        "rate": line.rate, "peer_rate": line.peer_rate, "target": line.target[3] if line.target else None, "met": line.met,
        "answers": line.answers, "note": line.note}


def main():
    parser = argparse.ArgumentParser(description="Measures Keten against plain Python and DuckDB.")
    parser.add_argument("--quick", action="store_true", help="one repetition instead of three")
    parser.add_argument("--full", action="store_true", help="scale 1 as well: minutes and gigabytes")
    parser.add_argument("--only", action="append", choices=NAMES, help="only this measurement; may be given again")
    parser.add_argument("--scale", type=float, default=1, help="the scale of golden (default 1)")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions (default 3)")
    parser.add_argument("--json", metavar="FILE", help="write all figures here too")
    parser.add_argument("--keten", default=ROOT / ".build" / "release" / "keten", help="another keten than the one just built")
    parser.add_argument("--work", help="a folder for deliveries and workspaces; kept. Otherwise a temporary one, removed")
    parser.add_argument("--differences", type=int, default=40, help="how many differences to print (default 40)")
    options = parser.parse_args()
    if not Path(options.keten).exists():
        sys.exit("there is no keten; build it with 'make keten'")
    work = Path(options.work).resolve() if options.work else Path(tempfile.mkdtemp(prefix="keten-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    before = os.getloadavg()
    bench = Bench(options, work)
    try:
        bench.run()
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)
    after = os.getloadavg()
    print(table(bench.lines))
    for text in [*bench.details, *bench.failures]:
        print(text)
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {bench.repeats} repetition(s): median (lowest-highest). "
        f"Load of the machine {before[0]:.2f} at the start, {after[0]:.2f} at the end")
    if options.json:
        Path(options.json).write_text(json.dumps({
            "cores": os.cpu_count(), "python": platform.python_version(), "repetitions": bench.repeats,
            "load_before": before, "load_after": after, "lines": [as_json(line) for line in bench.lines],
            "differences": bench.details, "failures": bench.failures}, indent=2) + "\n")
    if bench.failures or bench.disagree:
        sys.exit(1)


if __name__ == "__main__":
    main()
