"""Makes two files of Dutch-like persons, for the benchmark of linkage.

    python3 Benchmarks/linkage/people.py --records 100000 --seed 1 --relatives .35 --out FOLDER

`left.csv` and `right.csv`: id, given_name, surname, birth_date, sex, postcode, house_number, origin, entity (the same number: the same
person). Persons come in households: partners' children, twins, a son with his father's name. The second file, and half of the first,
is what somebody typed: transliterations, partner's names, moves, typing errors, unknown days of birth, missing values.
"""

import argparse
import csv
import random
import string
from itertools import accumulate
from pathlib import Path

DUTCH = """de Jong|Jansen|de Vries|van den Berg|van Dijk|Bakker|Janssen|Visser|Smit|Meijer|de Boer|Mulder|de Groot|Bos|Vos|Peters|Hendriks|
van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|van der Meer|van der Linden|Kok|Jacobs|de Haan|Vermeulen|van den Heuvel|
van der Veen|van den Broek|de Bruijn|de Bruin|van der Heijden|Schouten|van Beek|Willems|van Vliet|van de Ven|Hoekstra|Maas|Verhoeven|
Koster|van Dam|van der Wal|Prins|Blom|Huisman|Peeters|de Jonge|Kuipers|van Veen|Post|Kuiper|Veenstra|Kramer|van den Brink|Scholten|
van Wijk|Postma|Martens|Vink|de Ruiter|Timmermans|Groen|Gerritsen|Jonker|van Loon|Boer|van der Velde|Willemsen|Smeets|de Lange|de Vos|
Bosch|van Dongen|Schipper|de Koning|van der Laan|Koning|Driessen|van Doorn|Hermans|Evers|van den Bosch|van der Meulen|Hofman|Bosman|
Wolters|Sanders|Mol|van der Horst|Kuijpers|Molenaar|van de Pol|Sloot|Tol|Zwart"""
SYLLABLES = "ber den hof man stra ker win dal horst veld kamp brug meer wijk zand berg ster beek lo schot drie noord oost holt".split()
PREFIXES = ["", "", "", "van ", "de ", "van der ", "van den ", "ter "]

# Origin: share of persons, surnames, endings of made surnames, given names of men, of women.
ORIGINS = {
    "NL": (
        .70, DUTCH, [],
        "Jan Daan Sem Lucas Levi Bram Luuk Thomas Tim Thijs Jesse Ruben Sven Lars Pieter Kees Willem Hendrik Johannes Cornelis Gerrit "
        "Dirk Martijn Jeroen Bas Stefan Rob Peter Erik Mark",
        "Emma Julia Sophie Anna Lotte Sanne Eva Lisa Fleur Noor Maria Johanna Cornelia Wilhelmina Elisabeth Margaretha Anneke Ingrid "
        "Marieke Esther Linda Petra Monique Sandra Femke Iris Roos Tess Mila Saar"),
    "TR": (
        .08, "Yılmaz|Kaya|Demir|Çelik|Şahin|Yıldız|Öztürk|Aydın|Arslan|Doğan|Kılıç|Aslan|Çetin|Koç|Kurt", ["oğlu", "er", "tan", "can"],
        "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Yusuf Murat Ömer Emre Burak",
        "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Özlem Sibel Gülsüm Esra Büşra"),
    "MA": (
        .09, "El Amrani|Benali|El Idrissi|Bouzid|Haddou|El Khattabi|Aït Ali|Ben Haddou|Chaoui|Azzouz|Bakkali|El Ouali|Amrani|Saidi|Tahiri",
        ["i", "oui", "ani", "at"],
        "Mohamed Ahmed Youssef Hassan Rachid Said Abdelkader Omar Ilias Bilal Khalid Mustapha",
        "Fatima Khadija Aicha Naima Samira Latifa Hafida Yasmina Malika Rachida Zohra Nadia"),
    "PL": (
        .07, "Nowak|Kowalski|Wiśniewski|Wójcik|Kowalczyk|Kamiński|Lewandowski|Zieliński|Szymański|Woźniak|Dąbrowski|Kozłowski|Mazur",
        ["ski", "czyk", "ak", "owicz"],
        "Piotr Krzysztof Andrzej Tomasz Paweł Marcin Michał Łukasz Jakub Grzegorz",
        "Anna Katarzyna Małgorzata Agnieszka Ewa Magdalena Joanna Monika Zofia Aleksandra"),
    "SR": (
        .06, "Ramdin|Soerdjan|Kartosen|Pinas|Doekhi|Biharie|Jairam|Sital|Mangal|Ramlal|Amatmoekrin|Tjon|Vrede|Lont|Misiedjan",
        ["in", "dat", "singh", "pal"],
        "Ravi Sunil Rakesh Vinod Henk Stanley Orlando Clyde Roy Anand",
        "Asha Sharmila Sabitrie Radha Lilian Monique Cheryl Indra Shanti Kavita"),
}
WITHOUT_ACCENTS = str.maketrans("ışŞçÇğöÖüİłśąóńźïŁ", "isScCgoOuIlsaonziL")
SPELLINGS = [
    ("ou", "u"), ("ch", "sh"), ("kh", "ch"), ("dd", "d"), ("ss", "s"), ("y", "j"), ("Mohamed", "Mohammed"), ("El ", "El-"), ("sz", "sh"),
    ("w", "v"), ("ij", "y"), ("ks", "x"), ("ph", "f")]


class People:
    """Persons by lot, and what becomes of them when they are typed."""

    def __init__(self, seed, households):
        self.lot = random.Random(seed)
        self.surnames = {origin: " ".join(some[1].split("\n")).replace("| ", "|").split("|") for origin, some in ORIGINS.items()}
        self.given = {origin: (some[3].split(), some[4].split()) for origin, some in ORIGINS.items()}
        self.shares = list(accumulate(some[0] for some in ORIGINS.values()))
        self.postcodes = [self.postcode() for _ in range(max(200, households))]

    def postcode(self):
        letters = "ABCDEGHJKLMNPRSTVWXZ"
        return f"{self.lot.randint(1011, 9999)}{self.lot.choice(letters)}{self.lot.choice(letters)}"

    def address(self):
        return self.lot.choice(self.postcodes), str(self.lot.randint(1, 180))

    def surname(self, origin):
        lot, known = self.lot, self.surnames[origin]
        if origin == "NL" and lot.random() < .55:
            return lot.choice(PREFIXES) + "".join(lot.choice(SYLLABLES) for _ in range(lot.choice([2, 2, 3]))).capitalize()
        if origin != "NL" and lot.random() < .5:
            stem = lot.choice(known)
            return stem[:max(3, len(stem) - 2)] + lot.choice(ORIGINS[origin][2])
        return known[int(len(known) * lot.random() ** 1.6)]

    def given_name(self, origin, sex):
        names = self.given[origin][0 if sex == "M" else 1]
        name = names[int(len(names) * self.lot.random() ** 1.3)]
        return f"{name} {self.lot.choice(names)}" if self.lot.random() < .25 else name

    def person(self, origin, surname, address, year):
        lot = self.lot
        sex = lot.choice("MV")
        unknown_day = origin in ("MA", "TR") and lot.random() < .12
        birth = f"{year}-01-01" if unknown_day else f"{year}-{lot.randint(1, 12):02d}-{lot.randint(1, 28):02d}"
        return {"origin": origin, "sex": sex, "given_name": self.given_name(origin, sex), "surname": surname, "birth_date": birth,
                "postcode": address[0], "house_number": address[1]}

    def household(self, relatives):
        """One person, or with the given chance a family at one address: brothers and sisters, parents and children, twins."""
        lot = self.lot
        origin = lot.choices(list(ORIGINS), cum_weights=self.shares)[0]
        surname, address = self.surname(origin), self.address()
        first = self.person(origin, surname, address, int(lot.triangular(1940, 2010, 1988)))
        yield first
        if lot.random() >= relatives:
            return
        names = {first["given_name"].split()[0]}
        for _ in range(lot.choice([1, 1, 2, 3])):
            kind = lot.random()
            year = int(first["birth_date"][:4]) + (lot.randint(-6, 6) if kind < .6 else lot.choice([-28, 28]))
            other = self.person(origin, surname, address, max(1935, min(2012, year)))
            if kind > .93:
                other["birth_date"] = first["birth_date"]
            # Seldom one has the name of another.
            while other["given_name"].split()[0] in names and lot.random() > .03:
                other["given_name"] = self.given_name(origin, other["sex"])
            names.add(other["given_name"].split()[0])
            yield other

    def typing_error(self, text):
        if len(text) < 2:
            return text
        lot = self.lot
        at, kind, letter = lot.randrange(len(text) - 1), lot.random(), lot.choice(string.ascii_lowercase)
        if kind < .3:
            return text[:at] + text[at + 1] + text[at] + text[at + 2:]
        if kind < .6:
            return text[:at] + letter + text[at + 1:]
        return text[:at] + text[at + 1:] if kind < .8 else text[:at] + letter + text[at:]

    def transliterated(self, text):
        if self.lot.random() < .7:
            text = text.translate(WITHOUT_ACCENTS)
        old, new = self.lot.choice(SPELLINGS)
        return text.replace(old, new, 1)

    def typed(self, person):
        lot, p = self.lot, dict(person)
        foreign = p["origin"] != "NL"
        if lot.random() < (.45 if foreign else .06):
            p["surname"] = self.transliterated(p["surname"])
        if lot.random() < (.35 if foreign else .04):
            p["given_name"] = self.transliterated(p["given_name"])
        for field in ("surname", "given_name"):
            if lot.random() < .05:
                p[field] = self.typing_error(p[field])
        if " " in p["given_name"] and lot.random() < .18:
            p["given_name"] = p["given_name"].split()[0]
        if lot.random() < .04:
            p["given_name"] = p["given_name"][0] + "."
        if p["sex"] == "V" and lot.random() < .14:
            partner = self.surname(p["origin"])
            p["surname"] = lot.choice([partner, f"{p['surname']}-{partner}", f"{partner}-{p['surname']}"])
        if lot.random() < .14:
            p["postcode"], p["house_number"] = self.address()
        if lot.random() < .02:
            p["postcode"] = self.typing_error(p["postcode"]).upper()
        p["birth_date"] = self.typed_date(p["birth_date"])
        for field, share in (("given_name", .03), ("postcode", .06), ("house_number", .08), ("birth_date", .02), ("sex", .02)):
            if lot.random() < share:
                p[field] = ""
        return p

    def typed_date(self, date):
        lot = self.lot
        kind, (year, month, day) = lot.random(), date.split("-")
        if kind < .012 and int(day) < 13:
            return f"{year}-{day}-{month}"
        if kind < .03:
            return f"{year}-{month}-{lot.randint(1, 28):02d}"
        if kind < .04:
            return f"{int(year) + lot.choice([-1, 1, -10, 10])}-{month}-{day}"
        return f"{year}-01-01" if kind < .05 else date


def make(folder, records, seed=1, overlap=.6, relatives=.35):
    """Two files of so many records, of which the share `overlap` is of persons in both."""
    persons = int(records * (2 - overlap))
    made = People(seed, persons // 12)
    people = []
    while len(people) < persons:
        people.extend(made.household(relatives))
    del people[persons:]
    made.lot.shuffle(people)
    both = int(records * overlap)
    everyone = list(enumerate(people))
    sides = {"left": everyone[:records], "right": everyone[:both] + everyone[records:]}
    folder.mkdir(parents=True, exist_ok=True)
    fields = ["given_name", "surname", "birth_date", "sex", "postcode", "house_number", "origin"]
    for name, some in sides.items():
        made.lot.shuffle(some)
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["id", *fields, "entity"])
            for number, (entity, person) in enumerate(some):
                if name == "right" or made.lot.random() < .5:
                    person = made.typed(person)
                writer.writerow([f"{name[0]}{number}", *(person[field] for field in fields), entity])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes two files of Dutch-like persons.")
    parser.add_argument("--records", type=int, default=100_000, help="of each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--overlap", type=float, default=.6, help="share of a file's persons who are in the other too")
    parser.add_argument("--relatives", type=float, default=.35, help="share of households of more than one person")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    make(given.out, given.records, given.seed, given.overlap, given.relatives)
