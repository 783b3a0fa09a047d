from voter_layout import *


def layout():
    return Layout("simple", "NC OH FL CO MN NJ MA IL CA", "first_name last_name email_address phone_number".split(),
                  fields("first_name, last_name, email_address, phone_number"), phone="{a}-{x}-{n}")
