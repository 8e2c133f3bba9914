//! Which fields each action asks for.

use super::{
    Context, Field, Form, Kind,
    read::{day_text, moment_text},
};
use crate::{
    lang::Lang,
    words::{self, Three, pick},
};
use domain::{
    Role,
    case::{Action as A, ConsentScope, ReviewOutcome, TaskStatus},
    clock::PauseReason,
};

/// Rows of remedy items that a form offers.
pub(crate) const ITEMS: usize = 4;
/// Rows of windows that a form offers.
pub(crate) const WINDOWS: usize = 3;
/// Rows of crew members that a form offers.
pub(crate) const CREW: usize = 4;

struct Maker(Lang);

impl Maker {
    fn field(&self, name: impl Into<String>, label: Three, kind: Kind) -> Field {
        Field {
            name: name.into(),
            label: pick(label, self.0),
            kind,
            required: true,
            hint: "",
            value: String::new(),
            row: 0,
        }
    }

    fn choice(&self, name: &str, label: Three, group: &str) -> Field {
        self.field(name, label, Kind::Choice(self.options(group)))
    }

    fn options(&self, group: &str) -> Vec<(String, String)> {
        let options = words::options(group, self.0);
        options
            .into_iter()
            .map(|(c, n)| (c.to_owned(), n.to_owned()))
            .collect()
    }

    fn reason(&self, required: bool) -> Field {
        Field {
            required,
            ..self.field("reason", ["理由", "理由", "Reason"], Kind::Long)
        }
    }

    fn notify(&self) -> Field {
        self.choice(
            "channel",
            ["告知方式", "告知方式", "By which channel"],
            "notify_channel",
        )
    }

    fn next_channel(&self) -> Field {
        Field {
            hint: pick(
                [
                    "客户选择的其他渠道；时限照常计算。",
                    "客戶選擇的其他管道；時限照常計算。",
                    "The channel the customer prefers instead; the clocks run on.",
                ],
                self.0,
            ),
            ..self.choice(
                "next_channel",
                ["改用的渠道", "改用的管道", "Channel that opens instead"],
                "next_channel",
            )
        }
    }
}

impl Field {
    fn with(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    fn hint(mut self, lang: Lang, hint: Three) -> Self {
        self.hint = pick(hint, lang);
        self
    }

    fn row(mut self, row: u8) -> Self {
        self.row = row;
        self
    }
}

fn short(text: &str) -> String {
    let mut cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// The files of the case that were not withdrawn.
fn files(c: &Context<'_>) -> Vec<(String, String)> {
    let name = |a: &domain::case::Attachment| {
        let kind = words::option("file_kind", &words::code_of(a.file.kind), c.lang);
        format!("{} · {kind}", a.file.name.or_empty())
    };
    let standing = c.case.standing_files();
    standing.map(|a| (a.file.id.to_string(), name(a))).collect()
}

/// Adds the choice of a file where the case has any.
fn with_file(c: &Context<'_>, label: Three, mut fields: Vec<Field>) -> Vec<Field> {
    let files = files(c);
    if !files.is_empty() {
        fields.push(Maker(c.lang).field("file", label, Kind::Choice(files)).optional());
    }
    fields
}

fn allegations(c: &Context<'_>) -> Vec<(String, String)> {
    let told = c.case.facts.allegations.iter();
    told.map(|a| {
        (
            a.no.0.to_string(),
            format!("{} · {}", a.no.0, short(a.told.text.or_empty())),
        )
    })
    .collect()
}

/// Staff who may be chosen: those of the case's branch first.
fn staff(c: &Context<'_>, wanted: impl Fn(Role) -> bool) -> Vec<(String, String)> {
    let mut users: Vec<_> = c
        .directory
        .users()
        .into_iter()
        .filter(|u| !u.disabled && u.roles.iter().any(|r| wanted(*r)))
        .collect();
    users.sort_by_key(|u| (Some(&u.branch) != c.case.facts.branch.as_ref(), u.id.clone()));
    users
        .into_iter()
        .map(|u| {
            let role = u
                .roles
                .iter()
                .find(|r| wanted(**r))
                .map_or("", |r| words::role(*r, c.lang));
            (u.id.0.clone(), format!("{} · {role} · {}", u.name, u.branch))
        })
        .collect()
}

/// The fields of one remedy item.
fn item_fields(lang: Lang, n: usize, required: bool) -> Vec<Field> {
    let m = Maker(lang);
    let row = u8::try_from(n + 1).unwrap_or(u8::MAX);
    let name = |part: &str| format!("item.{n}.{part}");
    vec![
        Field {
            required,
            ..m.field(
                name("kind"),
                ["方式", "方式", "What kind"],
                Kind::Choice(m.options("remedy_kind")),
            )
        }
        .row(row),
        Field {
            required,
            ..m.field(name("detail"), ["内容", "內容", "What exactly"], Kind::Text)
        }
        .row(row),
        m.field(
            name("amount"),
            ["金额（元）", "金額（元）", "Amount (CNY)"],
            Kind::Money,
        )
        .optional()
        .row(row),
        Field {
            required,
            ..m.field(name("due"), ["完成期限", "完成期限", "To be done by"], Kind::Date)
        }
        .row(row),
    ]
}

/// Returns the form of an action for this case and person.
pub(crate) fn form(action: A, c: &Context<'_>) -> Form {
    let m = Maker(c.lang);
    let facts = &c.case.facts;
    let text = |name: &str, label: Three| m.field(name, label, Kind::Long);
    let line = |name: &str, label: Three| m.field(name, label, Kind::Text);
    let pick_one = |name: &str, label: Three, options: Vec<(String, String)>| {
        let only = match options.as_slice() {
            [(code, _)] => code.clone(),
            _ => String::new(),
        };
        m.field(name, label, Kind::Choice(options)).with(only)
    };
    let no = ["投诉事项", "投訴事項", "Allegation"];
    let truth = || m.choice("truth", ["是否属实", "是否屬實", "Is it true?"], "truth");
    let fair = || {
        m.choice(
            "reasonableness",
            ["是否合理", "是否合理", "Is what is asked for reasonable?"],
            "reasonableness",
        )
    };
    let fields = match action {
        // Files come with their content, by a form of their own.
        A::StartReview | A::Accept | A::Receive | A::NoteSimilar | A::AttachFile => vec![],
        A::WithdrawFile => vec![
            pick_one("file", ["文件", "檔案", "File"], files(c)),
            m.reason(true).hint(
                c.lang,
                [
                    "文件从清单中撤下，记录与内容保留。",
                    "檔案從清單中撤下，紀錄與內容保留。",
                    "It leaves the list; its record and content are kept.",
                ],
            ),
        ],
        A::Acknowledge | A::NotifyDecision | A::NotifyExtension | A::SendNotice | A::OfferVisit => {
            vec![m.notify()]
        }
        A::Assign => vec![m.field(
            "handler",
            ["经办人", "經辦人", "Handler"],
            Kind::Suggest(staff(c, |r| matches!(r, Role::Handler | Role::Supervisor))),
        )],
        A::AddAllegation => vec![
            m.choice("cause", ["投诉原因", "投訴原因", "Cause"], "cause"),
            text("text", ["客户所述", "客戶所述", "What the customer says"]),
            text("asks", ["诉求", "訴求", "What the customer asks for"]).optional(),
            m.field(
                "claimed",
                ["主张金额（元）", "主張金額（元）", "Claims (CNY)"],
                Kind::Money,
            )
            .optional(),
        ],
        A::Assess => vec![
            pick_one("allegation", no, allegations(c)),
            truth(),
            fair(),
            text("reasons", ["理由", "理由", "Reasons"]).hint(
                c.lang,
                [
                    "客户有权了解理由。",
                    "客戶有權了解理由。",
                    "The customer has a right to them.",
                ],
            ),
        ],
        A::Decline => vec![
            m.choice(
                "reason",
                ["法定理由", "法定理由", "Lawful reason"],
                "decline_reason",
            ),
            text(
                "explanation",
                ["向客户说明", "向客戶說明", "Explanation to the customer"],
            ),
        ],
        A::DecideScreening => {
            let proposed = c.proposal.map(|p| p.as_proposed().selected);
            vec![
                m.choice("selected", ["邀约上门", "邀約上門", "Offer a visit?"], "yes_no")
                    .with(match proposed {
                        Some(true) => "yes",
                        Some(false) => "no",
                        None => "",
                    }),
                text(
                    "departure",
                    [
                        "与系统建议不同的理由",
                        "與系統建議不同的理由",
                        "Why you decide otherwise than proposed",
                    ],
                )
                .optional()
                .hint(
                    c.lang,
                    [
                        "与建议不同时必须填写。",
                        "與建議不同時必須填寫。",
                        "Needed only when you depart from the proposal.",
                    ],
                ),
            ]
        }
        A::ObjectToScreening | A::CancelVisit | A::EndNegotiation | A::HandOverToLitigation | A::Reopen => {
            vec![m.reason(true)]
        }
        A::WithdrawComplaint => vec![m.reason(false)],
        A::GiveConsent => {
            let live = |s| c.case.live_consent(s).is_some();
            let scope = if !live(ConsentScope::Visiting) {
                "visiting"
            } else if !live(ConsentScope::Entering) {
                "entering"
            } else {
                "recording"
            };
            let mut fields = vec![
                m.choice("scope", ["同意的内容", "同意的內容", "For what"], "scope")
                    .with(scope)
                    .hint(
                        c.lang,
                        [
                            "三项同意分别作出，不可一并勾选。",
                            "三項同意分別作出，不可一併勾選。",
                            "Three separate consents, never one tick for all.",
                        ],
                    ),
                m.notify(),
            ];
            for n in 0..WINDOWS {
                let row = u8::try_from(n + 1).unwrap_or(u8::MAX);
                fields.push(
                    m.field(
                        format!("window.{n}.from"),
                        ["可约时段 从", "可約時段 從", "Window from"],
                        Kind::Moment,
                    )
                    .optional()
                    .row(row),
                );
                fields.push(
                    m.field(format!("window.{n}.to"), ["至", "至", "to"], Kind::Moment)
                        .optional()
                        .row(row),
                );
            }
            fields.push(
                m.choice(
                    "place_kind",
                    ["见面地点", "見面地點", "Where to meet"],
                    "place_kind",
                )
                .with("home")
                .optional(),
            );
            fields.push(
                line("address", ["地址", "地址", "Address"])
                    .optional()
                    .with(facts.complainant.address.or_empty())
                    .hint(
                        c.lang,
                        [
                            "上门拜访需要时段与地点。",
                            "上門拜訪需要時段與地點。",
                            "Being visited needs a window and a place.",
                        ],
                    ),
            );
            fields
        }
        A::RefuseVisit => vec![
            m.next_channel(),
            m.reason(false).hint(
                c.lang,
                [
                    "客户可以不说明理由；拒绝没有任何不利后果。",
                    "客戶可以不說明理由；拒絕沒有任何不利後果。",
                    "The customer need not give one; refusing costs nothing.",
                ],
            ),
        ],
        A::WithdrawConsent => vec![
            m.choice("scope", ["撤回哪一项", "撤回哪一項", "Which consent"], "scope"),
            m.next_channel(),
        ],
        A::InvalidateConsent => vec![
            m.choice("scope", ["哪一项", "哪一項", "Which consent"], "scope"),
            m.reason(true),
        ],
        A::ScheduleVisit => {
            let window = c
                .case
                .live_consent(ConsentScope::Visiting)
                .and_then(|l| l.record().windows.first().copied());
            let at = |t| moment_text(t, c.zone);
            let mut fields = vec![
                m.field("from", ["开始", "開始", "From"], Kind::Moment)
                    .row(1)
                    .with(window.map_or_else(String::new, |w| at(w.from)))
                    .hint(
                        c.lang,
                        [
                            "必须在客户同意的时段之内。",
                            "必須在客戶同意的時段之內。",
                            "Must lie inside a window the customer agreed to.",
                        ],
                    ),
                m.field("to", ["结束", "結束", "To"], Kind::Moment)
                    .row(1)
                    .with(window.map_or_else(String::new, |w| at(w.to))),
            ];
            let people = staff(c, Role::goes_on_visits);
            for n in 0..CREW {
                let label = ["上门人员", "上門人員", "Crew member"];
                let field = m.field(format!("crew.{n}"), label, Kind::Suggest(people.clone()));
                fields.push(if n < 2 { field } else { field.optional() });
            }
            fields
        }
        A::ReportVisit => {
            let window = facts.appointment.as_ref().map(|a| a.window());
            let at = |t| moment_text(t, c.zone);
            vec![
                m.choice("outcome", ["结果", "結果", "How it ended"], "visit_outcome"),
                m.field("started", ["到达", "到達", "Arrived"], Kind::Moment)
                    .row(1)
                    .with(window.map_or_else(String::new, |w| at(w.from))),
                m.field("ended", ["离开", "離開", "Left"], Kind::Moment)
                    .row(1)
                    .with(window.map_or_else(String::new, |w| at(w.to))),
                m.field(
                    "entered",
                    [
                        "进入了住所（须有同意）",
                        "進入了住所（須有同意）",
                        "We entered the home (needs consent)",
                    ],
                    Kind::Tick,
                )
                .optional(),
                m.field(
                    "recorded",
                    [
                        "有录音录像（须有同意）",
                        "有錄音錄影（須有同意）",
                        "Sound or picture was recorded (needs consent)",
                    ],
                    Kind::Tick,
                )
                .optional(),
                text(
                    "own_words",
                    [
                        "客户原话",
                        "客戶原話",
                        "What the customer said, in their own words",
                    ],
                )
                .optional(),
                text(
                    "suggestions",
                    [
                        "客户的建议（每行一条）",
                        "客戶的建議（每行一條）",
                        "The customer's suggestions, one a line",
                    ],
                )
                .optional(),
                m.field(
                    "record_confirmed",
                    [
                        "记录已向客户宣读并由其确认",
                        "紀錄已向客戶宣讀並由其確認",
                        "The record was read back and confirmed",
                    ],
                    Kind::Tick,
                )
                .optional(),
                m.next_channel().optional().hint(
                    c.lang,
                    [
                        "当场谢绝或为安全离开时必填。",
                        "當場謝絕或為安全離開時必填。",
                        "Needed when the visit was refused or unsafe.",
                    ],
                ),
            ]
        }
        A::OpenChannel => vec![
            m.choice("next_channel", ["渠道", "管道", "Channel"], "next_channel"),
            m.reason(true),
        ],
        A::RecordFinding => with_file(
            c,
            [
                "本案文件作为证据",
                "本案檔案作為證據",
                "A file of the case as evidence",
            ],
            vec![
                pick_one("allegation", no, allegations(c)),
                truth(),
                fair(),
                text(
                    "basis",
                    ["事实与规则依据", "事實與規則依據", "Facts and rules it rests on"],
                ),
                text(
                    "evidence",
                    [
                        "证据（每行一个编号或哈希）",
                        "證據（每行一個編號或雜湊）",
                        "Evidence: a number or hash a line",
                    ],
                )
                .optional()
                .hint(
                    c.lang,
                    [
                        "认定属实时必须列出证据。",
                        "認定屬實時必須列出證據。",
                        "Needed where the allegation is found true.",
                    ],
                ),
            ],
        ),
        A::ProposeRemedy | A::RecordCounterOffer => {
            (0..ITEMS).flat_map(|n| item_fields(c.lang, n, n == 0)).collect()
        }
        A::AddTask => item_fields(c.lang, 0, true),
        A::VoteOnRemedy => {
            let pending = c.case.negotiation.pending();
            let options = pending
                .map(|p| (p.no.to_string(), format!("{} · {}", p.no, p.by)))
                .collect();
            vec![
                pick_one("proposal", ["方案", "方案", "Proposal"], options),
                m.choice("approve", ["批准", "批准", "Approve?"], "yes_no"),
            ]
        }
        A::MakeOffer => {
            let approved = c
                .case
                .negotiation
                .round()
                .iter()
                .filter(|p| p.vote.as_ref().is_some_and(|v| v.approved));
            vec![pick_one(
                "proposal",
                ["方案", "方案", "Proposal"],
                approved.map(|p| (p.no.to_string(), p.no.to_string())).collect(),
            )]
        }
        A::SignAgreement => with_file(
            c,
            ["签署的文件", "簽署的檔案", "The signed file"],
            vec![
                m.choice(
                    "signature",
                    ["签署方式", "簽署方式", "How it was signed"],
                    "signature",
                ),
                line(
                    "document_hash",
                    [
                        "签署文本的 SHA-256",
                        "簽署文本的 SHA-256",
                        "SHA-256 of the signed text",
                    ],
                )
                .optional()
                .hint(
                    c.lang,
                    [
                        "留空则按下面的全文计算。",
                        "留空則按下面的全文計算。",
                        "Left empty, it is computed from the text below.",
                    ],
                ),
                text("document", ["协议全文", "協議全文", "Full text of the agreement"]).optional(),
            ],
        ),
        A::CompleteTask => {
            let open = facts.tasks.iter().filter(|t| t.status == TaskStatus::Open);
            vec![
                pick_one(
                    "task",
                    ["任务", "任務", "Task"],
                    open.map(|t| task(c, t)).collect(),
                ),
                line(
                    "proof",
                    [
                        "证明（文件编号或哈希）",
                        "證明（文件編號或雜湊）",
                        "Proof: a document number or hash",
                    ],
                ),
            ]
        }
        A::VerifyTask => {
            let done = facts
                .tasks
                .iter()
                .filter(|t| matches!(t.status, TaskStatus::Done { .. }));
            vec![pick_one(
                "task",
                ["任务", "任務", "Task"],
                done.map(|t| task(c, t)).collect(),
            )]
        }
        A::RequestReview => vec![text(
            "grounds",
            [
                "客户申请核查的理由",
                "客戶申請核查的理由",
                "The customer's grounds",
            ],
        )],
        A::DecideReview => vec![
            m.choice("outcome", ["核查结果", "核查結果", "Outcome"], "review_outcome")
                .with(words::code_of(ReviewOutcome::Upheld)),
            text("reasons", ["理由", "理由", "Reasons"]),
        ],
        A::StartMediation => vec![line("body", ["调解组织", "調解組織", "Mediation body"])],
        A::EndMediation => vec![m.choice("settled", ["是否达成一致", "是否達成一致", "Settled?"], "yes_no")],
        A::Close => vec![m.choice(
            "reason",
            ["结案方式", "結案方式", "With what result"],
            "close_reason",
        )],
        A::ReceiveNewFacts => vec![text(
            "text",
            ["新的事实或理由", "新的事實或理由", "New facts or reasons"],
        )],
        A::ExtendClock => vec![
            line("clock", ["时限", "時限", "Clock"]).with("cn.nfra.decide"),
            m.field(
                "step",
                ["第几次延长", "第幾次延長", "Which step"],
                Kind::Number(1, 9),
            )
            .with(
                (facts
                    .clock
                    .extensions
                    .iter()
                    .filter(|e| e.clock == "cn.nfra.decide")
                    .count()
                    + 1)
                .to_string(),
            ),
            m.choice(
                "rank",
                ["批准人层级", "批准人層級", "Rank of the approver"],
                "rank",
            ),
            m.reason(true),
        ],
        A::PauseClock => vec![m.choice("reason", ["原因", "原因", "Why"], "pause_reason")],
        A::ResumeClock => {
            let running = facts
                .clock
                .pauses
                .iter()
                .find(|p| p.to.is_none())
                .map(|p| p.reason);
            vec![
                m.choice("reason", ["原因", "原因", "Why"], "pause_reason")
                    .with(words::code_of(running.unwrap_or(PauseReason::Appraisal))),
            ]
        }
        A::DismissSimilar => vec![pick_one(
            "other",
            ["另一案件", "另一案件", "The other case"],
            facts
                .similar
                .iter()
                .map(|s| (s.other.to_string(), s.other.to_string()))
                .collect(),
        )],
        A::LinkCase => {
            let near: Vec<_> = facts
                .similar
                .iter()
                .map(|s| (s.other.to_string(), s.other.to_string()))
                .collect();
            vec![
                m.field(
                    "other",
                    ["案件编号", "案件編號", "Case number"],
                    Kind::Suggest(near),
                ),
                m.choice("kind", ["关系", "關係", "How they belong together"], "link_kind"),
            ]
        }
        A::UnlinkCase => vec![pick_one(
            "other",
            ["案件", "案件", "Case"],
            facts
                .links
                .iter()
                .map(|(o, _)| (o.to_string(), o.to_string()))
                .collect(),
        )],
        A::RecordContact => vec![
            m.notify(),
            m.choice("reached", ["是否联系上", "是否聯絡上", "Reached?"], "yes_no"),
            text("note", ["内容", "內容", "What was said"]).optional(),
        ],
        A::RecordSurvey => vec![
            m.choice("moment", ["时点", "時點", "When"], "moment"),
            m.choice("satisfaction", ["满意度", "滿意度", "Satisfaction"], "five"),
            m.choice("trust", ["信任度", "信任度", "Trust"], "five"),
        ],
        A::RecordIncident => vec![
            m.choice("kind", ["情况", "情況", "What kind"], "incident"),
            text("guidance", ["已采取的措施", "已採取的措施", "What was done"]),
        ],
    };
    Form { fields }
}

fn task(c: &Context<'_>, t: &domain::case::Task) -> (String, String) {
    let kind = words::option("remedy_kind", &words::code_of(t.item.kind), c.lang);
    let due = day_text(t.item.due, c.zone);
    (
        t.no.0.to_string(),
        format!(
            "{} · {kind} · {} · {due}",
            t.no.0,
            short(t.item.detail.or_empty())
        ),
    )
}
