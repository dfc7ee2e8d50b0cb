"""Microsite: the static site generator for investigations.

Start reading at `pipeline.build`; `docs/architecture.md` shows the whole house.
"""

__version__ = "0.1.0"
