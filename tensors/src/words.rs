//! Names that are nearly right.
//!
//! Comes in: a word. Goes out: the one that it was meant to be. Must not know: what words are for.

use alloc::vec;
use alloc::vec::Vec;

/// The candidate most like `word`, if one is close enough to have been meant.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edits(&word, candidate), candidate))
        .filter(|&(edits, candidate)| edits <= allowed && edits < candidate.len())
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
fn edits(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substituted = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substituted.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = core::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{closest, edits};

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("stride", "stride"), 0);
        assert_eq!(edits("strde", "stride"), 1);
        assert_eq!(edits("smae", "same"), 1);
        assert_eq!(edits("", "in"), 2);
        assert_eq!(edits("kitten", "sitting"), 3);
    }

    #[test]
    fn only_near_words_are_suggested() {
        assert_eq!(closest("smae", ["valid", "same"]), Some("same"));
        assert_eq!(closest("Same", ["valid", "same"]), Some("same"));
        assert_eq!(closest("x", ["in"]), None);
        assert_eq!(closest("colour", ["valid", "same"]), None);
    }
}
