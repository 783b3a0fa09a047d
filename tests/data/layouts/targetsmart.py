from voter_layout import *


def layout():
    columns = """vb.voterbase_id vb.tsmart_first_name vb.tsmart_middle_name vb.tsmart_last_name vb.tsmart_name_suffix
        vb.vf_source_state vb.voterid vb.vf_reg_cass_address_full vb.vf_reg_cass_city vb.vf_reg_cass_state
        vb.vf_reg_cass_zip vb.vf_reg_cass_zip4 vb.vf_county_name vb.vf_precinct_name vb.vf_cd vb.vf_sd vb.vf_hd
        vb.voterbase_phone vb.voterbase_phone_wireless vb.voterbase_email vb.voterbase_dob vb.voterbase_gender
        vb.voterbase_age vb.vf_party vb.vf_voter_status vb.vf_registration_date""".split()

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "state_senate_district", "state_house_district"])
        raw.update({"vb.voterbase_id": f"{raw['state']}-{maker.people:09}", "vb.voterbase_age": raw["age"]})

    return Layout("targetsmart", "NC OH PA NJ", columns, fields("""
            first_name=vb.tsmart_first_name, middle_name=vb.tsmart_middle_name, last_name=vb.tsmart_last_name,
            suffix=vb.tsmart_name_suffix, registration_state=vb.vf_source_state:registration_state,
            voter_registration_id=vb.voterid, street_address=vb.vf_reg_cass_address_full, city=vb.vf_reg_cass_city,
            state=vb.vf_reg_cass_state, zip_code=vb.vf_reg_cass_zip:zip5+vb.vf_reg_cass_zip4:zip4,
            county=vb.vf_county_name, precinct=vb.vf_precinct_name, congressional_district=vb.vf_cd,
            state_senate_district=vb.vf_sd, state_house_district=vb.vf_hd, phone_number=vb.voterbase_phone,
            mobile_phone=vb.voterbase_phone_wireless, email_address=vb.voterbase_email,
            date_of_birth=vb.voterbase_dob, gender=vb.voterbase_gender, party_affiliation=vb.vf_party,
            registration_status=vb.vf_voter_status, registration_date=vb.vf_registration_date"""),
        date=PLAIN, extra=extra,
        codes=codes("""
            gender: Female=F Male=M Unknown=U
            registration_status: Active=Active*88 Inactive=Inactive*12
            party_affiliation: Democrat=Democratic*35 Republican=Republican*30 Unaffiliated=Unaffiliated*20
                No_Party=Unaffiliated*10 Working_Fam=Working_Families Green=Green Libertarian=Libertarian
                Conservative=Conservative"""))
