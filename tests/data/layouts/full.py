import json

from voter_layout import *


def layout():
    flags = ["contact_email", "contact_phone", "contact_mail", "contact_sms"]
    columns = f"""first_name middle_name last_name suffix date_of_birth birth_year gender street_address city state
        zip_code county precinct phone_number email_address employer occupation {" ".join(flags)} registration_status
        voter_registration_id registration_state registration_date party_affiliation engagement_score
        last_contacted_date preferred_contact_method custom_fields tags""".split()

    words = {True: ["true", "1", "yes", "Y", "t"], False: ["false", "0", "no", "N", "f"]}

    def extra(maker, raw, value):
        draw, pick = maker.draw, maker.pick
        for c in flags:
            yes = draw() < 0.6
            raw[c] = pick(words[yes] if maker.traps else words[yes][:1])
            value[c] = yes
        score = int(draw() * 101)
        raw["engagement_score"], value["engagement_score"] = str(score), score
        date = f"2026-{1 + int(draw() * 9):02}-{1 + int(draw() * 28):02}T14:05:00Z"
        raw["last_contacted_date"] = date if draw() < 0.5 else ""
        raw["preferred_contact_method"] = pick(["", "Email", "Phone", "Mail", "SMS"])
        custom = {"shirt": pick("SML"), "note": 'says "hi", often'} if draw() < 0.2 else None
        raw["custom_fields"], value["custom_fields"] = json.dumps(custom) if custom else "", custom
        tags = [t for t in ("yard-sign", "volunteer", "donor 2024") if draw() < 0.15]
        raw["tags"], value["tags"] = ";".join(tags), tags or None
        for c in ("last_contacted_date", "preferred_contact_method"):
            value[c] = raw[c] or None
        if raw["birth_year"] and draw() < 0.9:
            raw["birth_year"], value["birth_year"] = "", None

    return Layout("full", "CO MN NJ MA IL CA", columns, fields(", ".join(columns)), phone="+1{a}{x}{n}",
        regid="V{n:09}", extra=extra,
        codes=codes("""
            gender: F=F M=M X=X U=U
            registration_status: Active=Active*80 Inactive=Inactive*12 Pending=Pending*4 Cancelled=Cancelled*3
                Other=Other
            party_affiliation: Democratic=Democratic*35 Republican=Republican*33 Libertarian=Libertarian*2
                Green=Green Unaffiliated=Unaffiliated*25 Working_Families=Working_Families =*4"""))
