"""The generated voters of universes.py, what two campaigns know about them, and
requests over one connection."""
import datetime
import http.client
import json
import os
import urllib.parse

from checks import sql

ADMIN, MANAGER = "test-token-of-the-admin", "test-token-of-the-manager"
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
CHANNELS = ["email", "phone", "sms", "mail"]
FIRST = "Ada Ben Cleo Dora Emil Fay Gus Hal Ines Jon".split()
LAST = "Abbott Bakker Castro Dunn Eriksen Fuchs Garza Holt Ito Jansen".split()
TAGS = ["Volunteer", "Yard sign", "Host"]
KINDS = ["primary", "general", "special", "municipal", "runoff"]
STATES = ["NC", "OH"]

# Three elections of a state are still to come.
ELECTIONS = [
    {"election_id": 101 + 20 * s + n, "state": state, "slot": n,
     "kind": KINDS[(n + s) % 4] if n % 5 else "primary",
     "date": (TODAY + datetime.timedelta(days=200 * (n - 12))).isoformat()}
    for s, state in enumerate(STATES) for n in range(16)]

connection = None


def call_api(token, method, path, body=None):
    """As call(), on a connection that is kept."""
    global connection
    url = urllib.parse.urlsplit(os.environ["CERBERUS_URL"])
    head = {"Authorization": "Bearer " + token}
    if body is not None:
        head["Content-Type"] = "application/json"
    for attempt in (1, 2):
        if connection is None:
            connection = http.client.HTTPConnection(url.netloc, timeout=60)
        try:
            connection.request(method, f"{url.path}/api/v1{path}",
                               None if body is None else json.dumps(body),
                               head)
            r = connection.getresponse()
            text = r.read().decode()
            break
        except (http.client.HTTPException, ConnectionError):
            # The server has closed it in the meantime.
            connection.close()
            connection = None
            if attempt == 2:
                raise
    if "json" not in (r.headers.get("Content-Type") or "") or not text:
        return r.status, text, r.headers
    return r.status, json.loads(text), r.headers


def stamp(days, seconds=0):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(
        days=days, seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    def __init__(self, chance, size):
        self.chance = chance
        self.types = ["Call", "Door", "Text", "Website Signup"]
        self.outcomes = ["Home", "Not Home", "Refused", "Moved"]
        ids = range(100_001, 100_001 + size)
        self.voters = [self.voter(i) for i in ids]
        self.joined = {i: frozenset(self.pick([1, 2], [0.5, 0.5]))
                       for i in ids}
        self.questions = {901: 1, 902: 1, 903: 2}
        self.votes = {i: self.voted() for i in ids
                      if chance.random() < 0.7}
        self.of = {kind: self.records(make, share, ids) for kind, make, share
                   in (("interactions", self.interaction, 0.5),
                       ("responses", self.response, 0.3),
                       ("donations", self.donation, 0.1),
                       ("consents", self.consent, 0.3))}
        self.opt_outs = self.opted_out()

    def pick(self, words, shares):
        return [w for w, s in zip(words, shares) if self.chance.random() < s]

    def maybe(self, share, value):
        return value() if self.chance.random() < share else None

    def voter(self, i):
        c, maybe = self.chance, self.maybe
        born = maybe(0.6, lambda: TODAY - datetime.timedelta(
            days=c.randint(17 * 365, 100 * 365)))
        phones = [f"+1919{5550000 + c.randint(0, 9999)}" for _ in range(3)]
        v = {
            "voter_id": i, "first_name": c.choice(FIRST),
            "last_name": c.choice(LAST),
            "date_of_birth": born and born.isoformat(),
            "birth_year": born.year if born else maybe(
                0.6, lambda: TODAY.year - c.randint(17, 100)),
            "gender": maybe(0.9, lambda: c.choice("FMX")),
            "street_address": maybe(0.8, lambda: f"{1 + i % 100} Elm Street"),
            "city": maybe(0.9, lambda: c.choice(["Apex", "Cary", "Hope"])),
            "state": c.choice(STATES),
            "zip_code": maybe(0.9, lambda: str(27000 + c.randint(0, 30))),
            "county": maybe(0.9, lambda: c.choice(["Wake", "Durham"])),
            "precinct": maybe(0.9, lambda: f"P{c.randint(1, 40)}"),
            "email_address": maybe(0.4, lambda: f"v{i % 3000}@example.org"),
            "mobile_phone": maybe(0.3, lambda: phones[0]),
            "home_phone": maybe(0.3, lambda: phones[1]),
            "work_phone": maybe(0.1, lambda: phones[2]),
            "registration_status": maybe(0.95, lambda: c.choice(
                ["Active", "Inactive", "Pending"])),
            "registration_date": maybe(0.8, lambda: (
                TODAY - datetime.timedelta(days=c.randint(0, 9000))
            ).isoformat()),
            "party_affiliation": maybe(0.95, lambda: c.choice(
                ["DEM", "REP", "UNA"])),
            "last_contacted_date": maybe(0.6, lambda: stamp(
                c.randint(0, 500), 3600)),
            "congressional_district": maybe(0.8, lambda: str(
                c.randint(1, 5))),
            "state_senate_district": maybe(0.8, lambda: str(
                c.randint(1, 20))),
            "state_house_district": maybe(0.8, lambda: str(
                c.randint(1, 40))),
            "ward": maybe(0.3, lambda: f"Ward {c.randint(1, 9)}"),
            "tags": self.pick(TAGS, [0.2, 0.1, 0.05]),
        }
        v["phone_number"] = v["mobile_phone"] or v["home_phone"]
        for channel in CHANNELS:
            v["contact_" + channel] = c.choice([None, True, True, False])
        return v

    def voted(self):
        state = self.chance.choice(STATES)
        return {e["election_id"] for e in ELECTIONS if e["state"] == state
                and e["date"] <= TODAY.isoformat()
                and self.chance.random() < 0.5} or set()

    def records(self, make, share, ids):
        rows, number = {}, 0
        for i in ids:
            while self.chance.random() < share:
                number += 1
                rows.setdefault(i, []).append(
                    {"voter_id": i, "number": number} | make(number))
        return rows

    def interaction(self, number):
        c = self.chance
        return {"campaign_id": c.choice([1, 2, 2, None]),
                "interaction_type": c.choice(self.types),
                "outcome": c.choice(self.outcomes + [None])}

    def response(self, number):
        c, question = self.chance, self.chance.choice([901, 902, 903])
        one = c.choice(["Strong Support", "Support", "Against"])
        many = c.sample(["3", "yes", "Support"], c.randint(1, 3))
        return {"question_id": question, "response_id": number,
                "campaign_id": self.questions[question],
                "responded_at": stamp(c.randint(1, 3)),
                "values": many if question == 902 else [one]}

    def donation(self, number):
        c, paid = self.chance, self.chance.choice([0, 500, 2500, 9000])
        return {"campaign_id": c.choice([1, 2]), "amount_received": paid,
                "amount_refunded": paid if c.random() < 0.1 else 0,
                "currency": c.choice(["usd", "usd", "usd", "cad"])}

    def consent(self, number):
        c = self.chance
        return {"campaign_id": c.choice([1, 2, None]), "consent_id": number,
                "channel": c.choice(CHANNELS), "granted": c.random() < 0.7,
                "created_at": stamp(c.randint(1, 3))}

    def opted_out(self):
        rows = {}
        for _ in range(60):
            v = self.chance.choice(self.voters)
            contact = v["email_address"] or v["mobile_phone"] or v["work_phone"]
            key = (contact, self.chance.choice(CHANNELS),
                   self.chance.choice([1, 2, None]))
            if contact:
                rows[key] = dict(zip(("contact", "channel", "campaign_id"),
                                     key))
        return list(rows.values())

    @staticmethod
    def days_ago(days):
        # An hour from every time in the data, so that a second is no matter.
        return stamp(days)

    # ---- Into the database.

    @staticmethod
    def insert(table, columns, rows, values=None):
        """Insert rows, of which values are SQL with r as the row."""
        # What the tables check is not at issue, and triggers are slow.
        if table not in ("voters", "campaign_voters"):
            sql("SET session_replication_role = replica")
        text = json.dumps(rows).replace("\\", "\\\\").replace("'", "''")
        sql(f"INSERT INTO {table} ({columns}) "
            f"SELECT {values or columns} FROM jsonb_populate_recordset("
            f"NULL::{table}, E'{text}') r")
        sql("RESET session_replication_role")

    def store(self):
        flat = {kind: [r for rows in of.values() for r in rows]
                for kind, of in self.of.items()}
        self.insert("voters", ", ".join(self.voters[0]), self.voters)
        self.insert("campaign_voters", "campaign_id, voter_id",
                    [{"campaign_id": c, "voter_id": i}
                     for i, cs in self.joined.items() for c in cs])
        self.insert("elections", "election_id, state, date, year, kind, slot",
                    [e | {"year": int(e["date"][:4])} for e in ELECTIONS])
        self.insert("ballots", "ballot_id, election_id",
                    [{"ballot_id": e["election_id"],
                      "election_id": e["election_id"]} for e in ELECTIONS])
        rows = []
        for i, ids in self.votes.items():
            if not ids:
                continue
            mine = [e for e in ELECTIONS if e["election_id"] in ids]
            width = max(e["slot"] for e in mine) + 1
            slots = {e["slot"] for e in mine}
            rows.append({"voter_id": i, "state": mine[0]["state"],
                         "voted": "".join("1" if n in slots else "0"
                                          for n in range(width)),
                         "ballots": sorted(ids)})
        self.insert("votes", "voter_id, state, voted, ballots", rows)
        self.insert("interactions", "voter_id, campaign_id, interaction_type,"
                    " outcome", flat["interactions"])
        self.insert("survey_questions", "question_id, campaign_id, "
                    "question_text, question_type, possible_answers",
                    [{"question_id": q, "campaign_id": c, "question_text":
                      f"Question {q}?", "question_type": "multiple_choice"
                      if q == 902 else "single_choice", "possible_answers":
                      ["Strong Support", "Support", "Against", "3", "yes"]}
                     for q, c in self.questions.items()])
        self.insert("survey_responses", "response_id, voter_id, question_id,"
                    " responded_at, response_value, response_values",
                    [r | ({"response_values": r["values"]}
                          if r["question_id"] == 902 else
                          {"response_value": r["values"][0]})
                     for r in flat["responses"]])
        self.insert("donations", "donation_id, voter_id, campaign_id, amount,"
                    " amount_received, amount_refunded, currency, status,"
                    " counts_on",
                    [r | {"donation_id": 500_000 + r["number"],
                          "amount": r["amount_received"] or 500,
                          "status": "succeeded" if r["amount_received"]
                          else "failed", "counts_on": TODAY.isoformat()}
                     for r in flat["donations"]],
                    "donation_id, voter_id, campaign_id, amount,"
                    " amount_received, amount_refunded, currency, status,"
                    " counts_on")
        self.insert("consents", "consent_id, voter_id, campaign_id, channel,"
                    " granted, source, created_at",
                    [r | {"source": "test"} for r in flat["consents"]],
                    "consent_id, voter_id, campaign_id, channel, granted, "
                    "source, created_at")
        self.insert("opt_out_contacts", "contact, channel, campaign_id, "
                    "source", [r | {"source": "test"}
                               for r in self.opt_outs])
        sql("ANALYZE")
