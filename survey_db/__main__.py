"""Entry point of ``python -m survey_db``."""

import sys

from survey_db.cli import main

if __name__ == "__main__":
    sys.exit(main())
