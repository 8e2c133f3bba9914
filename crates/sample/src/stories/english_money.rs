//! Stories told in English about loans, cards and payment.

use super::{Story, Truth};
use crate::{
    script::RemedyKind,
    words::{Cause, Line},
};

pub(crate) const LOAN: &[Story] = &[
    Story {
        id: "loan.prepayment-fee",
        line: Line::Loan,
        cause: Cause::Price,
        products: &["个人住房贷款"],
        titles: &[
            "Early repayment fee on my mortgage",
            "Charged CNY {amt} for repaying early",
        ],
        claim: "Early repayment of the mortgage was charged with a fee of CNY {amt}",
        opening: &[
            "I sold my flat and repaid the remaining CNY {sum} of my mortgage on {d1}.",
            "My family is moving abroad, so I arranged with your {branch} to repay the mortgage of about CNY {sum} early.",
        ],
        facts: &[
            "When I looked at the statement there was an additional charge of CNY {amt} marked as compensation.",
            "At the counter I was told that CNY {amt} had to be paid on top, which nobody had mentioned in three years.",
        ],
        tried: &[
            "Manager {mgr} says the contract allows it, but could not show me the clause.",
            "The hotline says the branch decides and the branch says the system decides.",
        ],
        asks: &[
            ("Refund of CNY {amt}", "I ask for the CNY {amt} to be refunded."),
            (
                "Refund, or the calculation in writing",
                "Either refund the CNY {amt} or send me the calculation with the clause it is based on.",
            ),
        ],
        amount: (1800, 9600),
        sum: (180_000, 860_000),
        technical: false,
        extras: &[Cause::Disclosure, Cause::Attitude, Cause::Rules],
        truth: Truth {
            true_permille: 480,
            fair_permille: 640,
            found: "系统计算还款期限有误，客户已满免收年限，违约金属多收。",
            unfounded: "合同约定还款未满三年收取一个月利息，收取符合约定。",
        },
        remedy: RemedyKind::Waiver,
        remedy_text: "免收提前还款违约金，已扣的{amt}元退回原还款账户。",
    },
    Story {
        id: "loan.car-title",
        line: Line::Loan,
        cause: Cause::Rules,
        products: &["个人汽车分期贷款"],
        titles: &[
            "Car loan repaid, registration certificate still held",
            "Vehicle papers not returned",
        ],
        claim: "The vehicle registration certificate was not returned after the loan was repaid",
        opening: &[
            "I paid off my car loan of CNY {sum} with you on {d1}.",
            "My car loan ended months ago and the app shows a balance of zero.",
        ],
        facts: &[
            "The green registration book is still with the bank and nobody can tell me where.",
            "I was told ten working days; it has been {days} days and the papers are \"in transit\".",
        ],
        tried: &[
            "The buyer of the car is about to walk away.",
            "I have been to {branch} {n} times and heard a different story each time.",
        ],
        asks: &[
            (
                "Return of the certificate within three days",
                "Please return the document within three days.",
            ),
            (
                "A definite date",
                "Tell me one date on which I can collect it, and keep to it.",
            ),
        ],
        amount: (0, 0),
        sum: (80_000, 300_000),
        technical: false,
        extras: &[Cause::Rules, Cause::Attitude],
        truth: Truth {
            true_permille: 660,
            fair_permille: 860,
            found: "权证调阅超出服务承诺时限，责任在本行。",
            unfounded: "材料已备妥，两次短信通知领取，客户未到。",
        },
        remedy: RemedyKind::Correction,
        remedy_text: "指定专人当日调取权证，上门交付客户。",
    },
    Story {
        id: "loan.rate-explained",
        line: Line::Loan,
        cause: Cause::Contract,
        products: &["个人消费贷款"],
        titles: &[
            "Loan interest does not match what I was told",
            "I cannot follow your repayment plan",
        ],
        claim: "Interest is higher than explained, by about CNY {amt}",
        opening: &[
            "I took out a consumer loan of CNY {sum} in which I was promised {rate}% a year.",
            "Since {d1} I have been repaying a loan of CNY {sum} by standing order, never late.",
        ],
        facts: &[
            "By my own spreadsheet I have paid CNY {amt} more than I should have.",
            "After a year of payments the principal has hardly moved, which makes about CNY {amt} more than I expected.",
        ],
        tried: &[
            "Someone printed a table for me, but no one could say what the columns mean.",
            "{mgr} at the branch is friendly but cannot explain it in English, and my Chinese does not stretch that far.",
        ],
        asks: &[
            (
                "Recalculation and refund of CNY {amt}",
                "Please recalculate and refund whatever was overcharged.",
            ),
            (
                "An explanation in person",
                "I would be glad if someone sat down with me and explained it line by line.",
            ),
        ],
        amount: (700, 5200),
        sum: (30_000, 260_000),
        technical: false,
        extras: &[Cause::Disclosure, Cause::Attitude, Cause::Rules],
        truth: Truth {
            true_permille: 140,
            fair_permille: 280,
            found: "办理时仅介绍每期费率，未说明年化利率，易使客户误解。",
            unfounded: "经逐期复算，计息与合同一致，未多收。",
        },
        remedy: RemedyKind::Explanation,
        remedy_text: "由会英语的人员当面逐期讲解还款计划，并提供英文说明。",
    },
];

pub(crate) const CARD: &[Story] = &[
    Story {
        id: "card.annual-fee",
        line: Line::Card,
        cause: Cause::Price,
        products: &["澜川银行白金信用卡", "澜川银行航旅联名信用卡"],
        titles: &[
            "Annual fee on a card that was meant to be free",
            "CNY {amt} annual fee without notice",
        ],
        claim: "An annual fee of CNY {amt} was charged although the card was sold as free",
        opening: &[
            "A salesman came to our office and told everyone the card was free for life.",
            "I opened the card ending {card} only for the airport lounge.",
        ],
        facts: &[
            "My latest statement shows an annual fee of CNY {amt}.",
            "The card was never even activated, yet CNY {amt} was charged, and then interest on that.",
        ],
        tried: &[
            "Your hotline offered me half of it back as a \"goodwill gesture\", which is not the point.",
            "To cancel the card I must first pay the fee, I am told.",
        ],
        asks: &[
            ("Refund of CNY {amt}", "Please refund the CNY {amt} in full."),
            (
                "Refund and cancellation of the card",
                "Refund the fee and close the card.",
            ),
        ],
        amount: (300, 3600),
        sum: (0, 0),
        technical: false,
        extras: &[Cause::Disclosure, Cause::Choice, Cause::Attitude],
        truth: Truth {
            true_permille: 560,
            fair_permille: 820,
            found: "办卡人员宣传终身免年费，与产品规则不符。",
            unfounded: "领用合约已列明年费标准，客户签字确认。",
        },
        remedy: RemedyKind::Refund,
        remedy_text: "退还年费{amt}元，按客户意愿注销卡片。",
    },
    Story {
        id: "card.stolen-spend",
        line: Line::Card,
        cause: Cause::Fundsafe,
        products: &["澜川银行借记卡", "澜川银行白金信用卡"],
        titles: &[
            "Card used abroad while it was in my pocket",
            "Fraudulent transactions of CNY {amt}",
        ],
        claim: "The card was used without authority for CNY {amt}",
        opening: &[
            "On {d2} I woke up to a row of text messages about purchases I never made.",
            "My card ending {card} has not left my wallet, and I have not left the city.",
        ],
        facts: &[
            "In total CNY {amt} was taken in {n} transactions at a shop whose name I cannot even read.",
            "CNY {amt} went out at three in the morning without a single code being sent to me.",
        ],
        tried: &[
            "It took me fourteen minutes to get through to someone who could block the card.",
            "I filed a police report the same day; {branch} accepted a copy and I have heard nothing since.",
        ],
        asks: &[
            (
                "Compensation of CNY {amt}",
                "I expect the CNY {amt} to be put back.",
            ),
            (
                "Provisional credit of CNY {amt}",
                "Please credit the CNY {amt} provisionally while you investigate.",
            ),
        ],
        amount: (900, 38_000),
        sum: (0, 0),
        technical: true,
        extras: &[Cause::Attitude, Cause::Datasafe, Cause::Facility],
        truth: Truth {
            true_permille: 440,
            fair_permille: 720,
            found: "交易终端位于境外，客户同日在本市有消费，应属伪卡交易。",
            unfounded: "交易由客户绑定设备发起并通过双重验证。",
        },
        remedy: RemedyKind::Compensation,
        remedy_text: "依调单结果先行垫付{amt}元，换发新卡并升级安全设置。",
    },
    Story {
        id: "card.instalment",
        line: Line::Card,
        cause: Cause::Marketing,
        products: &["澜川银行标准信用卡"],
        titles: &[
            "Instalment plan I never agreed to",
            "Statement turned into instalments",
        ],
        claim: "The statement was turned into instalments without proper consent, for fees of CNY {amt}",
        opening: &[
            "On {d1} I had a call from your card centre while I was in a meeting.",
            "I always pay my card in full, and the last statement was CNY {sum}.",
        ],
        facts: &[
            "It turns out I was put on a twelve-month plan with fees of CNY {amt}.",
            "The caller spoke of \"a few cents a day\" and never of CNY {amt} altogether.",
        ],
        tried: &[
            "I asked for the recording and was told that it is for internal use.",
            "I cancelled the very next day, and was told it was too late.",
        ],
        asks: &[
            (
                "Cancellation of the plan and refund of CNY {amt}",
                "Please cancel the plan and refund the CNY {amt}.",
            ),
            (
                "The recording, and a refund",
                "Let me hear the recording; if the annual rate is not in it, the CNY {amt} comes back to me.",
            ),
        ],
        amount: (600, 6600),
        sum: (6000, 60_000),
        technical: false,
        extras: &[Cause::Disclosure, Cause::Choice, Cause::Attitude],
        truth: Truth {
            true_permille: 520,
            fair_permille: 720,
            found: "外呼录音中坐席未告知年化利率及总费用。",
            unfounded: "外呼录音显示坐席已报出总手续费，客户明确同意。",
        },
        remedy: RemedyKind::Refund,
        remedy_text: "取消分期，退还手续费{amt}元。",
    },
];

pub(crate) const PAYMENT: &[Story] = &[
    Story {
        id: "payment.remittance",
        line: Line::Payment,
        cause: Cause::Facility,
        products: &["跨境汇款", "网上银行汇款"],
        titles: &["Remittance vanished", "Transfer debited but not received"],
        claim: "A remittance of CNY {amt} was debited and did not arrive",
        opening: &[
            "On {d2} I sent money to my parents through your online banking.",
            "I transferred my daughter's tuition from your {branch}.",
        ],
        facts: &[
            "The equivalent of CNY {amt} left my account and has not arrived to this day.",
            "CNY {amt} was debited, the receiving bank says it was sent back, and I have neither.",
        ],
        tried: &[
            "The tracking screen has said \"processing\" for {days} days.",
            "Your colleague {mgr} told me to contact the other bank; the other bank told me to contact you.",
        ],
        asks: &[
            ("Return of CNY {amt}", "Please find the CNY {amt} and return it."),
            (
                "Delivery, and a letter for the school",
                "Deliver it now and give me a letter that says the delay was the bank's.",
            ),
        ],
        amount: (3000, 60_000),
        sum: (0, 0),
        technical: true,
        extras: &[Cause::Attitude, Cause::Rules, Cause::Facility],
        truth: Truth {
            true_permille: 620,
            fair_permille: 880,
            found: "报文收款人姓名顺序有误被退回，资金挂在本行待查账户。",
            unfounded: "款项已按时入收款行，收款人账户信息由客户填错。",
        },
        remedy: RemedyKind::Refund,
        remedy_text: "技术人员查明报文，{amt}元当日退回或补发，并出具证明。",
    },
    Story {
        id: "payment.limit",
        line: Line::Payment,
        cause: Cause::Rules,
        products: &["扫码支付", "手机银行转账"],
        titles: &["Daily limit of 500 yuan", "Payment limit far too low"],
        claim: "The daily payment limit is far too low and cannot be changed",
        opening: &[
            "I tried to pay a hospital bill on {d2} and the payment was refused.",
            "My rent can no longer be paid from my own account.",
        ],
        facts: &[
            "It seems my daily limit was cut to five hundred yuan without a word.",
            "The app sends me to the counter, and the counter says that the limit is set by the system.",
        ],
        tried: &[
            "I brought my work contract, my lease and my permit; they took copies and nothing happened.",
            "I understand the fight against fraud, but I am not a suspect.",
        ],
        asks: &[
            ("A reasonable limit", "Please set a limit one can live with."),
            (
                "The reason for the limit",
                "Please tell me in writing why it was cut.",
            ),
        ],
        amount: (0, 0),
        sum: (0, 0),
        technical: false,
        extras: &[Cause::Facility, Cause::Attitude, Cause::Rules],
        truth: Truth {
            true_permille: 500,
            fair_permille: 660,
            found: "分类管理标签滞后，客户账户活跃，应予提额。",
            unfounded: "客户未提供用途证明，限额按风险等级设置。",
        },
        remedy: RemedyKind::NewTerms,
        remedy_text: "当面核实用途后提高限额，并讲解分级管理办法。",
    },
];
