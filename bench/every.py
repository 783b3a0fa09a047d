"""Each list with each of its filters and sorts, and each count, asked one at a time by callers with different rights."""
import random
from timing import Client

# Requests before those that are timed, and these; PostgreSQL plans a statement five times before it keeps a plan.
FIRST, TIMED = 6, 9
SLOW = 1000  # ms; a request that takes longer is not repeated

# Filters of voters, with values of a voter. The others have no index: they read voters until the page is full.
INDEXED = (
    "last_name={last_name}", "first_name={first_name}", "email_address={email_address}", "phone_number={phone_number}",
    "zip_code={zip_code}", "precinct={precinct}", "registered_since=2025-01-01", "tag=Volunteer",
    "congressional_district=7", "updated_since=2040-01-01T00:00:00Z", "household_of={voter_id}",
    "first_name={first_name}&last_name={last_name}", "first_name={first_name}&zip_code={zip_code}",
    "last_name={last_name}&party_affiliation={party_affiliation}", "zip_code={zip_code}&age_min=60",
    "precinct={precinct}&voted_at_least=2&of_last=3&kind=primary", "precinct={precinct}&not_contacted_days=30",
    "zip_code={zip_code}&may_contact=email")
OTHER = (
    "city={city}", "county={county}", "state=NC", "party_affiliation={party_affiliation}", "gender=F", "gender=X",
    "age_min=60", "age_min=100", "registration_status=Inactive", "has=email", "has=mobile", "voted_any={election}", "voted_all={election}",
    "voted_at_least=2&of_last=3&kind=primary", "contacted_since=2026-01-01T00:00:00Z", "not_contacted_days=30",
    "contacted_by=Door", "outcome=Refused", "times_contacted_max=0", "answer={question}", "donated_min=5400",
    "household_size_min=2", "may_contact=email", "purpose=email")
SEARCHES = ("q={last_name}", "q={last_name:.5}", "q={last_name:.3}", "q={first_name}", "q={first_name} {last_name}", "q={typing}",
            "q={email_address}", "q={phone_number}", "q={first_name} {last_name}&zip_code={zip_code}", "q=zzyzxqv")
SORTS = ("sort=last_name", "sort=-last_name", "sort=updated_at", "sort=-updated_at", "sort=-voter_id",
         "sort=last_name&precinct={precinct}", "sort=-updated_at&zip_code={zip_code}")
LISTS = {
    "/voters": ("", *SORTS, *SEARCHES, *INDEXED, *OTHER),
    "/voters/count": ("", *SEARCHES, *INDEXED, *OTHER),
    "/households": ("", "sort=-door", *INDEXED, *OTHER),
    "/interactions": ("", "sort=-interaction_id", "voter_id={voter_id}", "campaign_id={campaign}", "interaction_type=Door", "outcome=Refused",
                      "since=2026-03-01T00:00:00Z", "campaign_id={campaign}&sort=-interaction_date"),
    "/surveys/responses": ("", "voter_id={voter_id}", "question_id={question}", "campaign_id={campaign}"),
    "/donations": ("", "voter_id={voter_id}", "campaign_id={campaign}", "campaign_id={campaign}&sort=-created_at", "status=succeeded",
                   "min_amount=5400", "since=2026-01-01"),
    "/audit": ("", "row_id={voter_id}&table_name=voters", "user_id={user}", "since=2026-01-01T00:00:00Z"),
}


class EveryList:
    def every(self):
        """Nothing is compared with the table here: lists, searches and universes do that."""
        web = self.web("fastcgi")
        facts = {"campaign": self.campaign,
                 "question": self.db.number(f"SELECT min(question_id) FROM survey_questions WHERE campaign_id = {self.campaign}"),
                 "election": self.db.number("SELECT min(election_id) FROM elections"),
                 "user": self.db.number("SELECT min(user_id) FROM users")}
        voters = self.db.some(random.sample(self.sample, 200))
        for caller, token in (("an admin", self.site.token), ("a large campaign", self.site.large_token)):
            for path, queries in LISTS.items():
                for query in queries:
                    if path == "/audit" and caller != "an admin":
                        continue
                    goal = 4 if query in INDEXED or query in SEARCHES or query in SORTS or not query else None
                    self.compare(f"{path}?{query} as {caller}", "ms", [
                        ("Cerberus", lambda: self.one_of(web, token, path, query, voters, facts)),
                        ("reading one voter", lambda: self.one_of(web, token, "/voters/{voter_id}", "", voters, facts))],
                        goal, rounds=1, better="less")
        web.stop()

    @staticmethod
    def one_of(web, token, path, query, voters, facts):
        """The lower quartile of requests with the values of one voter after another: other work on the machine only adds."""
        client, times = Client(web.url, token), []
        for number, voter in enumerate(random.sample(voters, FIRST + TIMED)):
            word = voter["last_name"]
            values = facts | voter | {"typing": word[:2] + word[3] + word[2] + word[4:]}
            fields = dict(part.format(**values).split("=", 1) for part in query.split("&") if part)
            times.append(client.get(path.format(**values), **fields)[0])
            if times[-1] > SLOW:
                return times[-1], {}
        timed = sorted(times[FIRST:])
        return timed[len(timed) // 4], {"slowest ms": timed[-1]}
