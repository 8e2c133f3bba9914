//! Stories told in English about accounts, wealth and insurance.

use super::{Story, Truth};
use crate::{
    script::RemedyKind,
    words::{Cause, Line},
};

pub(crate) const ACCOUNT: &[Story] = &[
    Story {
        id: "account.app-login",
        line: Line::Account,
        cause: Cause::Facility,
        products: &["澜川手机银行"],
        titles: &[
            "Cannot log in since the app update",
            "Face recognition always fails",
        ],
        claim: "Log-in has not worked since the last update of the app",
        opening: &[
            "Since the last update I cannot get into the app any more.",
            "I changed phones on {d2} and had to install your app again.",
        ],
        facts: &[
            "It asks for a face scan, spins for a minute and then says \"session expired\".",
            "The one-time code never arrives at my number, although other messages do.",
        ],
        tried: &[
            "I have reinstalled it {n} times and tried three networks.",
            "The young man at {branch} tried for half an hour and then suggested waiting for the next version.",
        ],
        asks: &[
            (
                "A technician who makes it work",
                "Please send someone technical who can make it work.",
            ),
            (
                "Access to the account",
                "All I want is to get into my own account again.",
            ),
        ],
        amount: (0, 0),
        sum: (0, 0),
        technical: true,
        extras: &[Cause::Attitude, Cause::Rules, Cause::Facility],
        truth: Truth {
            true_permille: 780,
            fair_permille: 920,
            found: "新版本对姓名含空格的客户校验异常，日志有报错记录。",
            unfounded: "服务端正常，客户手机系统时间错误导致校验失败。",
        },
        remedy: RemedyKind::TechnicalFix,
        remedy_text: "技术人员上门或到店协助，更新组件并指导客户完成登录。",
    },
    Story {
        id: "account.frozen",
        line: Line::Account,
        cause: Cause::Rules,
        products: &["工资账户", "个人结算账户"],
        titles: &[
            "Account restricted after visa renewal",
            "Salary account blocked without notice",
        ],
        claim: "The account was restricted without notice",
        opening: &[
            "My residence permit was renewed on {d1}, and I brought the new one to {branch} the same week.",
            "My employer pays my salary into this account, at the moment about CNY {sum}.",
        ],
        facts: &[
            "Yet the account was restricted and every payment has been refused since.",
            "Without any message I can now only withdraw cash at the counter, in person, with my passport.",
        ],
        tried: &[
            "The rent is due and my landlord does not accept explanations.",
            "I was told \"head office\" must lift it, but nobody can say who that is.",
        ],
        asks: &[
            ("The restriction lifted", "Please lift the restriction."),
            (
                "The reason, and a date",
                "Tell me the reason and the date on which it will be lifted.",
            ),
        ],
        amount: (0, 0),
        sum: (8000, 120_000),
        technical: false,
        extras: &[Cause::Facility, Cause::Attitude, Cause::Rules],
        truth: Truth {
            true_permille: 560,
            fair_permille: 720,
            found: "证件更新未同步至账户系统，限制属本行差错。",
            unfounded: "客户提交的证件影像不清晰，已短信通知补交。",
        },
        remedy: RemedyKind::TechnicalFix,
        remedy_text: "更新证件信息，当日解除限制并调整限额。",
    },
    Story {
        id: "account.close",
        line: Line::Account,
        cause: Cause::Rules,
        products: &["个人活期账户"],
        titles: &[
            "I cannot close my account",
            "Leaving the country and cannot close my account",
        ],
        claim: "Closing the account is obstructed",
        opening: &[
            "I am leaving the country next month and want to close my account.",
            "On {d2} I went to {branch} to close an account that I do not use any more.",
        ],
        facts: &[
            "The counter says a subscription is still attached, but cannot tell me which one.",
            "I need to bring the original form from when I opened it, which was eight years ago.",
        ],
        tried: &[
            "I have taken three mornings off for this.",
            "Every visit ends with \"the system does not allow it\".",
        ],
        asks: &[
            (
                "Closure of the account",
                "Please close it and confirm in writing.",
            ),
            (
                "A list of what is missing",
                "Give me a list of everything that stands in the way.",
            ),
        ],
        amount: (0, 0),
        sum: (0, 0),
        technical: false,
        extras: &[Cause::Attitude, Cause::Facility, Cause::Datasafe],
        truth: Truth {
            true_permille: 600,
            fair_permille: 840,
            found: "系统残留已失效签约，网点未能识别处理。",
            unfounded: "客户名下有未到期定期存款，须到期或提前支取后销户。",
        },
        remedy: RemedyKind::Cancellation,
        remedy_text: "解除残留签约，当日销户并出具证明。",
    },
];

pub(crate) const WEALTH: &[Story] = &[
    Story {
        id: "wealth.loss",
        line: Line::Wealth,
        cause: Cause::Marketing,
        products: &["“澜享稳健”理财产品", "代销混合型基金"],
        titles: &[
            "\"Stable\" product lost CNY {amt}",
            "Losses on a product sold as safe",
        ],
        claim: "Risk was not explained; the loss is CNY {amt}",
        opening: &[
            "When my deposit of CNY {sum} matured, {mgr} at {branch} suggested \"something like a deposit, only better\".",
            "I told {mgr} very clearly that I wanted no risk for my CNY {sum}.",
        ],
        facts: &[
            "It is now worth CNY {amt} less than I paid in.",
            "The risk questionnaire was filled in on my behalf while I was signing something else, and I am down CNY {amt}.",
        ],
        tried: &[
            "The product documents exist in Chinese only.",
            "When I asked for the recording of the sale I was told there is none because it was done on the phone.",
        ],
        asks: &[
            (
                "Compensation of CNY {amt}",
                "I ask the bank to make good the CNY {amt}.",
            ),
            (
                "A review of how it was sold",
                "Please review how this was sold to me and compensate the CNY {amt}.",
            ),
        ],
        amount: (3000, 78_000),
        sum: (50_000, 700_000),
        technical: false,
        extras: &[Cause::Disclosure, Cause::Attitude, Cause::Choice],
        truth: Truth {
            true_permille: 420,
            fair_permille: 520,
            found: "客户经理代客操作测评，且未提供英文说明，销售过程有瑕疵。",
            unfounded: "客户本人完成风险测评，双录显示已提示本金可能亏损。",
        },
        remedy: RemedyKind::Compensation,
        remedy_text: "按销售过错程度补偿客户{amt}元。",
    },
    Story {
        id: "wealth.auto-invest",
        line: Line::Wealth,
        cause: Cause::Choice,
        products: &["活期自动理财"],
        titles: &[
            "My balance was invested without asking",
            "Cannot switch off automatic investing",
        ],
        claim: "The balance was invested automatically without consent",
        opening: &[
            "On {d2} my card was declined, although there should have been CNY {sum} on the account.",
            "I opened the app and saw a balance of almost nothing.",
        ],
        facts: &[
            "Everything had been moved into a money product that I never asked for.",
            "A pop-up that I closed was apparently taken as consent.",
        ],
        tried: &[
            "I switched it off twice, and twice it came back.",
            "The hotline congratulated me on the yield.",
        ],
        asks: &[
            ("Permanent removal", "Switch it off for good."),
            (
                "The record of my consent",
                "Show me the record of my consent, or remove it.",
            ),
        ],
        amount: (0, 0),
        sum: (10_000, 200_000),
        technical: false,
        extras: &[Cause::Disclosure, Cause::Facility, Cause::Attitude],
        truth: Truth {
            true_permille: 520,
            fair_permille: 780,
            found: "弹窗关闭按钮设计易误触，签约确认不足。",
            unfounded: "签约经客户输入交易密码确认，日志完整。",
        },
        remedy: RemedyKind::Cancellation,
        remedy_text: "关闭自动理财签约，资金即时转回活期。",
    },
];

pub(crate) const INSURANCE: &[Story] = &[
    Story {
        id: "insurance.as-deposit",
        line: Line::Insurance,
        cause: Cause::Marketing,
        products: &["年金保险", "终身寿险"],
        titles: &[
            "I asked for a deposit and got insurance",
            "Insurance sold as savings",
        ],
        claim: "An insurance policy was sold as a deposit; leaving it costs CNY {amt}",
        opening: &[
            "On {d1} I went to {branch} to put CNY {sum} into a fixed deposit.",
            "What I asked for was a five-year deposit of CNY {sum}.",
        ],
        facts: &[
            "A friend has now read the papers to me: it is an insurance policy, and leaving it would cost me CNY {amt}.",
            "I wanted to withdraw and was told that I would lose CNY {amt}.",
        ],
        tried: &[
            "{mgr} only ever used the word \"saving\".",
            "The insurer says the bank sold it, and the bank says the insurer owns it.",
        ],
        asks: &[
            (
                "Cancellation without the loss of CNY {amt}",
                "Cancel it and pay back everything I paid in.",
            ),
            ("Full refund", "I want a full refund without any deduction."),
        ],
        amount: (2000, 38_000),
        sum: (20_000, 200_000),
        technical: false,
        extras: &[Cause::Disclosure, Cause::Attitude, Cause::Datasafe],
        truth: Truth {
            true_permille: 540,
            fair_permille: 720,
            found: "双录中销售人员使用“存”“利息”等词，混淆保险与存款。",
            unfounded: "双录清晰，客户确认知悉为保险产品。",
        },
        remedy: RemedyKind::Cancellation,
        remedy_text: "协调保险公司全额退保，退保损失{amt}元由责任方承担。",
    },
    Story {
        id: "insurance.claim-denied",
        line: Line::Insurance,
        cause: Cause::Contract,
        products: &["意外伤害保险", "住院医疗保险"],
        titles: &[
            "Claim refused without a reason",
            "Accident insurance does not pay",
        ],
        claim: "An insurance claim of CNY {amt} was refused",
        opening: &[
            "I broke my wrist on {d1} and remembered the policy your branch sold me.",
            "My husband was in hospital for a week and we claimed on the policy bought at {branch}.",
        ],
        facts: &[
            "The claim of CNY {amt} was refused in one line.",
            "They say the hospital is not on their list, so the CNY {amt} is not covered; I have never seen a list.",
        ],
        tried: &[
            "I sent the documents {n} times, with certified translations.",
            "When it was sold to us, {mgr} said that it covered \"everything\".",
        ],
        asks: &[
            ("Payment of CNY {amt}", "I expect the CNY {amt} to be paid."),
            (
                "The reasons in writing",
                "Please have the insurer pay, or give me the reasons clause by clause.",
            ),
        ],
        amount: (3000, 46_000),
        sum: (0, 0),
        technical: false,
        extras: &[Cause::Disclosure, Cause::Attitude, Cause::Rules],
        truth: Truth {
            true_permille: 340,
            fair_permille: 520,
            found: "投保时未出示医院名单，免责事项告知不足。",
            unfounded: "事故属条款列明的免责情形，客户已签字确认。",
        },
        remedy: RemedyKind::Compensation,
        remedy_text: "协调保险公司重新核赔，赔付{amt}元或书面说明依据。",
    },
];
