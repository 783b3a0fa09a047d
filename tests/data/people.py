"""Names, streets and towns of invented people."""

FEMALE = """Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Karen Sarah Lisa Nancy Betty Sandra Margaret
Ashley Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Dorothy Rebecca Sharon Laura Cynthia Amy
Kathleen Angela Shirley Brenda Emma Anna Pamela Nicole Samantha Katherine Christine Helen Debra Rachel Carolyn Janet
Maria Olivia Heather Diane Julie Joyce Victoria Ruth Virginia Lauren Kelly Christina Joan Evelyn Judith Andrea Hannah
Jacqueline Latoya Shaniqua Keisha Tamika Ebony Aaliyah Imani Precious Lakisha Guadalupe Rosa Carmen Juana Ximena
Esperanza Dolores Yolanda Marisol Xochitl Consuelo Inés Sofía María Begoña Zoë Chloë Renée Noëlle Geneviève Siobhán
Aoife Niamh Maeve Ingrid Astrid Solveig Birgit Käthe Jürgena Agnieszka Katarzyna Małgorzata Milica Željka Oksana
Svetlana Tatiana Mei Xiu Ying Hui Li-Hua Thuy Linh Ngoc Phuong Hương Thảo Yuki Sakura Naoko Hye-jin Soo-ah Min-ji Priya
Ananya Lakshmi Deepika Fatima Aisha Khadija Zaynab Noor Leila Shirin Yasmin Nkechi Adaeze Chidinma Folasade Amina
Wanjiru Makeda Leilani Malia Kalani Wren Dakota Winona Ann-Marie Mary-Kate Anne-Sophie Mary|Ann Betty|Jo Sue|Ellen
De'Andra La'Keisha Shy'Anne J'Nai"""
MALE = """James Robert John Michael David William Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony
Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Timothy Ronald Edward Jason Jeffrey Ryan Jacob Gary
Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Frank Alexander Raymond Patrick
Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry Douglas Zachary Peter Kyle Noah Ethan Jeremy Walter Terrell
Jamal DeShawn Tyrone Darnell Malik Kareem Marquis Jermaine Jesús José Ángel Andrés Raúl Joaquín Ramón Víctor Hernán
Iñigo Santiago Refugio Luis Carlos Miguel Seán Ciarán Pádraig Liam Declan Björn Søren Åke Jörg Günther Jürgen
François René Étienne André Noël Łukasz Paweł Stanisław Wojciech Jiří Ondřej Dražen Željko Žiga Dmitri Vladimir
Oleksandr Wei Jian Ming Zhi-Qiang Hao Chen Duc Minh Tuan Đức Kenji Hiroshi Takumi Ji-hoon Seung-woo Dong-hyun Arjun
Ravi Sanjay Vikram Amit Mohammed Ahmed Omar Yusuf Hassan Ibrahim Reza Cyrus Chukwuemeka Oluwaseun Babatunde Kofi
Kwame Tendai Tariku Kekoa Kai Makoa Sequoyah Chayton Jean-Luc Jean-Pierre John-Paul Billy|Ray Jim|Bob Juan|Carlos
D'Angelo D'Marcus Da'Quan Ra'Shad Nicolà"""
LASTS = """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson
Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker
Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter
Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers
Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood
James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell
Jenkins Perry Russell Sullivan Bell Coleman Butler Henderson Barnes Fisher Vasquez Simmons Graham Murray Ford Hamilton
Wallace West Jordan Owens Reynolds Washington Jefferson Booker Gaines Batiste Broussard Thibodeaux Fontenot Landry
Boudreaux Hebert Núñez Peña Muñoz Ibáñez Ordóñez Castañeda Zúñiga Gutiérrez Sáenz Güell Etxeberría Müller Schröder
Köhler Jäger Groß Schäfer Krämer Lindström Sjöberg Åkesson Bjørnstad Sørensen Ødegaard Hélène Lévesque Côté Bélanger
Beauséjour Brontë Žižka Šebek Dvořák Novák Černý Kowalski Wiśniewski Wójcik Zieliński Wałęsa Kovačević Petrović Horvat
Popescu Ionescu Șerban Papadopoulos Economou Ivanov Shevchenko Volkov Yilmaz Şahin Çelik Öztürk Haddad Khoury Nasser
Al-Masri El-Sayed Abd|Rahman Hosseini Karimi Cohen Levy Goldberg Rosenbaum Katz Wang Zhang Liu Chen Yang Huang Zhao Wu
Zhou Xu Lin Chan Wong Cheung Ng Nguyễn Trần Phạm Đặng Vu Bui Park Choi Jeong Kang Yoon Tanaka Suzuki Yamamoto Watanabe
Nakamura Singh Kaur Sharma Gupta Reddy Iyer Subramanian Venkataraman Khan Chowdhury Rahman Hussain Okafor Adeyemi Nwosu
Mensah Boateng Owusu Kamau Odhiambo Tesfaye Haile Abdi Warsame Kealoha Kahananui Kamakawiwo'ole Begay Tsosie Yazzie
Whitehorse Red|Cloud O'Neil O'Brien O'Connor O'Sullivan D'Angelo D'Souza L'Heureux M'Benga N'Diaye McDonald McCarthy
MacLeod McKinney Van|Dyke Van|der|Berg Von|Trapp De|la|Cruz De|León De|los|Santos Del|Río Della|Rovere Di|Maggio
St.|John St.|Pierre Ten|Eyck Le|Blanc La|Fontaine Smith-Jones García-Márquez Lloyd-Webber Núñez-O'Neil Ortiz|y|Pino
Fernández|de|Castro Park-Lee Oyelaran-Smith Williams-Okafor Calzà Niccolà Xi Ho Ó|Briain"""
ACCENTS = [("José", "Núñez"), ("Seán", "O'Neil"), ("Jürgen", "MÜLLER"), ("Nicolà", "Calzà"), ("Zoë", "Brontë"),
           ("Siobhán", "O’Neil"), ("Žofie", "Šebek"), ("Đức", "Nguyễn"), ("Łukasz", "Wałęsa"),
           ("Leilani", "Kaʻanāʻanā")]
INITIALS = ["", "", "", "", "", *"ABCDEFGHJKLMNPRSTW"]
SUFFIXES = ["Jr", "Sr", "II", "III", "IV", "Jr."]
STREETS = """Main Oak Pine Maple Cedar Elm Walnut Washington Lake Hill Church Park Spring Ridge Mill River Sunset
Lincoln Jackson Highland Forest Meadow Franklin Jefferson Chestnut Willow Dogwood Magnolia Peachtree
Martin|Luther|King|Jr Old|Mill Country|Club Saint|Charles 1st 2nd 42nd 110th Piney|Grove Bull|Run Rose|of|Sharon
Cotton|Gin Deer|Run O'Hara"""
STREET_TYPES = "St St St Ave Ave Rd Rd Dr Dr Ln Ct Blvd Way Pl Cir Ter Pkwy Hwy".split()
EMPLOYERS = ["County Schools", "Self-employed", "Retired", "Mercy Hospital", "Smith, Jones & Co", 'Acme "Best" Tools',
             "State University", "US Postal Service", "None", "Müller Bäckerei", "Not employed"]
JOBS = ["Teacher", "Nurse", "Retired", "Attorney", "Electrician", "Farmer", "Software Engineer", "Cook", "Homemaker",
        "Driver", "Clerk, night shift", "Pastor", "Student"]

# state: city|county|county code|first three of the ZIP, for each of a few cities
PLACES = {
    "NC": "Raleigh|WAKE|92|276 Charlotte|MECKLENBURG|60|282 Durham|DURHAM|32|277 Greensboro|GUILFORD|41|274 "
          "Winston-Salem|FORSYTH|34|271 Asheville|BUNCOMBE|11|288 Wilmington|NEW_HANOVER|65|284 "
          "Fuquay-Varina|WAKE|92|275",
    "OH": "Columbus|Franklin|25|432 Cleveland|Cuyahoga|18|441 Cincinnati|Hamilton|31|452 Dayton|Montgomery|57|454 "
          "Toledo|Lucas|48|436 Akron|Summit|77|443",
    "FL": "Miami|Miami-Dade|DAD|331 Fort_Lauderdale|Broward|BRO|333 West_Palm_Beach|Palm_Beach|PAL|334 "
          "Tampa|Hillsborough|HIL|336 Orlando|Orange|ORA|328 Jacksonville|Duval|DUV|322 Gainesville|Alachua|ALA|326",
    "WV": "Charleston|Kanawha|20|253 Huntington|Cabell|06|257 Morgantown|Monongalia|31|265 Wheeling|Ohio|35|260 "
          "Martinsburg|Berkeley|02|254 Lewisburg|Greenbrier|13|249",
    "CO": "Denver|Denver|16|802 Boulder|Boulder|07|803 Pueblo|Pueblo|51|810",
    "MN": "Minneapolis|Hennepin|27|554 St._Paul|Ramsey|62|551 Duluth|St._Louis|69|558",
    "NJ": "Newark|Essex|07|071 Trenton|Mercer|11|086 Ho-Ho-Kus|Bergen|02|074",
    "MA": "Cambridge|Middlesex|09|021 Worcester|Worcester|14|016 Springfield|Hampden|07|011",
    "IL": "Chicago|Cook|16|606 O'Fallon|St._Clair|82|622 Peoria|Peoria|72|616",
    "CA": "Los_Angeles|Los_Angeles|19|900 Fresno|Fresno|10|937 La_Cañada_Flintridge|Los_Angeles|19|910",
    "ME": "Portland|Cumberland|03|041 Bangor|Penobscot|10|044",
    "NH": "Concord|Merrimack|07|033 Nashua|Hillsborough|06|030",
    "VT": "Burlington|Chittenden|04|054 Rutland|Rutland|11|057",
    "RI": "Providence|Providence|04|029 Newport|Newport|03|028",
    "TX": "Houston|HARRIS|101|770 Dallas|DALLAS|57|752 Austin|TRAVIS|227|787 San_Antonio|BEXAR|15|782",
    "NY": "New_York|New_York|31|100 Brooklyn|Kings|24|112 Buffalo|Erie|15|142 Albany|Albany|01|122",
    "PA": "Philadelphia|PHILADELPHIA|51|191 Pittsburgh|ALLEGHENY|02|152 Erie|ERIE|25|165 Allentown|LEHIGH|39|181",
    "GA": "Atlanta|FULTON|060|303 Savannah|CHATHAM|025|314 Marietta|COBB|033|300 Athens|CLARKE|029|306",
    "MI": "Detroit|WAYNE|82|482 Grand_Rapids|KENT|41|495 Lansing|INGHAM|33|489 Ann_Arbor|WASHTENAW|81|481",
    "VA": "Richmond|RICHMOND_CITY|760|232 Norfolk|NORFOLK_CITY|710|235 Fairfax|FAIRFAX_COUNTY|059|220",
    "WA": "Seattle|King|17|981 Spokane|Spokane|32|992 Tacoma|Pierce|27|984",
    "AZ": "Phoenix|Maricopa|13|850 Tucson|Pima|19|857 Flagstaff|Coconino|05|860",
    "TN": "Nashville|Davidson|19|372 Memphis|Shelby|79|381 Knoxville|Knox|47|379",
    "IN": "Indianapolis|Marion|49|462 Fort_Wayne|Allen|02|468 Gary|Lake|45|464",
    "MO": "Kansas_City|Jackson|48|641 Springfield|Greene|39|658 Columbia|Boone|10|652",
    "MD": "Baltimore|Baltimore_City|03|212 Rockville|Montgomery|16|208 Annapolis|Anne_Arundel|02|214",
    "WI": "Milwaukee|MILWAUKEE_COUNTY|41|532 Madison|DANE_COUNTY|13|537 Green_Bay|BROWN_COUNTY|05|543",
    "CT": "Hartford|Hartford|02|061 New_Haven|New_Haven|05|065",
}
AREAS = """201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251
252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321
323 325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 425
430 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541
551 559 561 562 563 570 571 573 574 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623
626 630 631 636 641 646 650 651 660 661 662 678 682 701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724
727 731 732 734 740 754 757 760 763 765 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815
816 817 818 828 830 831 832 843 845 847 848 850 856 857 858 859 860 862 863 864 865 870 901 903 904 906 907 908 909 910
912 913 914 915 916 917 918 919 920 925 928 931 936 937 940 941 947 949 951 952 954 956 970 971 972 973 978 979 980 985
989""".split()
SPELLINGS = ["{a}{x}{n}", "({a}) {x}-{n}", "{a}-{x}-{n}", "{a}.{x}.{n}", "+1 {a} {x} {n}", "1-{a}-{x}-{n}"]
ISO, US, PLAIN = "{y}-{m:02}-{d:02}", "{m:02}/{d:02}/{y}", "{y}{m:02}{d:02}"
STAMP, SHORT = "{m}/{d}/{y} 0:00:00", "{m}/{d}/{yy:02}"
FIRST, LAST, BIRTH, REGISTERED = "first_name", "last_name", "date_of_birth", "registration_date"
NBSP = "\u00a0"
