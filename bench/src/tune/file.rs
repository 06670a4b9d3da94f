//! The tuning file of a crate.
//!
//! Comes in: the text of a file, a call, its plan. Goes out: the text with that plan for that call. Must not know: times.

/// `text` in which `call` has `plan`: in the place of the plan it has there, or in an entry behind all others.
pub fn with(text: &str, call: &str, plan: &str) -> String {
    let (ours, plan) = (format!("call = \"{call}\""), format!("plan = \"{plan}\""));
    let lines: Vec<&str> = text.lines().collect();
    let entry = lines.iter().position(|line| line.trim() == ours);
    let entry = entry.and_then(|at| lines.get(at + 1).filter(|line| line.trim().starts_with("plan")).map(|_| at + 1));
    let Some(at) = entry else {
        let space = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
        return format!("{text}{space}[[layer]]\n{ours}\n{plan}\n");
    };
    let lines = lines.iter().enumerate().map(|(index, line)| if index == at { &*plan } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::with;

    #[test]
    fn a_call_is_added_once() {
        let one = with("", "conv1d!< in: 9x1, kernel: 3x2 >", "[avx2: 1x3x1]");
        assert_eq!(one, "[[layer]]\ncall = \"conv1d!< in: 9x1, kernel: 3x2 >\"\nplan = \"[avx2: 1x3x1]\"\n");
        let two = with(&one, "dense!< in: 9, units: 3 >", "[avx2: 1x1x1]");
        assert_eq!(two.matches("[[layer]]").count(), 2);
        let again = with(&two, "conv1d!< in: 9x1, kernel: 3x2 >", "winograd 1x4");
        assert_eq!(again, two.replace("[avx2: 1x3x1]", "winograd 1x4"));
    }
}
