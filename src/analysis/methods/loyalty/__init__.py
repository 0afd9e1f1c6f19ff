"""Loyalty: who comes back, who stays, how long, with what attitude, with which share of the wallet."""

from ._cohorts import Cohorts, cohorts
from ._kept import RepeatRate, Retention, repeat_rate, retention
from ._matrix import LoyaltyMatrix, account_attitude, matrix
from ._survival import Survival, survival
from ._wallet import ShareOfWallet, share_of_wallet
from ._wallet_rule import WalletRule, wallet_rule

__all__ = [
    "Cohorts", "LoyaltyMatrix", "RepeatRate", "Retention", "ShareOfWallet", "Survival", "WalletRule",
    "account_attitude", "cohorts", "matrix", "repeat_rate", "retention", "share_of_wallet", "survival", "wallet_rule",
]  # fmt: skip
