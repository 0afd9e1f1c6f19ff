"""Words by which headers and answers give away patients, persons, benefits and quotas.

Plain data for `gate` and `masking`, kept apart so that a reader can judge them at a glance. They
err on the side of refusing: a refused column is renamed in a minute, a leaked one is not taken back.
"""

from __future__ import annotations

import re

__all__ = [
    "BENEFIT", "CONTACT", "DRUG_USE", "HOW_MANY", "LEGITIMATE_INTEREST", "PATIENT", "PHYSICIAN", "REPRESENTATIVE",
    "SALES", "TEXT_ID", "TEXT_PHONE", "VALUE",
]  # fmt: skip


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


#: patient ids (rule G7); numbers of patients ("患者数") are no ids
PATIENT = _any(
    "病历号|病案号|住院号|门诊号|就诊号|就诊卡|就诊流水|身份证|医保卡|社保卡",
    "^(?:就诊|住院|门诊)?(?:患者|病人)(?:姓名|名称|编号|编码|标识|身份|号|id)*$",
    "^patient$|patient[ _-]?(?:id|no|nr|number|name|key|code|identifier)",
    "(?:^|[ _-])mrn(?:[ _-]|$)|medical[ _-]?record|nhs[ _-]?number|hospital[ _-]?number",
    "(?:admission|encounter)[ _-]?(?:id|no|number)",
)
#: single physicians, where drug quantities stand beside them (rule G1)
PHYSICIAN = _any(
    "医生|医师|大夫|处方人|开单人|开方人",
    "physician|prescriber",
    "(?:^|[ _-])(?:doctor|clinician|hcp|npi)s?(?:[ _-](?:id|name|code|no|npi))?$",
)
#: transfers of value (rule G2)
BENEFIT = _any(
    "讲课费|讲者费|劳务费|咨询费|顾问费|礼品|礼金|餐费|招待|宴请|差旅|赞助|资助|捐赠|样品|回扣",
    "^tov(?:_|$)|transfers?[ _-]of[ _-]value|honorari|hospitality|sponsor|donation|meal",
    "(?:^|[ _-])(?:fees?|gifts?|samples?)(?:[ _-]|$)|(?:speaker|consult\\w*)[ _-]?fee",
    "travel[ _-]?(?:cost|expense|support)",
)
#: telephones, addresses, licence numbers of persons (rule G5)
CONTACT = _any(
    "手机|电话|联系方式|微信号|邮箱|执业证|执业编号|资格证|ip地址|^ip$",
    "phone|(?:^|[ _-])(?:mobile|cell|tel|fax)(?:[ _-]|$)|e-?mail|wechat[ _-]?id",
    "licen[cs]e[ _-]?(?:no|nr|number|id|code)",
)
#: volume, tier or potential, to name what stands beside a benefit
VALUE = _any(
    "quantity|amount|value|tier|potential|level|customer|physician|unit_id",
    "数量|销量|金额|级别|等级|潜力|客户|医生",
)
LEGITIMATE_INTEREST = _any("legitimate[ _-]?interest", "合法利益|正当利益")
#: roles that must carry no sales target (rule G3)
REPRESENTATIVE = _any("医药代表|医药信息沟通|医药学术", "medical[ _-]?rep|(?:^|[ _-])(?:mr|msl)(?:[ _-]|$)")
SALES = _any("sale|sell|revenue|amount|quantity|volume|turnover", "销售|销量|纯销|购进|金额|数量|盒|回款")
#: a question for a number of boxes, patients or prescriptions (decision 4): both must be found
HOW_MANY = _any(
    "多少|数量|几[盒支瓶片例人张位]|[月周年日][均度]?.{0,6}[盒支瓶片例人张位]",
    "how (?:many|much)|number of|per (?:month|week|year|day)",
)
DRUG_USE = _any("盒|支|瓶|片|例|患者|病人|处方|用量", "boxe?s|packs?|units?|vials?|tablets?|patients?|prescri|scripts?")
#: inside free text: mobile numbers and identity numbers; a digit before or after means another number
TEXT_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
TEXT_ID = re.compile(
    r"(?<!\d)\d{17}[\dXx](?![\dXx])"
    r"|(?:病历号|病案号|住院号|门诊号|身份证号?|patient (?:id|no\.?)|nhs number)[^0-9A-Za-z]{0,3}[0-9A-Za-z-]{4,20}",
    re.IGNORECASE,
)
