from voter_layout import *


def layout():
    columns = """state_file_id county_file_id prefix first_name middle_name last_name suffix demo birthdate sex language
        email email_opt_in phone federal_donotcall is_absentee_voter is_active_voter party registered_at
        precinct_name employer occupation address1__registered_address city__registered_address
        county__registered_address state__registered_address zip__registered_address address1__mailing_address
        city__mailing_address state__mailing_address zip__mailing_address""".split()

    def extra(maker, raw, value):
        value["contact_email"] = maker.draw() < 0.7
        raw.update(contact_email=str(value["contact_email"]).upper(), county_file_id=str(maker.people),
                   demo=maker.pick("ABCHO"), language=maker.pick(["", "", "en", "es"]),
                   federal_donotcall=maker.pick(["TRUE", "FALSE"]), is_absentee_voter=maker.pick(["TRUE", "FALSE"]))

    return Layout("nationbuilder", "ME NH VT RI CT", columns, fields("""
            voter_registration_id=state_file_id, date_of_birth=birthdate, gender=sex, email_address=email,
            contact_email=email_opt_in, phone_number=phone, registration_status=is_active_voter,
            party_affiliation=party, registration_date=registered_at, precinct=precinct_name,
            street_address=address1__registered_address, city=city__registered_address,
            county=county__registered_address, state=state__registered_address,
            registration_state=state__registered_address, zip_code=zip__registered_address, first_name, middle_name,
            last_name, suffix, employer, occupation"""), extra=extra,
        codes=codes("""
            gender: F=F M=M O=X
            registration_status: TRUE=Active*85 FALSE=Inactive*15
            party_affiliation: D=Democratic*35 R=Republican*30 L=Libertarian G=Green I=I =*30"""))
