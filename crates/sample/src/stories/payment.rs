//! Stories about payment.

use super::{Story, Truth};
use crate::{
    script::RemedyKind,
    words::{Cause, Line},
};

pub(crate) const STORIES: &[Story] = &[Story {
    id: "payment.first",
    line: Line::Payment,
    cause: Cause::Price,
    products: &["个人住房贷款", "个人二手房按揭贷款"],
    titles: &[
        "提前还房贷被收违约金",
        "提前还款还要交{amt}元违约金？",
        "房贷提前还清，违约金不合理",
    ],
    claim: "提前归还住房贷款被收取违约金{amt}元",
    opening: &[
        "我{d1}攒够了钱，打算把剩下的{sum}房贷一次还清。",
        "我在{branch}办的房贷，还了好几年，今年手头宽裕些，想提前还掉{sum}。",
        "房子准备卖了，买家催着解押，所以我{d1}申请提前结清贷款，剩余本金{sum}左右。",
        "家里把老房子卖了，凑了{sum}，就想早点把房贷还了，少背点利息。",
    ],
    facts: &[
        "结果柜台告诉我要先交{amt}元违约金，说合同里写着的。",
        "没想到扣款的时候多扣了{amt}块，一问才知道是“提前还款违约金”。",
        "经办人说还款不满三年要收一个月利息，算下来{amt}元，可我明明已经还了三年零两个月。",
        "审批下来还款计划变了，账单里多出一项补偿金{amt}元，事先没有任何人提过。",
    ],
    tried: &[
        "我去问{mgr}经理，他说别家银行也收，可我同事在别的行就一分没收。",
        "我翻了合同，那一条写的是“可以收取”，没说一定收，也没写怎么算。",
        "当初签合同的时候{mgr}经理亲口说“满一年随便还”，现在他调走了，就没人认了。",
        "问热线，热线说以网点解释为准；问网点，网点说系统自动算的改不了。",
    ],
    asks: &[
        ("退还违约金{amt}元", "我要求把这{amt}元违约金退给我。"),
        (
            "退还违约金{amt}元",
            "请你们免掉这笔违约金，已经扣的{amt}元退回原卡。",
        ),
        (
            "退还违约金并说明计算依据",
            "要么退我{amt}元，要么拿出一条一条的计算依据来。",
        ),
    ],
    amount: (1800, 9600),
    sum: (180_000, 860_000),
    technical: false,
    extras: &[Cause::Disclosure, Cause::Attitude, Cause::Contract],
    truth: Truth {
        true_permille: 480,
        fair_permille: 640,
        found: "系统计算还款期限有误，客户已满免收年限，违约金属多收。",
        unfounded: "合同约定还款未满三年收取一个月利息，客户结清时未满三年，收取符合约定。",
    },
    remedy: RemedyKind::Waiver,
    remedy_text: "免收提前还款违约金，已扣的{amt}元退回原还款账户。",
}];
