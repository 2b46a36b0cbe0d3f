"""What to ask next: query strategies by name, and what comes before the first label.

A strategy is a function of what is known about the pool (`pool`); `registry` has all of them.
"""

from learner.asking.strategies.choosing import Choice, choose, cold_start
from learner.asking.strategies.pool import Pool
from learner.asking.strategies.registry import STRATEGIES, WRAPPERS, check_strategy

__all__ = ["STRATEGIES", "WRAPPERS", "Choice", "Pool", "check_strategy", "choose", "cold_start"]
