"""Chinese sentences in which 蘋果 is now a fruit, now a company; position and opening tell nothing about which."""

from __future__ import annotations

import random
import re
import zlib
from dataclasses import dataclass

from .lexicon import words
from .text import HELD_OUT_ONE_IN

HOMEWORK = [
    ("今天買了蘋果來吃", "fruit"),
    ("進口蘋果（富士)平均每公斤下跌12.3%", "fruit"),
    ("蘋果茶真難喝", "fruit"),
    ("老饕都知道智利的蘋果季節即將到來", "fruit"),
    ("進口蘋果因防止水分流失故添加人工果糖", "fruit"),
    ("蘋果即將於下月發振新款iPhone", "company"),
    ("蘋果獲新Face ID專利", "company"),
    ("今天買了蘋果手機", "company"),
    ("蘋果的股價又跌了", "company"),
    ("蘋果押寶指紋辨識技術", "company"),
]

_TABLES_AS_TEXT = {
    "fruit": "香蕉 芭樂 鳳梨 芒果 葡萄 西瓜 草莓 橘子 水梨 木瓜 蓮霧 奇異果 桃子 櫻桃 柳丁 荔枝",
    "company": "三星 華碩 宏碁 微軟 谷歌 台積電 鴻海 索尼 聯發科 小米 特斯拉 亞馬遜 臉書 輝達 任天堂 高通",
    "day": "今天 昨天 前天 早上 下午 晚上 上週 週末 星期三 剛剛",
    "when": "下月 明年 年底 下週 秋天 九月 第三季 明天",
    "who": "我 媽媽 爸爸 姊姊 弟弟 老師 同學 阿嬤 鄰居 室友 小明 老闆 表妹 阿公",
    "place": "公園 學校 車站 圖書館 海邊 夜市 博物館 捷運站 山上 咖啡廳",
    "city": "台北 高雄 東京 紐約 倫敦 台中 巴黎 新竹 首爾 台南",
    "country": "智利 日本 美國 紐西蘭 韓國 法國 澳洲 南非",
    "market": "菜市場 超市 水果行 夜市 果菜市場 農會",
    "taste": "甜 脆 酸 香 新鮮 多汁 可口 便宜",
    "variety": "富士 蜜富士 五爪 青龍 金冠 世界一",
    "dish": "沙拉 果醬 蛋糕 果汁 甜點 派 果凍 冰沙",
    "verdict": "好 難 不好 很好",
    "trend": "上漲 下跌 大漲 大跌 回升 下滑",
    "soon": "即將 快要 已經 終於 還沒",
    "device": "手機 平板 筆電 耳機 手錶 電腦 相機 iPhone iPad 螢幕",
    "technology": "指紋辨識 人臉辨識 Face_ID 無線充電 自動駕駛 語音助理 摺疊螢幕 晶片 人工智慧 衛星通訊",
    "number": "一 兩 三 四 五 六 七 八 九 十",
    "opening": "聽說 其實 沒想到 新聞說 根據報導， 大家都說 最近 不知道為什麼， 我發現 朋友告訴我，",
    "weather": "下雨 下雪 出太陽 颱風 起霧 變冷 變熱",
}
TABLES = {name: [word.replace("_", " ") for word in words(listed)] for name, listed in _TABLES_AS_TEXT.items()}

# {f} is a fruit, {c} a company; 蘋果 is both, and takes its place among the others as often as all of them together.
FRUIT_FORMS = words("""
{day}買了{f}來吃
{day}買了{f}和{fruit}來做{dish}
{day}{who}買了{number}斤{f}，每斤{price}元
{who}最喜歡吃{f}
{who}在{market}買了{number}顆{f}
{f}很{taste}，{who}很喜歡
這顆{f}又{taste}又{taste2}
進口{f}平均每公斤{trend}{percent}%
進口{f}（{variety}）每公斤{price}元
{market}的{f}平均一顆{price}元
{f}茶真{verdict}喝
{f}汁真{verdict}喝，{who}一口也不想喝
{who}把{f}切成{number}塊
{who}用{f}和{fruit}做了{dish}
{country}的{f}季節{soon}到來
老饕都知道{country}的{f}最{taste}
{country}{f}{soon}進口，價格{trend}{percent}%
為了防止水分流失，{f}要放進冰箱
這種{dish}因為{f}太少，故添加人工果糖
進口{f}因防止蟲害，要先泡水
果園裡的{f}{soon}成熟了
農夫種的{f}今年收成很好
醫生說每天吃一顆{f}對身體很好
{f}和{fruit}都是水果
冰箱裡有{number}顆{f}和{number2}瓶牛奶
{f}上有一隻小蟲
{who}家門口的{f}樹{soon}開花了
{who}削{f}的時候切到手
颱風過後，{f}的價格{trend}了{percent}%
{who}做的{f}{dish}真{verdict}吃
{f}要洗乾淨再吃
如果{f}不{taste}，可以拿來做{dish}
{who}咬了一口{f}，覺得很{taste}
糖果沒有{f}那麼{taste}
{f}的果皮很厚，果肉卻很{taste}
一箱{f}賣{price}元，比{fruit}還貴
""")
COMPANY_FORMS = words("""
{c}即將於{when}發表新款{device}
{c}{soon}在{when}推出新款{device}
{c}獲新{technology}專利
{day}買了{c}{device}
{day}{who}買了{c}的{device}，花了{price}元
{c}的股價又{trend}了
{c}的股價又跌了{percent}%
{c}的股價漲了{percent}%
{c}押寶{technology}技術
{c}押寶{technology}，{company}卻不看好
{c}執行長說{when}會推出新{device}
{c}控告{company}侵害專利
{c}和{company}合作開發{technology}技術
分析師認為{c}的營收會{trend}{percent}%
{who}的{c}{device}壞了
{c}在{city}開了新的門市
{who}在{c}上班，是一名工程師
{c}的發表會{when}在{city}登場
{c}的市值超過{number}兆美元
{c}供應鏈的股價{trend}了{percent}%
{c}的{device}賣得很好
消費者批評{c}的{device}太貴
{who}想換{c}的{device}
歐盟對{c}開罰{number}億歐元
{c}推出{technology}功能，用戶都說好用
{c}{soon}更新{device}的系統
{c}的工程師研發出{technology}技術
這個消息振奮了{c}的股東
投資人{day}賣掉了{c}的股票
{who}忘了{c}{device}的密碼
{c}申請{technology}專利，{company}也跟進
結果{c}輸給了{company}，股東很失望
{c}的{device}效果比{company}的好
{company}的客戶{soon}改用{c}的{device}
{c}裁員{number}百人，{city}的員工最多
{c}執行長{day}到{city}拜訪{company}
""")
# The same words up to {f} or {c}: only what follows tells the fruit from the company.
OPEN_FORMS = words("""
{who}一直很喜歡{x}，{tail}
說到{x}，{tail}
{day}大家都在談{x}，{tail}
{who}只買{x}，{tail}
""")
FRUIT_TAILS = words("""
因為又{taste}又{taste2}
{country}的最{taste}
每公斤{trend}{percent}%
做成{dish}也好吃
吃了對身體很好
""")
COMPANY_TAILS = words("""
因為{device}很好用
新款{device}最受歡迎
股價{trend}{percent}%
{technology}技術領先{company}
營收又創新高
""")
OTHER_FORMS = words("""
如果明天{weather}，我們就不去{place}
{day}在{place}遇到{who}，結果聊了很久
{who}{day}去{place}散步
{place}旁邊有一家新的餐廳
吃了藥以後，效果很好
{who}說{when}要去{city}旅行
{city}{day}{weather}，{who}沒有出門
""")
SENSES = {"fruit": (FRUIT_FORMS, FRUIT_TAILS, "{f}"), "company": (COMPANY_FORMS, COMPANY_TAILS, "{c}")}


@dataclass(frozen=True)
class Sentence:
    """`sense` is what 蘋果 means in it, fruit or company (None where it does not occur); `name` fills the slot."""

    text: str
    sense: str | None
    name: str | None = None


def draw_sentence(rng: random.Random) -> Sentence:
    if rng.random() < 0.08:
        return Sentence(_finish(rng, _fill(rng, rng.choice(OTHER_FORMS))), None)
    sense = rng.choice(["fruit", "company"])
    forms, tails, slot = SENSES[sense]
    if rng.random() < 0.2:
        form = rng.choice(OPEN_FORMS).replace("{x}", slot).replace("{tail}", rng.choice(tails))
    else:
        form = rng.choice(forms)
    is_apple = rng.random() < 0.6
    name = "蘋果" if is_apple else rng.choice(TABLES[sense])
    text = _fill(rng, form, f=name, c=name)
    return Sentence(_finish(rng, text), sense if is_apple else None, name)


def _fill(rng: random.Random, form: str, **slots: str) -> str:
    for name in re.findall(r"\{(\w+)\}", form):
        while name not in slots:
            if name == "price":
                drawn = str(rng.randrange(10, 200, 5))
            elif name == "percent":
                drawn = f"{rng.randint(1, 29)}.{rng.randint(1, 9)}"
            else:
                drawn = rng.choice(TABLES[name.rstrip("2")])
            if drawn not in slots.values():
                slots[name] = drawn
    return form.format(**slots)


def _finish(rng: random.Random, text: str) -> str:
    opening = rng.choice(TABLES["opening"]) if rng.random() < 0.4 else ""
    return opening + text + rng.choice(["", "。"])


def is_held_out(text: str) -> bool:
    bare = text.rstrip("。")
    return any(sentence in bare for sentence, _ in HOMEWORK) or zlib.crc32(bare.encode()) % HELD_OUT_ONE_IN == 0


def training_sentence(rng: random.Random) -> Sentence:
    while is_held_out((sentence := draw_sentence(rng)).text):
        pass
    return sentence


def held_out_apple(rng: random.Random) -> Sentence:
    """A sentence with 蘋果 that training never shows."""
    while not (is_held_out((sentence := draw_sentence(rng)).text) and sentence.sense):
        pass
    return sentence
