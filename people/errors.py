"""Errors of people and their sign-ins."""

from kernel.errors import Conflict, Denied, Invalid, NotFound, TooMany, Unauthenticated


class SignInRefused(Unauthenticated):
    """Name and password (or number and PINs) do not fit; it never says which."""

    code = "sign_in_refused"


class SignInThrottled(TooMany):
    """Too many failed attempts against one account, number or room."""

    code = "sign_in_throttled"


class SignInNeeded(Unauthenticated):
    """The page needs a sign-in, and the cookie holds none that is open."""

    code = "sign_in_needed"


class AddressMalformed(Invalid):
    """The text is no e-mail address."""

    code = "address_malformed"


class RoleMissing(Denied):
    """The account does not hold the role that the deed needs."""

    code = "role_missing"


class SameHand(Denied):
    """Separation of duties: the same person may not do both deeds on the same object."""

    code = "same_hand"


class FactorRefused(Unauthenticated):
    """The code of the second factor does not fit, is old, or was used."""

    code = "factor_refused"


class FactorPresent(Conflict):
    """The account has a second factor already."""

    code = "factor_present"


class FactorMissing(NotFound):
    """The account has no second factor."""

    code = "factor_missing"


class PersonUnknown(NotFound):
    """No such person."""

    code = "person_unknown"


class PersonErased(NotFound):
    """The person's data key is destroyed; what it sealed cannot be read again."""

    code = "person_erased"


class RetentionHolds(Conflict):
    """Personal data may not be erased yet: `rule` names what holds it, `until` when that ends."""

    code = "retention_holds"


class UsernameTaken(Conflict):
    """Another account bears this name."""

    code = "username_taken"


class NipInvalid(Invalid):
    """The NIP does not have the structure of Perka BKN 22/2007; `rule` says where."""

    code = "nip_invalid"


class PasswordWeak(Invalid):
    """A password needs at least twelve characters."""

    code = "password_weak"
