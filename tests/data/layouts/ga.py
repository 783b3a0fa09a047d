from voter_layout import *


def layout():
    columns = """County,Voter Registration Number,Status,Status Reason,Last Name,First Name,Middle Name,Suffix,Birth
        Year,Residence Street Number,Residence Pre Direction,Residence Street Name,Residence Street Type,Residence
        Post Direction,Residence Apt Unit Number,Residence City,Residence Zipcode,County Precinct,County Precinct
        Description,Municipal Precinct,Municipal Precinct Description,Congressional District,State Senate
        District,State House District,Judicial District,County Commission District,School Board District,City Council
        District,Municipal School Board District,Water Board District,Super Council District,Super Commissioner
        District,Super School Board District,Fire District,Municipality,Combo,Land Lot,Land District,Registration
        Date,Race,Gender,Last Modified Date,Date of Last Contact,Last Party Voted,Last Vote Date,Voter Created
        Date,Mailing Street Number,Mailing Street Name,Mailing Apt Unit Number,Mailing City,Mailing Zipcode,Mailing
        State,Mailing Country"""
    return Layout("ga", "GA", " ".join(columns.split()).split(","), fields("""
            county=County, voter_registration_id=Voter Registration Number, registration_status=Status,
            last_name=Last Name, first_name=First Name, middle_name=Middle Name, suffix=Suffix,
            birth_year=Birth Year,
            street_address=Residence Street Number:number+Residence Pre Direction:predir+Residence Street Name:street
                +Residence Street Type:type+Residence Post Direction:postdir+Residence Apt Unit Number:unit,
            city=Residence City, zip_code=Residence Zipcode, precinct=County Precinct, gender=Gender,
            congressional_district=Congressional District:Congressional District,
            state_senate_district=State Senate District:State Senate District,
            state_house_district=State House District:State House District,
            ward=City Council District:City Council District, registration_date=Registration Date,
            mailing_address=Mailing Street Name, mailing_city=Mailing City, mailing_zip=Mailing Zipcode,
            mailing_state=Mailing State"""),
        upper=True, date=US, regid="{n8:08}", const={"state": "GA", "registration_state": "GA"},
        fill=fill("""Congressional District: 1..14; State Senate District: 1..56; State House District: 1..180;
            City Council District: _*5 1..12; Race: W*5 B*3 H A O U; Last Party Voted: _*3 D R"""),
        codes=codes("""
            gender: F=F M=M X=X
            registration_status: Active=Active*88 Inactive=Inactive*10 Pending=Pending"""))
