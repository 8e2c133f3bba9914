//! Deals the stories so that each is told before one is told again.

use crate::{
    bank::LINE_WEIGHTS,
    dice::Dice,
    stories::{Story, stories},
    words::{Language, Line},
};
use std::collections::BTreeMap;

/// The story that the new app release brings in the last two weeks.
pub(crate) const SURGE_STORY: &str = "account.app-login";

/// Stories told by someone younger than 66 about somebody or something of their own.
const NOT_OLD: [&str; 3] = ["wealth.elder-sold", "card.limit-cut", "card.points"];

/// Shuffled hands of stories, one for each language and line.
pub(crate) struct Deck {
    seed: u64,
    hands: BTreeMap<(Language, Line), Vec<usize>>,
    dealt: u64,
}

impl Deck {
    pub(crate) fn new(seed: u64) -> Self {
        Deck {
            seed,
            hands: BTreeMap::new(),
            dealt: 0,
        }
    }

    /// Deals a story of a line drawn by its weight; `surge`: the app release may be the story.
    pub(crate) fn draw(
        &mut self,
        dice: &mut Dice,
        language: Language,
        age: u8,
        surge: bool,
    ) -> &'static Story {
        // Hardly anyone past 65 holds a loan; what they hold is savings.
        let weights = if age > 65 {
            [0, 22, 26, 11, 25, 16]
        } else {
            LINE_WEIGHTS
        };
        let line = Line::ALL[dice.weighted(&weights)];
        let all: Vec<&'static Story> = stories(language, line)
            .iter()
            .flat_map(|group| group.iter())
            .collect();
        if surge
            && line == Line::Account
            && dice.chance(450)
            && let Some(story) = all.iter().find(|s| s.id == SURGE_STORY)
        {
            return story;
        }
        let hand = self.hands.entry((language, line)).or_default();
        if hand.is_empty() {
            self.dealt += 1;
            let mut shuffle = Dice::new(self.seed, 20_000 + self.dealt);
            let mut fresh: Vec<usize> = (0..all.len()).collect();
            for i in (1..fresh.len()).rev() {
                fresh.swap(i, shuffle.below(i as u64 + 1) as usize);
            }
            *hand = fresh;
        }
        let fits = |at: &usize| age <= 65 || !NOT_OLD.contains(&all[*at].id);
        // The newest of the hand that fits; when none does, the newest.
        let at = hand.iter().rposition(fits).unwrap_or(hand.len() - 1);
        all[hand.remove(at)]
    }
}
