//! The pack format: the shipped files, every kind of mistake, versions, folders.

use crate::common::{at, cn, received, runs, state};
use proptest::prelude::*;
use rules::{
    Basis, Consequence, Lang, Pack, PackError, Packs, References, Scope, Status, evaluate, without_version,
};
use std::path::{Path, PathBuf};

pub(crate) const CN: &str = include_str!("../../../../packs/cn.toml");
const SOURCES: &str = include_str!("../../../../packs/sources.toml");
const CALENDAR: &str = include_str!("../../../../packs/calendars/cn.toml");

fn refs() -> &'static References {
    Packs::builtin().references()
}

pub(crate) fn parse(text: &str) -> Result<Pack, Vec<PackError>> {
    Pack::parse(text, "cn.toml", refs())
}

/// The shipped pack with one text replaced, which must occur.
fn edited(from: &str, to: &str) -> String {
    assert!(CN.contains(from), "{from:?} is not in the pack");
    CN.replacen(from, to, 1)
}

fn shown(errors: &[PackError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

#[test]
fn the_shipped_files_are_whole_and_say_where_every_rule_was_read() {
    let packs = Packs::load_dir(&folder()).map_err(|e| shown(&e)).unwrap();
    assert_eq!(packs.iter().count(), Packs::builtin().iter().count());
    for rule in cn().rules() {
        assert!(
            !rule.article.is_empty() && !rule.source.title.is_empty(),
            "{}",
            rule.id
        );
        for lang in Lang::ALL {
            assert!(!rule.text.get(lang).is_empty(), "{} {lang:?}", rule.id);
        }
    }
    let ids: Vec<_> = cn().clocks().iter().map(|c| c.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "cn.nfra.decide",
            "cn.nfra.review.apply",
            "cn.nfra.review.decide",
            "cn.pboc.answer"
        ]
    );
}

#[test]
fn the_readme_shows_a_clock_that_is_read() {
    let readme = include_str!("../../../../packs/README.md");
    let block = readme
        .split("```toml")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let block = block.replace("\"cn.nfra.decide.simple\"", "\"x.simple\"");
    let block = block.replace("id = \"cn.nfra.decide\"", "id = \"x.decide\"");
    let pack = parse(&format!("{CN}\n{block}")).map_err(|e| shown(&e)).unwrap();
    let states = runs(&pack, "x.decide", &received("2026-03-02"), "2026-03-03");
    assert_eq!(states[0].due_strict().unwrap().to_string(), "2026-03-17");
}

#[test]
fn each_mistake_is_named_with_its_place() {
    let cases = [
        ("unit = \"cd\"", "unit = \"fortnight\""),
        ("unit = \"cd\"", "unit = \"bd:MARS\""),
        ("n = 15", "n = 0"),
        ("n = 15", "n = -3"),
        ("n = 15", "n = 99999999999"),
        ("n = 15", "n = \"fifteen\""),
        ("start = \"complaint_received\"", "start = \"complaint_dreamt\""),
        ("total_max = 60", "total_max = 10"),
        ("total_max = 60", "total_max = 50"),
        ("to_total = 30", "to_total = 15"),
        ("to_total = 30", "to_total = 30, add = 15"),
        ("step = 2, rule", "step = 3, rule"),
        ("approver = \"team_leader\"", "approver = \"anybody\""),
        ("rule = \"cn.nfra.withdraw\"", "rule = \"cn.nfra.vanish\""),
        ("source = \"cn.A\"", "source = \"cn.Z\""),
        (
            "id = \"cn.nfra.decide.complex\"",
            "id = \"cn.nfra.decide.simple\"",
        ),
        (
            "id = \"cn.nfra.review.decide\"\ntitle",
            "id = \"cn.nfra.decide\"\ntitle",
        ),
        ("owner = \"bank\"", "owner = \"bank\"\ncolour = \"red\""),
        ("owner = \"bank\"\n", ""),
        ("confidence = \"S\"", "confidence = \"sure\""),
        ("valid_from = 2020-03-01", "valid_from = 2020-13-01"),
        ("valid_from = 2020-03-01", "valid_from = 2020-03-01T10:00:00"),
        (
            "valid_from = 2020-03-01",
            "valid_from = 2020-03-01\nvalid_to = 2019-01-01",
        ),
        ("calendar = \"CN\"", "calendar = \"ZZ\""),
        ("zone = \"Asia/Shanghai\"", "zone = \"Asia/Atlantis\""),
        ("roll_basis = \"off\"", "roll_basis = \"maybe\""),
        ("[counting]", "[conting]"),
        ("format = 1", "format = 2"),
        (
            "stop = [{ on = \"decision_notified\", rule = \"cn.notice.modes\" }]",
            "stop = []",
        ),
        (
            "end = [{ on = \"withdrawn\"",
            "end = [{ on = \"decision_notified\"",
        ),
        ("{ reason = \"mediation\"", "{ reason = \"appraisal\""),
        ("kind = \"min_crew\"", "kind = \"min_cars\""),
        ("persons = 2", "persons = 0"),
        ("persons = 2", "days = 2"),
        ("from = \"08:00\"", "from = \"8 o'clock\""),
        ("to = \"22:00\"", "to = \"07:00\""),
        ("basis = \"policy\"", "basis = \"law\""),
        ("title = {", "title = [{"),
        ("[[clock]]", "[clock]"),
    ];
    let mut all = String::new();
    for (from, to) in cases {
        let errors = parse(&edited(from, to)).expect_err(to);
        assert!(errors.iter().all(|e| e.file == "cn.toml"), "{to}");
        all.push_str(&format!(
            "--- {} => {}\n{}\n",
            from.escape_debug(),
            to.escape_debug(),
            shown(&errors)
        ));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn all_mistakes_come_at_once() {
    let mut text = edited(
        "n = 15\nunit = \"cd\"",
        "n = 0\nunit = \"day\"\nshade = 1\ntint = 2",
    );
    text = text
        .replacen("source = \"cn.H\"", "source = \"cn.X\"", 1)
        .replacen("persons = 2", "persons = 99", 1);
    let errors = parse(&text).unwrap_err();
    let places: Vec<_> = errors.iter().map(|e| e.path.as_str()).collect();
    assert!(
        places.contains(&"clock[0].shade") && places.contains(&"clock[0].tint"),
        "{places:?}"
    );
    assert!(
        places.contains(&"rule[0].source") && places.contains(&"conduct[2].persons"),
        "{places:?}"
    );
    assert!(errors.iter().all(|e| e.line.is_some()), "{}", shown(&errors));

    let text = edited("n = 15\nunit = \"cd\"", "n = 0\nunit = \"day\"");
    let places: Vec<_> = parse(&text).unwrap_err().into_iter().map(|e| e.path).collect();
    assert_eq!(places, ["clock[0].n", "clock[0].unit"]);
}

#[test]
fn a_later_pack_never_rewrites_the_past() {
    // From 2026-07-01 on ten days instead of fifteen; older complaints keep theirs.
    let head = CN.find("[[clock]]\nid = \"cn.nfra.decide\"").unwrap();
    let tail = head
        + CN[head..]
            .find("[[clock]]\nid = \"cn.nfra.review.apply\"")
            .unwrap();
    let old = &CN[head..tail];
    let ended = old.replace(
        "valid_from = 2020-03-01",
        "valid_from = 2020-03-01\nvalid_to = 2026-06-30",
    );
    let new = old
        .replace("n = 15", "n = 10")
        .replace("valid_from = 2020-03-01", "valid_from = 2026-07-01");
    let overlap = format!("{}{old}{new}{}", &CN[..head], &CN[tail..]);
    assert!(shown(&parse(&overlap).unwrap_err()).contains("in force twice on 2026-07-01"));

    let pack = parse(&format!("{}{ended}{new}{}", &CN[..head], &CN[tail..]))
        .map_err(|e| shown(&e))
        .unwrap();
    for (day, due) in [("2026-06-30", "2026-07-15"), ("2026-07-01", "2026-07-11")] {
        let states = runs(&pack, "cn.nfra.decide", &received(day), "2026-08-20");
        assert_eq!(states.len(), 1, "{day}");
        assert_eq!(states[0].due_strict().unwrap().to_string(), due, "{day}");
    }
    // New facts after the change: still the version of the day of receipt.
    let mut facts = received("2026-06-30");
    facts
        .milestones
        .push((domain::clock::Milestone::NewFactsReceived, at("2026-07-10")));
    let states = runs(&pack, "cn.nfra.decide", &facts, "2026-07-11");
    assert_eq!(states[1].due_strict().unwrap().to_string(), "2026-07-25");
}

#[test]
fn complaints_older_than_every_version_have_no_clock_and_are_named() {
    let facts = received("2020-02-29");
    let now = at("2026-01-01");
    assert!(evaluate(cn(), &facts, cn().zone(), now).is_empty());
    assert_eq!(without_version(cn(), &facts, cn().zone(), now).len(), 4);
    let facts = received("2020-03-01");
    assert_eq!(
        without_version(cn(), &facts, cn().zone(), now),
        ["cn.pboc.answer"]
    );
    assert_eq!(
        state("cn.nfra.decide", &facts, "2020-03-02").status,
        Status::Running
    );
}

#[test]
fn visits_keep_to_the_rows_in_force() {
    let conduct = cn().visit_conduct("2026-11-22".parse().unwrap());
    let legal = conduct.hours_legal.unwrap();
    assert_eq!((legal.value.from.hour(), legal.value.to.hour()), (8, 22));
    assert_eq!(
        (legal.row.scope, legal.row.consequence),
        (Scope::Collection, Consequence::Block)
    );
    let default = conduct.hours_default.unwrap();
    assert_eq!((default.value.from.hour(), default.value.to.hour()), (9, 20));
    assert_eq!(default.row.basis, Basis::Policy);
    assert_eq!(conduct.min_crew.unwrap().value, 2);
    let notice = conduct.notice_days.unwrap();
    assert_eq!((notice.value, notice.row.basis), (3, Basis::Policy));
    assert_eq!(conduct.reconfirm_hours.unwrap().value, 24);
    let before = cn().visit_conduct("2026-01-29".parse().unwrap());
    assert!(before.min_crew.is_none() && before.hours_legal.is_some());
}

#[test]
fn a_folder_of_packs_is_read_and_its_gaps_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let errors = Packs::load_dir(dir.path()).unwrap_err();
    assert_eq!(errors.len(), 2, "{}", shown(&errors));
    assert!(shown(&errors).contains("nothing was changed"));

    std::fs::create_dir(dir.path().join("calendars")).unwrap();
    write("sources.toml", SOURCES);
    write("calendars/cn.toml", CALENDAR);
    write("cn.toml", CN);
    write("README.md", "not a pack");
    assert!(Packs::load_dir(dir.path()).unwrap().get("cn").is_some());

    write("again.toml", CN);
    assert!(shown(&Packs::load_dir(dir.path()).unwrap_err()).contains("pack \"cn\" is used twice"));
    std::fs::write(dir.path().join("again.toml"), [0xff, 0xfe]).unwrap();
    assert!(shown(&Packs::load_dir(dir.path()).unwrap_err()).contains("again.toml"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Random edits never panic; what is still accepted can be used.
    #[test]
    fn a_damaged_pack_never_panics(
        edits in proptest::collection::vec(
            (any::<prop::sample::Index>(), 0usize..30,
             prop_oneof![".{0,6}", Just("\n[[clock]]\n".to_owned()), Just("9".to_owned()), Just("\"".to_owned())]),
            1..5,
        ),
    ) {
        let mut chars: Vec<char> = CN.chars().collect();
        for (index, cut, insert) in edits {
            let at = index.index(chars.len().max(1));
            let end = (at + cut).min(chars.len());
            chars.splice(at.min(end)..end, insert.chars());
        }
        let text: String = chars.into_iter().collect();
        match parse(&text) {
            Ok(pack) => {
                let states = evaluate(&pack, &received("2026-03-02"), pack.zone(), at("2026-04-01"));
                for state in states {
                    prop_assert!(!state.derivation.to_text(Lang::ZhTw).is_empty());
                }
            }
            Err(errors) => prop_assert!(!errors.is_empty() && !shown(&errors).is_empty()),
        }
    }

    /// Edits of whole values and lines, which more often pass the first checks.
    #[test]
    fn a_pack_with_odd_values_never_panics(
        line in any::<prop::sample::Index>(),
        value in prop_oneof![
            Just("0".to_owned()), Just("-1".to_owned()), Just("9223372036854775807".to_owned()),
            Just("\"\"".to_owned()), Just("[]".to_owned()), Just("{}".to_owned()), Just("true".to_owned()),
            Just("1.5".to_owned()), Just("nan".to_owned()), Just("0000-01-01".to_owned()),
            Just("9999-12-31".to_owned()), Just("07:32:00".to_owned()), Just("\"complaint_received\"".to_owned()),
        ],
        also in any::<prop::sample::Index>(),
    ) {
        let mut lines: Vec<String> = CN.lines().map(str::to_owned).collect();
        let keyed: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].contains(" = ")).collect();
        let chosen = keyed[line.index(keyed.len())];
        let key = lines[chosen].split(" = ").next().unwrap_or_default().to_owned();
        lines[chosen] = format!("{key} = {value}");
        let gone = also.index(lines.len());
        lines.remove(gone);
        let text = lines.join("\n");
        match parse(&text) {
            Ok(pack) => {
                let states = evaluate(&pack, &received("2026-03-02"), pack.zone(), at("2026-04-01"));
                for state in states {
                    prop_assert!(!state.derivation.to_text(Lang::ZhTw).is_empty());
                }
            }
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }

    #[test]
    fn damaged_calendars_and_sources_never_panic(
        at in any::<prop::sample::Index>(), cut in 0usize..20, insert in ".{0,6}",
    ) {
        for text in [CALENDAR, SOURCES] {
            let mut chars: Vec<char> = text.chars().collect();
            let start = at.index(chars.len());
            let end = (start + cut).min(chars.len());
            chars.splice(start..end, insert.chars());
            let text: String = chars.into_iter().collect();
            if let Err(errors) = rules::Sources::parse(&text, "f") { prop_assert!(!errors.is_empty()); }
            if let Err(errors) = rules::Calendar::parse(&text, "f", &refs().sources) {
                prop_assert!(!errors.is_empty());
            }
        }
    }
}
