"""The exchange under fire: everybody is killed, and nothing may be lost, doubled or out of order.

`python3 run.py check exchange [--kills 1000] [--claims N] [--seed 1]`
"""
