"""The words of the demo: letters, aspects, what needs are called, answers. All made up, and in Chinese like the places.

What citizens say comes from `facts.suggestions()`: suggestions really made in many places, told in our words.
"""

import re
from dataclasses import dataclass

from livelihood.demo.facts import SuggestionFact
from proposals.services.intake import MATTER_LENGTH
from proposals.states import Channel, DeclineReason, HandOver

ASPECTS = [
    ("医疗卫生", "Health care"),
    ("教育助学", "Education"),
    ("养老服务", "Care of the elderly"),
    ("关爱儿童", "Children"),
    ("就业创业", "Employment"),
    ("城乡宜居", "Town and country"),
    ("交通出行", "Transport"),
    ("文体健身", "Culture and sport"),
    ("公共安全", "Public safety"),
    ("便民服务", "Everyday services"),
]

# aspect → key of the department that answers for it (`people.UNITS`)
DEPARTMENT_OF = {
    "医疗卫生": "health", "教育助学": "education", "养老服务": "care", "养老帮困": "care", "关爱儿童": "health",
    "就业创业": "labour", "城乡宜居": "housing", "交通出行": "transport", "文体健身": "culture", "公共安全": "safety",
    "便民服务": "housing",
}  # fmt: skip

# category of a suggestion → aspect
ASPECT_OF = {
    "医疗卫生": "医疗卫生", "教育助学": "教育助学", "养老服务": "养老服务", "婴幼儿托育": "关爱儿童",
    "关爱妇幼": "关爱儿童", "关爱儿童": "关爱儿童", "社会保障": "就业创业", "城乡宜居": "城乡宜居",
    "环境整治": "城乡宜居", "乡村振兴": "城乡宜居", "生态环境": "城乡宜居", "交通出行": "交通出行",
    "文体旅游": "文体健身", "文化建设": "文体健身", "文体健身": "文体健身", "除险保安": "公共安全",
    "公共安全": "公共安全", "社会治理": "公共安全", "便民服务": "便民服务", "城市管理": "便民服务",
    "市场监管": "便民服务",
}  # fmt: skip

LETTER = """朋友们：

民生实事，办什么、怎么办，要请大家来说。从今天起，我们征集{year}年的民生实事建议。

**什么样的建议合适**

- 一次说一件事：现在是什么样，希望变成什么样；
- 受益的人多，一年之内办得成、看得见；
- 属于政府该办、办得了的事。

**您的建议会怎样**

每一条都会登记编号，有人读、有人答。凭编号和查询码可以随时看到办到了哪一步。相近的建议归为一项需求，\
需求经过测算成为候选项目，没有采纳的也会写明理由。

个人诉求、投诉举报和诉讼事项，请拨打12345热线或向信访、司法机关提出；误投到这里的，我们转交并告诉您。

征集到{until}为止。您写的每一句话，我们都当回事。
"""

# need → what it is called on the board, and in a sentence
NEEDS = {
    "路口安全": ("让路口更安全", "城乡路口缺少信号灯、减速带和反光标识，行人和夜间行车不安全。"),
    "电动车停放充电": ("小区有安全的电动车停放充电点", "小区里电动自行车停放、充电不便，消防隐患大。"),
    "托育": ("让一岁孩子也有公办托位", "产假结束后孩子无人照看，公办托位少，入托年龄偏大。"),
    "学校设施": ("改善学校的课桌椅和设施", "学生午休和学习条件有待改善。"),
    "公厕": ("找得到、用得上的公共厕所", "车站、高架沿线等处难找到公共厕所。"),
    "老旧小区改造": ("老旧小区整体改造", "老旧小区外墙、管道、水箱老化，绿化和配套不足。"),
    "公交线路": ("公交多一点、近一点、准一点", "公交班次少、间隔长、换乘走得远。"),
    "道路": ("修好家门口的路", "一些道路窄、路面差，影响日常出行。"),
    "停车位": ("挖潜共享停车位", "商圈、景区、小区停车难，空余车位没有用起来。"),
    "无障碍电梯": ("老楼和社区医院装上电梯", "没有电梯的楼宇和诊室，老人上下不便。"),
    "学生接送": ("放学路上不再堵", "放学时校门口拥堵，希望有经过小区的接送班车。"),
    "河道治理": ("加快河道治理", "群众盼望母亲河早一点变清变美。"),
    "农村道路": ("路通到每个村组", "一些村组道路没有硬化，农产品运不出去。"),
    "图书馆": ("图书馆补充适合学习的书", "公共图书馆适合学生学习的书偏少。"),
    "健身场地": ("就近有球场和锻炼场地", "城区运动场地分布不均，部分片区没有球场。"),
    "母婴设施": ("公共场所多设母婴室", "公共场所和用人单位的母婴室不足。"),
    "志愿服务": ("街头有志愿者服务台", "希望志愿者引导大家守秩序、帮助外地人。"),
    "老年食堂": ("老人在家门口吃上热饭", "高龄老人做饭难，社区食堂少、口味单调。"),
    "精细化管理": ("城市管理更细一些", "雨天积水、路灯昏暗、垃圾清运不及时。"),
    "工地扰民": ("工地少些噪声和灰尘", "反复开挖、夜间施工影响居民。"),
    "文化消费": ("发放文化消费券", "希望剧院、展馆和戏曲演出有惠民票价。"),
    "儿童关爱": ("设立玩具驿站", "把旧玩具送给需要的孩子。"),
    "拥堵": ("缓解早晚高峰拥堵", "地铁和公交连成网，错峰上下班。"),
}

TURNED_DOWN = {
    "拥堵": "缓解拥堵涉及轨道和路网建设，周期长于一年，已转入综合交通规划，不列为年度民生实事。",
    "文化消费": "文化消费券已由文化惠民计划安排资金，不重复列入，实施情况会在明年公布。",
}

HANDED_TO = {
    "停车执法": HandOver.HOTLINE_12345, "养犬管理": HandOver.HOTLINE_12345, "反诈": HandOver.HOTLINE_12345,
    "物业管理": HandOver.HOTLINE_12345, "摊贩管理": HandOver.HOTLINE_12345, "代驾规范": HandOver.HOTLINE_12345,
    "村官保障": HandOver.COMPLAINTS_OFFICE,
}  # fmt: skip
OFFICES = {HandOver.HOTLINE_12345: "12345热线", HandOver.COMPLAINTS_OFFICE: "信访部门"}
HAND_OVER_WORDS = "您反映的事项由{office}办理更快，原文已一并转交。请凭原编号向该处查询，约五个工作日内会与您联系。"

DECLINED = {
    "轨道交通": (DeclineReason.NOT_IN_ONE_YEAR, "轨道交通建设周期长、需国家批准，一年内无法完成，已转规划部门研究。"),
    "大气治理": (DeclineReason.ALREADY_DONE, "大气污染防治已有专项行动计划，按月公布进展，不再列入年度民生实事。"),
    "生态保护": (DeclineReason.UNCLEAR, "感谢关心。建议没有说明具体地点和希望做的事，暂无法办理，欢迎补充后再提。"),
    "城乡统筹": (DeclineReason.UNCLEAR, "建议涉及面较广，没有落到一件具体的事上，欢迎就其中一件再提。"),
    "旅游": (DeclineReason.OUT_OF_SCOPE, "旅游线路和小程序属于市场经营事项，已转文旅部门参考，不属于民生实事范围。"),
    "本地美食": (DeclineReason.OUT_OF_SCOPE, "特色街区建设属于商业经营事项，已转商务部门参考，不属于民生实事范围。"),
}
SINGLE_CLAIM_WORDS = "您的建议只涉及一处或一个单位，不属于普惠性的民生实事，已转所在地政府研究答复。"

REPLY = (
    "您好！您提出的“{need}”已收到。同类建议还有不少，我们已合并为一项需求开展测算，结果会在候选项目页面公布。"
    "感谢您的建议。"
)

PROGRESS = ("正在研究", "列入明年计划")
TEMPLATE = (
    "合并为需求",
    (
        "您好！您提出的“{标题}”（编号{编号}）收到了。与同类建议合并为需求“{需求}”后，由{单位}办理。【】"
        "测算结果会在候选项目页面公布。感谢您的建议。"
    ),
)
"""Its blank is for what is done about the need; nothing else can fill it in."""

# need → what the department that answers has found and does, where some who ask for it are answered
ANSWERED = {
    "路口安全": "已会同交警到路口看过，先补信号灯和减速带，夜间看不清的地方加装反光标识。",
    "电动车停放充电": "已摸清小区里能划作停车区的空地，会同消防核定间距，再分批装充电口和雨棚。",
    "学校设施": "已请学校报来缺多少课桌椅，先换能躺下午休的，旧的修好后留给功能教室。",
    "老旧小区改造": "已对外墙、管道和绿化逐栋勘查，同一栋楼的改造安排在一次里做完，不反复开挖。",
    "公交线路": "已调取刷卡记录，对间隔最长的线路试排加密班次，站点移近路口要先看过地下管线。",
    "停车位": "已与商圈和几家单位谈过夜间、周末开放空位，愿意共享的先接入同一块余位牌。",
    "无障碍电梯": "已到现场量过井道位置，邻里意见不一致的，请社区先开协商会，再定装在哪一侧。",
    "健身场地": "已在地图上标出走路十五分钟到不了球场的片区，优先用桥下和公园边的空地补上。",
    "老年食堂": "已走访老人最多的几个社区，先在现有食堂加做软食和送餐，再谈老字号一起办。",
    "母婴设施": "已查过车站、商场和医院有没有母婴室，缺的列了单子，女职工多的单位另发倡议。",
}
"""Each its own, and none of a need that is turned down: the same words to several needs are stopped."""
ANSWERED_BY = ("方案本月底前提出。", "方案两周内提出。", "方案先听取社区意见，下月提出。")
WHY_CORRECTED = "补充完成时间。"

# aspect → what two people say of it where it is lacking
MATTERS = {
    "医疗卫生": ("家门口看病要排长队，设备也旧了。", "老人做检查要跑很远，希望近一点。"),
    "教育助学": ("孩子上学的地方挤，设施旧，家长不放心。", "附近新小区多，学位不够。"),
    "养老服务": ("独居老人多，白天没有去处，吃饭也不方便。", "家里的卫生间和台阶，老人走着不安全。"),
    "关爱儿童": ("双职工家庭，孩子没人带。", "托班太少，费用也高。"),
    "就业创业": ("年轻人想学门手艺，找不到合适的培训。", "刚毕业的学生缺少见习的机会。"),
    "城乡宜居": ("房前屋后环境差，下雨天积水，管道也老化了。", "隔壁村已经改造好了，我们也盼着。"),
    "交通出行": ("路窄坑多，会车困难，晚上更不安全。", "停车一位难求，路边停满了车。"),
    "文体健身": ("晚上想锻炼没有地方去。", "村里老少都想有个活动的地方。"),
    "公共安全": ("离消防站太远，出了事赶不及。", "食品和消防的检查希望再多一些。"),
    "便民服务": ("买菜办事要跑几个地方，路上花的时间多。", "设施旧了，地面滑，老人不敢去。"),
}

CHANNELS = [
    ("热线", Channel.HOTLINE_12345),
    ("电话", Channel.HOTLINE_12345),
    ("接待日", Channel.LIAISON_STATION),
    ("代表", Channel.DEPUTY),
    ("来信", Channel.LETTER),
    ("信件", Channel.LETTER),
    ("现场", Channel.COUNTER),
    ("街头", Channel.COUNTER),
]
WISHES = ("希望", "建议", "请", "要", "能不能", "想")


@dataclass(frozen=True, slots=True)
class Said:
    """A suggestion as the form takes it: one matter."""

    title: str
    matter: str
    wish: str


def letter(*, year: int, until: str) -> str:
    """Return the body of an open letter.

    until: the last day, as readers write it.
    """
    return LETTER.format(year=year, until=until)


def said(fact: SuggestionFact) -> Said:
    """Cut a suggestion into what the form asks for; its whole text is the matter."""
    clauses = [clause for clause in re.split("[，。；、]", fact.text) if clause]
    wish = next((clause for clause in clauses if clause.startswith(WISHES)), "希望列入明年的民生实事")
    matter = fact.text if len(fact.text) >= MATTER_LENGTH[0] else f"{fact.category}：{fact.text}"
    return Said(title=f"{fact.need}：{clauses[0]}"[:40], matter=matter, wish=f"{wish}。")


def answer(need: str, until: str = "") -> str:
    """Return the text of the office with what is done about a need; number, title and need are filled in by sending.

    until: a sentence of `ANSWERED_BY`.
    """
    return TEMPLATE[1].replace("【】", ANSWERED[need] + until)


def channel(fact: SuggestionFact) -> Channel:
    """Return the channel of this portal that is most like the one a suggestion came in by."""
    return next((channel for word, channel in CHANNELS if word in fact.channel), Channel.WEB)


ADVERTISING = "加微信\n低价代办\n优惠办证"
"""Words that the office looks for, one a line."""
NOTE = "地点没有写清，已请建议人补充说明；答复前先不受理。"
