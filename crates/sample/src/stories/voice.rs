//! What goes around a story: greetings, feelings, threats, the customer's own situation, endings.

use crate::{complaint::Mood, people::Strain, words::Channel};

/// The interchangeable sentences of one language.
pub(crate) struct Voice {
    /// What stands between two sentences.
    pub(crate) gap: &'static str,
    pub(crate) calm: &'static [&'static str],
    pub(crate) annoyed: &'static [&'static str],
    pub(crate) angry: &'static [&'static str],
    pub(crate) furious: &'static [&'static str],
    pub(crate) threats: &'static [&'static str],
    /// Said when the customer has complained about something else before.
    pub(crate) again: &'static [&'static str],
    /// Put before a second copy of the same complaint by another channel.
    pub(crate) resent: &'static [&'static str],
    /// Put after it.
    pub(crate) resent_end: &'static [&'static str],
}

impl Voice {
    /// Returns the sentences of a mood.
    pub(crate) fn feelings(&self, mood: Mood) -> &'static [&'static str] {
        match mood {
            Mood::Calm => self.calm,
            Mood::Annoyed => self.annoyed,
            Mood::Angry => self.angry,
            Mood::Furious => self.furious,
        }
    }

    /// Returns the opening words of a channel; an empty one is no greeting.
    pub(crate) fn greetings(&self, channel: Channel) -> &'static [&'static str] {
        if self.gap.is_empty() {
            greetings_zh(channel)
        } else {
            greetings_en(channel)
        }
    }

    /// Returns the sentences about the customer's own situation.
    pub(crate) fn strain(&self, strain: Strain) -> &'static [&'static str] {
        if self.gap.is_empty() {
            strain_zh(strain)
        } else {
            strain_en(strain)
        }
    }

    /// Returns the closing words of a channel; an empty one is none.
    pub(crate) fn endings(&self, channel: Channel) -> &'static [&'static str] {
        match (self.gap.is_empty(), channel) {
            (true, Channel::Letter) => &[
                "此致敬礼。",
                "盼复。",
                "望贵行重视，尽快回信。",
                "特此反映，请予处理。",
            ],
            (true, Channel::Email) => &[
                "盼复，谢谢。",
                "",
                "",
                "麻烦收到邮件后回复一下。",
                "请在邮件里书面回复。",
            ],
            (true, Channel::Regulator) => &["", "请监管部门督促银行处理。", "恳请贵局依法核查。"],
            (false, Channel::Letter) => &["Yours faithfully.", "I look forward to your written reply."],
            (false, Channel::Email) => &["Please reply by e-mail.", "Kind regards.", ""],
            _ => &[""],
        }
    }
}

fn greetings_zh(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Phone => &[
            "",
            "",
            "客户来电反映，以下按原话记录：",
            "（热线来电）",
            "你好，我要投诉。",
            "喂，我反映个事情。",
            "您好，麻烦帮我登记一下。",
            "我是老客户了，今天是头一次投诉。",
        ],
        Channel::Branch => &[
            "",
            "",
            "客户到网点当面反映：",
            "（网点登记，客户口述）",
            "我今天是专门跑到网点来的。",
        ],
        Channel::Letter => &[
            "澜川银行领导：您好！",
            "尊敬的行领导：",
            "消费者权益保护部负责同志：",
            "致澜川银行：",
        ],
        Channel::Email => &["您好，", "你好：", "尊敬的客服：", "", "投诉部门您好，"],
        Channel::Regulator => &[
            "【监管转办】",
            "【转办件】投诉人反映：",
            "尊敬的监管部门：",
            "【监管转办】投诉人称：",
        ],
        Channel::App | Channel::Online => &["", "", "", "你好，", "投诉！", "反映一个问题。"],
    }
}

fn greetings_en(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Letter | Channel::Email => &[
            "Dear Sir or Madam,",
            "Hello,",
            "To whom it may concern,",
            "Dear complaints team,",
        ],
        Channel::Phone => &["(Call taken in English.)", ""],
        Channel::Regulator => &["[Forwarded by the supervisor]"],
        _ => &["", "", "Hi,"],
    }
}

fn strain_zh(strain: Strain) -> &'static [&'static str] {
    match strain {
        Strain::OldAge => &[
            "我今年{age}岁了，手机上那些东西我弄不来，只能靠你们给个明白话。",
            "我{age}岁的人了，眼睛花，合同上那么小的字根本看不清。",
            "老伴走得早，孩子在外地，我{age}岁一个人来回跑银行实在吃不消。",
            "我都{age}了，一辈子没跟人红过脸，没想到在你们这里受这个气。",
        ],
        Strain::Illness => &[
            "我上半年刚做完手术，现在每个月还要去复查，实在没有精力耗。",
            "家里老人住院等着用钱，这事拖一天我们就难一天。",
            "我爱人在做化疗，家里每一分钱都是算着花的。",
        ],
        Strain::Disability => &[
            "我腿脚残疾，出门要坐轮椅，你们网点门口的台阶我一个人上不去。",
            "我是听力残疾，打电话听不清，请不要只给我打电话，发文字给我。",
            "我是视障人士，你们发的图片通知读屏软件根本读不出来。",
        ],
        Strain::Bereavement => &[
            "我父亲上个月刚走，家里后事还没料理完，还要为这个事情来回跑。",
            "我爱人今年刚去世，这些手续以前都是他办的，我什么都不懂。",
        ],
        Strain::Hardship => &[
            "我去年底被裁员，到现在没找到稳定工作，这笔钱对我来说不是小数目。",
            "店里生意不好已经关了，现在一家人就靠我跑外卖。",
            "公司拖了{months}个月工资没发，我是真的困难，不是故意不配合。",
        ],
    }
}

fn strain_en(strain: Strain) -> &'static [&'static str] {
    match strain {
        Strain::OldAge => &["I am {age} years old and cannot manage all this on a telephone screen."],
        Strain::Illness => &[
            "My wife is in hospital at the moment and I cannot spend my days chasing this.",
            "I had surgery this spring and really do not have the strength to keep calling.",
        ],
        Strain::Disability => &[
            "I use a wheelchair and the branch has three steps and no ramp, so going there in person is not an option.",
        ],
        Strain::Bereavement => {
            &["My father passed away last month and I am dealing with this on top of everything else."]
        }
        Strain::Hardship => &[
            "I lost my job in the spring, so this is not a small amount for me.",
            "My contract was not renewed and I am living on savings.",
        ],
    }
}

/// How customers write in Chinese.
pub(crate) const CHINESE: Voice = Voice {
    gap: "",
    calm: &[
        "希望你们核实一下，给我一个说法。",
        "我不是来闹的，就想把事情弄清楚。",
        "可能是哪里弄错了，麻烦查一下。",
        "我理解你们工作也忙，但这个事情还是希望有人认真看一看。",
        "用了你们行十几年了，一直觉得还不错，所以才愿意提出来。",
        "如果是我理解错了，也请给我讲讲依据是什么。",
        "不着急，但请给个准信。",
        "有什么需要我补的材料可以告诉我，我配合。",
        "说到底我就想知道这个规定写在哪里。",
        "",
        "",
    ],
    annoyed: &[
        "说实话挺失望的。",
        "一件小事拖成这样，真的让人很烦。",
        "每次都说“已反馈”，反馈到哪里去了也没人知道。",
        "我上班的人，哪有那么多时间跟你们耗。",
        "作为老客户，这种体验实在说不过去。",
        "钱不算多，但道理不是这个道理。",
        "我已经够有耐心的了。",
        "换成是你们自己的钱，你们能不急吗？",
        "问一次一个说法，到底以谁说的为准？",
        "早知道这么麻烦，当初就不选你们行了。",
        "感觉就是在跟我打太极。",
    ],
    angry: &[
        "你们就是这样对待客户的吗？",
        "我真的非常生气，这跟骗有什么区别！",
        "店大欺客也不是这么个欺法。",
        "出了问题就往客户身上推，你们一点责任都没有？",
        "我对你们行已经完全没有信任了。",
        "当初求着我办的时候可不是这个态度！",
        "一句“系统就是这样”就想把我打发了，没门。",
        "我咨询过懂行的朋友，你们这么做根本站不住脚。",
        "别再拿“流程”来糊弄我。",
        "这几天气得我觉都睡不好。",
        "把客户当傻子是吧？",
    ],
    furious: &[
        "简直就是抢钱！！",
        "太过分了！我活这么大没见过这样的银行！",
        "你们还有没有一点底线？！",
        "今天不给我处理，我就坐在你们大厅不走了！",
        "骗子！一群骗子！",
        "我受够了！谁的责任谁站出来，别躲！",
        "忍了这么久，真的忍无可忍了！！",
        "你们良心不会痛吗？这是我的血汗钱！",
        "再让我跟机器人客服说一句话我就疯了！！！",
        "我把话放这儿，这事没完！",
    ],
    threats: &[
        "三天之内没有明确答复，我就向金融监管总局投诉。",
        "再不解决，我只能打12378了。",
        "我已经咨询了律师，实在不行就法院见。",
        "所有通话我都录了音，必要的时候我会发到网上让大家评评理。",
        "我有做媒体的朋友，你们不怕就继续拖。",
        "起诉状我都写好了，就看你们怎么处理。",
        "12345、12378、消协，我一个一个打过去。",
        "本周内不给书面答复，我就去人民银行信访。",
        "如果协商不成，我会保留诉讼的权利。",
        "你们不管，总有管你们的地方。",
    ],
    again: &[
        "这已经是我今年第二次投诉你们了，上次是另外一件事。",
        "前段时间我刚投诉过一回，没想到又碰上新问题。",
        "上一个投诉才处理完没多久，现在又来这一出。",
        "我真不是喜欢投诉的人，可你们一而再地出问题。",
        "之前那件事还没完全过去，这回又是这样。",
    ],
    resent: &[
        "同一件事我之前已经反映过，没人联系我，现在再说一遍。",
        "前几天在别的渠道提交过，怕你们没看到，再发一次。",
        "上次反映的情况如下，到现在没有回音：",
        "重复提交：",
        "之前打过电话，接线员让我再正式提交一次，情况是这样的。",
    ],
    resent_end: &[
        "上次的受理编号我没记下来。",
        "请把两次合并处理，别再让我说第三遍。",
        "希望这次有人看到。",
        "",
    ],
};

/// How customers write in English.
pub(crate) const ENGLISH: Voice = Voice {
    gap: " ",
    calm: &[
        "I would be grateful if someone could look into this.",
        "It may well be a misunderstanding, but I would like to see it explained in writing.",
        "I am happy to supply any documents you need.",
        "Apart from this I have been quite content with the bank.",
        "",
    ],
    annoyed: &[
        "Frankly, this is tiring.",
        "Every person I speak to tells me something different.",
        "I expected better after six years as a customer.",
        "I do not have time to call every other day about the same thing.",
        "It is not the amount, it is the principle.",
    ],
    angry: &[
        "This is simply not acceptable.",
        "I feel I have been misled from the very beginning.",
        "Please stop telling me that \"the system\" does it.",
        "Nobody seems to want to take responsibility.",
    ],
    furious: &[
        "I have never been treated like this by any bank in any country!",
        "This is outrageous and I am done being polite about it.",
        "Enough! I want somebody in charge to call me today!",
    ],
    threats: &[
        "If I do not hear from you within a week I will take this to the regulator.",
        "My lawyer has a copy of everything and is ready to file.",
        "I will not hesitate to make this public.",
        "My next call will be to 12378.",
    ],
    again: &[
        "This is the second time this year that I have had to complain, the other matter being a different one.",
        "You may remember me from an earlier complaint; sadly here is another.",
    ],
    resent: &[
        "I raised the same matter before and have heard nothing, so here it is once more.",
        "I am sending this again in case the first one was lost.",
    ],
    resent_end: &[
        "Please treat both messages as one case.",
        "I did not keep the reference number of the first one.",
        "",
    ],
};

/// Ideas that customers give when they are asked for one.
pub(crate) const SUGGESTIONS: [&str; 24] = [
    "扣费之前先发一条短信，让人有个准备，很多投诉就不会有。",
    "热线能不能记住上一次说到哪儿了，别每次都从头讲。",
    "给老年人留一个不用验证码的人工窗口。",
    "合同里最要紧的几条用大字单独列一页。",
    "理财到期前三天提醒一下，问问要不要续。",
    "网点门口加一个无障碍坡道和呼叫铃。",
    "投诉以后给个进度页面，像查快递一样能看到哪一步了。",
    "提前还款在手机上就能约，别让人请假跑网点。",
    "客户经理换人了要告诉我们一声。",
    "风险等级用大白话说，会亏多少就写多少。",
    "App更新别老改菜单位置，老人刚学会又找不着了。",
    "限额调整要说清楚原因，也给一个马上能恢复的办法。",
    "催收电话打之前先核对一下是不是本人的号码。",
    "年费怎么免，办卡的时候写在卡套上。",
    "网点午休时间至少留两个窗口。",
    "保险和存款分开柜台卖，别混在一起说。",
    "英文版的合同和短信希望能同步提供。",
    "上门核实这种方式挺好，希望以后不用等到投诉了才来。",
    "有事先打电话约时间，比直接发函让人舒服。",
    "把减免违约金的条件公开出来，大家都一样。",
    "自动取款机吞钞以后应该当场给个凭条。",
    "跨行转账没到账，界面上应该直接写明在哪个环节。",
    "能不能让同一个人从头跟到尾。",
    "征信上报之前给一次补救的机会。",
];
