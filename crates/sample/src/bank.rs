//! The sample bank as a whole, and its generator.

use crate::{
    city::{self, Branch},
    complaint::{Complaint, CopyKind, CopyOf, Mood},
    compose::{Setting, Slots, compose},
    deck::Deck,
    dice::Dice,
    hant::Converter,
    make_people, make_script,
    people::{Customer, Staff},
    stories::Story,
    when::{self, Local, plus},
    words::{Channel, Language, Line},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// A bank that belongs to nobody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bank {
    /// The seed it was drawn from.
    pub seed: u64,
    /// The day the story ends: every complaint came before it.
    pub today: Date,
    /// The bank's name in simplified Chinese.
    pub name: String,
    /// The bank's name in English.
    pub name_en: String,
    /// The invented city, see [`crate::city`].
    pub city: String,
    /// Three branches.
    pub branches: Vec<Branch>,
    /// Forty members of staff.
    pub staff: Vec<Staff>,
    /// The customers who complain, in the order in which they were drawn.
    pub customers: Vec<Customer>,
    /// The complaints, oldest first.
    pub complaints: Vec<Complaint>,
}

/// A complaint on its way: references are positions until all are in order of time.
struct Draft {
    complaint: Complaint,
    customer: usize,
    story: &'static Story,
    slots: Slots,
    choice: u64,
    copy: Option<(usize, CopyKind, bool)>,
    repeat: Option<usize>,
}

/// Draws complaint after complaint.
struct Maker {
    seed: u64,
    today: Date,
    customers: Vec<Customer>,
    drafts: Vec<Draft>,
    narratives: HashSet<String>,
    /// Positions of drafts that already have a copy or a later complaint.
    followed: HashSet<usize>,
    hant: Converter,
    deck: Deck,
}

impl Bank {
    /// Draws a bank with `cases` complaints received in the 120 days before `today`.
    ///
    /// About 6 % are near copies of another case and 8 % come from a customer who complained before
    /// about something else. The result depends on the three arguments and on nothing else.
    #[must_use]
    pub fn generate(seed: u64, today: Date, cases: usize) -> Bank {
        let copies = cases * 6 / 100;
        let repeats = cases * 8 / 100;
        let mut maker = Maker {
            seed,
            today,
            customers: Vec::new(),
            drafts: Vec::with_capacity(cases),
            narratives: HashSet::with_capacity(cases),
            followed: HashSet::new(),
            hant: Converter::new(),
            deck: Deck::new(seed),
        };
        for i in 0..cases - copies - repeats {
            maker.first(i);
        }
        for i in 0..repeats {
            maker.repeat(i);
        }
        for i in 0..copies {
            maker.copy(i);
        }
        Bank {
            seed,
            today,
            name: "澜川银行".to_owned(),
            name_en: "Bank of Lanchuan".to_owned(),
            city: city::CITY.to_owned(),
            branches: city::branches(),
            staff: make_people::staff(&mut Dice::new(seed, 10), today),
            complaints: in_order(maker.drafts),
            customers: maker.customers,
        }
    }

    /// Returns the customer of a complaint.
    #[must_use]
    pub fn customer(&self, complaint: &Complaint) -> Option<&Customer> {
        self.customers.iter().find(|c| c.id == complaint.customer)
    }
}

/// How a further complaint of a known customer or text hangs on an earlier one.
#[derive(Clone, Copy)]
enum Link {
    None,
    Repeat(usize),
    Copy(usize, CopyKind, bool),
}

impl Maker {
    /// A complaint of a new customer.
    fn first(&mut self, i: usize) {
        let mut dice = Dice::new(self.seed, 1000 + i as u64);
        let dice = &mut dice;
        // Steps of 7 spread the 8 % in traditional characters and the 6 % in English over every 50.
        let language = match (i * 7) % 50 {
            0..=3 => Language::Hant,
            4..=6 => Language::En,
            _ => Language::Hans,
        };
        let customer = self.newcomer(dice, language);
        let channel = channel(dice, language, self.customers[customer].age);
        let age = when::draw_age(dice, self.today, channel);
        let story = self
            .deck
            .draw(dice, language, self.customers[customer].age, age <= when::SURGE);
        self.push(dice, customer, channel, age, story, Link::None, None);
    }

    /// Another matter of a customer who complained at least a month before.
    fn repeat(&mut self, i: usize) {
        let mut dice = Dice::new(self.seed, 1_000_000 + i as u64);
        let dice = &mut dice;
        let Some(earlier) = self.draw_earlier(dice, 32) else {
            return self.first(500_000 + i);
        };
        let (customer, before) = (self.drafts[earlier].customer, self.age_of(earlier));
        let language = self.drafts[earlier].complaint.language;
        let channel = channel(dice, language, self.customers[customer].age);
        let age = self.later_age(dice, channel, 1, before - 25);
        let mut story = self
            .deck
            .draw(dice, language, self.customers[customer].age, false);
        // A customer may meet the same trouble twice, but another story makes the better sample.
        for _ in 0..8 {
            if story.id == self.drafts[earlier].story.id {
                story = self
                    .deck
                    .draw(dice, language, self.customers[customer].age, false);
            }
        }
        self.push(dice, customer, channel, age, story, Link::Repeat(earlier), None);
    }

    /// A near copy: the same customer by another channel, or another customer with the same text.
    fn copy(&mut self, i: usize) {
        let mut dice = Dice::new(self.seed, 2_000_000 + i as u64);
        let dice = &mut dice;
        let Some(of) = self.draw_earlier(dice, 8) else {
            return self.first(700_000 + i);
        };
        let kind = if dice.chance(600) {
            CopyKind::Duplicate
        } else {
            CopyKind::Link
        };
        let exact = dice.chance(330);
        let (before, language) = (self.age_of(of), self.drafts[of].complaint.language);
        let customer = match kind {
            CopyKind::Duplicate => self.drafts[of].customer,
            CopyKind::Link => self.newcomer(dice, language),
        };
        let mut channel = channel(dice, language, self.customers[customer].age);
        if kind == CopyKind::Duplicate {
            while channel == self.drafts[of].complaint.channel {
                channel = self::channel(dice, language, self.customers[customer].age);
            }
        }
        let span = if kind == CopyKind::Duplicate { 6 } else { 7 };
        let age = self.later_age(dice, channel, before - span, before - 1);
        let (story, choice) = (self.drafts[of].story, self.drafts[of].choice);
        self.push(
            dice,
            customer,
            channel,
            age,
            story,
            Link::Copy(of, kind, exact),
            Some(choice),
        );
    }

    /// Draws the position of a draft that is no copy and came at least `days` days before today.
    fn draw_earlier(&self, dice: &mut Dice, days: i64) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.drafts.len())
            .filter(|i| {
                let d = &self.drafts[*i];
                d.copy.is_none() && d.repeat.is_none() && self.age_of(*i) >= days
                    // One follow-up each keeps the stories of the sample apart.
                    && !self.followed.contains(i)
            })
            .collect();
        (!fitting.is_empty()).then(|| *dice.pick(&fitting))
    }

    /// Returns how many days before today a draft came.
    fn age_of(&self, i: usize) -> i64 {
        i64::from(
            self.drafts[i]
                .complaint
                .received_on
                .until(self.today)
                .map_or(0, |s| s.get_days()),
        )
    }

    /// Draws an age between two days on which this channel delivers.
    fn later_age(&self, dice: &mut Dice, channel: Channel, from: i64, to: i64) -> i64 {
        let (from, to) = (from.max(1), to.max(1));
        let age = dice.between(from, to.max(from));
        let weekend = when::weekday(plus(self.today, -age)) > 5;
        let closed = matches!(channel, Channel::Letter | Channel::Regulator | Channel::Branch);
        if weekend && closed {
            (from..=to)
                .find(|a| when::weekday(plus(self.today, -a)) <= 5)
                .unwrap_or(age)
        } else {
            age
        }
    }

    fn newcomer(&mut self, dice: &mut Dice, language: Language) -> usize {
        let number = self.customers.len() + 1;
        self.customers.push(make_people::customer(
            dice, &self.hant, number, language, self.today,
        ));
        number - 1
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one private place where all that was drawn comes together"
    )]
    fn push(
        &mut self,
        dice: &mut Dice,
        customer: usize,
        channel: Channel,
        age: i64,
        story: &'static Story,
        link: Link,
        choice: Option<u64>,
    ) {
        let received = Local {
            date: plus(self.today, -age),
            minute: when::draw_minute(dice, channel),
        };
        let who = &self.customers[customer];
        let english = who.preferences.language == Language::En;
        let branch = branch_name(who.branch.0.as_str(), english);
        let mut slots = Slots::draw(dice, story, who, branch, english, received.date);
        let (mut mood, mut threatens) = mood(dice);
        let (mut resent, mut bare) = (false, false);
        if let Link::Copy(of, kind, exact) = link {
            let original = &self.drafts[of];
            // An exact copy is the text sent again; a link with its own slots is a template in use.
            if kind == CopyKind::Duplicate || exact {
                slots = original.slots.clone();
            }
            (mood, threatens) = (original.complaint.mood, original.complaint.threatens);
            resent = kind == CopyKind::Duplicate && !exact;
            bare = kind == CopyKind::Link;
        }
        let mut choice = choice.unwrap_or_else(|| dice.bits());
        let composed = loop {
            let composed = compose(&Setting {
                story,
                slots: &slots,
                customer: who,
                language: who.preferences.language,
                channel,
                mood,
                threatens,
                again: matches!(link, Link::Repeat(_)),
                resent,
                choice,
                hant: &self.hant,
                bare,
            });
            if matches!(link, Link::Copy(..)) || !self.narratives.contains(&composed.narrative) {
                break composed;
            }
            choice = choice.wrapping_add(1);
        };
        let mut composed = composed;
        if let Link::Copy(of, _, true) = link {
            composed
                .narrative
                .clone_from(&self.drafts[of].complaint.narrative);
            composed.title.clone_from(&self.drafts[of].complaint.title);
        }
        let script = make_script::script(
            dice,
            &make_script::Basis {
                customer: who,
                allegations: &composed.allegations,
                truths: &composed.truths,
                remedy: story.remedy,
                remedy_text: composed.remedy_text,
                mood,
                threatens,
                received,
                today: self.today,
            },
        );
        self.narratives.insert(composed.narrative.clone());
        let complaint = Complaint {
            source_id: String::new(),
            customer: who.id,
            line: story.line,
            product: slots.product.to_owned(),
            branch: who.branch.clone(),
            channel,
            received_at: received.at(dice.between(0, 59)),
            received_on: received.date,
            language: who.preferences.language,
            title: composed.title,
            narrative: composed.narrative,
            allegations: composed.allegations,
            mood,
            threatens,
            technical: story.technical,
            story: story.id.to_owned(),
            copy_of: None,
            repeat_of: None,
            script,
        };
        let (copy, repeat) = match link {
            Link::None => (None, None),
            Link::Repeat(of) => (None, Some(of)),
            Link::Copy(of, kind, exact) => (Some((of, kind, exact)), None),
        };
        self.followed.extend(copy.map(|c| c.0).into_iter().chain(repeat));
        self.drafts.push(Draft {
            complaint,
            customer,
            story,
            slots,
            choice,
            copy,
            repeat,
        });
    }
}

/// Orders the drafts by time, numbers them and turns positions into numbers.
fn in_order(drafts: Vec<Draft>) -> Vec<Complaint> {
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|i| (drafts[*i].complaint.received_at, *i));
    let numbers: BTreeMap<usize, String> = order
        .iter()
        .enumerate()
        .map(|(n, i)| {
            (
                *i,
                format!("SB-{}-{:05}", drafts[*i].complaint.received_on.year(), n + 1),
            )
        })
        .collect();
    let mut complaints: Vec<(usize, Complaint)> = drafts
        .into_iter()
        .enumerate()
        .map(|(i, draft)| {
            let mut c = draft.complaint;
            c.source_id = numbers[&i].clone();
            c.copy_of = draft.copy.map(|(of, kind, exact)| CopyOf {
                source_id: numbers[&of].clone(),
                kind,
                exact,
            });
            c.repeat_of = draft.repeat.map(|of| numbers[&of].clone());
            (i, c)
        })
        .collect();
    complaints.sort_by_key(|(i, c)| (c.received_at, *i));
    complaints.into_iter().map(|(_, c)| c).collect()
}

fn channel(dice: &mut Dice, language: Language, age: u8) -> Channel {
    let weights = match language {
        Language::En => [10, 22, 22, 30, 3, 5, 8],
        _ if age >= 65 => [36, 36, 3, 2, 12, 9, 2],
        _ => [12, 32, 24, 7, 4, 10, 11],
    };
    Channel::ALL[dice.weighted(&weights)]
}

fn mood(dice: &mut Dice) -> (Mood, bool) {
    const MOODS: [(Mood, u64); 4] = [
        (Mood::Calm, 20),
        (Mood::Annoyed, 60),
        (Mood::Angry, 200),
        (Mood::Furious, 380),
    ];
    let (mood, threat) = MOODS[dice.weighted(&[30, 36, 25, 9])];
    (mood, dice.chance(threat))
}

/// Returns what people call a branch.
fn branch_name(code: &str, english: bool) -> String {
    let (zh, en) = match code {
        "LC01" => ("望潮支行", "Wangchao branch"),
        "LC02" => ("云屿支行", "Yunyu branch"),
        _ => ("浮桥支行", "Fuqiao branch"),
    };
    if english { en } else { zh }.to_owned()
}

/// The share of each line, in the order of [`Line::ALL`].
pub(crate) const LINE_WEIGHTS: [u64; 6] = [25, 25, 15, 9, 15, 11];
const _: () = assert!(LINE_WEIGHTS.len() == Line::ALL.len());
