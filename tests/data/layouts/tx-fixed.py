from dataclasses import replace

from layouts import tx


def layout(name="tx-fixed", precinct=10):
    csv = tx.layout()
    elections = ["ELECTION_DATE", "ELECTION_TYPE", "ELECTION_PARTY", "ELECTION_METHOD"]
    return replace(csv, name=name, columns=csv.columns + elections, encoding="latin-1", skip="stray_quotes zip4",
        places={"TX": "Houston|HARRIS|101|770 Austin|TRAVIS|227|787 San_Antonio|BEXAR|015|782"},
        widths=[3, precinct, 10, 50, 50, 50, 50, 4, 1, 8, 9, 12, 2, 50, 12, 2, 12, 12, 50, 9, 110, 50, 50, 20, 20, 8, 1,
                1, 8, 2, 3, 6])
