"""A small program that takes a PDF on its input and gives chosen attachments as JSON.

`certificates.verify_file` runs it as a child of its own: a hostile file (a decompression bomb, a
parser's bug) meets limits on memory and time and cannot harm the server. It imports nothing of ours
and therefore runs isolated from the environment.
"""

import base64
import io
import json
import resource
import sys
from typing import Final

MEMORY_LIMIT: Final = 768 * 1024 * 1024
SECONDS_LIMIT: Final = 10
ATTACHMENT_LIMIT: Final = 1024 * 1024
UNREADABLE: Final = 3


def main(names: list[str]) -> int:
    """Write {name: base64} for those of `names` that the PDF has."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_LIMIT, SECONDS_LIMIT))
    import pikepdf  # noqa: PLC0415 - only under the limits

    found: dict[str, str] = {}
    try:
        with pikepdf.open(io.BytesIO(sys.stdin.buffer.read())) as pdf:
            for name in names:
                if name in pdf.attachments:
                    content = pdf.attachments[name].get_file().read_bytes()
                    if len(content) > ATTACHMENT_LIMIT:
                        return UNREADABLE
                    found[name] = base64.b64encode(content).decode()
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, KeyError, TypeError):
        return UNREADABLE
    except (RuntimeError, MemoryError, AttributeError, OverflowError):
        return UNREADABLE
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
