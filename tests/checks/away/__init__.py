"""The ERP is away for a day: people work on, and in the end everything arrives in its order.

`python3 run.py check away [--claims 840] [--seed 1]`
"""
