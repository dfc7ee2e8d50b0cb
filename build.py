#!/usr/bin/env python3
"""Builds the site: `python build.py --help` says what else it does."""

import os
import sys

from microsite.command import main

if __name__ == "__main__":
    sys.exit(main(root=os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 (pathlib is slow to start)
