"""What the compiled path says to itself; no caller ever sees it."""


class NotReproducible(Exception):
    """The compiled page cannot show this certificate as the plain path would."""
