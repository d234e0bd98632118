"""Errors of the competency dictionary."""

from kernel.errors import Denied, Invalid, NotFound


class CompetencyUnknown(NotFound):
    """No competency has this code."""

    code = "competency_unknown"


class CompetencyForeign(Denied):
    """Another agency keeps this competency."""

    code = "competency_foreign"


class DictionaryFileInvalid(Invalid):
    """The file as a whole cannot be read; `reason` says why."""

    code = "dictionary_file_invalid"
