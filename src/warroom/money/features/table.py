from dataclasses import dataclass
from warroom.money.features.columns import names
@dataclass(frozen=True)
class Feature:
    name:str
FEATURES=tuple(Feature(n) for n in names())
def feature_names(): return names()
