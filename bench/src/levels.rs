//! The SIMD levels to run the generated code at.
//!
//! Comes in: what the command line asks for. Goes out: levels of this CPU.

use anyhow::{Context, Result};
use toeplitz::{Level, level_name, levels};

/// The levels that `choices` name, best first, each once: `best`, `all`, or how the name of a level begins in small
/// letters without signs (`avx512`, `avx2`, `sse`, `neon`, `scalar`), of which the best is meant.
///
/// # Errors
///
/// If this CPU has no such level.
pub fn select(choices: &[String]) -> Result<Vec<Level>> {
    let available: Vec<Level> = levels().collect();
    let mut chosen = vec![false; available.len()];
    for choice in choices {
        match choice.as_str() {
            "all" => chosen.fill(true),
            "best" => chosen[0] = true,
            name => {
                let names: Vec<String> = available.iter().map(|&level| plain(level)).collect();
                let place = names.iter().position(|known| known.starts_with(name));
                let has = names.join(", ");
                let place = place
                    .with_context(|| format!("this CPU has no level `{name}`: it has {has}; or say `best` or `all`"))?;
                chosen[place] = true;
            }
        }
    }
    Ok(available.into_iter().zip(chosen).filter_map(|(level, chosen)| chosen.then_some(level)).collect())
}

/// A level's name in small letters, without signs.
pub fn plain(level: Level) -> String {
    level_name(level).chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
