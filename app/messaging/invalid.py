"""What is wrong with an address or an identity number, in words."""

WORDS = {
    "empty": "There is no address here.",
    "not_a_number": "This is not a phone number: write digits, with the country code in front, such as +47 912 34 567.",
    "excel_scientific": "Excel has shortened this number and its last digits are lost. Format the column as text,"
    " enter the number again and upload the file again.",
    "too_short": "The phone number has too few digits.",
    "too_long": "The phone number has too many digits.",
    "wrong_length": "Phone numbers of this country do not have that many digits.",
    "country_code": "No country has this country code.",
    "missing_plus": "The country code needs a + in front of it.",
    "not_in_use": "No operator has been given this phone number: check the digits.",
    "landline": "This is a land line, which cannot receive SMS.",
    "short_number": "This is a short number, which cannot receive SMS.",
    "premium": "This is a premium-rate number, which cannot receive SMS.",
    "toll_free": "This is a toll-free number, which cannot receive SMS.",
    "shared_cost": "This is a shared-cost number, which cannot receive SMS.",
    "voip": "This is an internet telephony number, which cannot receive SMS.",
    "personal_number": "This is a forwarding number, not a mobile subscription.",
    "pager": "This is a pager number.",
    "company_number": "This is a company's common number, which cannot receive SMS.",
    "voicemail": "This is a voicemail number.",
    "machine": "This number belongs to a machine (machine-to-machine subscription), so nobody would read the SMS.",
    "non_geographic": "This number belongs to no country (a satellite or international service); no SMS is sent to it.",
    "not_an_email": "This is not an e-mail address: write it as name@example.no.",
    "several_emails": "Write one e-mail address only.",
    "email_too_long": "The e-mail address is longer than 254 characters.",
    "no_top_domain": "The e-mail address must end in a domain such as example.no.",
    "identity_digits": "A national identity number has eleven digits, and nothing but digits.",
    "identity_date": "The first six digits of this national identity number are no date of birth: check them.",
    "identity_control": "The last two digits of this national identity number do not fit the others: check the digits.",
    "organisation_digits": "An organisation number has nine digits, and nothing but digits.",
    "organisation_control": "The last digit of this organisation number does not fit the others: check the digits."
    " A Norwegian phone number has eight.",
    "nothing_known": "This is neither a phone number, an e-mail address, a national identity number nor an"
    " organisation number.",
    "foreign_domain": "E-mail may not be sent from this domain: use an address at one of our own.",
    "reserved_domain": "The domain of this e-mail address is reserved and receives no e-mail.",
}
"""What is wrong with an address, by code, as the person at the desk reads it."""


class InvalidAddress(ValueError):
    """An address that cannot be used: `code` for machines, `words` for people; it never holds the address itself."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = WORDS[code]
