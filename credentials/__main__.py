"""``python -m credentials``."""

import sys

from credentials.cli import main

if __name__ == "__main__":
    sys.exit(main())
