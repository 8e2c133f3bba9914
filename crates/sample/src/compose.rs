//! Puts a story, its slots and the customer's voice together into title, narrative and allegations.

use crate::{
    complaint::{Allegation, Mood},
    dice::Dice,
    hant::Converter,
    names::{ROMAN_SURNAMES, SURNAMES},
    people::Customer,
    stories::{CHINESE, ENGLISH, EXTRAS, EXTRAS_EN, Extra, Story, Truth, Voice},
    when::plus,
    words::{Channel, Language, Line},
};
use domain::Money;
use jiff::civil::Date;

/// The values that fill the slots of a story.
#[derive(Clone)]
pub(crate) struct Slots {
    pub(crate) amount: i64,
    pub(crate) sum: i64,
    pub(crate) began: Date,
    pub(crate) later: Date,
    pub(crate) times: i64,
    pub(crate) months: i64,
    /// Hundredths of a per cent.
    pub(crate) rate: i64,
    pub(crate) card: i64,
    pub(crate) days: i64,
    pub(crate) branch: String,
    pub(crate) manager: &'static str,
    pub(crate) product: &'static str,
    pub(crate) age: u8,
    /// The day on which the customer writes; dates are told from there.
    pub(crate) written: Date,
}

impl Slots {
    /// Draws the values for `story`; `branch` is the branch's everyday name.
    pub(crate) fn draw(
        dice: &mut Dice,
        story: &Story,
        customer: &Customer,
        branch: String,
        english: bool,
        written: Date,
    ) -> Self {
        // Longer than the ten working days that stories speak of, and no longer than `later` is ago.
        let days = dice.between(15, 28);
        Slots {
            amount: amount(dice, story.amount),
            sum: round_sum(dice.between(story.sum.0, story.sum.1)),
            began: plus(written, -dice.between(35, 150)),
            later: plus(written, -(days + dice.between(0, 5))),
            times: dice.between(2, 8),
            months: dice.between(2, 11),
            rate: match story.line {
                Line::Loan => dice.between(68, 124) * 5,
                _ => dice.between(52, 84) * 5,
            },
            card: dice.between(0, 9999),
            days,
            branch,
            manager: dice.word(if english { &ROMAN_SURNAMES } else { &SURNAMES }),
            product: dice.word(story.products),
            age: customer.age,
            written,
        }
    }
}

/// Draws an amount in yuan: small ones exact, large ones round, as customers remember them.
fn amount(dice: &mut Dice, (from, to): (i64, i64)) -> i64 {
    let exact = dice.between(from, to);
    match exact {
        0..1000 => exact,
        1000..20_000 if dice.chance(500) => exact / 10 * 10,
        1000..20_000 => exact,
        _ => exact / 100 * 100,
    }
}

fn round_sum(sum: i64) -> i64 {
    match sum {
        0..10_000 => sum / 100 * 100,
        10_000..100_000 => sum / 1000 * 1000,
        _ => sum / 10_000 * 10_000,
    }
}

/// What the composer needs to know beside the story.
pub(crate) struct Setting<'a> {
    pub(crate) story: &'static Story,
    pub(crate) slots: &'a Slots,
    pub(crate) customer: &'a Customer,
    pub(crate) language: Language,
    pub(crate) channel: Channel,
    pub(crate) mood: Mood,
    pub(crate) threatens: bool,
    /// Whether the customer has complained about something else before.
    pub(crate) again: bool,
    /// Whether this repeats the customer's own earlier text by another channel.
    pub(crate) resent: bool,
    /// Which of the interchangeable sentences are taken: the same number takes the same ones.
    pub(crate) choice: u64,
    /// Turns the text into traditional characters where the customer writes them.
    pub(crate) hant: &'a Converter,
    /// Whether greeting and ending of the channel are left away, as a copied text has them.
    pub(crate) bare: bool,
}

/// A composed complaint text.
pub(crate) struct Composed {
    pub(crate) title: String,
    pub(crate) narrative: String,
    pub(crate) allegations: Vec<Allegation>,
    pub(crate) truths: Vec<&'static Truth>,
    pub(crate) remedy_text: String,
}

/// Composes the text of one complaint.
pub(crate) fn compose(set: &Setting<'_>) -> Composed {
    let english = set.language == Language::En;
    let voice: &Voice = if english { &ENGLISH } else { &CHINESE };
    let mut dice = Dice::new(set.choice, 1);
    let dice = &mut dice;
    let story = set.story;
    let fill = |text: &str| fill(text, set.slots, english);

    let title = fill(dice.word(story.titles));
    let (ask, ask_sentence) = *dice.pick(story.asks);
    let extras = pick_extras(dice, story, english);

    let mut parts: Vec<&str> = Vec::new();
    // Some begin with what they want, when that can be understood without the story.
    let plain_wish = ["请", "要求", "我要求", "Please", "I ask"]
        .iter()
        .any(|w| ask_sentence.starts_with(w));
    let ask_first = dice.chance(200) && plain_wish;
    // No draw may hang on the channel: a copy by another channel takes the same sentences.
    let brief = dice.chance(300) && matches!(set.channel, Channel::App | Channel::Online);
    if ask_first {
        parts.push(ask_sentence);
    }
    parts.push(say(dice, story.opening, set.customer));
    parts.push(say(dice, story.facts, set.customer));
    let tried = say(dice, story.tried, set.customer);
    if !brief {
        parts.push(tried);
    }
    parts.extend(extras.iter().map(|e| say(dice, e.sentences, set.customer)));
    if let Some(strain) = set.customer.strains.first() {
        let said = say(dice, voice.strain(*strain), set.customer);
        if dice.chance(750) {
            parts.push(said);
        }
    }
    if set.again {
        parts.push(say(dice, voice.again, set.customer));
    }
    let feeling = say(dice, voice.feelings(set.mood), set.customer);
    let feeling_last = dice.chance(350);
    if !feeling_last {
        parts.push(feeling);
    }
    if !ask_first {
        parts.push(ask_sentence);
    }
    if feeling_last {
        parts.push(feeling);
    }
    if set.threatens {
        parts.push(dice.word(voice.threats));
    }
    // Drawn from a stream of their own, so that a copy by another channel keeps the sentences above.
    let mut around = Dice::new(set.choice ^ set.channel as u64, 2);
    if set.resent {
        parts.insert(0, around.word(voice.resent));
        parts.push(around.word(voice.resent_end));
    }
    if !set.bare {
        parts.insert(0, around.word(voice.greetings(set.channel)));
        parts.push(around.word(voice.endings(set.channel)));
    }
    parts.retain(|p| !p.is_empty());

    let mut allegations = vec![Allegation {
        cause: story.cause,
        text: fill(story.claim),
        asks: fill(ask),
        claimed: (story.amount.1 > 0).then(|| Money::cny(set.slots.amount * 100)),
    }];
    let mut truths = vec![&story.truth];
    for e in &extras {
        allegations.push(Allegation {
            cause: e.cause,
            text: fill(e.claim),
            asks: fill(e.ask),
            claimed: None,
        });
        truths.push(&e.truth);
    }
    let mut composed = Composed {
        title,
        narrative: fill(&parts.join(voice.gap)),
        allegations,
        truths,
        remedy_text: self::fill(story.remedy_text, set.slots, false),
    };
    if set.language == Language::Hant {
        composed.title = set.hant.convert(&composed.title);
        composed.narrative = set.hant.convert(&composed.narrative);
        for a in &mut composed.allegations {
            a.text = set.hant.convert(&a.text);
            a.asks = set.hant.convert(&a.asks);
        }
    }
    composed
}

/// Words that no one past 65 says of himself or herself.
const NOT_OLD: [&str; 18] = [
    "我妈",
    "我爸",
    "我母亲",
    "我父亲",
    "父母",
    "老师",
    "单位",
    "上班",
    "出差",
    "下班",
    "同事",
    "孩子交",
    "应届",
    "大哥",
    "办签证",
    "家里老人",
    "家里有小孩",
    "开会",
];
/// Words that no one under 50 says of himself or herself.
const NOT_YOUNG: [&str; 8] = [
    "老两口",
    "退休",
    "我眼睛不好",
    "女儿打电话",
    "年纪大了",
    "年纪也不小",
    "一辈子",
    "十几年了",
];

/// Says whether a sentence suits the customer's age and sex.
fn suits(sentence: &str, customer: &Customer) -> bool {
    let says = |words: &[&str]| words.iter().any(|w| sentence.contains(w));
    !(customer.age >= 65 && says(&NOT_OLD)
        || customer.age < 50 && says(&NOT_YOUNG)
        || !customer.woman && says(&["丈夫", "My husband"])
        || customer.woman && says(&["My wife"]))
}

/// Draws a sentence that suits the customer; any, when none does.
fn say(dice: &mut Dice, sentences: &[&'static str], customer: &Customer) -> &'static str {
    let fitting: Vec<&'static str> = sentences.iter().copied().filter(|s| suits(s, customer)).collect();
    dice.word(if fitting.is_empty() { sentences } else { &fitting })
}

/// Draws none, one or two further allegations of causes that fit the story.
fn pick_extras(dice: &mut Dice, story: &Story, english: bool) -> Vec<&'static Extra> {
    let pool: &'static [Extra] = if english { &EXTRAS_EN } else { &EXTRAS };
    let mut wanted = [0, 1, 2][dice.weighted(&[46, 39, 15])];
    let mut taken: Vec<&'static Extra> = Vec::new();
    let first = dice.below(story.extras.len() as u64) as usize;
    for i in 0..story.extras.len() {
        let cause = story.extras[(first + i) % story.extras.len()];
        let fitting: Vec<&'static Extra> = pool.iter().filter(|e| e.cause == cause).collect();
        if wanted > 0 && !fitting.is_empty() {
            taken.push(*dice.pick(&fitting));
            wanted -= 1;
        }
    }
    taken
}

/// Fills the slots of `text`. A slot that nobody knows stays as it is; a test looks for those.
pub(crate) fn fill(text: &str, s: &Slots, english: bool) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = from.find('}') else {
            rest = from;
            break;
        };
        let slot = &from[1..close];
        match slot {
            "amt" => out.push_str(&plain(s.amount, s.choice_of_style(), english)),
            "sum" if english => out.push_str(&plain(s.sum, 0, true)),
            "sum" => out.push_str(&ten_thousands(s.sum)),
            "d1" => out.push_str(&day(s.began, s, english)),
            "d2" => out.push_str(&day(s.later, s, english)),
            "n" => out.push_str(&number(s.times, english)),
            "months" => out.push_str(&number(s.months, english)),
            "days" => out.push_str(&s.days.to_string()),
            "rate" => out.push_str(&format!("{}.{:02}", s.rate / 100, s.rate % 100).replace(".00", "")),
            "card" => out.push_str(&format!("{:04}", s.card)),
            "branch" => out.push_str(&s.branch),
            "mgr" => out.push_str(s.manager),
            "prod" => out.push_str(s.product),
            "age" => out.push_str(&s.age.to_string()),
            _ => out.push_str(&from[..=close]),
        }
        rest = &from[close + 1..];
    }
    out.push_str(rest);
    out
}

impl Slots {
    /// People write amounts and dates in their own way, and the same way within one text.
    fn choice_of_style(&self) -> i64 {
        (self.card + self.days) % 3
    }
}

fn plain(amount: i64, style: i64, english: bool) -> String {
    if !english && amount >= 10_000 && amount % 10_000 == 0 {
        return format!("{}万", amount / 10_000);
    }
    if (english || style == 1) && amount >= 1000 {
        return format!("{},{:03}", amount / 1000, amount % 1000);
    }
    amount.to_string()
}

fn ten_thousands(sum: i64) -> String {
    match sum {
        ..10_000 => sum.to_string(),
        _ if sum % 10_000 == 0 => format!("{}万", sum / 10_000),
        _ => format!("{}.{}万", sum / 10_000, sum % 10_000 / 1000),
    }
}

fn number(n: i64, english: bool) -> String {
    const ZH: [&str; 12] = [
        "零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一",
    ];
    const EN: [&str; 12] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    ];
    let words = if english { &EN } else { &ZH };
    usize::try_from(n)
        .ok()
        .and_then(|n| words.get(n))
        .map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Tells a day as people do: without the year unless it is another one.
fn day(date: Date, s: &Slots, english: bool) -> String {
    let (month, day) = (date.month(), date.day());
    let other_year = date.year() != s.written.year();
    if english {
        let name = usize::try_from(month - 1)
            .ok()
            .and_then(|i| MONTHS.get(i))
            .copied()
            .unwrap_or("January");
        return if other_year {
            format!("{day} {name} {}", date.year())
        } else {
            format!("{day} {name}")
        };
    }
    let same_month = date.month() == s.written.month() && !other_year;
    let last_month =
        (s.written.month() - date.month()).rem_euclid(12) == 1 && (s.written.year() - date.year()) <= 1;
    match s.choice_of_style() {
        0 if same_month => format!("这个月{day}号"),
        0 if last_month => format!("上个月{day}号"),
        _ if other_year => format!("去年{month}月{day}号"),
        1 => format!("{month}月{day}日"),
        _ => format!("{month}月{day}号"),
    }
}
