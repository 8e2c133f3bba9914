//! Draws the staff and the customers.

use crate::{
    city::{CITY, DISTRICTS, offset},
    dice::Dice,
    hant::Converter,
    names::{FOREIGN_FAMILY, FOREIGN_GIVEN, MEN, SURNAMES, WOMEN},
    people::{Customer, Need, Preferences, Shift, Skill, Staff, Strain},
    when::plus,
    words::{Channel, Dialect, Language, Line},
};
use domain::{BranchId, CustomerId, Money, Role, StaffId};
use jiff::civil::Date;

/// How many of each role work in the bank; 40 in all.
const STAFF: [(Role, &str, usize); 8] = [
    (Role::Handler, "handler", 10),
    (Role::RelationshipManager, "manager", 9),
    (Role::LegalCounsel, "counsel", 4),
    (Role::ServiceSpecialist, "service", 6),
    (Role::Technician, "technician", 4),
    (Role::Supervisor, "supervisor", 4),
    (Role::Compliance, "compliance", 2),
    (Role::Auditor, "auditor", 1),
];

const FULL_WEEK: [u8; 5] = [1, 2, 3, 4, 5];
const WITH_SATURDAY: [u8; 5] = [2, 3, 4, 5, 6];

fn name(dice: &mut Dice, woman: bool, age: u8) -> String {
    // The lists run from old-fashioned to new names: draw near the person's age.
    let list: &[&str] = if woman { &WOMEN } else { &MEN };
    let span = list.len() as i64;
    let middle = (i64::from(85 - age.min(85)) * span) / 70;
    let at = dice.between(middle - 10, middle + 10).clamp(0, span - 1);
    let surname = *dice.pick(&SURNAMES);
    format!("{surname}{}", list.get(at as usize).copied().unwrap_or("平"))
}

/// Draws the 40 staff; the last member of a role carries the highest number.
pub(crate) fn staff(dice: &mut Dice, today: Date) -> Vec<Staff> {
    let mut all: Vec<Staff> = Vec::new();
    for (role, word, count) in STAFF {
        for i in 0..count {
            let visits = !matches!(role, Role::Supervisor | Role::Compliance | Role::Auditor);
            let woman = dice.chance(520);
            let age = dice.between(25, 54) as u8;
            let mut person = name(dice, woman, age);
            while all.iter().any(|s| s.name == person) {
                person = name(dice, woman, age);
            }
            all.push(Staff {
                id: StaffId(format!("{word}-{:02}", i + 1)),
                name: person,
                role,
                branch: BranchId(format!("LC0{}", i % DISTRICTS.len() + 1)),
                skills: skills(dice, role, i),
                languages: languages(dice, role, i),
                dialects: dialects(dice, i),
                shifts: shifts(i, visits),
                woman,
                // One certificate in ten or so has run out: that person may not be sent.
                visit_certificate_until: visits.then(|| {
                    let days = if dice.chance(90) {
                        dice.between(-60, -5)
                    } else {
                        dice.between(45, 700)
                    };
                    plus(today, days)
                }),
                approval_limit: limit(role),
            });
        }
    }
    all
}

fn limit(role: Role) -> Option<Money> {
    match role {
        Role::Handler | Role::RelationshipManager => Some(Money::cny(50_000)),
        Role::Supervisor => Some(Money::cny(2_000_000)),
        Role::Compliance => Some(Money::cny(10_000_000)),
        _ => None,
    }
}

fn skills(dice: &mut Dice, role: Role, i: usize) -> Vec<Skill> {
    let lines = Line::ALL.len();
    let broad = matches!(
        role,
        Role::Supervisor | Role::Compliance | Role::Auditor | Role::LegalCounsel
    );
    let count = match role {
        _ if broad => lines,
        Role::Technician => 3,
        _ => 2 + dice.below(2) as usize,
    };
    // Technicians know the systems behind cards, accounts and payment; the others take turns, so
    // that every line is known by someone in every role.
    let first = if role == Role::Technician {
        1
    } else {
        (i * 2) % lines
    };
    let mut skills: Vec<Skill> = (0..count)
        .map(|k| Skill {
            line: Line::ALL[(first + k) % lines],
            level: dice.between(2, 5) as u8,
        })
        .collect();
    skills.sort_by_key(|s| s.line);
    skills
}

fn languages(dice: &mut Dice, role: Role, i: usize) -> Vec<Language> {
    let mut spoken = vec![Language::Hans];
    if i.is_multiple_of(3) || dice.chance(200) {
        spoken.push(Language::Hant);
    }
    if (i % 4 == 1 && role != Role::Auditor) || dice.chance(120) {
        spoken.push(Language::En);
    }
    spoken
}

fn dialects(dice: &mut Dice, i: usize) -> Vec<Dialect> {
    let mut spoken = Vec::new();
    if dice.chance(550) {
        spoken.push(Dialect::Wu);
    }
    let other = Dialect::ALL[1 + i % (Dialect::ALL.len() - 1)];
    if dice.chance(350) {
        spoken.push(other);
    }
    spoken
}

fn shifts(i: usize, visits: bool) -> Vec<Shift> {
    let (days, from, to) = match (visits, i % 4) {
        (true, 1) => (WITH_SATURDAY, 8 * 60 + 30, 17 * 60),
        (true, 3) => (FULL_WEEK, 11 * 60, 19 * 60 + 30),
        _ => (FULL_WEEK, 8 * 60 + 30, 17 * 60 + 30),
    };
    days.into_iter()
        .map(|weekday| Shift { weekday, from, to })
        .collect()
}

/// Draws a customer who writes `language`.
pub(crate) fn customer(
    dice: &mut Dice,
    hant: &Converter,
    number: usize,
    language: Language,
    today: Date,
) -> Customer {
    let foreign = language == Language::En && dice.chance(850);
    let age = if language == Language::En {
        dice.between(24, 62)
    } else if dice.chance(170) {
        dice.between(65, 86)
    } else {
        dice.between(21, 64)
    } as u8;
    let (woman, person) = if foreign {
        let (given, woman) = *dice.pick(&FOREIGN_GIVEN);
        (woman, format!("{given} {}", dice.pick(&FOREIGN_FAMILY)))
    } else {
        let woman = dice.chance(500);
        let plain = name(dice, woman, age);
        (
            woman,
            if language == Language::Hant {
                hant.name(&plain)
            } else {
                plain
            },
        )
    };
    let home = dice.weighted(&[45, 30, 25]);
    let district = &DISTRICTS[home];
    // Two draws added up: homes thicken towards the middle of the district.
    let mut away = || dice.between(-130, 130) + dice.between(-130, 130);
    let place = offset(district.middle.0 + away(), district.middle.1 + away());
    let strains = strains(dice, age);
    let needs = needs(dice, age, &strains, foreign);
    Customer {
        id: CustomerId(u128::from(dice.bits()) << 64 | u128::from(dice.bits())),
        name: person,
        woman,
        age,
        phone: format!("100{:08}", dice.below(100_000_000)),
        id_number: id_number(dice, age, today),
        email: email(dice, number, age),
        account: account(dice),
        address: address(dice, home),
        place,
        branch: BranchId(format!(
            "LC0{}",
            if dice.chance(850) {
                home + 1
            } else {
                dice.below(3) as usize + 1
            }
        )),
        preferences: preferences(dice, age, language),
        needs,
        strains,
    }
}

fn strains(dice: &mut Dice, age: u8) -> Vec<Strain> {
    let mut strains = Vec::new();
    if age >= 70 {
        strains.push(Strain::OldAge);
    }
    let others = [
        (Strain::Illness, 35),
        (Strain::Disability, 20),
        (Strain::Bereavement, 15),
        (Strain::Hardship, 45),
    ];
    for (strain, permille) in others {
        // Someone past 70 does not write about a lost job.
        if dice.chance(permille) && !(strain == Strain::Hardship && age >= 65) && strains.len() < 2 {
            strains.push(strain);
        }
    }
    strains
}

fn needs(dice: &mut Dice, age: u8, strains: &[Strain], foreign: bool) -> Vec<Need> {
    let old = age >= 70;
    let disabled = strains.contains(&Strain::Disability);
    let chances = [
        (
            Need::StepFree,
            if disabled {
                700
            } else if old {
                250
            } else {
                10
            },
        ),
        (Need::Hearing, if old { 250 } else { 10 }),
        (Need::LargePrint, if old { 300 } else { 10 }),
        (Need::Companion, if old { 300 } else { 20 }),
        (Need::WomanPresent, 25),
        (Need::English, if foreign { 900 } else { 0 }),
    ];
    chances
        .into_iter()
        .filter(|(_, permille)| dice.chance(*permille))
        .map(|(need, _)| need)
        .collect()
}

/// The weights of GB 11643-1999's check digit.
const ID_WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Draws an identity number that cannot be anybody's: no region begins with 99, and the last
/// character differs from the check digit of GB 11643-1999.
fn id_number(dice: &mut Dice, age: u8, today: Date) -> String {
    let year = i64::from(today.year()) - i64::from(age) - 1;
    let (month, day) = (dice.between(1, 12), dice.between(1, 28));
    let mut text = format!(
        "99{:04}{year:04}{month:02}{day:02}{:03}",
        dice.below(10_000),
        dice.below(1000)
    );
    let sum: u64 = text
        .bytes()
        .zip(ID_WEIGHTS)
        .map(|(c, w)| u64::from(c.wrapping_sub(b'0')) * w)
        .sum();
    let right = b"10X98765432"[(sum % 11) as usize];
    let wrong = b"0123456789"[((sum + 3) % 10) as usize];
    let last = if wrong == right {
        b"1234567890"[((sum + 3) % 10) as usize]
    } else {
        wrong
    };
    text.push(char::from(last));
    text
}

/// Draws an account number of 19 digits that begins with 00 (no issuer does) and fails the Luhn check.
fn account(dice: &mut Dice) -> String {
    let body = format!("00{:016}", dice.below(10_000_000_000_000_000));
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, c)| {
            let d = u32::from(c - b'0') * if i % 2 == 0 { 2 } else { 1 };
            d / 10 + d % 10
        })
        .sum();
    let right = (10 - sum % 10) % 10;
    format!("{body}{}", (right + 1 + dice.below(9) as u32) % 10)
}

fn email(dice: &mut Dice, number: usize, age: u8) -> Option<String> {
    let host = *dice.pick(&["example.com", "example.net", "example.org"]);
    let word = *dice.pick(&[
        "kehu",
        "langhua",
        "yunfan",
        "xiaohai",
        "lighthouse",
        "banye",
        "dahai",
        "songshu",
    ]);
    dice.chance(if age >= 65 { 250 } else { 800 })
        .then(|| format!("{word}{number}@{host}"))
}

fn address(dice: &mut Dice, home: usize) -> String {
    let d = &DISTRICTS[home];
    let street = dice.pick(d.streets);
    let house = dice.between(1, 399);
    let (tower, floor, flat) = (dice.between(1, 26), dice.between(1, 18), dice.between(1, 4));
    match dice.below(3) {
        0 => format!("{CITY}{}{street}{house}号{tower}栋{floor}0{flat}室", d.name),
        1 => format!(
            "{CITY}{}{street}{house}号{}{tower}幢{floor}0{flat}",
            d.name,
            dice.pick(d.estates)
        ),
        _ => format!(
            "{CITY}{}{}{tower}号楼{}单元{floor}0{flat}",
            d.name,
            dice.pick(d.estates),
            flat
        ),
    }
}

fn preferences(dice: &mut Dice, age: u8, language: Language) -> Preferences {
    let dialect = match language {
        Language::En => None,
        Language::Hant => Some(if dice.chance(600) {
            Dialect::Minnan
        } else {
            Dialect::Cantonese
        }),
        Language::Hans => dice.chance(if age >= 65 { 550 } else { 150 }).then(|| {
            let at = dice.weighted(&[60, 8, 10, 16, 6]);
            Dialect::ALL[at]
        }),
    };
    let channel = match language {
        Language::En => *dice.pick(&[Channel::Email, Channel::Email, Channel::App, Channel::Phone]),
        _ if age >= 65 => *dice.pick(&[Channel::Phone, Channel::Phone, Channel::Branch, Channel::Letter]),
        _ => *dice.pick(&[
            Channel::Phone,
            Channel::App,
            Channel::App,
            Channel::Email,
            Channel::Online,
        ]),
    };
    let hours = if age >= 62 {
        (9 * 60, 11 * 60 + 30)
    } else {
        *dice.pick(&[
            (9 * 60, 12 * 60),
            (12 * 60, 13 * 60 + 30),
            (14 * 60, 17 * 60 + 30),
            (17 * 60 + 30, 20 * 60),
            (9 * 60, 18 * 60),
        ])
    };
    Preferences {
        language,
        dialect,
        channel,
        hours,
        saturday: age < 60 && dice.chance(300),
    }
}
