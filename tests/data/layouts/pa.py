from voter_layout import *


def layout():
    columns = """ID Title Last First Middle Suffix Gender DOB Registered Status StatusDate Party HouseNumber HouseSuffix
        Street Apartment Line2 City State Zip Mail1 Mail2 MailCity MailState MailZip LastVote Precinct PrecinctSplit
        LastChange LegacyID""".split()
    columns += [f"District{n}" for n in range(1, 41)]
    columns += [f"{what}{n}" for n in range(1, 41) for what in ("Method", "Party")]
    columns += ["Phone", "County", "MailCountry", "Method"]

    def extra(maker, raw, value):
        for number, ours, code, most in ((6, "house", "STH{:03}", 203), (7, "senate", "SE{:05}", 50), (8, "us", "{}USCD", 17)):
            district = 1 + int(maker.draw() * most)
            raw[ours], value[ours] = code.format(district), str(district)
        for n in range(1, 9):
            if maker.draw() < 0.4:
                raw[f"Method{n}"], raw[f"Party{n}"] = maker.pick(["AP", "AP", "MB", "AB"]), maker.pick("DR")

    return Layout("pa", "PA", columns, fields("""
            voter_registration_id=ID, last_name=Last, first_name=First, middle_name=Middle, suffix=Suffix,
            gender=Gender, date_of_birth=DOB, registration_date=Registered, registration_status=Status,
            party_affiliation=Party,
            street_address=HouseNumber:number+HouseSuffix:half+Street:road+Apartment:unit, city=City, state=State,
            zip_code=Zip, mailing_address=Mail1, mailing_city=MailCity, mailing_state=MailState,
            mailing_zip=MailZip, precinct=Precinct, state_house_district=District6:house,
            state_senate_district=District7:senate, congressional_district=District8:us, home_phone=Phone,
            county=County"""),
        delimiter="\t", header=False, quote="all", upper=True, date=US, extra=extra, regid="{n:09}-51",
        areas="215 267 412 484 570 610 717 724 814".split(), const={"registration_state": "PA"},
        codes=codes("""
            gender: F=F*8 M=M*8 U=U
            registration_status: A=Active*90 I=Inactive*10
            party_affiliation: D=Democratic*44 R=Republican*40 NF=Unaffiliated*12 LN=Libertarian GR=Green IND=IND"""))
