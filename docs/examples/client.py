"""Who said what in text files, asked of a running service: python client.py FILE…

ISNAD_URL is the service's address (http://127.0.0.1:8000 if not set), ISNAD_API_KEY its key if it asks for one."""

import os
import sys
from pathlib import Path

from isnad import IsnadError
from isnad.client import Client

articles = ((path, Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:])
try:
    with Client(os.environ.get("ISNAD_URL", "http://127.0.0.1:8000"), os.environ.get("ISNAD_API_KEY")) as client:
        for document in client.extract_stream(articles):
            names = {entity.id: entity.name for entity in document.entities}
            for quote in document.quotes:
                print(f"{names.get(quote.speaker, '?')}: {document.text[quote.start : quote.end]}")
except IsnadError as error:
    sys.exit(str(error))
