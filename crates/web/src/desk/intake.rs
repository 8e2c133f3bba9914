//! Taking a complaint in: the form of the staff, and the public form with its receipt.

use super::{
    action::{Group, fresh_event, groups},
    drafts,
};
use crate::{
    error::Failure,
    forms::{Field, Fields, Kind, Mistake},
    lang::{self, Lang},
    page::{Page, Show, html, html_with},
    request::{Asker, Person, Posted, PostedByAnybody},
    state::{App, Shared},
    words::{self, Three, Words, pick},
};
use app::{Complaint, Deed, DirectoryError};
use askama::Template;
use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Actor, BranchId, EventId, Role};
use std::net::SocketAddr;

/// The draft of the staff's form.
pub(super) const DRAFT: &str = "new";

#[derive(Template)]
#[template(path = "new_case.html")]
struct NewCase {
    page: Page,
    sections: Vec<(&'static str, Vec<Group>)>,
    mistakes: Vec<(String, &'static str, String)>,
    draft_found: bool,
    event: String,
}

#[derive(Template)]
#[template(path = "complain.html")]
struct Complain {
    page: Page,
    sections: Vec<(&'static str, Vec<Group>)>,
    mistakes: Vec<(String, &'static str, String)>,
    refused: String,
    event: String,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct Receipt {
    page: Page,
    number: String,
    received: String,
    answer: String,
}

fn field(lang: Lang, name: &str, label: Three, kind: Kind, required: bool) -> Field {
    Field {
        name: name.to_owned(),
        label: pick(label, lang),
        kind,
        required,
        hint: "",
        value: String::new(),
        row: 0,
    }
}

fn choice(lang: Lang, name: &str, label: Three, group: &str, required: bool) -> Field {
    let options = words::options(group, lang)
        .into_iter()
        .map(|(c, n)| (c.to_owned(), n.to_owned()))
        .collect();
    field(lang, name, label, Kind::Choice(options), required)
}

/// The fields of a complaint by section; the public form asks for fewer.
pub(crate) fn sections(app: &App, lang: Lang, public: bool, branch: &str) -> Vec<(&'static str, Vec<Field>)> {
    let t = Words(lang);
    let in_row = |mut f: Field, row: u8| {
        f.row = row;
        f
    };
    let with = |mut f: Field, value: &str| {
        f.value = value.to_owned();
        f
    };
    let mut what = vec![
        in_row(
            choice(
                lang,
                "line",
                ["业务条线", "業務條線", "Business line"],
                "line",
                true,
            ),
            u8::from(!public) * 3,
        ),
        field(
            lang,
            "title",
            ["一句话说明", "一句話說明", "In one sentence"],
            Kind::Text,
            true,
        ),
        field(
            lang,
            "narrative",
            ["事情经过", "事情經過", "What happened"],
            Kind::Long,
            true,
        ),
        field(
            lang,
            "asks",
            ["希望怎样解决", "希望怎樣解決", "What would put it right"],
            Kind::Long,
            false,
        ),
        field(
            lang,
            "amount",
            ["涉及金额（元）", "涉及金額（元）", "Amount at stake (CNY)"],
            Kind::Money,
            false,
        ),
    ];
    if !public {
        what.insert(
            1,
            in_row(
                choice(lang, "cause", ["投诉原因", "投訴原因", "Cause"], "cause", true),
                3,
            ),
        );
        what.insert(
            1,
            in_row(
                field(lang, "product", ["产品", "產品", "Product"], Kind::Text, false),
                3,
            ),
        );
    }
    let mut who = vec![
        field(lang, "name", ["姓名", "姓名", "Name"], Kind::Text, true),
        in_row(
            field(lang, "phone", ["电话", "電話", "Telephone"], Kind::Text, false),
            1,
        ),
        in_row(
            field(
                lang,
                "email",
                ["电子邮箱", "電子郵件", "E-mail"],
                Kind::Text,
                false,
            ),
            1,
        ),
        field(lang, "address", ["地址", "地址", "Address"], Kind::Text, false),
        with(
            choice(lang, "language", ["语言", "語言", "Language"], "language", true),
            lang::code(lang),
        ),
    ];
    if !public {
        who.insert(
            3,
            in_row(
                field(
                    lang,
                    "id_number",
                    ["证件号码", "證件號碼", "Identity number"],
                    Kind::Text,
                    false,
                ),
                2,
            ),
        );
        who.insert(
            4,
            in_row(
                field(
                    lang,
                    "account",
                    ["账号或卡号", "帳號或卡號", "Account or card"],
                    Kind::Text,
                    false,
                ),
                2,
            ),
        );
    }
    let mut all = vec![(t.what_happened(), what), (t.complainant(), who)];
    if !public {
        let show = Show::new(app, lang);
        let how = vec![
            choice(
                lang,
                "channel",
                ["收到渠道", "收到管道", "Came by"],
                "intake_channel",
                true,
            ),
            with(
                field(
                    lang,
                    "received",
                    ["收到时间", "收到時間", "Received at"],
                    Kind::Moment,
                    true,
                ),
                &show.iso(show.now),
            ),
            with(
                field(
                    lang,
                    "branch",
                    ["负责网点", "負責分行", "Branch responsible"],
                    Kind::Text,
                    true,
                ),
                branch,
            ),
        ];
        let how = how.into_iter().map(|f| in_row(f, 4)).collect();
        all.push((t.intake_channel(), how));
    }
    all
}

/// Reads a complaint from a form.
pub(crate) fn read(
    app: &App,
    fields: &Fields,
    lang: Lang,
    public: bool,
    branch: &str,
) -> Result<Complaint, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let mut wrong = |field: &str, text: Three| {
        mistakes.push(Mistake {
            field: field.to_owned(),
            text: pick(text, lang).to_owned(),
        });
    };
    for (_, section) in sections(app, lang, public, branch) {
        for f in section {
            let value = fields.get(&f.name);
            let known = match &f.kind {
                Kind::Choice(options) => value.is_empty() || options.iter().any(|(c, _)| c == value),
                _ => true,
            };
            if f.required && value.is_empty() {
                wrong(&f.name, ["请填写", "請填寫", "is needed"]);
            } else if !known {
                wrong(
                    &f.name,
                    ["请从列表中选择", "請從列表中選擇", "choose one of the list"],
                );
            }
            let longest = if f.kind == Kind::Long { 20_000 } else { 300 };
            if value.chars().count() > longest {
                wrong(&f.name, ["内容太长", "內容太長", "is too long"]);
            }
        }
    }
    if public && fields.get("phone").is_empty() && fields.get("email").is_empty() {
        wrong(
            "phone",
            [
                "请至少留下电话或邮箱之一",
                "請至少留下電話或信箱之一",
                "leave a telephone number or an e-mail address",
            ],
        );
    }
    let now = app.office.now();
    let received_at = if public {
        Some(now)
    } else {
        crate::forms::moment(fields.get("received"), app.office.pack().zone())
    };
    if received_at.is_none() && !fields.get("received").is_empty() {
        wrong(
            "received",
            ["请填写日期和时间", "請填寫日期和時間", "give date and time"],
        );
    }
    let text = fields.get("amount");
    let amount = crate::forms::money(text);
    if !text.is_empty() && amount.is_none() {
        wrong(
            "amount",
            [
                "请填写金额，例如 1,200.50",
                "請填寫金額，例如 1,200.50",
                "give an amount, such as 1,200.50",
            ],
        );
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let get = |n: &str| fields.get(n).to_owned();
    Ok(Complaint {
        channel: if public {
            "online".to_owned()
        } else {
            get("channel")
        },
        line: get("line"),
        product: get("product"),
        title: get("title"),
        narrative: get("narrative"),
        cause: if public {
            "C.other".to_owned()
        } else {
            get("cause")
        },
        asks: get("asks"),
        name: get("name"),
        phone: get("phone"),
        email: get("email"),
        id_number: get("id_number"),
        account: get("account"),
        address: get("address"),
        language: get("language"),
        branch: BranchId(if public {
            "unassigned".to_owned()
        } else {
            get("branch")
        }),
        amount,
        received_at: received_at.unwrap_or(now),
    })
}

fn grouped(
    sections: Vec<(&'static str, Vec<Field>)>,
    values: Option<&Fields>,
    mistakes: &[Mistake],
) -> Vec<(&'static str, Vec<Group>)> {
    sections
        .into_iter()
        .map(|(name, fields)| (name, groups(fields, values, mistakes)))
        .collect()
}

fn labelled(
    sections: &[(&'static str, Vec<Field>)],
    mistakes: &[Mistake],
) -> Vec<(String, &'static str, String)> {
    mistakes
        .iter()
        .map(|m| {
            let label = sections
                .iter()
                .flat_map(|(_, f)| f)
                .find(|f| f.name == m.field)
                .map_or("", |f| f.label);
            (m.field.clone(), label, m.text.clone())
        })
        .collect()
}

fn staff_form(
    app: &App,
    person: &Person,
    status: StatusCode,
    values: Option<&Fields>,
    mistakes: &[Mistake],
    draft_found: bool,
) -> Response {
    let parts = sections(app, person.lang(), false, &person.viewer().branch.0);
    html_with(
        status,
        &NewCase {
            page: Page::of(app, person, "new", Words(person.lang()).new_case()),
            mistakes: labelled(&parts, mistakes),
            sections: grouped(parts, values, mistakes),
            draft_found,
            event: values
                .map_or("", |v| v.get("event"))
                .parse::<EventId>()
                .unwrap_or_else(|_| fresh_event())
                .to_string(),
        },
    )
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    person.viewer().ask(Deed::TakeIn)?;
    app.work(move |app| {
        let draft = drafts::find(app, &person, DRAFT)?;
        Ok(staff_form(
            app,
            &person,
            StatusCode::OK,
            draft.as_ref(),
            &[],
            draft.is_some(),
        ))
    })
    .await
}

pub(crate) async fn send(
    State(app): State<Shared>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::TakeIn)?;
    app.work(move |app| {
        let own = person.viewer().branch.0.clone();
        let complaint = match read(app, &fields, person.lang(), false, &own) {
            Ok(complaint) => complaint,
            Err(mistakes) => {
                return Ok(staff_form(
                    app,
                    &person,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    Some(&fields),
                    &mistakes,
                    false,
                ));
            }
        };
        // Nobody registers into a branch that they do not reach.
        if person.viewer().reach(Deed::TakeIn) == app::Reach::Branch && complaint.branch.0 != own {
            let mistake = Mistake {
                field: "branch".into(),
                text: Words(person.lang()).own_branch_only().to_owned(),
            };
            let wrong = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(staff_form(app, &person, wrong, Some(&fields), &[mistake], false));
        }
        let event = fields.get("event").parse().unwrap_or_else(|_| fresh_event());
        match app.office.take_in(event, complaint, person.actor()) {
            Ok(taken) => {
                drafts::drop_draft(app, &person, DRAFT)?;
                Ok(Redirect::to(&format!("/cases/{}?done=receive", taken.case)).into_response())
            }
            Err(app::OfficeError::Refused { refusal, .. }) => {
                let mistake = Mistake {
                    field: "received".into(),
                    text: words::refusal(&refusal, person.lang()),
                };
                Ok(staff_form(
                    app,
                    &person,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    Some(&fields),
                    &[mistake],
                    false,
                ))
            }
            Err(e) => Err(e.into()),
        }
    })
    .await
}

fn public_form(
    app: &App,
    asker: &Asker,
    status: StatusCode,
    values: Option<&Fields>,
    mistakes: &[Mistake],
    refused: String,
) -> Response {
    let parts = sections(app, asker.lang, true, "");
    html_with(
        status,
        &Complain {
            page: Page::new(app, asker, "", Words(asker.lang).complain()),
            mistakes: labelled(&parts, mistakes),
            refused,
            sections: grouped(parts, values, mistakes),
            event: values
                .map_or("", |v| v.get("event"))
                .parse::<EventId>()
                .unwrap_or_else(|_| fresh_event())
                .to_string(),
        },
    )
}

pub(crate) async fn public_page(State(app): State<Shared>, asker: Asker) -> Result<Response, Failure> {
    if !app.settings.public_form {
        return Err(Failure::NotFound);
    }
    Ok(public_form(
        &app,
        &asker,
        StatusCode::OK,
        None,
        &[],
        String::new(),
    ))
}

/// The receipt is the answer itself: no address that somebody else could open leads to it.
pub(crate) async fn public_send(
    State(app): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    PostedByAnybody { asker, fields }: PostedByAnybody,
) -> Result<Response, Failure> {
    if !app.settings.public_form {
        return Err(Failure::NotFound);
    }
    let from = app.origin(peer.ip(), &headers);
    app.work(move |app| {
        let complaint = match read(app, &fields, asker.lang, true, "") {
            Ok(complaint) => complaint,
            Err(mistakes) => {
                return Ok(public_form(
                    app,
                    &asker,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    Some(&fields),
                    &mistakes,
                    String::new(),
                ));
            }
        };
        // The form is no door for floods. Who is asked to wait keeps every word of theirs.
        match app.directory.count_public(from) {
            Err(DirectoryError::TooMany { seconds }) => {
                let wait = format!("{} {seconds} s", Words(asker.lang).complain_wait());
                let status = StatusCode::TOO_MANY_REQUESTS;
                return Ok(public_form(app, &asker, status, Some(&fields), &[], wait));
            }
            counted => counted?,
        }
        let received_at = complaint.received_at;
        let event = fields.get("event").parse().unwrap_or_else(|_| fresh_event());
        let id = app
            .office
            .take_in(event, complaint, &Actor::new("public-form", Role::System))?
            .case;
        let show = Show::new(app, asker.lang);
        let row = app.office.store().case_row(id)?;
        // The rule pack says by when; without a running clock no date is promised.
        let answer = row.and_then(|r| r.due_at);
        Ok(html(&Receipt {
            page: Page::new(app, &asker, "", Words(asker.lang).receipt()),
            number: id.to_string(),
            received: show.moment(received_at),
            answer: answer.map_or_else(String::new, |at| show.long_day(at)),
        }))
    })
    .await
}
