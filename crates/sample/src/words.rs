//! The closed lists that staff, customers and complaints share.

use serde::{Deserialize, Serialize};

/// A business line of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// Home, car, consumer and business loans to persons (贷款).
    Loan,
    /// Credit and debit cards (银行卡).
    Card,
    /// Current and savings accounts, and the ways to reach them (账户).
    Account,
    /// Transfers, mobile payment, collection by debit (支付).
    Payment,
    /// Wealth products, funds, precious metal (理财).
    Wealth,
    /// Insurance sold at the bank's counter (代理保险).
    Insurance,
}

impl Line {
    /// Every line, in the order of the printed tables.
    pub const ALL: [Line; 6] = [
        Line::Loan,
        Line::Card,
        Line::Account,
        Line::Payment,
        Line::Wealth,
        Line::Insurance,
    ];

    /// Returns the code used in import files: `loan`, `card`, `account`, `payment`, `wealth` or `insurance`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Line::Loan => "loan",
            Line::Card => "card",
            Line::Account => "account",
            Line::Payment => "payment",
            Line::Wealth => "wealth",
            Line::Insurance => "insurance",
        }
    }
}

/// What caused the complaint: facet C of JR/T 0169-2018 (金融消费者投诉统计分类及编码), whose numeric
/// codes are not used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Manner and quality of service (服务态度及服务质量).
    Attitude,
    /// Premises, machines and systems (服务设施、设备、业务系统).
    Facility,
    /// Rules and procedure (管理制度、业务规则与流程).
    Rules,
    /// Ways of selling (营销方式和手段).
    Marketing,
    /// What was, or was not, disclosed (信息披露).
    Disclosure,
    /// The customer's freedom to choose (自主选择权).
    Choice,
    /// Prices and fees (定价收费).
    Price,
    /// What a product yields (产品收益).
    Yield,
    /// Terms of the contract (合同条款).
    Contract,
    /// Safety of the customer's money (消费者资金安全).
    Fundsafe,
    /// Safety of the customer's data (消费者信息安全).
    Datasafe,
    /// Ways of collecting debts (债务催收方式和手段).
    Dunning,
    /// Anything else (其他).
    Other,
}

impl Cause {
    /// Every cause, in the order of the standard.
    pub const ALL: [Cause; 13] = [
        Cause::Attitude,
        Cause::Facility,
        Cause::Rules,
        Cause::Marketing,
        Cause::Disclosure,
        Cause::Choice,
        Cause::Price,
        Cause::Yield,
        Cause::Contract,
        Cause::Fundsafe,
        Cause::Datasafe,
        Cause::Dunning,
        Cause::Other,
    ];

    /// Returns the product's own id of the cause, such as `dunning`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Cause::Attitude => "attitude",
            Cause::Facility => "facility",
            Cause::Rules => "rules",
            Cause::Marketing => "marketing",
            Cause::Disclosure => "disclosure",
            Cause::Choice => "choice",
            Cause::Price => "price",
            Cause::Yield => "yield",
            Cause::Contract => "contract",
            Cause::Fundsafe => "fundsafe",
            Cause::Datasafe => "datasafe",
            Cause::Dunning => "dunning",
            Cause::Other => "other",
        }
    }
}

/// By which way the complaint reached the bank, or the customer likes to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Spoken at a branch and written down there.
    Branch,
    /// Spoken on the telephone and written down by the agent.
    Phone,
    /// The bank's mobile app.
    App,
    /// E-mail.
    Email,
    /// A letter on paper.
    Letter,
    /// Forwarded to the bank by a supervisor (监管转办).
    Regulator,
    /// The form on the bank's web site.
    Online,
}

impl Channel {
    /// Every channel, in the order of the printed tables.
    pub const ALL: [Channel; 7] = [
        Channel::Branch,
        Channel::Phone,
        Channel::App,
        Channel::Email,
        Channel::Letter,
        Channel::Regulator,
        Channel::Online,
    ];

    /// Returns the code used in import files, such as `phone`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Channel::Branch => "branch",
            Channel::Phone => "phone",
            Channel::App => "app",
            Channel::Email => "email",
            Channel::Letter => "letter",
            Channel::Regulator => "regulator",
            Channel::Online => "online",
        }
    }
}

/// The written language of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Chinese in simplified characters.
    #[serde(rename = "zh-Hans")]
    Hans,
    /// Chinese in traditional characters.
    #[serde(rename = "zh-Hant")]
    Hant,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// Returns the BCP 47 tag: `zh-Hans`, `zh-Hant` or `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::Hans => "zh-Hans",
            Language::Hant => "zh-Hant",
            Language::En => "en",
        }
    }
}

/// What a person speaks best beside the common language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Wu, as along the lower Yangtze (吴语).
    Wu,
    /// Cantonese (粤语).
    Cantonese,
    /// Southern Min (闽南话).
    Minnan,
    /// South-western Mandarin (西南官话).
    Southwestern,
    /// Hakka (客家话).
    Hakka,
}

impl Dialect {
    /// Every dialect, in the order of the printed tables.
    pub const ALL: [Dialect; 5] = [
        Dialect::Wu,
        Dialect::Cantonese,
        Dialect::Minnan,
        Dialect::Southwestern,
        Dialect::Hakka,
    ];
}
