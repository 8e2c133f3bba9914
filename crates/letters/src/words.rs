//! Every fixed word of the report, in both languages.

use crate::tongue::Tongue;
use jiff::civil::{Date, Weekday};

/// Words without numbers in them. A word missing in one language does not compile.
pub(crate) struct Words {
    pub(crate) brand: &'static str,
    pub(crate) title: &'static str,
    pub(crate) real: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) contents: &'static str,
    pub(crate) source: &'static str,
    pub(crate) made: &'static str,
    pub(crate) as_table: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) count: &'static str,
    pub(crate) share: &'static str,
    pub(crate) total: &'static str,
    pub(crate) overview: &'static str,
    pub(crate) cases: &'static str,
    pub(crate) by_state: &'static str,
    pub(crate) state: &'static str,
    pub(crate) by_line: &'static str,
    pub(crate) line: &'static str,
    pub(crate) clocks: &'static str,
    pub(crate) clocks_due: &'static str,
    pub(crate) no_clocks: &'static str,
    pub(crate) case: &'static str,
    pub(crate) clock: &'static str,
    pub(crate) due: &'static str,
    pub(crate) left: &'static str,
    pub(crate) handler: &'static str,
    pub(crate) extended: &'static str,
    pub(crate) provisional: &'static str,
    pub(crate) derivation: &'static str,
    pub(crate) derivation_intro: &'static str,
    pub(crate) confidence: &'static str,
    pub(crate) confidence_key: &'static str,
    pub(crate) no_derivation: &'static str,
    pub(crate) screening: &'static str,
    pub(crate) screening_intro: &'static str,
    pub(crate) screened_in: &'static str,
    pub(crate) held_out: &'static str,
    pub(crate) desk: &'static str,
    pub(crate) who: &'static str,
    pub(crate) no_screened: &'static str,
    pub(crate) customer: &'static str,
    pub(crate) points: &'static str,
    pub(crate) points_note: &'static str,
    pub(crate) reasons: &'static str,
    pub(crate) decided_by: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) plan: &'static str,
    pub(crate) plan_intro: &'static str,
    pub(crate) no_plan: &'static str,
    pub(crate) staff: &'static str,
    pub(crate) role: &'static str,
    pub(crate) crew: &'static str,
    pub(crate) time: &'static str,
    pub(crate) with: &'static str,
    pub(crate) alone: &'static str,
    pub(crate) travel: &'static str,
    pub(crate) map: &'static str,
    pub(crate) map_intro: &'static str,
    pub(crate) no_map: &'static str,
    pub(crate) branch: &'static str,
    pub(crate) visit: &'static str,
    pub(crate) place: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) day: &'static str,
    pub(crate) nearest: &'static str,
    pub(crate) north: &'static str,
    pub(crate) unplanned: &'static str,
    pub(crate) no_unplanned: &'static str,
    pub(crate) binding: &'static str,
    pub(crate) results: &'static str,
    pub(crate) visit_outcomes: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) closings: &'static str,
    pub(crate) closing: &'static str,
    pub(crate) effect: &'static str,
    pub(crate) caution: &'static str,
    pub(crate) caution_sample: &'static str,
    pub(crate) caution_real: &'static str,
    pub(crate) group: &'static str,
    pub(crate) settled: &'static str,
    pub(crate) settled_note: &'static str,
    pub(crate) escalated: &'static str,
    pub(crate) escalated_note: &'static str,
    pub(crate) survey: &'static str,
    pub(crate) survey_note: &'static str,
    pub(crate) survey_key: &'static str,
    pub(crate) rate: &'static str,
    pub(crate) of_cases: &'static str,
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
    pub(crate) answers: &'static str,
    pub(crate) interval: &'static str,
    pub(crate) chart: &'static str,
    pub(crate) no_outcomes: &'static str,
    pub(crate) footer: &'static str,
    pub(crate) sources_in_page: &'static str,
    pub(crate) map_in_page: &'static str,
}

const ZH: Words = Words {
    brand: "诉前 Forecourt",
    title: "投诉处理演示报告",
    real: "导入的真实投诉",
    skip: "跳到正文",
    contents: "目录",
    source: "数据来源",
    made: "生成时间",
    as_table: "查看表格",
    nothing: "暂无数据。",
    count: "件数",
    share: "占比",
    total: "合计",
    overview: "总览",
    cases: "案件",
    by_state: "按状态",
    state: "状态",
    by_line: "按业务条线",
    line: "业务条线",
    clocks: "时限",
    clocks_due: "超期与临近到期",
    no_clocks: "没有超期或临近到期的时限。",
    case: "案件编号",
    clock: "时限",
    due: "到期日",
    left: "剩余",
    handler: "经办人",
    extended: "已依法延期",
    provisional: "日历未公布，暂定",
    derivation: "一个到期日是怎样算出来的",
    derivation_intro: "以上表中的一项时限为例，逐步列出推算过程；凡有依据的步骤，均注明规定、条款与可信度。",
    confidence: "可信度",
    confidence_key: "可信度：V 已读官方文本；S 已读引用或概述该规定的文本；M 凭记忆，待核实；policy 产品自定，并非法律规定。",
    no_derivation: "没有可供举例的时限。",
    screening: "筛选",
    screening_intro: "系统按公开的标准给出理由，由工作人员作出决定；客户可以要求说明，也可以提出异议。",
    screened_in: "邀约上门",
    held_out: "对照组",
    desk: "其他渠道处理",
    who: "邀约了谁，为什么",
    no_screened: "没有邀约上门的案件。",
    customer: "客户",
    points: "得分",
    points_note: "得分／门槛",
    reasons: "理由",
    decided_by: "决定人",
    answer: "客户答复",
    plan: "上门计划",
    plan_intro: "未经客户同意不上门。同一颜色与字母表示同一上门小组；方块内为案件编号的首段。",
    no_plan: "没有已排定的上门。",
    staff: "人员",
    role: "角色",
    crew: "小组",
    time: "时间",
    with: "同行",
    alone: "单独",
    travel: "路程",
    map: "网点与上门地点",
    map_intro: "直线位置，不含底图。方形为网点；圆形为上门地点，圆内数字为计划中的第几日。",
    no_map: "没有可标示的地点。",
    branch: "网点",
    visit: "上门地点",
    place: "名称",
    kind: "类别",
    day: "日期",
    nearest: "最近网点（直线）",
    north: "北",
    unplanned: "未能排入计划",
    no_unplanned: "所有需要上门的案件均已排入计划。",
    binding: "起决定作用的原因",
    results: "结果",
    visit_outcomes: "上门结果",
    outcome: "结果",
    closings: "结案方式",
    closing: "方式",
    effect: "上门是否有用",
    caution: "请勿据此下结论",
    caution_sample: "以下数字全部由程序生成，仅用于展示报告的样式，不能证明真实的上门有任何效果。",
    caution_real: "投诉文本来自真实数据，但筛选之后的经过（同意、上门、协商、回访）由程序生成；以下数字不能证明真实的上门有任何效果。",
    group: "组别",
    settled: "化解率",
    settled_note: "已有结论的案件中，达成和解的，或者投诉不成立而客户接受的。越高越好。",
    escalated: "升级率",
    escalated_note: "进入核查、调解或诉讼的案件。越低越好。",
    survey: "客户评分",
    survey_note: "1 至 5 分的平均分，越高越好。",
    survey_key: "空心点为处理前，实心点为处理后。",
    rate: "比率",
    of_cases: "件数",
    before: "处理前",
    after: "处理后",
    answers: "答卷",
    interval: "95% 区间",
    chart: "图示",
    no_outcomes: "还没有可以比较的结果。",
    footer: "本报告不含客户姓名、联系方式与投诉原文，只有编号、数字与脱敏姓名。",
    sources_in_page: "各步骤的依据见 HTML 文件。",
    map_in_page: "地图见 HTML 文件。",
};

const EN: Words = Words {
    brand: "Forecourt 诉前",
    title: "Complaint handling, a demo report",
    real: "Imported real complaints",
    skip: "Skip to the report",
    contents: "Contents",
    source: "Source",
    made: "Made",
    as_table: "Show as a table",
    nothing: "Nothing yet.",
    count: "Count",
    share: "Share",
    total: "Total",
    overview: "Overview",
    cases: "Cases",
    by_state: "By state",
    state: "State",
    by_line: "By business line",
    line: "Business line",
    clocks: "Clocks",
    clocks_due: "Overdue and due soon",
    no_clocks: "No clock is overdue or due soon.",
    case: "Case",
    clock: "Clock",
    due: "Due",
    left: "Left",
    handler: "Handler",
    extended: "lawfully extended",
    provisional: "calendar provisional",
    derivation: "How one due date was reached",
    derivation_intro: "One clock of the table above, step by step. Each step that rests on a rule names the rule, \
                       its article and how sure we are of it.",
    confidence: "confidence",
    confidence_key: "Confidence: V read in the official text; S read in a text that quotes or sums up the rule; M from memory, \
                     to be verified; policy a choice of the product, not a rule of law.",
    no_derivation: "There is no clock to show as an example.",
    screening: "Screening",
    screening_intro: "Stated criteria give the reasons and a person decides. The customer may ask for an explanation \
                      and may object.",
    screened_in: "Offered a visit",
    held_out: "Held-out group",
    desk: "Handled at the desk",
    who: "Who was offered a visit, and why",
    no_screened: "No case was offered a visit.",
    customer: "Customer",
    points: "Points",
    points_note: "points / threshold",
    reasons: "Reasons",
    decided_by: "Decided by",
    answer: "Answer",
    plan: "Visit plan",
    plan_intro: "No consent, no visit. One colour and letter is one crew; a block shows the first group of the case \
                 number.",
    no_plan: "No visit is planned.",
    staff: "Staff",
    role: "Role",
    crew: "Crew",
    time: "Time",
    with: "With",
    alone: "alone",
    travel: "On the road",
    map: "Branches and places of visits",
    map_intro: "Straight positions, no base map. Squares are branches; circles are places of visits, and the number is \
                the day of the plan.",
    no_map: "There is no place to show.",
    branch: "Branch",
    visit: "Visit",
    place: "Name",
    kind: "Kind",
    day: "Day",
    nearest: "Nearest branch (straight)",
    north: "N",
    unplanned: "Not planned",
    no_unplanned: "Every visit that was due found its place in the plan.",
    binding: "Binding reason",
    results: "Results",
    visit_outcomes: "How visits ended",
    outcome: "Outcome",
    closings: "How cases were closed",
    closing: "Closing",
    effect: "Did visiting help?",
    caution: "Draw no conclusions",
    caution_sample: "These are generated sample figures. They show what the report looks like and prove nothing about \
                     real visits.",
    caution_real: "The complaints are real, but what followed the screening (consents, visits, talks, surveys) is \
                   generated. These figures prove nothing about real visits.",
    group: "Group",
    settled: "Settled",
    settled_note: "Of the decided cases: agreed, or not upheld and accepted by the customer. Higher is better.",
    escalated: "Escalated",
    escalated_note: "Went to review, mediation or court. Lower is better.",
    survey: "Customers’ marks",
    survey_note: "Mean marks from 1 to 5. Higher is better.",
    survey_key: "The open dot is before, the full dot is after.",
    rate: "Rate",
    of_cases: "Cases",
    before: "Before",
    after: "After",
    answers: "Answers",
    interval: "95% interval",
    chart: "Chart",
    no_outcomes: "There are no results to compare yet.",
    footer: "This report holds no names, no contact data and no complaint texts of customers: only codes, numbers and \
             masked names.",
    sources_in_page: "The rules behind each step are in the HTML file.",
    map_in_page: "The map is in the HTML file.",
};

/// Picks the singular for one.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

impl Tongue {
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Tongue::Zh => &ZH,
            Tongue::En => &EN,
        }
    }

    /// How far away a due date is, in words: never by colour alone.
    pub(crate) fn days_left(self, days: i64) -> String {
        let n = days.unsigned_abs();
        let unit = if n == 1 { "day" } else { "days" };
        match (self, days) {
            (Tongue::Zh, ..0) => format!("超期 {n} 日"),
            (Tongue::Zh, 0) => "今日到期".to_owned(),
            (Tongue::Zh, _) => format!("剩 {n} 日"),
            (Tongue::En, ..0) => format!("{n} {unit} overdue"),
            (Tongue::En, 0) => "due today".to_owned(),
            (Tongue::En, _) => format!("{n} {unit} left"),
        }
    }

    /// A day as people say it, such as 11月23日 周一 or Mon 23 Nov; anything that is no ISO date as it is.
    pub(crate) fn day(self, iso: &str) -> String {
        const ZH: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
        const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let Ok(date) = iso.parse::<Date>() else {
            return iso.to_owned();
        };
        let weekday = usize::from(date.weekday().since(Weekday::Monday).unsigned_abs());
        let month = usize::from(date.month().unsigned_abs());
        match self {
            Tongue::Zh => format!("{month}月{}日 周{}", date.day(), ZH[weekday]),
            Tongue::En => format!("{} {} {}", EN[weekday], date.day(), MONTHS[month - 1]),
        }
    }

    pub(crate) fn visits(self, n: usize) -> String {
        match self {
            Tongue::Zh => format!("{n} 次上门"),
            Tongue::En => counted(n, "visit", "visits"),
        }
    }

    pub(crate) fn people(self, n: usize) -> String {
        match self {
            Tongue::Zh => format!("{n} 人"),
            Tongue::En => counted(n, "person", "people"),
        }
    }

    pub(crate) fn minutes(self, n: i64) -> String {
        match self {
            Tongue::Zh => format!("{n} 分钟"),
            Tongue::En => format!("{n} min"),
        }
    }

    pub(crate) fn cases(self, n: usize) -> String {
        match self {
            Tongue::Zh => format!("{n} 件"),
            Tongue::En => counted(n, "case", "cases"),
        }
    }

    /// What stands on the rest of a long list that is folded away.
    pub(crate) fn rest(self, n: usize) -> String {
        match self {
            Tongue::Zh => format!("其余 {n} 项"),
            Tongue::En => format!("{n} more"),
        }
    }

    /// What ends a list that was cut on the terminal.
    pub(crate) fn more(self, n: usize) -> String {
        match self {
            Tongue::Zh => format!("… 另有 {n} 项（见 HTML 文件）"),
            Tongue::En => format!("… and {n} more (see the HTML file)"),
        }
    }

    /// Between the parts of an enumeration.
    pub(crate) fn comma(self) -> &'static str {
        match self {
            Tongue::Zh => "、",
            Tongue::En => ", ",
        }
    }

    /// A name and what it says, such as 小组：甲.
    pub(crate) fn colon(self) -> &'static str {
        match self {
            Tongue::Zh => "：",
            Tongue::En => ": ",
        }
    }
}
