"""What to ask next: query strategies by name, and what comes before the first label.

A strategy is a function of what is known about the pool (`pool`); `registry` has all of them.
"""

from learner.strategies.choosing import Choice, choose, cold_start
from learner.strategies.pool import Pool
from learner.strategies.registry import STRATEGIES, WRAPPERS, check_strategy

__all__ = ["STRATEGIES", "WRAPPERS", "Choice", "Pool", "check_strategy", "choose", "cold_start"]
