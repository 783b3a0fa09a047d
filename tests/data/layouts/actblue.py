from voter_layout import *


def layout():
    columns = """Receipt ID, Date, Amount, Recurring Total Months, Recurrence Number, Recipient, Fundraising Page,
        Fundraising Partner, Reference Code 2, Reference Code, Donor First Name, Donor Last Name, Donor Addr1,
        Donor Addr2, Donor City, Donor State, Donor ZIP, Donor Country, Donor Occupation, Donor Employer, Donor Email,
        Donor Phone, New Express Signup, Comments, Check Number, Check Date, Employer Addr1, Employer Addr2,
        Employer City, Employer State, Employer ZIP, Employer Country, Donor ID, Fundraiser ID, Fundraiser Recipient ID,
        Fundraiser Contact Email, Fundraiser Contact First Name, Fundraiser Contact Last Name, Partner ID,
        Partner Contact Email, Partner Contact First Name, Partner Contact Last Name, Reserved_01, Lineitem ID,
        AB Test Name, AB Variation, Recipient Committee, Recipient ID, Recipient Gov ID, Recipient Election,
        Reserved_02, Payment ID, Payment Date, Disbursement ID, Disbursement Date, Recovery ID, Recovery Date,
        Refund ID, Refund Date, Fee, Recur Weekly, ActBlue Express Lane, Reserved_03, Card Type, Reserved_04,
        Reserved_05, Reserved_06, Reserved_07, Mobile"""
    columns = [c.strip() for c in columns.split(",")]

    def extra(maker, raw, value):
        raw.update({"Receipt ID": f"AB{maker.people:09}", "Lineitem ID": str(maker.people),
                    "Date": "2026-03-04 05:06:07", "Donor ID": str(maker.people),
                    "Payment Date": "2026-03-05 00:00:00"})

    return Layout("actblue", "MA NJ OH CA", columns, fields("""
            first_name=Donor First Name, last_name=Donor Last Name,
            street_address=Donor Addr1:line1+Donor Addr2:unit, city=Donor City, state=Donor State, zip_code=Donor ZIP,
            occupation=Donor Occupation, employer=Donor Employer, email_address=Donor Email,
            phone_number=Donor Phone"""),
        extra=extra,
        fill=fill("Amount: 5.00 10.00*3 25.00*2 100.00; Recurring Total Months: 1*4 unlimited; "
                  "Recurrence Number: 1..6; "
                  "Recipient: Committee_for_Tests; Donor Country: United_States; Card Type: Visa MasterCard; "
                  "Mobile: true false; Recipient Election: P2026 G2026; Fee: 0.40 0.99"))
