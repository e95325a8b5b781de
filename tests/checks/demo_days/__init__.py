"""The demo on many days: `python3 run.py check demo-days [--days 40] [--skip-tests]`.

On each day the demo is seeded with the clock set to it, every story must have reached its ending
and stand on its boards, and the tests whose data follow from today must pass.
"""
