"""The exchange under fire: workers and the ERP are killed, and nothing may be lost or doubled.

`python -m tests.checks.exchange [--claims 200] [--kills 60] [--seed 1]`
"""
