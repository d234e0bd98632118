"""What can go wrong while a document is made."""

from kernel.errors import Invalid, Unavailable


class FontsMissing(Unavailable):
    """A font file is absent or not the known one; `package` names the Debian package to install."""

    code = "fonts_missing"


class GlyphsMissing(Invalid):
    """The text has characters that our fonts cannot draw; `characters` lists them."""

    code = "glyphs_missing"


class QrUnsuitable(Invalid):
    """The text does not fit the alphanumeric mode of a QR code."""

    code = "qr_unsuitable"


class AssetRefused(Invalid):
    """A document asked for a resource outside our own package data and fonts."""

    code = "asset_refused"
