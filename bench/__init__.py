"""Speed as ratios within one run: ``python -m bench`` (design section 8). How to read it: docs/bench.md."""
