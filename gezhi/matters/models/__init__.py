"""Tables of matters, a file a noun."""

from gezhi.matters.models.application import Application, ApplicationQuerySet
from gezhi.matters.models.balance_rule import BalanceRule
from gezhi.matters.models.batch import Batch
from gezhi.matters.models.catalogue import Category, LimitKind, Matter, TimeLimit
from gezhi.matters.models.data_field import DataField
from gezhi.matters.models.demand import Demand, DemandField
from gezhi.matters.models.fund_entry import FundEntry
from gezhi.matters.models.outside_request import OutsideRequest, OutsideRequestQuerySet
from gezhi.matters.models.standing_sentence import StandingSentence

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "BalanceRule",
    "Batch",
    "Category",
    "DataField",
    "Demand",
    "DemandField",
    "FundEntry",
    "LimitKind",
    "Matter",
    "OutsideRequest",
    "OutsideRequestQuerySet",
    "StandingSentence",
    "TimeLimit",
]
