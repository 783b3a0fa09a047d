from voter_layout import *


def layout():
    columns = """county_id county_desc voter_reg_num ncid last_name first_name middle_name name_suffix_lbl status_cd
        voter_status_desc reason_cd voter_status_reason_desc res_street_address res_city_desc state_cd zip_code
        mail_addr1 mail_addr2 mail_addr3 mail_addr4 mail_city mail_state mail_zipcode full_phone_number
        confidential_ind registr_dt race_code ethnic_code party_cd gender_code birth_year age_at_year_end
        birth_state drivers_lic precinct_abbrv precinct_desc municipality_abbrv municipality_desc ward_abbrv
        ward_desc cong_dist_abbrv super_court_abbrv judic_dist_abbrv nc_senate_abbrv nc_house_abbrv
        county_commiss_abbrv county_commiss_desc township_abbrv township_desc school_dist_abbrv
        school_dist_desc fire_dist_abbrv fire_dist_desc water_dist_abbrv water_dist_desc sewer_dist_abbrv
        sewer_dist_desc sanit_dist_abbrv sanit_dist_desc rescue_dist_abbrv rescue_dist_desc munic_dist_abbrv
        munic_dist_desc dist_1_abbrv dist_1_desc vtd_abbrv vtd_desc""".split()
    districts = [c for c in columns if c.endswith("_abbrv") and c != "precinct_abbrv"]
    said = {"A": "ACTIVE", "I": "INACTIVE", "R": "REMOVED", "D": "DENIED", "S": "TEMPORARY"}

    def extra(maker, raw, value):
        numbers(maker, raw, value, districts, 0.5)
        raw.update(county_id=raw["county_code"], voter_reg_num=f"{maker.people:012}", confidential_ind="N",
                   voter_status_desc=said[raw["registration_status"]], race_code=maker.pick("AABBIMOUWWW"),
                   ethnic_code=maker.pick(["HL", "NL", "UN"]), birth_state=maker.pick(["NC", "SC", "OC", ""]),
                   drivers_lic=maker.pick("YYYN"), age_at_year_end=raw["age"],
                   precinct_desc="PRECINCT " + raw["precinct"])

    return Layout("nc", "NC", columns, fields("""
            voter_registration_id=ncid, suffix=name_suffix_lbl, first_name, middle_name, last_name, birth_year,
            zip_code, street_address=res_street_address, city=res_city_desc, state=state_cd, county=county_desc,
            precinct=precinct_abbrv, phone_number=full_phone_number, gender=gender_code,
            registration_status=status_cd, registration_date=registr_dt, party_affiliation=party_cd,
            congressional_district=cong_dist_abbrv:cong_dist_abbrv,
            state_senate_district=nc_senate_abbrv:nc_senate_abbrv,
            state_house_district=nc_house_abbrv:nc_house_abbrv, ward=ward_abbrv:ward_abbrv"""),
        delimiter="\t", encoding="cp1252", upper=True, date=US, extra=extra, regid="AA{n:09}",
        areas="252 336 704 828 910 919 980".split(), const={"registration_state": "NC"},
        codes=codes("""
            gender: F=F M=M U=U
            registration_status: A=Active*80 I=Inactive*12 R=Cancelled*5 D=Other S=Other
            party_affiliation: DEM=Democratic*32 REP=Republican*30 UNA=Unaffiliated*36 LIB=Libertarian GRE=Green
                CST=CST"""))
