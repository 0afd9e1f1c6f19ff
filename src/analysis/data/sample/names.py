"""Invented places, institutions and firms; no real hospital, firm or person bears these names.

Only the sales regions carry real geographic words. Towns are made of two characters that no
real town combines, as far as we know; persons have no names at all.
"""

from __future__ import annotations

__all__ = ["REGIONS", "chain", "clinic", "distributor", "hospital", "pharmacy", "places"]

#: seven wide regions, then the provinces a company may run as regions of their own
REGIONS = (
    "华东", "华北", "西南", "华南", "华中", "东北", "西北",
    "北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽",
    "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏", "陕西",
    "甘肃", "青海", "宁夏", "新疆",
)  # fmt: skip

_FIRST = "青松鹤星霜月竹梅枫柏汐澄砚岫瑶璟翎芷蕙樱烟雁鹭麓曦霖沐舒锦禾"
_SECOND = "岚汀澜箬笙蘅珞霁栖棠黎浔屿岑泠堇皋塬坞湄垣陂笏溆"
_BLOCK = 15

_HOSPITALS = (
    "第一人民医院",
    "第二人民医院",
    "中心医院",
    "仁和医院",
    "中医医院",
    "博济医院",
    "第三人民医院",
    "康宁医院",
    "湖滨医院",
    "铁东医院",
)
_CHAINS = ("镕堃大药房", "喆安大药房", "益笙药房", "康砚大药房", "百蘅堂药房", "同霁药房", "普栖大药房", "惠岚药房")
_BRANCHES = (
    "东街店",
    "西街店",
    "中山路店",
    "新华路店",
    "滨河店",
    "广场店",
    "南门店",
    "北门店",
    "学院路店",
    "花园店",
    "车站店",
    "和平路店",
)
_CLINICS = ("康宁", "惠民", "仁爱", "安和", "百草", "春晖", "明德", "广济", "怀谷", "益民", "长青", "福康")
_FIRMS = ("砚通", "霁康", "栖华", "澜泰", "笙源", "蘅达", "棠润", "岚盛")


def _town(index: int) -> str:
    """Two characters; all 720 pairs differ because 7 has no common factor with 24."""
    row, column = divmod(index % 720, len(_FIRST))
    return _FIRST[column] + _SECOND[(7 * row + column) % len(_SECOND)]


def places(region: int) -> list[tuple[str, str]]:
    """Twelve (province, city) pairs of the region with this number: three provinces of four cities."""
    base = region * _BLOCK
    return [
        (f"{_town(base + province)}省", f"{_town(base + 3 + 4 * province + city)}市")
        for province in range(3)
        for city in range(4)
    ]


def hospital(city: str, number: int) -> str:
    """Name of the ``number``-th hospital of a city."""
    kind = _HOSPITALS[number % len(_HOSPITALS)]
    turn = number // len(_HOSPITALS)
    return f"{city}{kind}" + (f"{turn + 1}分院" if turn else "")


def chain(number: int) -> str:
    """Name of a pharmacy chain."""
    return _CHAINS[number % len(_CHAINS)]


def pharmacy(city: str, number: int) -> str:
    """Name of the ``number``-th pharmacy of a city: chain, branch, and a running number where both recur."""
    brand, rest = chain(number), number // len(_CHAINS)
    branch, turn = _BRANCHES[rest % len(_BRANCHES)], rest // len(_BRANCHES)
    return f"{city.removesuffix('市')}{brand}{branch}" + (f"{turn + 1}号" if turn else "")


def clinic(city: str, number: int) -> str:
    """Name of the ``number``-th clinic of a city."""
    turn = number // len(_CLINICS)
    return f"{city.removesuffix('市')}{_CLINICS[number % len(_CLINICS)]}诊所" + (f"{turn + 1}部" if turn else "")


def distributor(region: str, number: int) -> str:
    """Name of the ``number``-th distributor of a region."""
    turn = number // len(_FIRMS)
    return f"{region}{_FIRMS[number % len(_FIRMS)]}医药有限公司" + (f"{turn + 1}" if turn else "")
