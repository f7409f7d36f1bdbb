"""Links the same files with Splink, and says how good its links are.

    python3 peer_splink.py people LEFT RIGHT          two files of people.py
    python3 peer_splink.py febrl4 LEFT RIGHT          as Splink's own example of FEBRL 4 does it
    python3 peer_splink.py febrl3 FILE                doubles in one file

Prints JSON: pairs, F1 at a probability of .5 and at its best, recall at precision .999, the share of links of .99 and more that are right, and
recall by origin. Needs splink 5.0.0 and pandas.
"""

import json
import logging
import sys
import warnings
from collections import Counter

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

FEBRL = dict(
    id="rec_id",
    comparisons=[
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True)],
    rules=[
        block_on("given_name", "surname"), block_on("date_of_birth"), block_on("soc_sec_id"), block_on("state", "address_1"),
        block_on("street_number", "address_1"), block_on("postcode")],
    sure=["l.soc_sec_id = r.soc_sec_id", "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth"],
    recall=.9, learn=[block_on("date_of_birth"), block_on("postcode")])
PEOPLE = dict(
    id="id",
    comparisons=[
        cl.ForenameSurnameComparison("given_name", "surname"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.ExactMatch("sex"),
        cl.DamerauLevenshteinAtThresholds("postcode", [1]),
        cl.ExactMatch("house_number")],
    rules=[
        block_on("birth_date", "substr(given_name, 1, 3)"), block_on("birth_date", "substr(surname, 1, 5)"),
        block_on("surname", "postcode"), block_on("given_name", "postcode"), block_on("birth_date", "postcode"),
        block_on("surname", "given_name")],
    sure=["l.given_name = r.given_name and l.surname = r.surname and l.birth_date = r.birth_date"], recall=.5,
    learn=[block_on("birth_date"), block_on("surname", "given_name")])


def links(settings, frames):
    link_type = "link_only" if len(frames) == 2 else "dedupe_only"
    api = DuckDBAPI()
    linker = Linker(
        [api.register(frame) for frame in frames] if hasattr(api, "register") else frames,
        SettingsCreator(
            link_type=link_type, unique_id_column_name=settings["id"], comparisons=settings["comparisons"],
            blocking_rules_to_generate_predictions=settings["rules"], retain_matching_columns=False),
        **({} if hasattr(api, "register") else {"db_api": api}))
    linker.training.estimate_probability_two_random_records_match(settings["sure"], recall=settings["recall"])
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in settings["learn"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=1e-5).as_pandas_dataframe()
    name = settings["id"]
    return list(zip(found[f"{name}_l"], found[f"{name}_r"], found.match_weight, found.match_probability))


def main():
    kind, *files = sys.argv[1:]
    frames = [pd.read_csv(file, dtype=str) for file in files]
    settings = PEOPLE if kind == "people" else FEBRL
    name = settings["id"]
    entity, origin = {}, {}
    for frame in frames:
        entity.update(zip(frame[name], frame.entity))
        if "origin" in frame:
            origin.update(zip(frame[name], frame.origin))
    if len(frames) == 2:
        both = set(frames[0].entity) & set(frames[1].entity)
        truth = len(both)
        of_group = Counter(origin[i] for i in frames[0][name] if entity[i] in both) if origin else {}
    else:
        sizes = Counter(entity.values())
        truth, of_group = sum(n * (n - 1) // 2 for n in sizes.values()), {}
    for frame in frames:
        frame.drop(columns=["entity", "origin"], errors="ignore", inplace=True)
    found = sorted(links(settings, frames), key=lambda link: -link[2])
    chosen, taken = [], set()
    for link in found:
        if kind != "people" or (link[0] not in taken and link[1] not in taken):
            chosen.append(link)
            taken.update(link[:2])
    right, best, at_half, at_999, sure = 0, 0, 0, 0, [0, 0]
    groups = Counter()
    for number, (left, other, weight, probability) in enumerate(chosen, 1):
        is_right = entity[left] == entity[other]
        right += is_right
        f1 = 2 * right / (number + truth)
        best = max(best, f1)
        if probability >= .5:
            at_half = f1
            groups[origin.get(left)] += is_right
        if right / number >= .999:
            at_999 = right / truth
        if probability >= .99:
            sure = [sure[0] + is_right, sure[1] + 1]
    json.dump({
        "f1_half": at_half, "f1_best": best, "recall_999": at_999, "right_99": sure[0] / max(1, sure[1]),
        "recall_by_group": {group: groups[group] / count for group, count in of_group.items()}}, sys.stdout)


main()
