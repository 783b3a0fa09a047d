"""Layouts: the columns of a voter file, and the values that an import should store."""
from dataclasses import dataclass, field

from people import *


def fields(text):
    """'zip_code=ZIP, street_address=HOUSE NO:number+STREET:road, suffix': our columns, the file's, and their content."""
    out = {}
    for item in text.split(","):
        our, _, places = item.strip().partition("=")
        parts = (place.partition(":") for place in (places or our).split("+"))
        out[our] = {column.strip(): key.strip() or our for column, _, key in parts}
    return out


def codes(text):
    """'gender: F=F*5 M=M*5 U=': for our column (their code, our value, weight); no value is blank, _ a space."""
    out = {}
    for word in text.split():
        if word.endswith(":"):
            table = out[word[:-1]] = []
        else:
            word, _, weight = word.partition("*")
            raw, _, value = word.partition("=")
            table.append((raw.replace("_", " "), value.replace("_", " ") or None, int(weight or 1)))
    return out


def fill(text):
    """'Race: W*6 B _; Ward: 1..12; Title:': columns and their texts, or a range; * is the weight, _ alone is blank."""
    out = {}
    for item in text.split(";"):
        column, _, choices = item.strip().partition(":")
        table = out[column.strip()] = []
        for word in choices.split():
            word, _, weight = word.partition("*")
            low, dots, high = word.partition("..")
            table += [str(n) for n in range(int(low), int(high) + 1)] if dots else \
                ["" if word == "_" else word.replace("_", " ")] * int(weight or 1)
    return out


@dataclass
class Layout:
    """A file format: its columns, where ours are in it, and how it writes dates, codes, phones and text."""
    name: str
    states: str
    columns: list
    maps: dict                      # fields()
    delimiter: str = ","
    encoding: str = "utf-8"
    bom: bool = None                # None: only with traps, and only in UTF-8
    header: bool = True
    quote: str = "min"              # min, all, or none: a quote is then a character like any other
    eol: str = "lf"
    upper: bool = False
    date: str = ISO
    phone: str = SPELLINGS[0]
    codes: dict = field(default_factory=dict)    # codes()
    const: dict = field(default_factory=dict)    # our columns that are the same in every row and not in the file
    regid: str = "{n:09}"
    areas: list = field(default_factory=lambda: AREAS)
    fill: dict = field(default_factory=dict)     # fill(): columns that depend on nothing else
    extra: object = None            # function(maker, raw, value): fills the columns that need more than that
    widths: list = None             # of the columns of a file without delimiters
    split: str = ""                 # our columns that are a part of one of theirs
    places: dict = field(default_factory=lambda: PLACES)
    form: dict = None               # upload options instead of `layout`, the mapping comes by itself
    skip: str = "stray_quotes"      # traps that this layout does not get

    def __post_init__(self):
        if self.widths:
            assert len(self.widths) == len(self.columns), self.name
            self.quote, self.header = "none", False
            self.skip += " long_text long_shift long_blank huge"
        self.index = {c: i for i, c in enumerate(self.columns)}
        self.at = {our: [self.index[c] for c in to] for our, to in self.maps.items()}
        self.keys = list(self.columns)           # what of a person goes into each column
        for to in self.maps.values():
            for c, key in to.items():
                self.keys[self.index[c]] = key
        self.keyed = "voter_registration_id" in self.maps
        self.stub = max(self.at[FIRST] + self.at[LAST])
        after = max([self.stub] + self.at["voter_registration_id" if self.keyed else "email_address"])
        split = {i for at in self.at.values() for i in range(min(at) + 1, max(at) + 1)}
        self.cuts = [i for i in range(after + 1, len(self.columns)) if i not in split]

    def options(self):
        """The fields of the upload form besides the file."""
        if self.form is None:
            return {} if self.name in ("simple", "full") else {"layout": self.name}
        mapping = {our: [c if self.header else self.index[c] + 1 for c in to] for our, to in self.maps.items()}
        mapping = {our: to if len(to) > 1 else to[0] for our, to in mapping.items()}
        return {"mapping": mapping, **({} if self.header else {"has_header": "0"}), **self.form}


def numbers(maker, raw, value, columns, blank=0.3):
    """District-like numbers."""
    for c in columns:
        raw[c] = "" if maker.draw() < blank else str(1 + int(maker.draw() * 99))
        value[c] = raw[c] or None
