//! Further allegations that come with many stories: how it was handled, what was not said.

use super::Truth;
use crate::words::Cause;

/// A second or third allegation with the sentence that brings it up.
pub(crate) struct Extra {
    pub(crate) cause: Cause,
    pub(crate) claim: &'static str,
    pub(crate) ask: &'static str,
    pub(crate) sentences: &'static [&'static str],
    pub(crate) truth: Truth,
}

pub(crate) const EXTRAS: [Extra; 17] = [
    Extra {
        cause: Cause::Attitude,
        claim: "客服人员态度冷淡、说话不耐烦",
        ask: "当事人员道歉",
        sentences: &[
            "接电话的那位客服从头到尾就一句“我只能帮您记录”，话没说完就想挂。",
            "打热线的时候对方一直叹气，好像我欠她的一样。",
            "那个接待我的小伙子头都不抬，边看手机边回我话。",
            "我问细一点，对方直接来一句“您不懂我跟您说也没用”。",
        ],
        truth: Truth {
            true_permille: 560,
            fair_permille: 850,
            found: "调听录音，接待人员语气生硬并打断客户两次以上，属服务不规范。",
            unfounded: "调听录音及查看监控，接待人员用语规范，未发现顶撞或不耐烦。",
        },
    },
    Extra {
        cause: Cause::Attitude,
        claim: "多部门互相推诿，多次来电无人跟进",
        ask: "指定专人跟进并按时回复",
        sentences: &[
            "网点让我打热线，热线让我回网点，两头踢皮球。",
            "前后打了{n}次电话，每次都是不同的人，每次都要从头讲一遍。",
            "说好三个工作日内回电，我等了{days}天，一个电话都没有。",
            "工单倒是建了，可每次都显示“处理中”，然后就自动关掉了。",
        ],
        truth: Truth {
            true_permille: 720,
            fair_permille: 950,
            found: "工单记录显示多次转派，承诺的回电未按时完成。",
            unfounded: "工单记录显示每次来电均在承诺时间内回复，客户有一次未接听。",
        },
    },
    Extra {
        cause: Cause::Attitude,
        claim: "网点排队时间过长，窗口开得少",
        ask: "改善排队和叫号安排",
        sentences: &[
            "那天光排队就排了将近两个小时，五个窗口只开了一个。",
            "我请了半天假去网点，取号前面还有三十几个人，大堂里也没人管。",
            "午休时间只留一个柜台，我站到腿都麻了。",
        ],
        truth: Truth {
            true_permille: 640,
            fair_permille: 700,
            found: "叫号系统显示当日客户等候超过90分钟，窗口未按排班开足。",
            unfounded: "叫号系统显示客户等候28分钟，窗口按排班开放。",
        },
    },
    Extra {
        cause: Cause::Disclosure,
        claim: "办理时没有说明关键条款",
        ask: "说明依据并提供合同文本",
        sentences: &[
            "这一条当时从来没人跟我讲过，我是事后翻合同才看见的。",
            "办的时候就让我在平板上一页页点“同意”，前后不到三分钟，谁看得清。",
            "合同到现在也没给过我一份，想看还得自己去申请。",
            "你们说短信通知过，我把手机翻了个遍也没找到那条短信。",
        ],
        truth: Truth {
            true_permille: 430,
            fair_permille: 800,
            found: "双录中未见对该条款的口头提示，告知义务履行不到位。",
            unfounded: "双录及签字页显示该条款已单独提示，客户已抄录确认。",
        },
    },
    Extra {
        cause: Cause::Disclosure,
        claim: "收费或变更前未提前通知",
        ask: "补发书面说明",
        sentences: &[
            "调整之前一个通知都没有，连条短信都不发。",
            "公告贴在官网一个犄角旮旯里，普通人谁会天天去看。",
            "要不是我自己对账，恐怕到现在还被蒙在鼓里。",
        ],
        truth: Truth {
            true_permille: 400,
            fair_permille: 780,
            found: "该项调整仅在官网公告，未对受影响客户逐户告知。",
            unfounded: "已按合同约定方式提前公告，并向预留手机号发送短信，送达成功。",
        },
    },
    Extra {
        cause: Cause::Rules,
        claim: "手续繁琐，要求反复补交材料",
        ask: "一次性告知所需材料",
        sentences: &[
            "材料前前后后补了{n}回，每次去都说还差一样。",
            "明明系统里都有的东西，非要我再去开一张证明。",
            "第一次去说要复印件，第二次去说要原件，就不能一次讲清楚吗。",
        ],
        truth: Truth {
            true_permille: 620,
            fair_permille: 880,
            found: "网点未一次性告知所需材料，其中一项行内系统可查，不应要求客户提供。",
            unfounded: "首次接待时已出具一次性告知单，客户签收。",
        },
    },
    Extra {
        cause: Cause::Rules,
        claim: "处理进度不透明，超过承诺时间",
        ask: "明确办结时间",
        sentences: &[
            "问什么时候能办好，回答永远是“请耐心等待”。",
            "当初说七个工作日，现在{days}天都过去了。",
            "进度查不到，经办人也不告诉我是谁。",
        ],
        truth: Truth {
            true_permille: 690,
            fair_permille: 900,
            found: "办理时长超出本行服务承诺，期间未主动告知进度。",
            unfounded: "办理时长在服务承诺之内，系统已两次推送进度。",
        },
    },
    Extra {
        cause: Cause::Marketing,
        claim: "频繁推销电话和短信",
        ask: "停止一切营销电话和短信",
        sentences: &[
            "还有你们的推销电话，一天能打{n}个，拉黑一个换一个号。",
            "自从留了电话，贷款的、理财的、保险的电话就没断过。",
            "问题不给解决，推销短信倒是一条不落。",
        ],
        truth: Truth {
            true_permille: 580,
            fair_permille: 950,
            found: "外呼系统显示近三十日对客户营销外呼频次超出本行上限。",
            unfounded: "外呼系统无对该客户的营销记录，来电号码非本行所有。",
        },
    },
    Extra {
        cause: Cause::Datasafe,
        claim: "个人信息疑似被泄露",
        ask: "查明信息泄露来源",
        sentences: &[
            "更奇怪的是，我前脚刚在你们这儿办完，后脚就有外面的中介打电话来，连我办的什么都知道。",
            "对方能准确报出我的名字和单位，除了你们我没给过别人。",
            "我的资料到底给了哪些合作公司，请列个清单给我。",
        ],
        truth: Truth {
            true_permille: 180,
            fair_permille: 800,
            found: "排查发现合作渠道人员违规留存客户联系方式，已停止合作并上报。",
            unfounded: "排查系统查询日志，无异常访问，暂无证据显示信息自本行泄露。",
        },
    },
    Extra {
        cause: Cause::Facility,
        claim: "手机银行或热线系统无法正常使用",
        ask: "修复系统问题",
        sentences: &[
            "想在手机银行上自己查，点进去一直转圈，最后提示“系统繁忙”。",
            "热线按了十几层菜单都转不到人工，最后还自动断线。",
            "上传凭证的页面怎么点都没反应，换了两个手机都一样。",
        ],
        truth: Truth {
            true_permille: 610,
            fair_permille: 900,
            found: "系统日志显示客户操作时段该功能报错，影响属实。",
            unfounded: "系统日志显示该时段运行正常，客户端版本过旧。",
        },
    },
    Extra {
        cause: Cause::Choice,
        claim: "未经同意捆绑办理其他业务",
        ask: "取消被捆绑的业务",
        sentences: &[
            "当时还说必须顺带开一个别的业务才给办，我根本不需要。",
            "后来我才发现名下多了一项增值服务，什么时候开的我都不知道。",
            "不买他推荐的东西，审批就一直卡着不动，你说这是不是变相强制？",
        ],
        truth: Truth {
            true_permille: 410,
            fair_permille: 920,
            found: "开通记录显示默认勾选，无客户单独确认，侵害自主选择权。",
            unfounded: "开通记录有客户短信验证码确认，为客户本人操作。",
        },
    },
    Extra {
        cause: Cause::Price,
        claim: "另有不明小额收费",
        ask: "列明全部收费项目",
        sentences: &[
            "顺便问一句，每个月那几块钱的短信费又是什么时候给我开的？",
            "对账的时候还发现几笔零碎的手续费，名目我看都没看懂。",
        ],
        truth: Truth {
            true_permille: 450,
            fair_permille: 850,
            found: "短信服务费为历史开通，未在优惠期满前提醒客户。",
            unfounded: "各项费用均在服务价格目录公示范围内，客户有签约记录。",
        },
    },
    Extra {
        cause: Cause::Dunning,
        claim: "电话联系了家人或单位",
        ask: "停止联系无关第三人",
        sentences: &[
            "催款的电话居然打到我单位前台，同事都知道了，叫我以后怎么做人。",
            "我妈七十多了，被你们打电话吓得高血压都犯了。",
            "联系我本人可以，凭什么给我通讯录里的人打电话？",
        ],
        truth: Truth {
            true_permille: 520,
            fair_permille: 960,
            found: "外呼记录显示曾拨打非债务人号码并透露欠款信息，违反催收管理要求。",
            unfounded: "外呼记录仅有客户本人预留号码，未联系第三人。",
        },
    },
    Extra {
        cause: Cause::Contract,
        claim: "合同条款含糊，有利于银行一方",
        ask: "对条款作出书面解释",
        sentences: &[
            "合同里写的是“可以调整”，怎么调、调多少、什么时候调，一个字没有。",
            "格式条款我改不了一个字，出了事全是你们说了算。",
            "同一份合同，前后两页说法都不一样。",
        ],
        truth: Truth {
            true_permille: 300,
            fair_permille: 700,
            found: "条款表述确有歧义，应作有利于客户的解释。",
            unfounded: "条款表述明确，与同期标准文本一致。",
        },
    },
    Extra {
        cause: Cause::Fundsafe,
        claim: "担心账户资金安全",
        ask: "出具账户安全检查结果",
        sentences: &[
            "现在我看到余额变动短信就心慌，钱放在你们那里到底安不安全？",
            "这次是几百几千，下次会不会整个卡都被刷空？",
        ],
        truth: Truth {
            true_permille: 250,
            fair_permille: 800,
            found: "账户近期有异地登录尝试，已拦截，但未及时提醒客户。",
            unfounded: "账户无异常登录及交易，安全措施正常。",
        },
    },
    Extra {
        cause: Cause::Yield,
        claim: "实际收益与介绍的不一致",
        ask: "提供收益计算明细",
        sentences: &[
            "收益怎么算的也没人讲得清，问三个人三个数。",
            "宣传单上写的数字和我到手的根本不是一回事。",
        ],
        truth: Truth {
            true_permille: 330,
            fair_permille: 650,
            found: "宣传折页以业绩比较基准作突出展示，易使客户误解为保证收益。",
            unfounded: "经复算，收益与合同约定的计算方法一致。",
        },
    },
    Extra {
        cause: Cause::Other,
        claim: "投诉后迟迟没有书面答复",
        ask: "出具书面答复",
        sentences: &[
            "我要的是盖章的书面答复，不是电话里随口一说。",
            "口头说的我信不过了，请白纸黑字写下来。",
        ],
        truth: Truth {
            true_permille: 550,
            fair_permille: 900,
            found: "此前仅电话答复，未按客户要求出具书面答复。",
            unfounded: "书面答复已按预留地址寄出，物流显示签收。",
        },
    },
];

pub(crate) const EXTRAS_EN: [Extra; 6] = [
    Extra {
        cause: Cause::Attitude,
        claim: "Staff were dismissive and nobody followed up",
        ask: "One named contact person and an apology",
        sentences: &[
            "The hotline transferred me {n} times and then the line went dead.",
            "The gentleman at the counter kept looking at his phone while I was explaining.",
            "I was promised a call back within three days; that was {days} days ago.",
        ],
        truth: Truth {
            true_permille: 660,
            fair_permille: 900,
            found: "工单记录显示多次转接，承诺的回电未完成。",
            unfounded: "工单记录显示已按承诺时间回电并留言。",
        },
    },
    Extra {
        cause: Cause::Disclosure,
        claim: "Documents were given in Chinese only and key terms were not explained",
        ask: "An English summary of the terms",
        sentences: &[
            "Everything I signed was in Chinese only, and the one clause that matters was never mentioned.",
            "I asked for an English version and was told there is none.",
        ],
        truth: Truth {
            true_permille: 540,
            fair_permille: 750,
            found: "办理时未提供英文摘要，亦无口头翻译记录。",
            unfounded: "办理时有英语服务人员陪同，双录显示已逐条说明。",
        },
    },
    Extra {
        cause: Cause::Rules,
        claim: "Documents were asked for again and again",
        ask: "A complete list of required documents",
        sentences: &[
            "Each time I come there is one more paper missing, although my passport number has not changed.",
            "I have now handed in the same residence permit copy {n} times.",
        ],
        truth: Truth {
            true_permille: 620,
            fair_permille: 880,
            found: "网点未一次性告知所需材料。",
            unfounded: "首次接待已出具中英文材料清单。",
        },
    },
    Extra {
        cause: Cause::Facility,
        claim: "The app does not accept a foreign passport or name",
        ask: "A working way to do it",
        sentences: &[
            "The app does not accept a name with a space in it, so I cannot do it myself.",
            "Your English menu stops halfway and the rest of the screens are in Chinese.",
        ],
        truth: Truth {
            true_permille: 700,
            fair_permille: 900,
            found: "手机银行姓名栏不支持空格，外籍客户无法通过校验。",
            unfounded: "该功能已支持护照，客户使用的是旧版本。",
        },
    },
    Extra {
        cause: Cause::Choice,
        claim: "An extra service was added without asking",
        ask: "Removal of the service",
        sentences: &["Only later did I notice that an extra paid service had been switched on in my name."],
        truth: Truth {
            true_permille: 430,
            fair_permille: 920,
            found: "开通记录为默认勾选，无客户单独确认。",
            unfounded: "开通记录有客户短信验证码确认。",
        },
    },
    Extra {
        cause: Cause::Datasafe,
        claim: "Personal data reached third parties",
        ask: "A list of who received the data",
        sentences: &["Since then I have been getting calls from agents who know my full name and employer."],
        truth: Truth {
            true_permille: 200,
            fair_permille: 800,
            found: "合作渠道人员违规留存客户联系方式。",
            unfounded: "查询日志无异常，暂无证据显示信息自本行泄露。",
        },
    },
];
