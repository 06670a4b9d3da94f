//! Everybody on everything, in rounds: in each, our code and the Rust libraries take turns, and right after them those of `peers.py`.
//!
//! Comes in: subjects, and how many rounds. Goes out: `RESULTS.md` and pictures. Must not know: how ratios are made of rounds.
//!
//! All rounds of a subject follow one another, so that its contenders are prepared once; what is compared is measured within one round.

mod report;
mod rounds;
mod served;

use std::path::Path;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::chart;
use crate::measure::{self, Row, Subject};
use crate::timing::Effort;

pub use served::Server;

/// What is measured, how, and where it goes.
pub struct Proof<'a> {
    /// Rounds that count; one more comes first.
    pub rounds: usize,
    /// Samples of each contender in all rounds together, and how long one is.
    pub effort: Effort,
    /// On what it runs, in words.
    pub place: &'a str,
    /// Where `RESULTS.md` and `plots/` are written.
    pub folder: &'a Path,
}

/// A group of subjects under a heading, with the name of its picture.
pub struct Group<'a> {
    /// The heading.
    pub title: &'static str,
    /// The picture, without ending.
    pub picture: &'static str,
    /// The subjects by name, each prepared when its turn comes.
    pub subjects: Vec<(&'static str, crate::Prepare<'a>)>,
}

impl Proof<'_> {
    /// Samples in one round.
    pub fn effort_of_round(&self) -> Effort {
        Effort { repetitions: (self.effort.repetitions / self.rounds).max(3), ..self.effort }
    }

    /// Measures all groups and writes what came of it. `rest` is text that goes below. Returns whether all of ours is right.
    ///
    /// # Errors
    ///
    /// If a subject cannot be prepared, `peers.py` fails, or files cannot be written.
    pub fn run(&self, groups: Vec<Group>, server: &mut Server, rest: &str) -> Result<bool> {
        let plots = self.folder.join("plots");
        std::fs::create_dir_all(&plots).with_context(|| format!("cannot make {}", plots.display()))?;
        let bar = ProgressBar::new(groups.iter().map(|group| group.subjects.len() as u64).sum());
        bar.set_style(ProgressStyle::with_template("{wide_bar} {percent:>3}%  {msg:20}")?);
        let mut text = report::head(self, &server.versions)?;
        let mut right = true;
        for Group { title, picture, subjects } in groups {
            let mut measured = Vec::new();
            for (name, prepare) in subjects {
                bar.set_message(name);
                let subject = prepare().with_context(|| format!("cannot prepare {name}"))?;
                measured.push(self.measure(subject, server).with_context(|| name)?);
                bar.inc(1);
            }
            let rows: Vec<Row> = measured.iter().map(|rounds| rounds::medians(rounds)).collect();
            let file = plots.join(picture).with_extension("svg");
            chart::draw(&rows, &file).with_context(|| format!("cannot draw {}", file.display()))?;
            text += &report::section(title, picture, &measured, &rows);
            right &= rows.iter().flat_map(|row| &row.ours).all(|ours| ours.result.is_ok());
        }
        bar.finish_and_clear();
        crate::write(self.folder, "RESULTS.md", &(text + rest))?;
        Ok(right)
    }

    /// One row a round.
    fn measure(&self, subject: Subject, server: &mut Server) -> Result<Vec<Row>> {
        let mut prepared = [measure::prepare(subject)];
        let mut rounds = Vec::new();
        for round in 0..=self.rounds {
            let mut rows = measure::measure(&mut prepared, self.effort_of_round(), |_| ())?;
            server.measure(&mut rows)?;
            // In the first round the processes of `peers.py` are prepared in between.
            if round > 0 {
                rounds.append(&mut rows);
            }
        }
        Ok(rounds)
    }
}
