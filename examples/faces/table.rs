//! What was found and how long it took, as text for people.
//!
//! Comes in: rows and faces. Goes out: tables. Must not know: how anything is found.

use std::{
    io::{self, Write},
    time::Duration,
};

use toeplitz::{level_name, levels};

use crate::{
    boxes::Found,
    detection::{Row, Times},
};

/// The steps, and what their columns mean.
pub(crate) fn print(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    writeln!(
        out,
        "{:<9}  {:<10} {:>7} {:>6} {:>7} {:>5} {:>10} {:>10} {:>10}",
        "network", "input", "windows", "best", "passed", "kept", "fastest", "calls", "step"
    )?;
    for Row { network, side, scores, passed, kept, times } in rows {
        let input = side.map_or("all levels".to_owned(), |side| format!("{side}x{side}"));
        // Of no window there is no best, and no time.
        let best = scores.iter().copied().max_by(f64::total_cmp).map_or("none".to_owned(), |best| format!("{best:.4}"));
        let Times { fastest, calls, step } = *times;
        writeln!(
            out,
            "{network:<9}  {input:<10} {:>7} {best:>6} {passed:>7} {kept:>5} {:>10} {:>10} {:>10}",
            scores.len(),
            if scores.is_empty() { "none".to_owned() } else { time(fastest) },
            time(calls),
            time(step),
        )?;
    }
    // The levels are in their sum.
    let levels_sum = rows.iter().any(|row| row.side.is_none());
    let whole = rows.iter().filter(|row| !levels_sum || row.network != "P-Net" || row.side.is_none());
    let whole: Duration = whole.map(|row| row.times.step).sum();
    writeln!(
        out,
        "in all {}

windows  squares that the network looks at
best     the highest score of them
passed   those that look like a face
kept     those that no better one overlaps
fastest  the fastest call of the network
calls    all calls of the network
step     the same with what is around them: cutting out, resizing, choosing

The networks run with {}, on one thread.",
        time(whole),
        levels().next().map_or("no vector instructions", level_name)
    )?;
    if cfg!(debug_assertions) {
        writeln!(out, "built without --release: these times mean nothing")?;
    }
    Ok(())
}

/// Where the faces are.
pub(crate) fn faces<T>(out: &mut impl Write, faces: &[Found<T>]) -> io::Result<()> {
    writeln!(out, "\nfaces found: {}", faces.len())?;
    for Found { edges: [left, top, right, bottom], score, .. } in faces {
        writeln!(out, "    from {left:.1}, {top:.1} to {right:.1}, {bottom:.1}, score {score:.4}")?;
    }
    Ok(())
}

fn time(time: Duration) -> String {
    let micros = 1e6 * time.as_secs_f64();
    if micros < 1000.0 { format!("{micros:.1} us") } else { format!("{:.2} ms", micros / 1e3) }
}
