"""What people agree to when they subscribe on the web: each wording under a version that the record of consent names.

A wording that was ever shown stays here, so that a record can be read for as long as there is one.
"""

WORDINGS = {
    "web-1": (
        "You get the digest at this address as often as you choose. In every mail you can change that, or leave with "
        "one click. The address is used for nothing else and given to nobody."
    ),
}
CURRENT = "web-1"
"""The version that is shown now."""
