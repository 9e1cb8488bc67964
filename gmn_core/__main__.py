"""Entry point of ``python -m gmn_core``."""

import sys

from gmn_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
