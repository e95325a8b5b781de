"""Every form, every role, thousands of mutated posts: none of them may be answered with a 5xx.

`python3 run.py check forms [--posts 4000] [--seed 1]`
"""
