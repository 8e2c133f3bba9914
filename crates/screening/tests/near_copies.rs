//! Near copies among real complaints: what the index finds against what counting every pair finds.

use domain::{CaseId, Timestamp};
use screening::duplicates::{Config, DuplicateIndex, Fingerprint, Intake, Likeness, SHINGLE};
use std::{
    collections::{HashMap, HashSet},
    fs::File,
    path::{Path, PathBuf},
    time::Instant,
};

/// What counts as a near copy in this test and in the shipped configuration.
const NEAR_COPY: f64 = 0.5;

/// Finds `shared/data/complaints` beside the workspace or above it.
fn data() -> Option<PathBuf> {
    let start = Path::new(env!("CARGO_MANIFEST_DIR"));
    start
        .ancestors()
        .map(|up| up.join("shared/data/complaints"))
        .find(|p| p.is_dir())
}

fn narratives(dir: &Path, file: &str) -> Vec<String> {
    let packed = File::open(dir.join(file)).expect("the data set has this file");
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(packed));
    let headings = reader.headers().expect("the file begins with its headings");
    let column = headings
        .iter()
        .position(|h| h == "narrative")
        .expect("it has narratives");
    let rows = reader.records().map(|r| r.expect("every row is whole"));
    rows.map(|r| r[column].to_owned())
        .filter(|t| !t.is_empty())
        .collect()
}

/// Counts the Jaccard index of every pair that shares a shingle, by an inverted list and `HashSet`s of
/// words: a way of its own, which shares nothing with the crate but the definition.
fn brute_force(texts: &[String]) -> HashMap<(usize, usize), f64> {
    let mut names: HashMap<String, u32> = HashMap::new();
    let sets: Vec<HashSet<u32>> = texts
        .iter()
        .map(|t| {
            let t = text::normalise(t).replace(['\'', '’'], "");
            let words: Vec<&str> = t
                .split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .collect();
            let run = SHINGLE.min(words.len()).max(1);
            words
                .windows(run)
                .map(|w| {
                    let fresh = names.len() as u32;
                    *names.entry(w.join(" ")).or_insert(fresh)
                })
                .collect()
        })
        .collect();
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    let mut pairs = HashMap::new();
    for (i, set) in sets.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for &s in set {
            for &j in &holders[s as usize] {
                *shared.entry(j).or_default() += 1;
            }
            holders[s as usize].push(i);
        }
        for (j, n) in shared {
            let jaccard = n as f64 / (set.len() + sets[j].len() - n) as f64;
            if jaccard >= 0.3 {
                pairs.insert((j, i), jaccard);
            }
        }
    }
    pairs
}

#[test]
fn real_narratives() {
    let Some(dir) = data() else {
        eprintln!("SKIPPED 4819 real narratives: no shared/data/complaints beside or above the workspace");
        return;
    };
    let mut texts = narratives(&dir, "cfpb_narratives_unlabelled.csv.gz");
    texts.extend(narratives(&dir, "cfpb.csv.gz"));
    let truth = brute_force(&texts);

    let mut index = DuplicateIndex::new(Config {
        near_copy: 0.3,
        most_candidates: 1_000,
        ..Config::default()
    });
    let start = Instant::now();
    let mut estimated: HashMap<(usize, usize), f64> = HashMap::new();
    for (i, text) in texts.iter().enumerate() {
        let intake = Intake::new(text, vec![], "complaint", Timestamp(0));
        for candidate in index.probe(&intake) {
            estimated.insert((candidate.case.bits() as usize, i), candidate.likeness);
        }
        index.insert(CaseId::from_bits(i as u64), &intake);
    }
    let took = start.elapsed();

    let near: HashSet<_> = truth
        .iter()
        .filter(|(_, j)| **j >= NEAR_COPY)
        .map(|(p, _)| *p)
        .collect();
    let said: HashSet<_> = estimated
        .iter()
        .filter(|(_, j)| **j >= NEAR_COPY)
        .map(|(p, _)| *p)
        .collect();
    let with_copy = |pairs: &HashSet<(usize, usize)>| {
        let cases: HashSet<usize> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        100.0 * cases.len() as f64 / texts.len() as f64
    };
    let right = near.intersection(&said).count() as f64;
    let (recall, precision) = (right / near.len() as f64, right / said.len() as f64);
    // A pair on the line is a coin's toss for an estimate; what matters is the clear ones.
    let clear: Vec<_> = truth.iter().filter(|(_, j)| **j >= 0.6).collect();
    let clear_recall = clear.iter().filter(|(p, _)| said.contains(p)).count() as f64 / clear.len() as f64;
    let wrong = said
        .iter()
        .filter(|p| truth.get(p).is_none_or(|j| *j < 0.4))
        .count();
    println!(
        "{} real narratives, near copy = Jaccard of {SHINGLE}-word shingles >= {NEAR_COPY}:\n\
         counted  {} pairs, {:.2} % of narratives have a near copy\n\
         index    {} pairs, {:.2} %; recall {recall:.3}, precision {precision:.3}\n\
         pairs of likeness >= 0.6: recall {clear_recall:.3} of {}; pairs said that have < 0.4: {wrong}\n\
         probe and insert of all: {took:.2?} ({:.0} µs each), index {} KB",
        texts.len(),
        near.len(),
        with_copy(&near),
        said.len(),
        with_copy(&said),
        clear.len(),
        took.as_micros() as f64 / texts.len() as f64,
        index.memory_bytes() / 1_000,
    );
    assert!(
        (with_copy(&near) - 8.9).abs() < 0.2,
        "the definition gives {:.2} %",
        with_copy(&near)
    );
    assert!(
        (with_copy(&said) - 8.9).abs() < 0.5,
        "the index finds {:.2} %",
        with_copy(&said)
    );
    assert!(
        recall > 0.93 && precision > 0.93 && clear_recall > 0.98,
        "see above"
    );
    assert!(wrong * 100 < said.len(), "{wrong} pairs of little likeness");

    for (&(a, b), &jaccard) in truth.iter().take(300) {
        let exact = Likeness::exact(&texts[a], &texts[b]).jaccard;
        assert!(
            (exact - jaccard).abs() < 1e-6,
            "exact {exact}, counted {jaccard}: {a} and {b}"
        );
    }
}

/// Chinese complaints with small changes: nearly all must be found, and no two different ones joined.
#[test]
fn changed_chinese_complaints() {
    let openings = [
        "我是贵行老客户",
        "本人于去年在贵行开户",
        "前几天发现账户异常",
        "因工作繁忙今天才发现",
    ];
    let events = [
        "信用卡被多扣年费三百六十元，之前客服承诺刷满六次免年费",
        "理财产品到期亏损一万二千元，购买时客户经理说保本保息",
        "房贷提前还款被收取违约金，合同里并没有约定这一条",
        "手机银行转账给家人显示失败，但是钱已经从账户扣走了",
        "网点柜台排队两个小时，办理挂失还要求我明天再来一趟",
        "保险退保只退一半现金价值，当初在柜台说是存款送保险",
    ];
    let wishes = [
        "希望尽快核实并退还，三天之内给我书面答复",
        "要求赔礼道歉并且赔偿我的误工损失和交通费",
        "请领导重视，不要再让客服互相推诿踢皮球了",
    ];
    let mut originals = Vec::new();
    for o in openings {
        for e in events {
            for w in wishes {
                originals.push(format!(
                    "{o}。{e}。多次拨打客服电话都没有结果，{w}。编号{}",
                    originals.len()
                ));
            }
        }
    }
    let at = Timestamp(0);
    let mut index = DuplicateIndex::new(Config::default());
    for (n, text) in originals.iter().enumerate() {
        index.insert(
            CaseId::from_bits(n as u64),
            &Intake::new(text, vec![n as u128], "x", at),
        );
    }
    let mut found = 0;
    for (n, text) in originals.iter().enumerate() {
        let changed = format!(
            "您好，{}谢谢！",
            text.replace("多次", "三番五次地").replace('，', ",")
        );
        let candidates = index.probe(&Intake::new(&changed, vec![u128::MAX], "x", at));
        found += usize::from(candidates.iter().any(|c| c.case == CaseId::from_bits(n as u64)));
        for c in &candidates {
            let exact = Likeness::exact(&changed, &originals[c.case.bits() as usize]).jaccard;
            assert!(
                exact > 0.3,
                "{changed} is not like {} ({exact})",
                originals[c.case.bits() as usize]
            );
        }
    }
    println!("{found} of {} changed Chinese complaints found", originals.len());
    assert!(
        found * 100 >= originals.len() * 97,
        "{found} of {}",
        originals.len()
    );
}

#[test]
fn a_fingerprint_is_the_same_for_ever() {
    // Fingerprints are kept with the cases: another value here means that all must be made again.
    let bytes = Fingerprint::of("The bank charged my card twice; 银行两次扣款，没有人答复").to_bytes();
    let sum = bytes
        .iter()
        .fold(0u64, |h, &b| h.wrapping_mul(0x0100_0000_01b3) ^ u64::from(b));
    insta::assert_snapshot!(format!("{sum:016x}"), @"76be6d1556b32428");
}
