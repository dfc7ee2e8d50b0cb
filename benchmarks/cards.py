"""Measures what cards for sharing take, apart from all else: processor time for one, and its bytes.

usage: python benchmarks/cards.py [--cards N]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))  # run as a file, this sees only its own folder

from microsite.socialcard import Card, drawn

HEADLINES = {
    "en": "Shop number {} sells clothes made by people whom nobody has asked, a paper reports",
    "ko": "매장 {}, 북한인이 만든 옷 판매…한 신문 보도",
    "zh-Hans": "一家报纸：第{}家商店出售朝鲜人制作的服装",
}


def main() -> None:
    """Draw cards and print what they took."""
    parser = argparse.ArgumentParser(description="Measures the drawing of cards.")
    parser.add_argument("--cards", type=int, default=100, help="how many in each language (default: 100)")
    count = parser.parse_args().cards
    for language, headline in HEADLINES.items():
        cards = [Card(language, "A paper", headline.format(number), "66, 3, 2.") for number in range(count)]
        drawn(cards[0]._replace(name="B paper"))  # opens the typefaces
        began = time.process_time()
        sizes = [len(drawn(card)) for card in cards]
        took = (time.process_time() - began) / count
        print(f"{language}: {took * 1000:.1f} ms of one processor and {sum(sizes) // count:,} bytes for a card")


if __name__ == "__main__":
    main()
