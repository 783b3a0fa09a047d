#!/usr/bin/env python3
"""Votes in imported files: every layout's votes are stored as its generator
says, shown, merged and taken back; a file that is sent again changes nothing.

usage: history.py [TEST...]	all of them without a name

From the environment:
	CERBERUS_URL	a web server with the programs behind it
	ADMIN_URL	its database, as the administrator; it holds
			tests/support/fixture.sql and gets more
	BUILD		where make was run
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.parse

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(here, "..", "support"))

from checks import call, check, finish, run, same, sql

GENERATOR = os.path.join(here, "..", "data", "make_history.py")
ADMIN, EDITOR, VIEWER, NOBODY = ("test-token-of-the-" + who for who in (
    "admin", "editor", "viewer", "nobody"))
work = tempfile.mkdtemp(prefix="history")


def make(layout, voters, *options, seed=1):
    """Generate a file; return it, the voters' file, and what to expect."""
    people = os.path.join(work, "people.csv")
    expect = os.path.join(work, "expect.json")
    text = subprocess.run(
        [sys.executable, GENERATOR, layout, str(voters), "--seed", str(seed),
         "--voters-file", people, "--expect", expect, *options], check=True,
        stdout=subprocess.PIPE).stdout
    with open(expect, encoding="utf-8") as f:
        wanted = json.load(f)
    persons = b""
    if os.path.exists(people):
        with open(people, "rb") as f:
            persons = f.read()
    return text, persons, wanted


def upload(text, token=ADMIN, status=200, **options):
    options.setdefault("campaign_id", 1)
    if isinstance(options.get("mapping"), (dict, list)):
        options["mapping"] = json.dumps(options["mapping"])
    got, answer, _ = call(
        token, "POST", "/voters/upload?" + urllib.parse.urlencode(options),
        text if isinstance(text, bytes) else text.encode(), kind="text/csv")
    check(got == status, f"an upload is a {status}", got, answer)
    return answer


def stored(key):
    """All votes by person, as the generator writes them."""
    rows = sql(f"""SELECT json_object_agg(p, votes) FROM (
        SELECT v.{key} AS p, json_agg(json_build_array(l.date, l.year, l.kind,
            l.method, l.party) ORDER BY l.year, coalesce(l.date::text, ''),
            l.kind) AS votes
        FROM vote_list l JOIN voters v USING (voter_id)
        WHERE v.{key} IS NOT NULL GROUP BY 1) t""")
    return json.loads(rows or "{}")


def check_votes(wanted, key="voter_registration_id"):
    got = stored(key)
    wrong = [p for p, votes in wanted["votes"].items() if got.get(p) != votes]
    check(not wrong, f"{len(wrong)} people have other votes",
          wrong[:1] and (got.get(wrong[0]), wanted["votes"][wrong[0]]))
    same(sql("SELECT count(*) FROM votes WHERE bit_count(voted) <> "
             "cardinality(ballots) OR voted <> pg_catalog.bit(ballot_bits(ballots), "
             "length(voted), true)"), "0", "rows whose bits are not their "
         "ballots")


def history(layout):
    """A file with one row for each vote."""
    text, people, wanted = make(layout, 200, "--traps")
    upload(people)
    nothing = upload(text, layout=layout, dry_run=1)
    same(sql(f"SELECT count(*) FROM elections WHERE state = "
             f"'{layout[:2].upper()}'"), "0", "elections after a dry run")
    got = upload(text, layout=layout)
    for key in ("rows", "duplicates", "rejected"):
        same(got[key], wanted[key], f"{layout}: {key}")
        same(nothing[key], wanted[key], f"{layout}: {key} of a dry run")
    for key in ("added", "unknown", "none"):
        same(got["votes"][key], wanted[key], f"{layout}: {key}")
        same(nothing["votes"][key], wanted[key], f"{layout}: {key}, dry run")
    same(got["created"] + got["updated"] + got["unchanged"], 0, "voters")
    check(any("No voter has" in w["message"] for w in got["warnings"]),
          "unknown voters are a warning", got["warnings"])
    same(sql(f"SELECT count(*) FROM import_warnings WHERE import_id = "
             f"{got['import_id']}"), str(wanted["unknown"]), "warnings")
    check_votes(wanted)
    again = upload(text, layout=layout)
    same((again["votes"]["added"], again["votes"]["changed"],
          again["votes"]["unchanged"]), (0, 0, wanted["added"]),
         f"{layout}: the same file again")
    # The list that clients see.
    person = max(wanted["votes"], key=lambda p: len(wanted["votes"][p]))
    voter = sql(f"SELECT voter_id FROM voters WHERE voter_registration_id = "
                f"'{person}'")
    _, page, _ = call(VIEWER, "GET", f"/voters/{voter}/votes?per_page=200")
    same(sorted([v["date"], v["year"], v["kind"], v["method"], v["party"]]
                for v in page["votes"]), sorted(wanted["votes"][person]),
         "the list of a voter's votes")
    same(len(call(ADMIN, "GET", f"/voters/{voter}/everything")[1]["votes"]),
         len(wanted["votes"][person]), "the votes of everything stored")
    same(call(NOBODY, "GET", f"/voters/{voter}/votes")[0], 404,
         "votes of a voter who is not visible")


def nc_history():
    history("nc-history")


def fl_history():
    history("fl-history")


def ga_history():
    history("ga-history")


def voter_file(form, **options):
    """A voter file with votes in its columns."""
    text, _, wanted = make(form, 150, "--traps")
    if wanted["mapping"]:
        options["mapping"] = wanted["mapping"]
    dry = upload(text, dry_run=1, **options)
    got = upload(text, **options)
    for a in (dry, got):
        same((a["created"], a["votes"]["added"]), (150, wanted["added"]),
             f"{form}: voters and votes, dry run {a['dry_run']}")
    again = upload(text, **options)
    same((again["created"], again["updated"], again["votes"]["added"],
          again["votes"]["changed"], again["votes"]["unchanged"]),
         (0, 0, 0, 0, wanted["added"]), f"{form}: the same file again")
    return got, wanted


def one_cell():
    got, wanted = voter_file("ny-list")
    check_votes(wanted)
    check(any("PRES PRIMARY" in (w["value"] or "") for w in got["warnings"]),
          "an entry without a year is a warning", got["warnings"])


def pairs_of_columns():
    check_votes(voter_file("pa-pairs", has_header=0, delimiter="tab")[1])


def years_only():
    """People without a registration id, and elections without a date."""
    got, wanted = voter_file("van", layout="van")
    check_votes(wanted, "email_address")
    same(got["unmapped_columns"], ["VanID"], "the other columns")
    # Another file has the date of one of them: the same election.
    year = sql("SELECT max(year) FROM elections WHERE state = 'VA' "
               "AND kind = 'primary' AND date IS NULL")
    before = sql("SELECT count(*) FROM elections WHERE state = 'VA'")
    upload("first_name,last_name,email,state,P\nVan,Dated,vd@votes.example."
           "org,VA,X\n", mapping={"votes": [{
               "header": "P", "date": f"{year}-06-17", "kind": "primary"}]})
    same(sql(f"SELECT date FROM elections WHERE state = 'VA' AND year = "
             f"{year} AND kind = 'primary'"), f"{year}-06-17",
         "an election gets its date")
    same(sql("SELECT count(*) FROM elections WHERE state = 'VA'"), before,
         "elections of the state")


def ohio():
    """The sample file: its columns of elections, as Python reads them."""
    with open(os.path.join(here, "..", "data", "oh.txt"), "rb") as f:
        text = f.read()
    got = upload(text, layout="oh")
    check(got["votes"]["added"] + got["votes"]["unchanged"] > 10000, "votes",
          got["votes"])
    check(not [c for c in got["unmapped_columns"] if "GENERAL-" in c],
          "no election is unmapped", got["unmapped_columns"])
    rows = csv.DictReader(text.decode("latin-1").splitlines())
    parties = {"D": "Democratic", "R": "Republican", "L": "Libertarian",
               "G": "Green", "X": None}
    wanted = {}
    for r in rows:
        votes = []
        for c, v in r.items():
            if c and "-" in c and c.split("-")[0] in ("PRIMARY", "GENERAL") \
                    and v and v.strip():
                m, d, y = c.split("-")[1].split("/")
                votes.append([f"{y}-{m}-{d}", int(y), c.split("-")[0].lower(),
                              None, parties[v.strip()]])
        wanted[r["SOS_VOTERID"]] = sorted(votes, key=lambda e: (
            e[1], e[0], e[2]))
    samples = 0
    have = stored("voter_registration_id")
    with open(os.path.join(here, "..", "data", "oh.expect.json")) as f:
        for s in json.load(f)["samples"]:
            person = s["key"]["voter_registration_id"]
            if wanted.get(person) and s.get("trap") not in (
                    "duplicate", "moved", "linebreak", "short"):
                samples += have.get(person) == wanted[person]
    check(samples > 5, "the votes of the sample's people", samples)


def mapped():
    """Elections that a mapping names; which cells are votes."""
    got = upload(
        "first_name,last_name,email,state,GE2020,PR20\n"
        "Map,One,map1@votes.example.org,va,X,D\n"
        "Map,Two,map2@votes.example.org,VA,Absentee,\n"
        "Map,Three,map3@votes.example.org,VA,N,R\n", mapping={"votes": [
            {"header": "GE2020", "date": "2020-11-03", "kind": "general",
             "name": "2020 General"},
            {"header": "PR20", "date": "2020-06-23", "kind": "primary",
             "cell": "party"}]})
    same((got["created"], got["votes"]["added"]), (3, 4), "people and votes")
    votes = stored("email_address")
    same([votes.get(f"map{n}@votes.example.org") for n in (1, 2, 3)], [
        [["2020-06-23", 2020, "primary", None, "D"],
         ["2020-11-03", 2020, "general", None, None]],
        [["2020-11-03", 2020, "general", "Absentee", None]],
        [["2020-06-23", 2020, "primary", None, "R"]]], "votes of a mapping")
    for bad in ({"votes": 1}, {"votes": [{"header": "GE2020"}]},
                {"votes": [{"header": "A", "date": "2020-02-30",
                            "kind": "general"}]},
                {"votes": [{"header": "A", "date": "2020-11-03",
                            "kind": "fair"}]},
                {"votes": {"columns": "GE"}}, {"votes": {"kinds": {
                    "GE": "fair"}}}):
        answer = upload("first_name,last_name,GE2020\nA,B,X\n", status=400,
                        mapping=bad)
        same(answer["errors"][0]["field"], "mapping", f"{bad}")


def modes():
    """update replaces method and party, fill does not, and a file with fewer
    votes removes none."""
    head = "first_name,last_name,email,state,G,P\n"
    person = "Mode,Test,mode@votes.example.org,QM,"
    mapping = {"votes": [
        {"header": "G", "date": "2022-11-08", "kind": "general"},
        {"header": "P", "date": "2022-05-03", "kind": "primary"}]}

    def send(cells, mode, added, changed):
        got = upload(head + person + cells + "\n", mapping=mapping, mode=mode)
        same((got["votes"]["added"], got["votes"]["changed"]),
             (added, changed), f"{mode} {cells}")
        return dict((v[2], v[3]) for v in stored("email_address")[
            "mode@votes.example.org"])

    same(send("Early,", "update", 1, 0), {"general": "Early"}, "new")
    same(send("By mail,", "fill", 0, 0), {"general": "Early"}, "fill")
    same(send("By mail,Late", "fill", 1, 0),
         {"general": "Early", "primary": "Late"}, "fill adds")
    same(send("By mail,Late", "update", 0, 1),
         {"general": "By mail", "primary": "Late"}, "update")
    same(send(",Late", "update", 0, 0),
         {"general": "By mail", "primary": "Late"}, "a blank erases nothing")
    same(send("Early,Early", "skip", 0, 0),
         {"general": "By mail", "primary": "Late"}, "skip")


def small_history(rows):
    return ("ncid\telection_lbl\telection_desc\tvoting_method\t"
            "voted_party_cd\n" + "".join("\t".join(r) + "\n" for r in rows))


def merged():
    """Merging voters unites their votes; undoing it separates them."""
    upload("first_name,last_name,voter_registration_id,registration_state\n"
           "Mer,Ged,MM1,NC\n")
    upload("first_name,last_name,email,state,G,P\n"
           "Mer,Ged,mer@votes.example.org,NC,Early,Late\n", mapping={
               "votes": [
                   {"header": "G", "date": "2018-11-06", "kind": "general"},
                   {"header": "P", "date": "2018-05-08", "kind": "primary"}]})
    upload(small_history([("MM1", "11/06/2018", "GENERAL", "IN-PERSON", "DEM"),
                          ("MM1", "11/03/2020", "GENERAL", "IN-PERSON", "")]))
    keep = int(sql("SELECT voter_id FROM voters WHERE voter_registration_id "
                   "= 'MM1'"))
    gone = int(sql("SELECT voter_id FROM voters WHERE email_address = "
                   "'mer@votes.example.org'"))

    def votes(voter):
        return sql(f"SELECT string_agg(concat_ws(' ', date, method, party), "
                   f"', ' ORDER BY date) FROM vote_list WHERE voter_id = "
                   f"{voter}")

    before = votes(keep), votes(gone)
    status, answer, _ = call(ADMIN, "POST", "/voters/merge",
                             {"keep": keep, "merge": [gone]})
    same(status, 200, "a merge")
    same(votes(keep), "2018-05-08 Late, 2018-11-06 IN-PERSON Democratic, "
         "2020-11-03 IN-PERSON", "votes after a merge")
    upload(small_history([("MM1", "11/05/2024", "GENERAL", "IN-PERSON", "")]))
    merge = sql("SELECT max(merge_id) FROM merges")
    same(call(ADMIN, "POST", f"/voters/merges/{merge}/undo")[0], 200, "undo")
    same((votes(keep), votes(gone)),
         (before[0] + ", 2024-11-05 IN-PERSON", before[1]),
         "votes after undoing the merge; the new one stays")
    same(call(ADMIN, "DELETE", f"/voters/{keep}")[0], 200, "deleting a voter")
    same(sql(f"SELECT count(*) FROM votes WHERE voter_id = {keep}"), "0",
         "votes of a deleted voter")


def undo(got, token=ADMIN):
    """Undo an import, first as a dry run, which counts the same."""
    path = f"/voters/imports/{got['import_id']}/undo"
    status, dry, _ = call(token, "POST", path + "?dry_run=1")
    same(status, 200, f"a dry run of undoing {dry}")
    status, answer, _ = call(token, "POST", path)
    same(status, 200, f"undoing {answer}")
    same(dict(dry, dry_run=False), answer, "the dry run counts the same")
    return answer


def undone():
    """What undoing an import takes back of its votes, and what it keeps."""
    text, people, wanted = make("nc-history", 60, "--elections", "6", seed=7)
    text, people = (t.replace(b"EH0", b"UN0") for t in (text, people))
    upload(people)
    first = upload(text[:len(text) // 2].rsplit(b"\n", 1)[0] + b"\n",
                   layout="nc-history")
    ballots = ("SELECT md5(string_agg(row_to_json(v)::text, ',' ORDER BY "
               "voter_id, state)) FROM (SELECT voter_id, state, "
               "(SELECT array_agg(b ORDER BY b) FROM unnest(ballots) b) AS b "
               "FROM votes) v")
    before = sql(ballots)
    second = upload(text, layout="nc-history")
    same(call(VIEWER, "POST", f"/voters/imports/{second['import_id']}/undo")[0],
         403, "a viewer undoes nothing")
    record = call(ADMIN, "GET", f"/voters/imports/{second['import_id']}")[1]
    same(record["votes"], second["votes"], "the record of the import")
    check(second["votes"]["voters"] > 0, "votes were added", second["votes"])
    answer = undo(second)
    same((answer["votes_reverted"], answer["votes_kept"], answer["reverted"],
          answer["deleted"], answer["kept"]),
         (second["votes"]["voters"], 0, 0, 0, 0), "undoing a history file")
    same(sql(ballots), before, "the votes after undoing")
    same(call(ADMIN, "POST", f"/voters/imports/{second['import_id']}/undo")[0],
         409, "an import is undone once")
    check(undo(first)["votes_kept"] > 0, "votes that a later import changed "
          "are kept")


def undone_voters():
    """Undoing a voter file deletes its voters with their votes, but keeps
    those who have votes of another file."""
    got = upload("first_name,last_name,voter_registration_id,registration_state"
                 ",V\nUna,Votes,UV1,NC,20221108 GE(P)\n"
                 "Ula,Votes,UV2,NC,20221108 GE(P)\n",
                 mapping={"votes": {"list": "V", "kinds": {"GE": "general"}}})
    same((got["created"], got["votes"]["added"]), (2, 2), "voters and votes")
    later = upload(small_history([("UV1", "11/05/2024", "GENERAL", "IN-PERSON",
                                   "")]))
    same(later["votes"]["added"], 1, "a vote of another file")
    answer = undo(got)
    same((answer["deleted"], answer["kept"], answer["votes_reverted"],
          answer["votes_kept"]), (1, 1, 1, 1), "undoing the voter file")
    same(sql("SELECT string_agg(concat_ws(' ', v.voter_registration_id, "
             "cardinality(h.ballots)), ',') FROM voters v LEFT JOIN votes h "
             "USING (voter_id) WHERE v.last_name = 'Votes'"), "UV1 2",
         "who is left, with how many votes")


def state_option():
    """The option registration_state is the state of the elections."""
    got = upload("first_name,last_name,voter_registration_id,state,G\n"
                 "Opt,Ion,OI1,VA,X\n", registration_state="ME",
                 mapping={"votes": [{"header": "G", "date": "2010-11-02",
                                     "kind": "general"}]})
    same(got["votes"]["added"], 1, "votes")
    same(sql("SELECT string_agg(DISTINCT l.state, ',') FROM vote_list l "
             "JOIN voters v USING (voter_id) WHERE v.last_name = 'Ion'"), "ME",
         "the state of the election")
    same([c["column"] for c in got["columns"]],
         ["first_name", "last_name", "voter_registration_id", "state",
          "votes"], "what the columns are")


def new_york():
    """The sample file: each entry of a list is a vote.  Then its codes."""
    with open(os.path.join(here, "..", "data", "ny.txt"), "rb") as f:
        text = f.read()
    got = upload(text, layout="ny")
    check("column 47" not in got["unmapped_columns"], "the list is mapped",
          got["unmapped_columns"])
    kinds = {"GE": "general", "PR": "primary", "PP": "primary",
             "SP": "special", "RO": "runoff"}
    wanted, ids = {}, []
    for row in csv.reader(text.decode("latin-1").splitlines()):
        votes = []
        for entry in filter(None, row[46].split(";") if len(row) > 46 else ""):
            if entry == "2020 GENERAL ELECTION":
                entry = "20201103 GE"
            day, kind = sorted(entry.split())
            votes.append([f"{day[:4]}-{day[4:6]}-{day[6:]}", int(day[:4]),
                          kinds[kind], None, None])
        ids += row[45:46]
        wanted[row[45] if len(row) > 45 else ""] = sorted(votes)
    have = stored("voter_registration_id")
    once = [p for p in wanted if p in have and ids.count(p) == 1]
    check(len(once) > 100, "people with votes", len(once))
    same([(p, have[p]) for p in once if sorted(have[p]) != wanted[p]][:1], [],
         "people with other votes")
    row = [""] * 47
    row[0], row[1], row[45] = "York", "Newton", "NY1"
    row[46] = ("20241105 GE(P);20240402 PP(E);20230502 SP(F);"
               "20220920 RO(M);PR 20210622(A);20201103 GE(Q)")
    upload(",".join(f'"{c}"' for c in row) + "\n", layout="ny")
    same(stored("voter_registration_id")["NY1"], [
        ["2020-11-03", 2020, "general", "Q", None],
        ["2021-06-22", 2021, "primary", "Absentee", None],
        ["2022-09-20", 2022, "runoff", "By mail", None],
        ["2023-05-02", 2023, "special", "Affidavit", None],
        ["2024-04-02", 2024, "primary", "Early", None],
        ["2024-11-05", 2024, "general", "At the polls", None]],
         "kinds and methods")


def at_once():
    """Two imports at once create each election once."""
    people = "first_name,last_name,voter_registration_id,registration_state\n"
    rows = []
    for n in range(200):
        people += f"At,Once,AO{n},NC\n"
        rows += [(f"AO{n}", f"11/0{2 + d}/1999", f"MUNICIPAL {d}", "IN-PERSON",
                  "") for d in range(5)]
    upload(people)
    answers = []

    def send():
        answers.append(upload(small_history(rows)))

    threads = [threading.Thread(target=send) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(sorted(a["votes"]["added"] for a in answers), [0, 0, 1000],
         "votes that each of three imports added")
    same(sql("SELECT count(*) FROM elections WHERE year = 1999"), "5",
         "elections")


def campaigns():
    """An editor's history is of the campaign's voters; others are unknown."""
    upload("first_name,last_name,voter_registration_id,registration_state\n"
           "Other,Campaign,OC1,NC\n", campaign_id=2)
    got = upload(small_history([
        ("OC1", "11/03/2020", "GENERAL", "IN-PERSON", "")]), token=EDITOR)
    same((got["votes"]["added"], got["votes"]["unknown"]), (0, 1),
         "a voter of another campaign is unknown")
    upload("x", token=VIEWER, status=403)


def elections():
    """GET /elections with its filters."""
    def get(query, token=VIEWER):
        status, answer, _ = call(token, "GET", "/elections?per_page=200&" +
                                 query)
        return answer.get("elections") if status == 200 else status

    upload("first_name,last_name,email,state,A,B,C\n"
           "E,L,el@votes.example.org,QE,X,X,X\n", mapping={"votes": [
               {"header": "A", "date": "2016-11-08", "kind": "general"},
               {"header": "B", "date": "2016-03-15", "kind": "primary"},
               {"header": "C", "date": "2015", "kind": "primary"}]})
    same([e["date"] for e in get("state=qe&sort=-date")],
         [None, "2016-11-08", "2016-03-15"], "a state's elections")
    same([e["year"] for e in get("state=QE&kind=primary&until=2015-12-31")],
         [2015], "kind and until")
    same(len(get("state=QE&since=2016-06-01")), 1, "since")
    same(get("kind=fair"), 400, "an unknown kind")
    same(get("", token=None), 401, "without a token")
    one = get("state=QE&kind=general")[0]
    status, answer, head = call(VIEWER, "GET",
                                f"/elections/{one['election_id']}")
    same((status, answer), (200, one), "one election")
    check("ETag" in head or "etag" in {k.lower() for k in head}, "its ETag")
    same(call(VIEWER, "GET", "/elections/999999")[0], 404, "no election")


def broken_files():
    """Files that are no history, and lines that are no votes."""
    same(upload("ncid\tfoo\nA\tB\n", status=422, layout="nc-history")["code"],
         "columns_not_found", "a file without its columns")
    got = upload(small_history([
        ("", "11/03/2020", "GENERAL", "IN-PERSON", ""),
        ("X1", "31/31/2020", "GENERAL", "IN-PERSON", ""),
        ("X2", "11/03/2020", "GENERAL", "x" * 300, "y" * 300)]))
    same((got["rows"], got["rejected"], got["votes"]["unknown"]), (3, 2, 1),
         "rows without an id or a date")
    same([e["line"] for e in got["errors"]], [2, 3], "the lines of errors")
    same(sql(f"SELECT string_agg(raw, '!' ORDER BY line) LIKE '%31/31/2020%' "
             f"FROM import_rejects WHERE import_id = {got['import_id']}"),
         "t", "the rejected rows as they came")


def command_line():
    """cerberus import prints the counts of votes."""
    path = os.path.join(work, "cli.txt")
    with open(path, "w") as f:
        f.write(small_history([("CL1", "11/03/2020", "GENERAL", "IN-PERSON",
                                "")]))
    r = subprocess.run([os.path.join(os.environ["BUILD"], "cli", "cerberus"),
                        "import", path, "--campaign", "1"],
                       env=dict(os.environ, CERBERUS_TOKEN=ADMIN),
                       capture_output=True, text=True)
    same(r.returncode, 0, f"cerberus import {r.stderr}")
    check("0 votes added" in r.stdout and "1 unknown voters" in r.stdout, "counts",
          r.stdout)


TESTS = [nc_history, fl_history, ga_history, one_cell, pairs_of_columns,
         years_only, ohio, new_york, mapped, modes, merged, undone,
         undone_voters, state_option, at_once, campaigns, elections,
         broken_files, command_line]
wanted = sys.argv[1:]
run([t for t in TESTS if not wanted or t.__name__ in wanted], "history: ")
sys.exit(finish())
