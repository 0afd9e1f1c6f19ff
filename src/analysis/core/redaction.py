"""Names, telephones, addresses and the like in free text, replaced before anybody reads a quote.

The patterns err on the side of masking: a quote that lost a word is still a quote, a name that
was printed is not taken back. No pattern knows every name: pass the names of the customer table,
and let a person read quotes before they are passed on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

__all__ = ["MASK", "known", "redact"]

MASK = "***"
#: stands for a masked number until the end: the name before it belongs to it
_NUMBER = "\ue000"
_HAN = "一-鿿"
#: frequent surnames, double ones first; single ones that are far more often another word are left out (和 司 区)
_SURNAMES = (
    "(?:欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|宇文|端木|南宫"
    "|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤"
    "花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄"
    "米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞"
    "万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊於惠甄曲封芮储靳汲邴糜松井"
    "段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸韶郜黎蓟薄印宿白怀蒲邰从鄂"
    "索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎"
    "充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚"
    "那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖覃闫付代])"
)
_TITLES = (
    "(?:副?主任|医生|医师|大夫|教授|院长|护士长?|护师|药师|代表|经理|老师|先生|女士|小姐|博士|科长|店长|专员|处长|主管)"
)
#: what stands before 医院 without naming one
_PLAIN = (
    "我们|你们|他们|咱们|本|该|贵|各|这家|那家|这个|那个|几家|每家|某|上级|下级|基层|社区|三甲|二甲|县级|市级|省级|"
    "公立|私立|民营|大型|外面|附近|当地|其他|其它|别的|很多|许多|部分|有些|一些|希望|建议|因为|所以|目前|现在|由于|"
    "如果|虽然|但是|而且|就是|不少|多数|所有|大|小|家|个|的|了|在|去|到|从|给|和|与|或|是|有|没|被|把|让|等|对|来|"
    "看|我|你|他|她|它|这|那|就|也|都|还|很|太|不|想|用|开|进"
)
_PLACES = (
    "(?:医院|医学中心|卫生院|保健院|卫生服务中心|卫生服务站|卫生室|诊所|门诊部|大药房|药房|药店|医药有限公司|医药公司)"
)
#: Chinese punctuation stays as it is
_KEPT = frozenset("，。！？；：（）、…")
_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_NUMBER_WORDS = "零〇一二三四五六七八九幺两"
#: words after "dr" and the like that are no name
_NO_NAME = (
    "(?:was|is|are|were|has|had|and|or|who|that|the|a|an|at|for|to|in|on|of|said|did|does|do|very|i|he|she|they|we|"
    "you|but|with|from|told|listened|explained|always|never|not|as|so|there|here|again|today|appointment\\w*|"
    "surger\\w+|visits?|should|could|would|can|will|if|when|because|my|me|his|her|our|their|it|also|just|got|took)"
)

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"(?i)https?://\S+|www\.\S+", MASK),
        (r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+", MASK),
        # WeChat and QQ ids
        (
            r"(?i)((?:微信号?|加?微信|v信|薇信|威信|wechat(?: id)?|weixin|wx|vx|qq号?)(?:号码?)?[\s:：是为加—-]{0,4})"
            r"(?:[a-z0-9_][a-z0-9_-]{4,24})",
            rf"\1{MASK}",
        ),
        # record and identity numbers
        (
            r"(?i)((?:病历号?|病案号?|住院号?|门诊号|就诊卡号?|床号|医保卡号?|社保卡号?|身份证号?码?|工号|执业证号?"
            r"|patient (?:id|no\.?|number)|nhs (?:no\.?|number)|mrn)[^0-9a-z一-鿿]{0,3}[:：是为]?\s?)"
            r"[0-9a-z][0-9a-z -]{2,22}[0-9a-z]",
            rf"\1{MASK}",
        ),
        (r"(?<!\d)\d{17}[\dXx](?![\dXx])|(?<!\d)\d{15}(?!\d)", MASK),
        # exact dates
        (r"(?:\d{2,4}\s?年\s?)?\d{1,2}\s?月\s?\d{1,2}\s?[日号]?", MASK),
        (r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)", MASK),
        (rf"(?i)\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}\b(?:,? \d{{4}})?", MASK),
        (rf"(?i)\b{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?", MASK),
        # telephones: seven digits and more, whatever stands between them
        (r"\+?[(（]?\d(?:[-\s()（）.·_/—*]{0,3}\d){6,}(?:\s?(?:转|ext\.?)\s?\d{1,6})?", _NUMBER),
        (rf"[{_NUMBER_WORDS}](?:[\s-]?[{_NUMBER_WORDS}]){{6,}}", _NUMBER),
        # addresses
        (
            rf"(?:[{_HAN}]{{1,8}}(?:省|市|自治区|区|县|镇|乡|街道))*[{_HAN}]{{1,8}}(?:路|街|大道|巷|弄|胡同|村|小区|花园|新村|公寓)"
            rf"\s?(?:\d+|[{_NUMBER_WORDS}十百]+)\s?(?:号楼?|弄|栋|幢|楼|室|单元)(?:\s?\d+\s?(?:号楼?|栋|幢|单元|楼|层|室))*",
            MASK,
        ),
        (r"\d+\s?(?:栋|幢|号楼|单元)\s?\d+\s?(?:单元|室|号|层)?(?:\s?\d+\s?室)?", MASK),
        (
            r"(?i)\b\d+[a-z]? (?:[a-z'.-]+ ){1,3}"
            r"(?:street|st|road|rd|lane|avenue|ave|close|drive|way|court|square|gardens)\b",
            MASK,
        ),
        (r"(?i)\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b", MASK),
        # hospitals, clinics, pharmacies
        (rf"(?:(?!{_PLAIN})[{_HAN}]){{2,14}}(?={_PLACES})", MASK),
        (rf"[省市县区州][一二三四五六七八九十](?:人民)?院|(?:(?!{_PLAIN})[{_HAN}]){{1,3}}大附?[一二三四五六]院", MASK),
        (rf"(?:(?!{_PLAIN})[{_HAN}]){{0,4}}[省市县](?:人民|中心|中医|妇幼)(?!医保|政府|群众)", MASK),
        (
            r"\b(?!(?:The|This|That|My|Our|Your|A|An|Great|Good|Excellent|Very|Local|Best)\b)(?:[A-Z][\w'.&-]+ ){1,5}"
            r"(?=(?:Hospital|Clinic|Surgery|Medical Cent(?:re|er)|Health Cent(?:re|er)|Practice|Pharmacy|Infirmary)\b)",
            f"{MASK} ",
        ),
        # persons
        (rf"{_SURNAMES}[{_HAN}]{{0,2}}?(?={_TITLES})", MASK),
        (rf"(?<=老|小){_SURNAMES}(?![{_HAN}])", MASK),
        (rf"((?:姓名|联系人|我叫|名叫|叫做|我是)[:：是为\s]{{0,2}}){_SURNAMES}[{_HAN}]{{1,2}}", rf"\1{MASK}"),
        (
            rf"((?:联系|找|致电|咨询))?{_SURNAMES}[{_HAN}]{{1,2}}(?=[\s:：,，(（电话手机微信号]{{0,5}}{_NUMBER})",
            rf"\1{MASK}",
        ),
        (
            rf"(?i)\b(mr|mrs|ms|miss|mx|dr|prof|professor|doctor|nurse|sister|matron)\b\.?\s+(?!{_NO_NAME}\b)"
            r"[a-z][\w'-]+(?:\s+(?-i:[A-Z])[\w'-]+)?",
            rf"\1 {MASK}",
        ),
        (r"((?i:my name is|i am called|contact|ask for|speak to))\s+[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)?", rf"\1 {MASK}"),
        (_NUMBER, MASK),
        (rf"(?:{re.escape(MASK)}\s?){{2,}}", MASK),
    )
)


def redact(text: str, names: re.Pattern[str] | None = None) -> str:
    """One text without names, hospitals, telephones, ids, addresses, e-mail, WeChat ids and exact dates.

    Parameters
    ----------
    text : str
        Comes back in half-width form (NFKC), without invisible characters.
    names : compiled pattern, optional
        Names known from the customer table, from `known`: masked wherever they stand.
    """
    clean = "".join(
        c if c in _KEPT else unicodedata.normalize("NFKC", c) for c in text if unicodedata.category(c) != "Cf"
    )
    if names is not None:
        clean = names.sub(MASK, clean)
    for pattern, new in _PATTERNS:
        clean = pattern.sub(new, clean)
    return clean


def known(names: Collection[str] | Sequence[str]) -> re.Pattern[str] | None:
    """One pattern for all known names, the longest first; None where there is none of two characters or more."""
    given = {unicodedata.normalize("NFKC", name).strip() for name in names if isinstance(name, str)}
    words = sorted((w for w in given if len(w) >= 2), key=lambda w: (-len(w), w))
    if not words:
        return None
    return re.compile("|".join(_bounded(w) for w in words), re.IGNORECASE)


def _bounded(word: str) -> str:
    """Latin names only as whole words: Ann does not stand in annual."""
    found = re.escape(word)
    left = r"(?<![A-Za-z])" if word[0].isascii() and word[0].isalpha() else ""
    right = r"(?![A-Za-z])" if word[-1].isascii() and word[-1].isalpha() else ""
    return f"{left}{found}{right}"
