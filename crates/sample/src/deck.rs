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
    pub(crate) fn draw(&mut self, dice: &mut Dice, language: Language, surge: bool) -> &'static Story {
        let line = Line::ALL[dice.weighted(&LINE_WEIGHTS)];
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
        let at = hand.pop().unwrap_or(0);
        all[at]
    }
}
