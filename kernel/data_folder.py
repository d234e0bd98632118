"""The data folder: it holds names and NIPs in plain, so it belongs to its account alone."""

from kernel.settings import Settings


def make(settings: Settings) -> None:
    """Make the folder (0700) and an empty embedded database (0600) where there are none.

    SQLite gives its write-ahead log the mode of the database. What exists keeps its mode.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.database_url:
        path = settings.data / "db" / "ujikom.sqlite"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
