//! Complaints in Chinese with words of known frequency.

use rand_chacha::rand_core::Rng as _;

/// In 30 % of the texts.
pub(crate) const COMMON: &str = "利息";
/// In 1 % of the texts.
pub(crate) const SELDOM: &str = "钻石";
/// In one text of 100,000.
pub(crate) const RARE: &str = "夔门";
/// In none.
pub(crate) const NEVER: &str = "麒麟";

/// None of them holds one of the words above, nor do two of them side by side.
const SENTENCES: [&str; 24] = [
    "客户称银行卡被冻结后多次致电客服未获答复，",
    "要求说明贷款提前还款时收取费用的依据，",
    "柜台人员未事先说明理财产品可能亏损，",
    "信用卡年费在未告知的情况下被扣除，",
    "征信记录出现错误，申请更正已超过二十天，",
    "转账失败但款项已从账户中划出，",
    "保险合同由客户经理代为签名，",
    "短信通知费自去年起每月扣收，",
    "排队等候两个多小时仍未办成业务，",
    "手机银行升级以后无法登录，",
    "房贷合同约定与实际执行不一致，",
    "催收人员联系了客户的家人和单位，",
    "基金赎回款迟迟没有到账，",
    "账单金额与消费记录不符，",
    "自助设备吞卡后网点拒绝当天退还，",
    "老人被误导购买长期产品，",
    "分期手续费高于宣传材料所写，",
    "网点提前下班导致往返三次，",
    "境外消费被重复入账，",
    "希望上门当面说明情况并查看材料，",
    "要求书面道歉并退还多收的部分，",
    "对第一次答复的结果不认可，",
    "客户提供了录音和聊天截图，",
    "希望在五个工作日内给出处理方案，",
];

/// Returns the story of a complaint: four to eight sentences and a name of something, of which there
/// are many, so that the vocabulary is as large as a real one.
pub(crate) fn story(dice: &mut rand_chacha::ChaCha8Rng) -> String {
    let mut text = String::new();
    let count = 4 + dice.next_u32() % 5;
    for _ in 0..count {
        // The first sentences are more frequent: the smaller of two throws.
        let one = dice.next_u32() as usize % SENTENCES.len();
        let two = dice.next_u32() as usize % SENTENCES.len();
        text.push_str(SENTENCES[one.min(two)]);
        if dice.next_u32().is_multiple_of(3) {
            text.push_str("涉及");
            for _ in 0..2 {
                let plain = char::from_u32(0x4e00 + dice.next_u32() % 3000);
                text.push(plain.filter(|c| !"利息钻石夔门麒麟".contains(*c)).unwrap_or('某'));
            }
            text.push('。');
        }
    }
    for (word, one_in_100_000) in [(COMMON, 30_000), (SELDOM, 1000), (RARE, 1)] {
        if dice.next_u32() % 100_000 < one_in_100_000 {
            text.push_str("关于");
            text.push_str(word);
            text.push_str("的说明。");
        }
    }
    text
}

/// Returns a made-up name in which nobody can be recognised.
pub(crate) fn name(dice: &mut rand_chacha::ChaCha8Rng) -> String {
    const FAMILY: [&str; 12] = [
        "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "卫", "蒋",
    ];
    const GIVEN: [&str; 12] = [
        "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "子", "丑",
    ];
    let mut pick = |from: [&'static str; 12]| from[dice.next_u32() as usize % 12];
    [pick(FAMILY), pick(GIVEN), pick(GIVEN)].concat()
}
